//! The first bytes of what a call or a message carried, on one line.
//!
//! In scope: text or hex, and marks for what would not be seen. Out of scope: the whole bytes (see `hex`), character encodings but UTF-8.

use std::fmt::Write as _;

use crate::capture::{Connection, Direction, Spool, StreamLayer};
use crate::http::Span;
use crate::view::visible;

/// `bytes` on one line: as text with marked control characters where at most one character in eight is none, or else in hex. `…` stands at
/// the end if there are more of them: `is_whole` says that there are not.
#[must_use]
pub fn preview(bytes: &[u8], is_whole: bool) -> String {
    // A character that the cut divides is left out.
    let kept = match std::str::from_utf8(bytes) {
        Err(error) if !is_whole && error.error_len().is_none() => bytes.get(..error.valid_up_to()).unwrap_or(bytes),
        _ => bytes,
    };
    let text = String::from_utf8_lossy(kept);
    let is_no_text = |ch: &char| *ch == '\u{fffd}' || (ch.is_control() && !matches!(ch, '\t' | '\r' | '\n'));
    let mut shown = match text.chars().filter(is_no_text).count() * 8 <= text.chars().count() {
        true => visible(&text).into_owned(),
        false => hex(bytes),
    };
    if !is_whole {
        shown.push('…');
    }
    shown
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for (at, byte) in bytes.iter().enumerate() {
        // Writing to a string does not fail.
        let _ = write!(text, "{}{byte:02x}", if at == 0 { "" } else { " " });
    }
    text
}

/// The first bytes of `span` of a direction as the program sends and receives them, at most `most` of them, as [`preview`] shows them;
/// `None` if there are none, or they are not kept.
#[must_use]
pub fn preview_of(connection: &Connection, direction: Direction, span: Span, most: usize) -> Option<String> {
    let (spool, kept): (&Spool, u64) = connection.bytes(direction, StreamLayer::Plain);
    let end = span.end.min(kept).min(span.start.saturating_add(most as u64));
    let shown = Span::new(span.start, end.max(span.start));
    let bytes = spool.read(shown).ok().filter(|bytes| !bytes.is_empty())?;
    Some(preview(&bytes, shown == span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_as_text_and_all_else_in_hex() {
        for (bytes, is_whole, shown) in [
            (b"GET / HTTP/1.1\r\n".as_slice(), true, "GET / HTTP/1.1␍␊"),
            (b"one, two", false, "one, two…"),
            ("你好".as_bytes(), true, "你好"),
            // The cut divides a character.
            (&"你好".as_bytes()[..5], false, "你…"),
            (&"你好".as_bytes()[..5], true, "e4 bd a0 e5 a5"),
            (b"\0\x01\xff", true, "00 01 ff"),
            (b"\x16\x03\x01\x02\0\x01", false, "16 03 01 02 00 01…"),
            (b"name\tvalue\0\n", true, "name␉value␀␊"),
            (b"", true, ""),
        ] {
            assert_eq!(preview(bytes, is_whole), shown, "{bytes:?}");
        }
    }
}
