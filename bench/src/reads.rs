//! Reading one membership beside a bare actix-web answer of the same size, by the same clients.

use crate::bare;
use crate::client::{client, get, load};
use crate::commands::join;
use crate::report::{Report, Result, milliseconds};
use crate::server::House;
use crate::{Engine, Scale};
use kernel::Role;
use serde_json::Value;
use std::sync::Arc;

async fn rate(scale: Scale, url: &str, token: Option<&str>) -> Result<crate::client::Load> {
    let clients = (0..scale.clients).map(|_| client()).collect::<Result<Vec<_>>>()?;
    let (url, token) = (Arc::<str>::from(url), token.map(Arc::<str>::from));
    load(clients, scale.load, move |http| {
        let (url, token) = (url.clone(), token.clone());
        async move {
            get(&http, &url, token.as_deref()).await?;
            Ok(http)
        }
    })
    .await
}

/// Measures one engine.
pub(crate) async fn run(engine: Engine<'_>, scale: Scale, report: &mut Report) -> Result<()> {
    let house = House::new(engine)?;
    let server = house.serve().await?;
    let officer = server.caller("officer", Role::Officer)?;
    let membership = join(&officer, 1).await?;
    let id = membership.pointer("/id").and_then(Value::as_str).ok_or("the membership has no id")?;
    let path = format!("/v1/memberships/{id}");
    let size = officer.size_of(&path).await?;
    let ours = rate(scale, &format!("{}{path}", officer.base), Some(&officer.token)).await?;
    drop(server);
    let (peer, url) = bare::start(size).await?;
    let bare = rate(scale, &url, None).await?;
    drop(peer);
    report.rate(
        &format!("GET of one membership ({size} bytes), {} clients: {}", scale.clients, engine.name()),
        ours.per_second,
        &[("bare actix-web", bare.per_second)],
    );
    report.figure(
        &format!("… latency of these reads: {}", engine.name()),
        &format!(
            "median {}, 99 of 100 within {}",
            milliseconds(ours.median),
            milliseconds(ours.slowest_hundredth)
        ),
    );
    Ok(())
}
