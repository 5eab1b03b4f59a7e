//! Whether the first bytes of a body can be in the coding that it is said to be in.
//!
//! In scope: what the formats begin with, and that text is none of those that begin with anything. Servers name codings that a body
//! does not have. Out of scope: what is done then (see `layer`).

use super::codec::deflate::is_zlib_header;
use super::codec::gzip;
use super::codec::zstd_frame::ZstdHead;
use super::coding::Coding;

/// So many bytes tell in any case. Of coded bytes more than half are none of a text, so that as many as these never look like one.
pub(super) const BEGIN: usize = 32;

/// What the first bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// There are too few.
    Unknown,
    /// They are in the coding.
    Coded,
    /// They may be: the format begins with anything.
    Likely,
    /// They are not.
    Alien,
}

/// What `start`, at most [`BEGIN`] bytes, tells.
pub(super) fn begin(coding: Coding, start: &[u8]) -> Begin {
    match coding {
        Coding::Gzip if start.iter().zip(gzip::MAGIC).any(|(&byte, magic)| byte != magic) => Begin::Alien,
        Coding::Gzip if start.len() < gzip::MAGIC.len() => Begin::Unknown,
        Coding::Gzip => Begin::Coded,
        Coding::Zstd => match ZstdHead::read(start.get(..4).unwrap_or(start)) {
            ZstdHead::Alien => Begin::Alien,
            _ if start.len() < 4 => Begin::Unknown,
            _ => Begin::Coded,
        },
        Coding::Deflate | Coding::Brotli if is_text(start) => {
            if start.len() < BEGIN {
                Begin::Unknown
            } else {
                Begin::Alien
            }
        }
        Coding::Deflate => match *start {
            [method, flags, ..] if is_zlib_header(method, flags) => Begin::Coded,
            _ => Begin::Likely,
        },
        Coding::Brotli => Begin::Likely,
    }
}

/// Whether `start` begins with the number that `coding` has of its own, as gzip and zstd have.
#[must_use]
pub fn has_magic(coding: Coding, start: &[u8]) -> bool {
    matches!(coding, Coding::Gzip | Coding::Zstd) && begin(coding, start) == Begin::Coded
}

/// Whether bytes are text in UTF-8, which may be cut within a character.
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
        use Begin::{Alien, Coded, Likely, Unknown};
        let html = b"<!DOCTYPE html>\n<title>\xe4\xbd\xa0\xe5\xa5\xbd</title>";
        let rows: [(Coding, &[u8], Begin); 17] = [
            (Coding::Gzip, b"", Unknown),
            (Coding::Gzip, b"\x1f", Unknown),
            (Coding::Gzip, b"\x1f\x8b", Coded),
            (Coding::Gzip, b"\x1f\x8c", Alien),
            (Coding::Gzip, b"<", Alien),
            (Coding::Zstd, b"\x28\xb5\x2f", Unknown),
            (Coding::Zstd, b"\x28\xb5\x2f\xfd\0", Coded),
            (Coding::Zstd, b"\x5f\x2a\x4d\x18", Coded),
            (Coding::Zstd, b"(no", Alien),
            (Coding::Deflate, b"x\x9c", Coded),
            (Coding::Deflate, b"\xcb\x48", Likely),
            (Coding::Deflate, b"8080", Unknown),
            (Coding::Deflate, &html[..32], Alien),
            (Coding::Brotli, b"\x8b\x01", Likely),
            (Coding::Brotli, b"\x1b", Likely),
            (Coding::Brotli, &html[..31], Unknown),
            (Coding::Brotli, &html[..32], Alien),
        ];
        for (coding, start, expected) in rows {
            assert_eq!(begin(coding, start), expected, "{coding:?} {}", start.escape_ascii());
        }
    }

    #[test]
    fn text_may_be_cut_within_a_character() {
        assert!(is_text(b"") && is_text(b"a\xe4\xbd") && is_text(b"\t\r\n\x0c~"));
        assert!(!is_text(b"a\xe4b") && !is_text(b"\x7f") && !is_text(b"\x1b") && !is_text(b"\xff"));
    }
}
