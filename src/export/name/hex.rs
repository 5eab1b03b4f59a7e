//! Two hexadecimal digits as a byte, as percent-encoding (RFC 3986 §2.1) and encoded words (RFC 2047 §4.2) write them.

/// The byte that the two hexadecimal digits at the start of `digits` stand for.
pub(super) fn hex_pair(digits: &[u8]) -> Option<u8> {
    let pair = digits.get(..2).filter(|pair| pair.iter().all(u8::is_ascii_hexdigit))?;
    u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()
}
