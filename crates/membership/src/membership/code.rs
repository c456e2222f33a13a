//! A closed list of codes, as [`kernel::codes`] declares it.

pub(crate) use kernel::codes;
