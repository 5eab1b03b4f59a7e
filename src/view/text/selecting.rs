//! Which part of a text a double and a triple click select: a word, and a line.
//!
//! Both are looked for within bounds, as a text may be one word of a gigabyte.

use super::line_breaker::{Unit, decode};
use crate::capture::Content;
use crate::http::Span;

/// A word, and a line, reach so many bytes to either side of the click at most.
const WORD_MAX: u64 = 4 * 1024;
const LINE_MAX: u64 = 1024 * 1024;

/// What a double click takes a character with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::view) enum CharacterClass {
    /// Letters, digits and underscores.
    Word,
    /// White space within a line.
    Space,
    /// A sign, which stands for itself.
    Sign,
}

impl CharacterClass {
    /// The class of `ch`.
    pub(in crate::view) fn of(ch: char) -> Self {
        match ch {
            '_' => Self::Word,
            '\n' => Self::Sign,
            _ if ch.is_alphanumeric() => Self::Word,
            _ if ch.is_whitespace() => Self::Space,
            _ => Self::Sign,
        }
    }
}

/// The word of `content` that holds `offset`: letters, digits and underscores; or the white space; or else the one character there.
#[must_use]
pub fn word_at(content: Content<'_>, offset: u64) -> Span {
    let start = offset.saturating_sub(WORD_MAX);
    let bytes = content.read(Span::new(start, offset.saturating_add(WORD_MAX))).unwrap_or_default();
    let (mut at, mut run) = (0, Span::new(offset, offset));
    let mut class = None;
    while let Some(left) = bytes.get(at..).filter(|left| !left.is_empty()) {
        let (length, own) = match decode(left) {
            Unit::Char(ch, length) => (length, CharacterClass::of(ch)),
            Unit::Invalid(length) => (length, CharacterClass::Sign),
            Unit::Incomplete => (left.len(), CharacterClass::Sign),
        };
        let place = start + at as u64;
        if own == CharacterClass::Sign || class != Some(own) {
            if place > offset {
                break;
            }
            (run, class) = (Span::new(place, place), Some(own));
        }
        run.end = place + length as u64;
        at += length;
    }
    run
}

/// The line of `content` that holds `offset`, with its LF.
#[must_use]
pub fn line_at(content: Content<'_>, offset: u64) -> Span {
    let begin = offset.saturating_sub(LINE_MAX);
    let before = content.read(Span::new(begin, offset)).unwrap_or_default();
    let after = content.read(Span::new(offset, offset.saturating_add(LINE_MAX))).unwrap_or_default();
    let start = memchr::memrchr(b'\n', &before).map_or(begin, |at| begin + at as u64 + 1);
    let length = memchr::memchr(b'\n', &after).map_or(after.len(), |at| at + 1);
    Span::new(start, offset + length as u64)
}

/// The character of `content` behind `offset`, or before it; empty at the end, or at the beginning.
#[must_use]
pub fn character_beside(content: Content<'_>, offset: u64, is_behind: bool) -> Span {
    if is_behind {
        let bytes = content.read(Span::new(offset, offset.saturating_add(4))).unwrap_or_default();
        return Span::new(offset, offset + length(&bytes) as u64);
    }
    let begin = offset.saturating_sub(4);
    let bytes = content.read(Span::new(begin, offset)).unwrap_or_default();
    let whole = |at: &usize| bytes.get(*at..).is_some_and(|left| length(left) == left.len());
    let at = (0..bytes.len()).find(whole).unwrap_or(bytes.len().saturating_sub(1));
    Span::new(begin + at as u64, offset)
}

/// How many bytes the character has that `bytes` begin with.
fn length(bytes: &[u8]) -> usize {
    match decode(bytes) {
        Unit::Char(_, length) | Unit::Invalid(length) => length,
        Unit::Incomplete => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::SpoolWriter;

    #[test]
    fn a_double_click_selects_a_word_and_a_triple_click_a_line() {
        let text = "one_1 = 两个字;\r\n\nlast";
        let (mut writer, spool) = SpoolWriter::temporary();
        writer.append(text.as_bytes()).unwrap();
        writer.flush().unwrap();
        let content = Content::plain(&spool, Span::new(0, text.len() as u64));
        let part = |span: Span| &text[span.start as usize..span.end as usize];
        for (at, word, line) in [
            (0, "one_1", "one_1 = 两个字;\r\n"),
            (4, "one_1", "one_1 = 两个字;\r\n"),
            (5, " ", "one_1 = 两个字;\r\n"),
            (6, "=", "one_1 = 两个字;\r\n"),
            (11, "两个字", "one_1 = 两个字;\r\n"),
            (17, ";", "one_1 = 两个字;\r\n"),
            (20, "\n", "\n"),
            (22, "last", "last"),
        ] {
            assert_eq!((part(word_at(content, at)), part(line_at(content, at))), (word, line), "{at}");
        }
        for (at, before, behind) in [(0, "", "o"), (8, " ", "两"), (11, "两", "个"), (25, "t", "")] {
            let both = [false, true].map(|is_behind| part(character_beside(content, at, is_behind)));
            assert_eq!(both, [before, behind], "{at}");
        }
    }
}
