//! Where some rows of a text begin, in bounded memory.
//!
//! In scope: one row in 4 KiB of text at first and, as they become many, one in twice as much; finding the one before any row or any
//! offset. Out of scope: finding the rows.

/// How many bytes lie between two checkpoints at first, up to the next beginning of a row.
const SPACING: u64 = 4 * 1024;
/// How many checkpoints are kept, in a mebibyte. Before there would be more, about every second is dropped.
const MOST: usize = 64 * 1024;

/// Where a row begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Checkpoint {
    pub(super) row: u64,
    pub(super) offset: u64,
}

/// The beginnings that are kept, in order, the first one among them.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints {
    kept: Vec<Checkpoint>,
    spacing: u64,
}

impl Checkpoints {
    pub(super) fn new() -> Self {
        Self { kept: Vec::new(), spacing: SPACING }
    }

    /// How many bytes may lie between the beginning of a row and the last one before it that is kept.
    pub(super) fn distance_max(&self) -> u64 {
        self.spacing * 2
    }

    /// The beginning of a row at `offset`, which is kept if the last one lies far enough before it.
    pub(super) fn begin(&mut self, row: u64, offset: u64) {
        if self.kept.last().is_some_and(|last| offset - last.offset < self.spacing) {
            return;
        }
        self.kept.push(Checkpoint { row, offset });
        if self.kept.len() >= MOST {
            self.thin_out();
        }
    }

    /// The last one at or before row `row`.
    pub(super) fn before_row(&self, row: u64) -> Option<Checkpoint> {
        let after = self.kept.partition_point(|checkpoint| checkpoint.row <= row);
        self.kept.get(after.checked_sub(1)?).copied()
    }

    /// The last one at or before `offset`.
    pub(super) fn before_offset(&self, offset: u64) -> Option<Checkpoint> {
        let after = self.kept.partition_point(|checkpoint| checkpoint.offset <= offset);
        self.kept.get(after.checked_sub(1)?).copied()
    }

    /// Keeps only those that would be kept with a wider spacing. Where they lie far apart anyway, one doubling drops too few.
    fn thin_out(&mut self) {
        while self.kept.len() > MOST / 4 * 3 {
            self.spacing *= 2;
            let mut last = None;
            self.kept.retain(|checkpoint| {
                let is_kept = last.is_none_or(|last| checkpoint.offset - last >= self.spacing);
                if is_kept {
                    last = Some(checkpoint.offset);
                }
                is_kept
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_bounded_and_none_is_far_from_its_row() {
        // Short lines, and every now and then a very long one, which no spacing may bridge.
        let mut checkpoints = Checkpoints::new();
        let mut begins = Vec::new();
        let mut offset = 0_u64;
        for row in 0..2_000_000_u64 {
            checkpoints.begin(row, offset);
            begins.push(offset);
            offset += if row % 50_000 == 7 { 50 << 20 } else { 300 + row % 700 };
        }
        assert!(checkpoints.kept.len() < MOST);
        assert!(checkpoints.distance_max() < 1 << 20, "{}", checkpoints.distance_max());
        for (row, begin) in begins.iter().enumerate() {
            let found = checkpoints.before_row(row as u64).unwrap();
            assert!(found.row <= row as u64 && begins[found.row as usize] == found.offset);
            assert!(begin - found.offset < checkpoints.distance_max(), "row {row}");
            assert_eq!(checkpoints.before_offset(*begin), Some(found));
        }
    }

    #[test]
    fn where_rows_are_long_they_are_bounded_all_the_same() {
        let mut checkpoints = Checkpoints::new();
        (0..200_000_u64).for_each(|row| checkpoints.begin(row, row * 1_000_000));
        assert!(checkpoints.kept.len() < MOST);
        assert_eq!(checkpoints.before_row(0), Some(Checkpoint { row: 0, offset: 0 }));
        assert_eq!(Checkpoints::new().before_offset(5), None);
    }
}
