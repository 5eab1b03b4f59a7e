//! Where the rows of a text of any size begin, without the text.
//!
//! In scope: counting rows as bytes come in, remembering where some of them begin in bounded memory, and how long the lines are.
//! Out of scope: the rows themselves (see [`TextPage`](crate::view::TextPage)).

use super::checkpoints::Checkpoints;
use super::row_finder::{RowFinder, Wrap};

/// The index of the rows of one text.
#[derive(Clone, Debug)]
pub struct LineIndex {
    finder: RowFinder,
    begins: Begins,
}

/// What was found.
#[derive(Clone, Debug)]
struct Begins {
    checkpoints: Checkpoints,
    /// Rows that have begun.
    rows: u64,
    /// Where the last of them begins.
    last: u64,
    /// The longest row, in bytes.
    longest: u64,
}

impl LineIndex {
    /// An empty index for rows that are wrapped as `wrap` says.
    pub fn new(wrap: Wrap) -> Self {
        let begins = Begins { checkpoints: Checkpoints::new(), rows: 0, last: 0, longest: 0 };
        Self { finder: RowFinder::new(wrap, 0), begins }
    }

    /// How its rows are wrapped.
    pub fn wrap(&self) -> Wrap {
        self.finder.wrap()
    }

    /// The number of rows so far.
    pub fn rows(&self) -> u64 {
        self.begins.rows
    }

    /// The number of bytes fed so far.
    pub fn fed(&self) -> u64 {
        self.finder.fed()
    }

    /// How many bytes the longest row has.
    pub fn longest(&self) -> u64 {
        self.begins.longest.max(self.fed() - self.begins.last)
    }

    /// How many bytes may lie before a row, from where [`LineIndex::locate`] says to begin.
    pub fn skipped_max(&self) -> u64 {
        self.begins.checkpoints.distance_max()
    }

    /// Where to begin to lay out row `row`: an offset, and how many rows to skip from there. `None` past the last row.
    pub fn locate(&self, row: u64) -> Option<(u64, u64)> {
        let checkpoint = self.begins.checkpoints.before_row(row).filter(|_| row < self.rows())?;
        Some((checkpoint.offset, row - checkpoint.row))
    }

    /// A row at or before the one that holds `offset`, and where it begins. `None` if `offset` has not been fed yet.
    pub fn locate_offset(&self, offset: u64) -> Option<(u64, u64)> {
        let checkpoint = self.begins.checkpoints.before_offset(offset).filter(|_| offset < self.fed())?;
        Some((checkpoint.row, checkpoint.offset))
    }

    /// Takes in the next bytes of the text.
    pub fn feed(&mut self, bytes: &[u8]) {
        let Self { finder, begins } = self;
        finder.feed(bytes, &mut |offset| begins.begin(offset));
    }
}

impl Begins {
    fn begin(&mut self, offset: u64) {
        self.longest = self.longest.max(offset - self.last);
        self.checkpoints.begin(self.rows, offset);
        self.rows += 1;
        self.last = offset;
    }
}
