//! Where the rows of a text begin: the one rule that the index and the layout share.
//!
//! In scope: rows end at LF, and before a character that would not fit into the columns; UTF-8 is decoded, also where a
//! character was split between two pieces. Out of scope: keeping rows.

use super::visible::shown_width;

/// Tabs go to the next multiple of so many columns.
pub const TAB: usize = 4;

/// What stands at the front of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A character and its length in bytes.
    Char(char, usize),
    /// So many bytes that are no UTF-8; shown as one U+FFFD.
    Invalid(usize),
    /// The beginning of a character, the rest of which has not come yet.
    Incomplete,
}

/// Decodes the first character of `bytes`, which must not be empty.
pub(super) fn decode(bytes: &[u8]) -> Unit {
    let Some(&first) = bytes.first() else { return Unit::Incomplete };
    if first.is_ascii() {
        return Unit::Char(char::from(first), 1);
    }
    let front = bytes.get(..4).unwrap_or(bytes);
    let (valid, rest) = match core::str::from_utf8(front) {
        Ok(text) => (text, None),
        Err(error) => {
            let valid = front.get(..error.valid_up_to()).and_then(|valid| core::str::from_utf8(valid).ok());
            (valid.unwrap_or_default(), Some(error.error_len()))
        }
    };
    match (valid.chars().next(), rest) {
        (Some(first), _) => Unit::Char(first, first.len_utf8()),
        (None, Some(Some(length))) => Unit::Invalid(length),
        (None, _) => Unit::Incomplete,
    }
}

/// So many characters without a width stand in a row, for each of its columns.
const UNSEEN_MAX: usize = 4;

/// Follows a text and says where rows end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Breaker {
    columns: usize,
    width: usize,
    /// Characters in the row that take no column.
    unseen: usize,
}

impl Breaker {
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
