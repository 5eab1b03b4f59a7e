//! Where the rows of a text begin: the one rule that the index and the layout share.
//!
//! In scope: rows end at LF, and before a character that would not fit into the columns; UTF-8 is decoded, also where a
//! character was split between two pieces. Out of scope: keeping rows.

use crate::view::visible::shown_width;

/// A tab goes to the next multiple of this many columns.
pub const TAB: usize = 4;

/// What stands at the front of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A character and its length in bytes.
    Char(char, usize),
    /// Bytes that are no UTF-8: how many. They are shown as one U+FFFD.
    Invalid(usize),
    /// The beginning of a character, the rest of which has not come yet.
    Incomplete,
}

impl Unit {
    /// How many bytes it has; `None` if that is not known yet.
    pub(super) fn length(self) -> Option<usize> {
        match self {
            Self::Char(_, length) | Self::Invalid(length) => Some(length),
            Self::Incomplete => None,
        }
    }
}

/// Decodes the first character of `bytes`, which must not be empty, by table 3-7 of the Unicode standard. What is no UTF-8 ends where
/// the standard library ends it, too ("maximal subparts"), but the library looks farther than at one character.
pub(super) fn decode(bytes: &[u8]) -> Unit {
    let Some(&first) = bytes.first() else { return Unit::Incomplete };
    let (length, seconds) = match first {
        0..=0x7f => return Unit::Char(char::from(first), 1),
        0xc2..=0xdf => (2, 0x80..=0xbf),
        0xe0 => (3, 0xa0..=0xbf),
        0xed => (3, 0x80..=0x9f),
        0xe1..=0xef => (3, 0x80..=0xbf),
        0xf0 => (4, 0x90..=0xbf),
        0xf1..=0xf3 => (4, 0x80..=0xbf),
        0xf4 => (4, 0x80..=0x8f),
        _ => return Unit::Invalid(1),
    };
    let mut code = u32::from(first & (0x7f >> length));
    for place in 1..length {
        let Some(&byte) = bytes.get(place) else { return Unit::Incomplete };
        let is_part = if place == 1 { seconds.contains(&byte) } else { (0x80..=0xbf).contains(&byte) };
        if !is_part {
            return Unit::Invalid(place);
        }
        code = code << 6 | u32::from(byte & 0x3f);
    }
    char::from_u32(code).map_or(Unit::Invalid(length), |ch| Unit::Char(ch, length))
}

/// How many characters without a width stand in a row, for each of its columns.
const UNSEEN_MAX: usize = 4;

/// Follows a text and says where rows end.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineBreaker {
    columns: usize,
    width: usize,
    /// Characters in the row that take no column.
    unseen: usize,
}

impl LineBreaker {
    /// A breaker at the beginning of a row. At least 8 columns, so that any mark fits.
    pub(super) fn new(columns: usize) -> Self {
        Self { columns: columns.max(8), width: 0, unseen: 0 }
    }

    /// The columns that the row has so far.
    pub(super) fn column(&self) -> usize {
        self.width
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// The columns that are left in the row.
    pub(super) fn room(&self) -> usize {
        self.columns.saturating_sub(self.width)
    }

    /// Passes over `columns` columns that fit into the row.
    pub(super) fn advance(&mut self, columns: usize) {
        self.width += columns;
    }

    /// Begins a new row.
    pub(super) fn restart(&mut self) {
        (self.width, self.unseen) = (0, 0);
    }

    /// Whether `unit` must begin a new row; if so, that row has been begun.
    pub(super) fn breaks_before(&mut self, unit: Unit) -> bool {
        let width = self.width_of(unit);
        let breaks = match width {
            0 => self.unseen >= self.columns.saturating_mul(UNSEEN_MAX),
            _ => self.width > 0 && self.width + width > self.columns,
        };
        if breaks {
            self.restart();
        }
        self.width += if breaks { self.width_of(unit) } else { width };
        self.unseen += usize::from(width == 0);
        breaks
    }

    /// The columns that `unit` takes where the row stands.
    pub(super) fn width_of(&self, unit: Unit) -> usize {
        match unit {
            Unit::Char('\t', _) => TAB - self.width % TAB,
            Unit::Char(ch, _) => shown_width(ch),
            Unit::Invalid(_) | Unit::Incomplete => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_character_is_decoded() {
        for ch in '\0'..=char::MAX {
            let text = ch.to_string();
            assert_eq!(decode(text.as_bytes()), Unit::Char(ch, text.len()));
            for cut in 1..text.len() {
                assert_eq!(decode(&text.as_bytes()[..cut]), Unit::Incomplete, "{ch:?}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn what_is_no_utf8_ends_where_the_standard_library_ends_it(
            bytes in prop::collection::vec(prop_oneof![0x70_u8..=0x90, 0x98_u8..=0xa8, 0xb8_u8..=0xff], 1..5),
        ) {
            let expected = match std::str::from_utf8(&bytes) {
                Err(error) if error.valid_up_to() == 0 => error.error_len().map_or(Unit::Incomplete, Unit::Invalid),
                _ => {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    let first = text.chars().next().unwrap();
                    Unit::Char(first, first.len_utf8())
                }
            };
            prop_assert_eq!(decode(&bytes), expected);
        }
    }
}
