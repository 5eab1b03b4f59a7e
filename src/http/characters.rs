//! Classes of characters (RFC 9110 §5.6).
//!
//! In scope: tokens and optional whitespace. Out of scope: whole lines and fields (see `head`).

/// Whether `byte` is SP or HTAB.
pub(crate) fn is_ows(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// `bytes` without the optional whitespace at either end: SP and HTAB (RFC 9110 §5.6.3), and the line ends of folded lines, which stand
/// for SP (RFC 9112 §5.2). A form feed is no optional whitespace.
pub fn trim_ows(bytes: &[u8]) -> &[u8] {
    let is_text = |byte: &u8| !is_ows(*byte) && !matches!(byte, b'\r' | b'\n');
    let Some(first) = bytes.iter().position(is_text) else { return &[] };
    let last = bytes.iter().rposition(is_text).unwrap_or(first);
    bytes.get(first..=last).unwrap_or_default()
}

/// Whether `bytes` are a token, such as a method, a field name or a media type (RFC 9110 §5.6.2).
pub fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().copied().all(is_tchar)
}

/// Whether `byte` may be in a token.
pub fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::trim_ows;

    #[test]
    fn optional_whitespace_is_sp_and_htab_alone() {
        assert_eq!(trim_ows(b" \ta \t"), b"a");
        assert_eq!(trim_ows(b"\r\n\ta b\r\n "), b"a b");
        assert_eq!(trim_ows(b"\x0ca\x0b"), b"\x0ca\x0b");
        assert_eq!(trim_ows(b" \t"), b"");
    }
}
