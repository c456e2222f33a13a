//! The load: clients with one connection each that is kept open, every one asking again as soon as it is answered.

use crate::report::{Result, float};
use reqwest::{Client, Method};
use serde_json::Value;
use std::future::Future;
use std::time::{Duration, Instant};

/// A client of its own, so that it has a connection of its own.
pub(crate) fn client() -> Result<Client> {
    Ok(Client::builder().pool_max_idle_per_host(1).timeout(Duration::from_secs(30)).build()?)
}

/// One who signs in.
#[derive(Clone)]
pub(crate) struct Caller {
    pub http: Client,
    pub base: String,
    pub token: String,
}

impl Caller {
    /// Sends a request that has to succeed; gives the version and the body of the answer.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        version: Option<&str>,
    ) -> Result<(Option<String>, Value)> {
        let mut request =
            self.http.request(method.clone(), format!("{}{path}", self.base)).bearer_auth(&self.token);
        if method == Method::POST {
            request = request.header("Idempotency-Key", uuid::Uuid::now_v7().to_string());
        }
        if let Some(version) = version {
            request = request.header("If-Match", version);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status();
        let version = response.headers().get("etag").and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        let bytes = response.bytes().await?;
        if !status.is_success() {
            return Err(format!("{method} {path}: {status} {}", String::from_utf8_lossy(&bytes)).into());
        }
        Ok((version, serde_json::from_slice(&bytes)?))
    }

    /// Reads something and gives its size in bytes.
    pub(crate) async fn size_of(&self, path: &str) -> Result<usize> {
        get(&self.http, &format!("{}{path}", self.base), Some(&self.token)).await
    }
}

/// Reads an address to the end of its answer and gives its size; anything but a success is an error.
pub(crate) async fn get(http: &Client, url: &str, token: Option<&str>) -> Result<usize> {
    let mut request = http.get(url);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let response = request.send().await?;
    let status = response.status();
    let bytes = response.bytes().await?;
    if status.is_success() { Ok(bytes.len()) } else { Err(format!("GET {url}: {status}").into()) }
}

/// What a load measured.
pub(crate) struct Load {
    pub per_second: f64,
    pub median: Duration,
    pub slowest_hundredth: Duration,
}

/// Lets every worker work for some time. A worker does one thing each time it is called; the first error ends everything.
pub(crate) async fn load<W, F, Fut>(workers: Vec<W>, time: Duration, work: F) -> Result<Load>
where
    W: Send + 'static,
    F: Fn(W) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<W>> + Send + 'static,
{
    let started = Instant::now();
    let tasks: Vec<_> = workers
        .into_iter()
        .map(|mut worker| {
            let work = work.clone();
            tokio::spawn(async move {
                let mut times = Vec::new();
                while started.elapsed() < time {
                    let begin = Instant::now();
                    worker = work(worker).await?;
                    times.push(begin.elapsed());
                }
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    let seconds = started.elapsed().as_secs_f64();
    Ok(Load {
        per_second: float(u64::try_from(times.len())?) / seconds,
        median: quantile(&mut times, 50),
        slowest_hundredth: quantile(&mut times, 99),
    })
}

/// The time that this many of a hundred do not exceed.
pub(crate) fn quantile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    let index = times.len().saturating_sub(1) * percent / 100;
    times.get(index).copied().unwrap_or_default()
}
