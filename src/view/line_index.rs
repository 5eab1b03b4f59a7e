//! Where the rows of a text of any size begin, without the text.
//!
//! In scope: counting rows as bytes come in, and remembering where some of them begin: one in 4 KiB of text, and as they become
//! many, one in twice as much, so that memory is bounded. Out of scope: the rows themselves (see [`rows_from`](super::rows_from)).

use super::breaker::{Breaker, Unit, decode};

/// At first, checkpoints lie so many bytes apart, up to the next beginning of a row.
const SPACING: u64 = 4 * 1024;
/// So many are kept, in a mebibyte; before there would be more, every second is dropped.
const CHECKPOINTS_MAX: usize = 64 * 1024;

/// Where a row begins.
#[derive(Clone, Copy, Debug)]
struct Checkpoint {
    row: u64,
    offset: u64,
}

/// The index of the rows of one text.
#[derive(Clone, Debug)]
pub struct LineIndex {
    breaker: Breaker,
    checkpoints: Vec<Checkpoint>,
    spacing: u64,
    /// Rows that have begun.
    rows: u64,
    fed: u64,
    /// The beginning of a character whose rest has not come yet: at most 3 bytes.
    carried: Vec<u8>,
    /// Whether the next byte begins a row.
    fresh: bool,
}

impl LineIndex {
    /// An empty index for rows of `columns` columns, at least 8.
    #[must_use]
    pub fn new(columns: usize) -> Self {
        Self {
            breaker: Breaker::new(columns),
            checkpoints: Vec::new(),
            spacing: SPACING,
            rows: 0,
            fed: 0,
            carried: Vec::new(),
            fresh: true,
        }
    }

    /// The columns of its rows.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.breaker.columns()
    }

    /// The number of rows so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The number of bytes fed so far.
    #[must_use]
    pub fn fed(&self) -> u64 {
        self.fed
    }

    /// How many bytes may lie before a row, from where [`LineIndex::locate`] says to begin: two spacings, as every second
    /// checkpoint may have been dropped.
    #[must_use]
    pub fn skipped_max(&self) -> u64 {
        self.spacing * 2
    }

    /// Where to begin to lay out row `row`: an offset, and how many rows to skip from there. `None` past the last row.
    #[must_use]
    pub fn locate(&self, row: u64) -> Option<(u64, u64)> {
        if row >= self.rows {
            return None;
        }
        let after = self.checkpoints.partition_point(|checkpoint| checkpoint.row <= row);
        let checkpoint = self.checkpoints.get(after.checked_sub(1)?)?;
        Some((checkpoint.offset, row - checkpoint.row))
    }

    /// Where to begin to lay out the row that holds byte `offset`: the number of a row and the offset at which it begins. `None` if
    /// that byte has not been fed.
    #[must_use]
    pub fn locate_byte(&self, offset: u64) -> Option<(u64, u64)> {
        if offset >= self.fed {
            return None;
        }
        let after = self.checkpoints.partition_point(|checkpoint| checkpoint.offset <= offset);
        let checkpoint = self.checkpoints.get(after.checked_sub(1)?)?;
        Some((checkpoint.row, checkpoint.offset))
    }

    /// Takes in the next bytes of the text.
    pub fn feed(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !self.carried.is_empty() && !rest.is_empty() {
            rest = self.complete(rest);
        }
        let start = self.fed;
        let mut at = 0;
        while let Some(left) = rest.get(at..).filter(|left| !left.is_empty()) {
            let length = self.plain_line(left, start + at as u64).or_else(|| self.unit(left, start + at as u64));
            let Some(length) = length else {
                self.carried.extend_from_slice(left);
                break;
            };
            at += length;
        }
        self.fed = start + rest.len() as u64;
    }

    /// Completes the carried character with bytes of `rest`; gives back what it did not need.
    fn complete<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        let began = self.fed - self.carried.len() as u64;
        let mut joined = self.carried.clone();
        let had = joined.len();
        joined.extend(rest.iter().take(4));
        match self.unit(&joined, began) {
            Some(length) if length >= had => {
                self.carried.clear();
                self.fed += (length - had) as u64;
                rest.get(length - had..).unwrap_or_default()
            }
            Some(length) => {
                self.carried.drain(..length);
                rest
            }
            None => {
                self.carried.extend_from_slice(rest);
                self.fed += rest.len() as u64;
                &[]
            }
        }
    }

    /// A whole line that needs no decoding: ASCII without tabs that fits into a row; its length, or `None` if it is no such.
    fn plain_line(&mut self, bytes: &[u8], at: u64) -> Option<usize> {
        if !self.breaker.is_at_start() {
            return None;
        }
        let window = bytes.get(..=self.breaker.columns()).unwrap_or(bytes);
        let end = memchr::memchr(b'\n', window)?;
        let line = window.get(..end)?;
        if !line.is_ascii() || memchr::memchr(b'\t', line).is_some() {
            return None;
        }
        self.begin_row_if_fresh(at);
        self.fresh = true;
        Some(end + 1)
    }

    /// Takes in one character at `at`; its length, or `None` if it is not whole.
    fn unit(&mut self, bytes: &[u8], at: u64) -> Option<usize> {
        let unit = decode(bytes);
        let length = match unit {
            Unit::Incomplete => return None,
            Unit::Char(_, length) | Unit::Invalid(length) => length,
        };
        self.begin_row_if_fresh(at);
        if unit == Unit::Char('\n', 1) {
            self.breaker.restart();
            self.fresh = true;
        } else if self.breaker.breaks_before(unit) {
            self.begin_row(at);
        }
        Some(length)
    }

    fn begin_row_if_fresh(&mut self, at: u64) {
        if std::mem::take(&mut self.fresh) {
            self.begin_row(at);
        }
    }

    fn begin_row(&mut self, at: u64) {
        if self.checkpoints.last().is_none_or(|last| at - last.offset >= self.spacing) {
            self.checkpoints.push(Checkpoint { row: self.rows, offset: at });
            if self.checkpoints.len() == CHECKPOINTS_MAX {
                self.thin_out();
            }
        }
        self.rows += 1;
    }

    /// Drops every second checkpoint; the first stays.
    fn thin_out(&mut self) {
        let mut number = 0_usize;
        self.checkpoints.retain(|_| {
            number += 1;
            number % 2 == 1
        });
        self.spacing *= 2;
    }
}
