//! The table that the benchmark prints.

use std::error::Error;
use std::time::Duration;

/// What every part of the benchmark gives.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A count as a number to divide with.
pub(crate) fn float(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A time as people read it.
pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// Prints each row as soon as it is measured.
#[derive(Default)]
pub(crate) struct Report {
    started: bool,
}

impl Report {
    fn row(&mut self, name: &str, value: &str, comparison: &str) {
        if !self.started {
            println!("| What | Measured | Beside |\n|---|---|---|");
            self.started = true;
        }
        println!("| {name} | {value} | {comparison} |");
    }

    /// A rate, with its ratio to each peer.
    pub(crate) fn rate(&mut self, name: &str, per_second: f64, peers: &[(&str, f64)]) {
        let ratios: Vec<String> = peers
            .iter()
            .map(|(peer, rate)| {
                format!("{:.2} × {peer} ({rate:.0}/s)", per_second / rate.max(f64::MIN_POSITIVE))
            })
            .collect();
        self.row(name, &format!("{per_second:.0}/s"), &ratios.join(", "));
    }

    /// A time, with its ratio to another one.
    pub(crate) fn times(&mut self, name: &str, time: Duration, peer: &str, other: Duration) {
        let ratio = time.as_secs_f64() / other.as_secs_f64().max(f64::MIN_POSITIVE);
        self.row(name, &milliseconds(time), &format!("{ratio:.2} × {peer} ({})", milliseconds(other)));
    }

    /// A plain figure.
    pub(crate) fn figure(&mut self, name: &str, value: &str) {
        self.row(name, value, "");
    }
}
