//! Where in the bytes that leave on a connection one answer ends and the next begins.

/// What follows after the bytes that are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The head of an answer.
    Head,
    /// A chunk of a body (RFC 9112, section 7.1).
    Chunk,
    /// Bytes to the end of the connection that are not looked at.
    Unknown,
}

/// A place in the stream of answers. Bodies are passed over by their lengths: nothing in them is taken for an answer, and nothing but heads
/// and the lengths of chunks is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outgoing {
    skip: usize,
    next: Next,
}

impl Outgoing {
    pub(super) fn new() -> Self {
        Self { skip: 0, next: Next::Head }
    }

    /// Whether everything that was begun has been written whole.
    pub(super) fn is_between_answers(&self) -> bool {
        self.skip == 0 && self.next == Next::Head
    }

    /// Goes on over bytes that follow on those of the last call. Heads and the lengths of chunks have to be in them whole. `handlers` is asked
    /// once for each answer, for the next one that a handler gave: whether it goes without its body, as for HEAD. An error that no handler gave
    /// is the parser's refusal of the request: where it begins, and its status.
    pub(super) fn walk(
        &mut self,
        bytes: &[u8],
        mut handlers: impl FnMut() -> Option<bool>,
    ) -> Option<(usize, u16)> {
        let mut at = 0;
        loop {
            let step = self.skip.min(bytes.len() - at);
            at += step;
            self.skip -= step;
            let here = bytes.get(at..).filter(|rest| !rest.is_empty())?;
            match self.next {
                Next::Unknown => return None,
                Next::Chunk => self.chunk(here),
                Next::Head => {
                    let Some(head) = Head::read(here) else {
                        self.next = Next::Unknown;
                        return None;
                    };
                    if head.status < 200 {
                        self.skip = head.length;
                        continue;
                    }
                    match handlers() {
                        Some(bodiless) => {
                            // Between other methods in a pipeline the encoder writes the body all the same.
                            let rest = here.get(head.length..).unwrap_or_default();
                            let ends = rest.is_empty() || rest.starts_with(b"HTTP/1.");
                            self.answer(&head, bodiless && ends);
                        }
                        None if head.status >= 400 => return Some((at, head.status)),
                        None => self.next = Next::Unknown,
                    }
                }
            }
        }
    }

    fn answer(&mut self, head: &Head, bodiless: bool) {
        self.skip = head.length;
        if bodiless || matches!(head.status, 204 | 304) {
            return;
        }
        match head.body {
            Body::Length(length) => self.skip = self.skip.saturating_add(length),
            Body::Chunked => self.next = Next::Chunk,
            Body::UntilTheEnd => self.next = Next::Unknown,
        }
    }

    fn chunk(&mut self, here: &[u8]) {
        let line = here.iter().take(20).position(|byte| *byte == b'\n').and_then(|end| here.get(..=end));
        let size = line
            .and_then(|line| std::str::from_utf8(line).ok())
            .and_then(|line| usize::from_str_radix(line.trim_end(), 16).ok());
        let (Some(line), Some(size)) = (line, size) else {
            self.next = Next::Unknown;
            return;
        };
        if size == 0 {
            self.next = Next::Head;
        }
        self.skip = size.saturating_add(line.len() + 2);
    }
}

enum Body {
    Length(usize),
    Chunked,
    UntilTheEnd,
}

struct Head {
    status: u16,
    length: usize,
    body: Body,
}

impl Head {
    fn read(bytes: &[u8]) -> Option<Self> {
        const END: &[u8] = b"\r\n\r\n";
        let end = bytes.windows(END.len()).position(|window| window == END)?;
        let text = bytes.get(..end)?;
        let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
        let status_line = std::str::from_utf8(lines.next()?).ok()?.strip_prefix("HTTP/1.")?;
        let status = status_line.split(' ').nth(1)?.parse().ok()?;
        let mut body = Body::UntilTheEnd;
        for line in lines {
            let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
            let (name, value) = line.split_at(colon);
            if name.eq_ignore_ascii_case(b"content-length") {
                let digits = std::str::from_utf8(value.get(1..)?).ok()?;
                body = Body::Length(digits.trim().parse().ok()?);
            } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
                body = Body::Chunked;
            }
        }
        Some(Self { status, length: end + END.len(), body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE: &str =
        "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\ndate: Tue, 24 Nov 2026 17:58:29 GMT\r\n\r\n";

    fn refusal(bytes: &str, handlers: &[bool]) -> Option<(usize, u16)> {
        let mut answers = handlers.iter().copied();
        Outgoing::new().walk(bytes.as_bytes(), || answers.next())
    }

    #[test]
    fn a_refusal_is_what_no_handler_answered() {
        let ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n";
        let unchanged = "HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\n";
        let chunked =
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\nA\r\n0123456789\r\n0\r\n\r\n";
        let proceed = "HTTP/1.1 100 Continue\r\n\r\n";
        let imitation = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{BARE}", BARE.len());
        for (before, handlers) in [
            (String::new(), &[][..]),
            (ok.to_owned(), &[false]),
            (head.to_owned(), &[true]),
            (unchanged.to_owned(), &[false]),
            (chunked.to_owned(), &[false]),
            (format!("{proceed}{ok}"), &[false]),
            (format!("{ok}{head}{chunked}{ok}"), &[false, true, false, false]),
            (format!("{ok}{head}{head}{ok}{ok}"), &[false, true, true, true, false]),
            (imitation, &[false]),
        ] {
            assert_eq!(refusal(&before, handlers), None, "{before}");
            assert_eq!(refusal(&format!("{before}{BARE}"), handlers), Some((before.len(), 400)), "{before}");
        }
    }

    #[test]
    fn what_a_handler_answered_is_no_refusal() {
        assert_eq!(refusal(BARE, &[false]), None);
        let mut place = Outgoing::new();
        place.walk(b"HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\n\r\n{", || Some(false));
        assert!(!place.is_between_answers());
        assert_eq!(place.walk(b"\"a\"}", || None), None);
        assert!(place.is_between_answers());
        assert_eq!(place.walk(BARE.as_bytes(), || None), Some((0, 400)));
    }

    #[test]
    fn what_cannot_be_measured_is_passed_through() {
        for odd in [
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
            "SSH-2.0-x\r\n\r\n",
        ] {
            assert_eq!(refusal(&format!("{odd}{BARE}"), &[false]), None, "{odd}");
        }
        assert_eq!(refusal("HTTP/1.1 101 Switching Protocols\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", &[]), None);
    }
}
