//! Which folded rows of a list stand open, so that the rows within them can be read in place.
//!
//! In scope: the lines of the list as numbers, exact for any `u64`: a row, or one within an open row. Out of scope: what stands in
//! them.

/// The open rows of one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpandedRows {
    /// The numbers of the rows that are open and how many lines each has below it, in the order of the numbers.
    open: Vec<(u64, u64)>,
}

/// What stands in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListLine {
    /// The row of this number.
    Row(u64),
    /// A part of a row that is open.
    Within {
        /// The row.
        row: u64,
        /// The part of it, counted from 0.
        part: u64,
    },
}

impl ExpandedRows {
    /// Whether row `row` is open.
    pub fn is_open(&self, row: u64) -> bool {
        self.open.iter().any(|(open, _)| *open == row)
    }

    /// Opens row `row`, which has `parts` parts, or closes it.
    pub fn toggle(&mut self, row: u64, parts: u64) {
        let place = self.open.partition_point(|(open, _)| *open < row);
        if self.open.get(place).is_some_and(|(open, _)| *open == row) {
            self.open.remove(place);
        } else {
            self.open.insert(place, (row, parts));
        }
    }

    /// Row `row` has `parts` parts by now; does nothing if it is not open.
    pub fn grow(&mut self, row: u64, parts: u64) {
        if let Some((_, known)) = self.open.iter_mut().find(|(open, _)| *open == row) {
            *known = parts;
        }
    }

    /// How many lines stand in open rows.
    pub fn extra(&self) -> u64 {
        self.open.iter().map(|(_, parts)| parts).sum()
    }

    /// What stands in line `line`.
    pub fn slot(&self, line: u64) -> ListLine {
        let mut above = 0;
        for (row, parts) in &self.open {
            let head = row + above;
            if line <= head {
                break;
            }
            if line <= head + parts {
                return ListLine::Within { row: *row, part: line - head - 1 };
            }
            above += parts;
        }
        ListLine::Row(line - above)
    }

    /// The line in which row `row` stands, or its part `part` if it is open.
    pub fn line(&self, row: u64, part: Option<u64>) -> u64 {
        let above: u64 = self.open.iter().take_while(|(open, _)| *open < row).map(|(_, parts)| parts).sum();
        let below = part.filter(|_| self.is_open(row)).map_or(0, |part| part + 1);
        row + above + below
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_open_rows_stand_below_them() {
        let mut unfolded = ExpandedRows::default();
        unfolded.toggle(5, 3);
        unfolded.toggle(2, 2);
        let slots: Vec<_> = (0..13).map(|line| unfolded.slot(line)).collect();
        let within = |row, part| ListLine::Within { row, part };
        let expected = [
            ListLine::Row(0),
            ListLine::Row(1),
            ListLine::Row(2),
            within(2, 0),
            within(2, 1),
            ListLine::Row(3),
            ListLine::Row(4),
            ListLine::Row(5),
            within(5, 0),
            within(5, 1),
            within(5, 2),
            ListLine::Row(6),
            ListLine::Row(7),
        ];
        assert_eq!(slots, expected);
        assert_eq!(unfolded.extra(), 5);
        for (line, slot) in expected.into_iter().enumerate() {
            let (row, part) = match slot {
                ListLine::Row(row) => (row, None),
                ListLine::Within { row, part } => (row, Some(part)),
            };
            assert_eq!(unfolded.line(row, part), line as u64);
        }
        unfolded.toggle(2, 9);
        assert_eq!((unfolded.is_open(2), unfolded.slot(3)), (false, ListLine::Row(3)));
        unfolded.grow(5, 4);
        assert_eq!(unfolded.slot(9), within(5, 3));
    }

    #[test]
    fn rows_past_what_a_float_can_count_are_told_apart() {
        const FAR: u64 = 1 << 60;
        let mut unfolded = ExpandedRows::default();
        unfolded.toggle(FAR, FAR);
        assert_eq!(unfolded.slot(FAR + 1), ListLine::Within { row: FAR, part: 0 });
        assert_eq!(unfolded.slot(2 * FAR + 1), ListLine::Row(FAR + 1));
    }
}
