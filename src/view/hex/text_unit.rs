//! What a click on text takes: a character, a word, a line.
//!
//! In scope: where it begins and ends among bytes. Out of scope: which bytes are read, and the pointer.

use core::ops::Range;

use encoding_rs::Encoding;

use super::text_column::{Cell, text_cells};
use crate::view::text::CharacterClass;

/// What is taken at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextUnit {
    /// All bytes of a character.
    Character,
    /// Letters, digits and underscores that follow each other; or spaces; or one character of any other kind.
    Word,
    /// All up to and with a line feed.
    Line,
}

impl TextUnit {
    /// So many bytes before and behind a place are looked at for its ends.
    #[must_use]
    pub fn reach(self) -> u64 {
        match self {
            Self::Character => 64,
            Self::Word => 4 * 1024,
            Self::Line => 64 * 1024,
        }
    }
}

/// The unit of `bytes`, text in `encoding`, that byte number `at` belongs to; empty if there is no such byte.
#[must_use]
pub fn unit_at(bytes: &[u8], at: usize, unit: TextUnit, encoding: &'static Encoding) -> Range<usize> {
    if at >= bytes.len() {
        return at..at;
    }
    if unit == TextUnit::Line {
        let before = bytes.get(..at).unwrap_or_default();
        let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
        let rest = bytes.get(at..).unwrap_or_default();
        return start..memchr::memchr(b'\n', rest).map_or(bytes.len(), |end| at + end + 1);
    }
    let cells = text_cells(bytes, 0, encoding);
    let own = character(&cells, at);
    let own_class = cells.get(own.start).map(class).filter(|_| unit == TextUnit::Word);
    let Some(own_class) = own_class.filter(|class| *class != CharacterClass::Sign) else { return own };
    let (mut start, mut end) = (own.start, own.end);
    while let Some(before) = start.checked_sub(1).map(|last| character(&cells, last))
        && cells.get(before.start).is_some_and(|cell| class(cell) == own_class)
    {
        start = before.start;
    }
    while let Some(cell) = cells.get(end)
        && class(cell) == own_class
    {
        end = character(&cells, end).end;
    }
    start..end
}

/// The bytes of the character that byte number `at` belongs to.
fn character(cells: &[Cell], at: usize) -> Range<usize> {
    let begins = |cell: &Cell| *cell != Cell::Rest;
    let start = cells.get(..=at).and_then(|cells| cells.iter().rposition(begins)).unwrap_or(at);
    let rest = cells.get(at + 1..).unwrap_or_default();
    start..at + 1 + rest.iter().position(begins).unwrap_or(rest.len())
}

/// The class of what stands in a cell; a byte that is not drawn as a character stands for itself.
fn class(cell: &Cell) -> CharacterClass {
    match cell {
        Cell::Char(ch) => CharacterClass::of(*ch),
        Cell::Rest | Cell::Dot => CharacterClass::Sign,
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GBK, UTF_8};

    use super::*;

    fn taken(text: &str, at: usize, unit: TextUnit) -> &str {
        &text[unit_at(text.as_bytes(), at, unit, UTF_8)]
    }

    #[test]
    fn a_click_takes_a_character_a_word_or_a_line() {
        let text = "GET /index.html\r\nHost: 你好_1  é\n";
        let at = |part: &str| text.find(part).unwrap();
        for (place, character, word, line) in [
            (at("ET "), "E", "GET", "GET /index.html\r\n"),
            (at("/"), "/", "/", "GET /index.html\r\n"),
            (at("dex"), "d", "index", "GET /index.html\r\n"),
            (at("\r"), "\r", "\r", "GET /index.html\r\n"),
            (at("好") + 1, "好", "你好_1", "Host: 你好_1  é\n"),
            (at("  é"), " ", "  ", "Host: 你好_1  é\n"),
            (at("é") + 1, "é", "é", "Host: 你好_1  é\n"),
        ] {
            let units = [TextUnit::Character, TextUnit::Word, TextUnit::Line].map(|unit| taken(text, place, unit));
            assert_eq!(units, [character, word, line], "at {place}");
        }
    }

    #[test]
    fn the_ends_of_the_bytes_are_ends() {
        for unit in [TextUnit::Word, TextUnit::Line] {
            assert_eq!(taken("one", 1, unit), "one");
        }
        assert_eq!(unit_at(b"one", 3, TextUnit::Word, UTF_8), 3..3);
        let (gbk, ..) = GBK.encode("所有 x");
        assert_eq!(unit_at(&gbk, 3, TextUnit::Character, GBK), 2..4);
        assert_eq!(unit_at(&gbk, 3, TextUnit::Word, GBK), 0..4);
    }
}
