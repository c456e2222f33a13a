//! References to what is kept elsewhere: an address on the web, a URN, or words such as a file number.

/// The schemes that a reference may have as an address.
pub const SCHEMES: [&str; 3] = ["https", "http", "urn"];

/// The scheme of a reference that a browser would take for an address (RFC 3986, section 3.1), unless it is one of [`SCHEMES`]. What a
/// browser passes over is passed over here: control characters and blanks in front, tabs and line breaks anywhere.
///
/// A reference is shown as a link somewhere: `javascript:` and `data:` would run there what the company wrote.
pub fn foreign_scheme(reference: &str) -> Option<String> {
    let text: String = reference.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let text = text.trim_start_matches(|c: char| c <= ' ' || c.is_whitespace());
    let (scheme, _) = text.split_once(':')?;
    let mut characters = scheme.chars();
    let is_scheme = characters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let scheme = scheme.to_ascii_lowercase();
    (is_scheme && !SCHEMES.contains(&scheme.as_str())).then_some(scheme)
}

/// What is wrong with such a reference, in a sentence.
pub fn foreign_scheme_sentence(scheme: &str) -> String {
    format!(
        "A reference that is an address begins with https:, http: or urn:, not with {scheme}:. Write anything else, such as a file number, \
         without a colon after its first word."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_web_urns_and_words_are_references() {
        for right in [
            "https://files.example.com/acta.pdf",
            "HTTP://files.example.com/acta.pdf",
            "urn:uuid:0193a5c0-de7a-7c3e-b8f6-a1b2c3d4e5f6",
            "File 2026/17",
            "Shelf 3: the blue folder",
            "statement-of-support.pdf",
            "12:30",
        ] {
            assert_eq!(foreign_scheme(right), None, "{right}");
        }
    }

    #[test]
    fn no_other_scheme_is_taken_however_it_is_disguised() {
        for (wrong, scheme) in [
            ("javascript:alert(1)", "javascript"),
            ("JavaScript: alert(1)", "javascript"),
            (" \u{1}java\nscript\t:alert(1)", "javascript"),
            ("data:text/html,x", "data"),
            ("file:///etc/passwd", "file"),
            ("vbscript:x", "vbscript"),
        ] {
            assert_eq!(foreign_scheme(wrong).as_deref(), Some(scheme), "{wrong:?}");
        }
    }
}
