//! The peer of reading over HTTP: actix-web with one route and a fixed answer, in a process of its own as the portal is.

use crate::report::Result;
use crate::server::{Child, wait_until_ready};
use actix_web::{App, HttpResponse, HttpServer, web};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Serves until it is killed.
pub(crate) fn serve(port: u16, size: usize) -> Result<()> {
    let body = web::Bytes::from(vec![b'x'; size]);
    let answer = move || {
        let body = body.clone();
        async move { HttpResponse::Ok().content_type("application/json").body(body) }
    };
    actix_web::rt::System::new().block_on(
        HttpServer::new(move || {
            App::new()
                .route("/readyz", web::get().to(HttpResponse::Ok))
                .route("/answer", web::get().to(answer.clone()))
        })
        .keep_alive(Duration::from_secs(75))
        .bind(("127.0.0.1", port))?
        .run(),
    )?;
    Ok(())
}

/// Starts this very binary as the peer; gives the address of its answer.
pub(crate) async fn start(size: usize) -> Result<(Child, String)> {
    let port = testkit::free_port()?;
    let child = Command::new(std::env::current_exe()?)
        .args(["bare", &port.to_string(), &size.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    let mut child = Child::new(child);
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    wait_until_ready(&mut child, address).await?;
    Ok((child, format!("http://{address}/answer")))
}
