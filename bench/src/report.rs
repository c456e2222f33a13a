//! The table that the benchmark prints.

use std::error::Error;

/// What every part of the benchmark gives.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A count as a number to divide with.
pub(crate) fn float(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
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

    /// A plain figure.
    pub(crate) fn figure(&mut self, name: &str, value: &str) {
        self.row(name, value, "");
    }
}
