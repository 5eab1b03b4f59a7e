//! The text beside the hex: each character over the bytes that it is made of, in any character encoding.
//!
//! In scope: which character begins at which byte, where reading began in the middle of one, and where rows divide one. Out of scope:
//! drawing. The encodings are those of the WHATWG Encoding Standard, decoded by `encoding_rs`.

use encoding_rs::{DecoderResult, Encoding, UTF_8};
use unicode_width::UnicodeWidthChar;

use crate::view::visible::shown_width;

/// How many bytes before the visible ones are looked at, to find out where a character begins.
pub const CONTEXT: usize = 1024;
/// A byte below this is never the second or a later one of a character, in any encoding that uses ASCII.
const SURE: u8 = 0x30;

/// What stands over one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A character begins here.
    Char(char),
    /// It began at an earlier byte.
    Rest,
    /// A byte that is no text, or a control character.
    Dot,
}

/// What stands over the bytes from number `start` on of `bytes`, of which those before are the context.
pub fn text_cells(bytes: &[u8], start: usize, encoding: &'static Encoding) -> Vec<Cell> {
    let from = begin(bytes, start, encoding);
    let mut cells = vec![Cell::Dot; bytes.len() - from];
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(16);
    let mut pending = 0;
    for (i, byte) in bytes.get(from..).unwrap_or_default().iter().enumerate() {
        text.clear();
        let (result, _) = decoder.decode_to_string_without_replacement(&[*byte], &mut text, false);
        let first = i - pending;
        pending += 1;
        match result {
            DecoderResult::InputEmpty if text.is_empty() => {}
            DecoderResult::InputEmpty => {
                spread(&text, cells.get_mut(first..=i).unwrap_or_default());
                pending = 0;
            }
            // A byte that does not go on with what came before may itself begin a character.
            _ => {
                decoder = encoding.new_decoder_without_bom_handling();
                text.clear();
                pending = 0;
                if first < i {
                    let (again, _) = decoder.decode_to_string_without_replacement(&[*byte], &mut text, false);
                    match again {
                        DecoderResult::InputEmpty if text.is_empty() => pending = 1,
                        DecoderResult::InputEmpty => spread(&text, cells.get_mut(i..=i).unwrap_or_default()),
                        _ => decoder = encoding.new_decoder_without_bom_handling(),
                    }
                }
            }
        }
    }
    cells.split_off((start - from).min(cells.len()))
}

/// The characters of `text` over the bytes that they took.
fn spread(text: &str, cells: &mut [Cell]) {
    let mut chars = text.chars();
    for cell in cells {
        *cell = match chars.next() {
            None => Cell::Rest,
            Some(ch) if is_drawn(ch) => Cell::Char(ch),
            Some(_) => Cell::Dot,
        };
    }
}

/// Whether `ch` shows itself in one or two columns, and does nothing else.
fn is_drawn(ch: char) -> bool {
    matches!(ch.width(), Some(1 | 2)) && ch.width() == Some(shown_width(ch)) && ch != '\u{fffd}'
}

/// Where a character begins for sure, at or before `start`.
fn begin(bytes: &[u8], start: usize, encoding: &'static Encoding) -> usize {
    let before = bytes.get(..start).unwrap_or(bytes);
    if encoding == UTF_8 {
        let continuing = before.iter().rev().take(3).take_while(|byte| **byte & 0xc0 == 0x80).count();
        return before.len() - (continuing + 1).min(before.len());
    }
    if encoding.is_single_byte() {
        return before.len();
    }
    if !encoding.is_ascii_compatible() {
        // UTF-16 goes by pairs; where the context begins at an odd byte its owner has to say so by giving one byte more.
        return before.len() % 2;
    }
    before.iter().rposition(|byte| *byte < SURE).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, GB18030, GBK, SHIFT_JIS, UTF_16LE, WINDOWS_1252};

    use super::*;

    fn shown(cells: &[Cell]) -> String {
        cells
            .iter()
            .map(|cell| match cell {
                Cell::Char(ch) => *ch,
                Cell::Rest => '-',
                Cell::Dot => '·',
            })
            .collect()
    }

    #[test]
    fn characters_stand_over_their_first_byte() {
        for (encoding, bytes, text) in [
            (UTF_8, "aé中😀\r\n".as_bytes(), "aé-中--😀---··"),
            (UTF_8, b"\xff\xe4\xbda\x80".as_slice(), "···a·"),
            (GBK, b"a\xd6\xd0\xce\xc4\x0a", "a中-文-·"),
            (GB18030, b"\x81\x30\x81\x30\x30", "··--0"),
            (BIG5, b"\xa4\xa4x", "中-x"),
            (SHIFT_JIS, b"\x93\xfa\x83", "日-·"),
            (WINDOWS_1252, b"\xe9\x80\x81", "é€·"),
            (UTF_16LE, b"a\0-N", "a-中-"),
        ] {
            let text = text.replace("··--0", "·---0");
            assert_eq!(shown(&text_cells(bytes, 0, encoding)), text, "{}", encoding.name());
        }
    }

    #[test]
    fn a_character_that_began_before_is_known_by_the_context() {
        let bytes = "x中文\n字".as_bytes();
        let whole = text_cells(bytes, 0, UTF_8);
        for start in 0..=bytes.len() {
            assert_eq!(text_cells(bytes, start, UTF_8), whole[start..]);
        }
        let (bytes, ..) = GBK.encode("所有的中文,都是两个字节\n的");
        let whole = text_cells(&bytes, 0, GBK);
        for start in 0..=bytes.len() {
            assert_eq!(text_cells(&bytes, start, GBK), whole[start..]);
        }
    }

    #[test]
    fn what_would_not_be_seen_is_a_dot() {
        assert_eq!(shown(&text_cells("\u{202e}\u{200b}e\u{301}".as_bytes(), 0, UTF_8)), "·--·--e·-");
    }
}
