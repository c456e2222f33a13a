//! Closed lists of codes, as every domain declares them.

pub(crate) use kernel::codes;
