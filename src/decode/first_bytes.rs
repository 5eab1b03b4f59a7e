//! Whether the first bytes of a body can be in the coding that the head names. Servers name codings that a body does not have.
//!
//! In scope: the bytes with which each format begins, and that text is in none of the formats that begin with any bytes. Out of scope:
//! decoding (see `layer`).

use super::codec::deflate::is_zlib_header;
use super::codec::gzip;
use super::codec::zstd_frame::ZstdHead;
use super::coding::Coding;

/// The number of first bytes that decide in any case. More than half of all coded bytes are none of a text, so this many coded bytes never
/// look like a text.
pub(super) const FIRST_BYTES: usize = 32;

/// Whether first bytes are in a coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstBytes {
    /// The bytes are too few to decide.
    TooFew,
    /// The bytes are in the coding.
    Coded,
    /// The bytes may be in the coding, as the format begins with any bytes.
    MaybeCoded,
    /// The bytes are not in the coding.
    NotCoded,
}

/// Whether `start`, at most [`FIRST_BYTES`] bytes, is in `coding`.
pub(super) fn first_bytes(coding: Coding, start: &[u8]) -> FirstBytes {
    match coding {
        Coding::Gzip if start.iter().zip(gzip::MAGIC).any(|(&byte, magic)| byte != magic) => FirstBytes::NotCoded,
        Coding::Gzip if start.len() < gzip::MAGIC.len() => FirstBytes::TooFew,
        Coding::Gzip => FirstBytes::Coded,
        Coding::Zstd => match ZstdHead::read(start.get(..4).unwrap_or(start)) {
            ZstdHead::NotZstd => FirstBytes::NotCoded,
            _ if start.len() < 4 => FirstBytes::TooFew,
            _ => FirstBytes::Coded,
        },
        Coding::Deflate | Coding::Brotli if is_text(start) => {
            if start.len() < FIRST_BYTES {
                FirstBytes::TooFew
            } else {
                FirstBytes::NotCoded
            }
        }
        Coding::Deflate => match *start {
            [method, flags, ..] if is_zlib_header(method, flags) => FirstBytes::Coded,
            _ => FirstBytes::MaybeCoded,
        },
        Coding::Brotli => FirstBytes::MaybeCoded,
    }
}

/// Whether `start` begins with the magic number of `coding`. Only gzip and zstd have one.
pub fn has_magic(coding: Coding, start: &[u8]) -> bool {
    matches!(coding, Coding::Gzip | Coding::Zstd) && first_bytes(coding, start) == FirstBytes::Coded
}

/// Whether `bytes` are text in UTF-8. The text may be cut within a character.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let is_utf8 = core::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true);
    is_utf8
        && !bytes.iter().any(|&byte| byte == 0x7f || (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | b'\x0c')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell() {
        use FirstBytes::{Coded, MaybeCoded, NotCoded, TooFew};
        let html = b"<!DOCTYPE html>\n<title>\xe4\xbd\xa0\xe5\xa5\xbd</title>";
        let rows: [(Coding, &[u8], FirstBytes); 17] = [
            (Coding::Gzip, b"", TooFew),
            (Coding::Gzip, b"\x1f", TooFew),
            (Coding::Gzip, b"\x1f\x8b", Coded),
            (Coding::Gzip, b"\x1f\x8c", NotCoded),
            (Coding::Gzip, b"<", NotCoded),
            (Coding::Zstd, b"\x28\xb5\x2f", TooFew),
            (Coding::Zstd, b"\x28\xb5\x2f\xfd\0", Coded),
            (Coding::Zstd, b"\x5f\x2a\x4d\x18", Coded),
            (Coding::Zstd, b"(no", NotCoded),
            (Coding::Deflate, b"x\x9c", Coded),
            (Coding::Deflate, b"\xcb\x48", MaybeCoded),
            (Coding::Deflate, b"8080", TooFew),
            (Coding::Deflate, &html[..32], NotCoded),
            (Coding::Brotli, b"\x8b\x01", MaybeCoded),
            (Coding::Brotli, b"\x1b", MaybeCoded),
            (Coding::Brotli, &html[..31], TooFew),
            (Coding::Brotli, &html[..32], NotCoded),
        ];
        for (coding, start, expected) in rows {
            assert_eq!(first_bytes(coding, start), expected, "{coding:?} {}", start.escape_ascii());
        }
    }

    #[test]
    fn text_may_be_cut_within_a_character() {
        assert!(is_text(b"") && is_text(b"a\xe4\xbd") && is_text(b"\t\r\n\x0c~"));
        assert!(!is_text(b"a\xe4b") && !is_text(b"\x7f") && !is_text(b"\x1b") && !is_text(b"\xff"));
    }
}
