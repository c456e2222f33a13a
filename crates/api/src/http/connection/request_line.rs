//! The first line that came on a connection, as far as a refusal has to know it.

/// How much of method and version is kept: the longest that matters.
const KEPT: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Method,
    Target,
    Version,
    Over,
}

/// Method, length of the target and version of the first request on a connection; nothing of its address is kept.
#[derive(Debug)]
pub(super) struct RequestLine {
    part: Part,
    method: Vec<u8>,
    target_length: usize,
    version: Vec<u8>,
}

impl RequestLine {
    pub(super) fn new() -> Self {
        Self { part: Part::Method, method: Vec::new(), target_length: 0, version: Vec::new() }
    }

    /// Reads on. Empty lines before it are passed over (RFC 9112, section 2.2).
    pub(super) fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match (self.part, byte) {
                (Part::Over, _) => return,
                (Part::Method, b'\r' | b'\n') if self.method.is_empty() => {}
                (_, b'\r' | b'\n') => self.part = Part::Over,
                (Part::Method, b' ') => self.part = Part::Target,
                (Part::Target, b' ') => self.part = Part::Version,
                (Part::Method, byte) => keep(&mut self.method, *byte),
                (Part::Target, _) => self.target_length += 1,
                (Part::Version, byte) => keep(&mut self.version, *byte),
            }
        }
    }

    /// The method; of a long one the beginning.
    pub(super) fn method(&self) -> &str {
        std::str::from_utf8(&self.method).unwrap_or_default()
    }

    /// How long the target is.
    pub(super) fn target_length(&self) -> usize {
        self.target_length
    }

    /// Whether it names a version of HTTP that is neither 1.0 nor 1.1.
    pub(super) fn is_of_another_version(&self) -> bool {
        self.version
            .strip_prefix(b"HTTP/")
            .filter(|number| number.first().is_some_and(u8::is_ascii_digit))
            .is_some_and(|number| !number.starts_with(b"1.0") && !number.starts_with(b"1.1"))
    }
}

fn keep(part: &mut Vec<u8>, byte: u8) {
    // One more than what is kept shows that it is longer.
    if part.len() <= KEPT {
        part.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> RequestLine {
        let mut line = RequestLine::new();
        for byte in bytes {
            line.read(&[*byte]);
        }
        line
    }

    #[test]
    fn the_line_is_read_however_it_arrives() {
        let line = read(b"\r\nHEAD /a?b=c HTTP/1.1\r\nHost: x\r\n");
        assert_eq!((line.method(), line.target_length(), line.is_of_another_version()), ("HEAD", 6, false));
        let line = read(b"GET");
        assert_eq!((line.method(), line.target_length(), line.is_of_another_version()), ("GET", 0, false));
    }

    #[test]
    fn other_versions_are_told_from_what_is_no_version() {
        for other in
            ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HTTP/3\r\n", "GET / HTTP/0.9\r\n", "GET / HTTP/1.2"]
        {
            assert!(read(other.as_bytes()).is_of_another_version(), "{other}");
        }
        for none in [
            "GET / HTTP/1.0\r\n",
            "GET / HTTP/1.1",
            "GET / HTTP/",
            "GET / HTTPS/2\r\n",
            "GET /\r\n",
            "GET / /2",
            "GET / HTTP/1.10",
        ] {
            assert!(!read(none.as_bytes()).is_of_another_version(), "{none}");
        }
    }
}
