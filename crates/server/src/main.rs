//! ctpat
fn main() {}
