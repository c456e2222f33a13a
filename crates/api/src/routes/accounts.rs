//! x
/// x
pub fn operations() -> Vec<crate::Operation> { Vec::new() }
