//! The value of a Content-Type field (RFC 9110 §8.3).
//!
//! In scope: the type and its charset, read as browsers do (WHATWG MIME Sniffing, "parse a MIME type"), and also with spaces around the
//! equals sign, which servers send. Out of scope: every other parameter, and what type and charset mean.

use crate::http::is_token;

/// The type without parameters in lower case, such as `text/html`. Returns `None` for a value of another form.
pub fn essence(value: &[u8]) -> Option<String> {
    let essence = value.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    let slash = essence.iter().position(|&byte| byte == b'/')?;
    let (kind, subtype) = (essence.get(..slash)?, essence.get(slash + 1..)?);
    if !is_token(kind) || !is_token(subtype) {
        return None;
    }
    Some(String::from_utf8_lossy(essence).to_ascii_lowercase())
}

/// The value of the first charset parameter, without quotes and escapes.
pub(super) fn charset(value: &[u8]) -> Option<Vec<u8>> {
    let (_, mut rest) = split_at_byte(value, b';');
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| b";=".contains(byte)).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end)?;
        let Some(after) = after.strip_prefix(b"=") else {
            rest = split_at_byte(after, b';').1;
            continue;
        };
        let (value, after) = parameter_value(after.trim_ascii_start());
        if name.trim_ascii().eq_ignore_ascii_case(b"charset") && !value.is_empty() {
            return Some(value);
        }
        rest = after;
    }
    None
}

/// The value at the start of `rest`, and the bytes behind the next semicolon.
fn parameter_value(rest: &[u8]) -> (Vec<u8>, &[u8]) {
    let Some(quoted) = rest.strip_prefix(b"\"") else {
        let (value, after) = split_at_byte(rest, b';');
        // RFC 9110 has no such quotes, and no label has them.
        let value = value.trim_ascii();
        let inner = value.strip_prefix(b"'").and_then(|value| value.strip_suffix(b"'"));
        return (inner.unwrap_or(value).to_vec(), after);
    };
    let mut value = Vec::new();
    let mut bytes = quoted.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => value.push(bytes.next().copied().unwrap_or(b'\\')),
            _ => value.push(byte),
        }
    }
    (value, split_at_byte(bytes.as_slice(), b';').1)
}

/// The bytes before the first `byte`, and those behind it.
fn split_at_byte(bytes: &[u8], byte: u8) -> (&[u8], &[u8]) {
    let mut parts = bytes.splitn(2, |&at| at == byte);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_type() {
        for (value, expected) in [
            ("text/html", Some("text/html")),
            (" Text/HTML ; charset=x", Some("text/html")),
            ("application/problem+json;", Some("application/problem+json")),
            ("*/*", Some("*/*")),
            ("text", None),
            ("text/", None),
            ("/html", None),
            ("", None),
            ("text html/x", None),
            ("a/b/c", None),
        ] {
            assert_eq!(essence(value.as_bytes()).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn reads_the_charset() {
        for (value, expected) in [
            ("text/html; charset=utf-8", Some("utf-8")),
            ("text/html;CharSet=GBK", Some("GBK")),
            ("text/html; charset=\"gb2312\"", Some("gb2312")),
            ("text/html; charset='gb2312'", Some("gb2312")),
            ("text/html; charset = \"gb\\2312\" ; x", Some("gb2312")),
            ("text/html; a=\"; charset=x\"; charset=y", Some("y")),
            ("text/html; charset=a; charset=b", Some("a")),
            ("text/html; charset; charset=b", Some("b")),
            ("text/html; charset=; charset=b", Some("b")),
            ("text/html;;; charset=b ", Some("b")),
            ("text/html; charset=\"open", Some("open")),
            ("text/html; charset=\"open\\", Some("open\\")),
            ("; charset=x", Some("x")),
            ("text/html", None),
            ("charset=x", None),
            ("text/html; xcharset=x", None),
            ("text/html; charset=\"\"", None),
            ("", None),
        ] {
            let read = charset(value.as_bytes());
            assert_eq!(read.as_deref(), expected.map(str::as_bytes), "{value}");
        }
    }
}
