//! `ctpat demo`.

use super::Failure;
use crate::settings::Settings;
use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(_: Settings, _: &Arguments) -> Result<(), Failure> {
    Ok(())
}
