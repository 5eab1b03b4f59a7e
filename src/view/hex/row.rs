//! Bytes as rows of a hex dump.
//!
//! In scope: sixteen bytes a row, or thirty-two where there is room, as hex and as ASCII, and which of them lie in a span. Out of scope: colours and fonts.

use core::ops::Range;

use crate::http::Span;

/// The bytes in a row that is full,
pub const BYTES_PER_ROW: usize = 16;
/// and in a wide one.
pub const WIDE_ROW: usize = 32;

/// So many bytes stand between two wider gaps of a row.
const GROUP: usize = 8;

/// One row: up to [`WIDE_ROW`] bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HexRow {
    /// The offset of its first byte in the direction, in bytes.
    pub offset: u64,
    cells: [u8; WIDE_ROW],
    len: usize,
}

/// The rows of `bytes`, `per_row` in each, of which the first lies at `first_offset`. Only the last row may be short.
pub fn hex_rows(bytes: &[u8], first_offset: u64, per_row: usize) -> impl Iterator<Item = HexRow> {
    let offsets = (0..).map(move |row: u64| first_offset.saturating_add(row.saturating_mul(per_row as u64)));
    offsets.zip(bytes.chunks(per_row.max(1))).map(|(offset, part)| HexRow::new(offset, part))
}

/// The number of rows that `len` bytes fill, `per_row` in each.
#[must_use]
pub fn row_count(len: u64, per_row: usize) -> u64 {
    len.div_ceil(per_row.max(1) as u64)
}

impl HexRow {
    fn new(offset: u64, part: &[u8]) -> Self {
        let mut cells = [0; WIDE_ROW];
        cells.iter_mut().zip(part).for_each(|(cell, byte)| *cell = *byte);
        Self { offset, cells, len: part.len().min(WIDE_ROW) }
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        self.cells.get(..self.len).unwrap_or_default()
    }

    /// The byte in `column`, counted from 0; `None` past the end of the row.
    pub fn cell(&self, column: usize) -> Option<u8> {
        self.bytes().get(column).copied()
    }

    /// The bytes that it covers in the direction.
    pub fn span(&self) -> Span {
        Span::new(self.offset, self.offset.saturating_add(self.len as u64))
    }

    /// The columns whose bytes lie in `span`; empty if none does.
    pub fn columns(&self, span: Span) -> Range<usize> {
        let inside = span.intersect(self.span());
        if inside.is_empty() {
            return 0..0;
        }
        let column =
            |offset: u64| usize::try_from(offset.saturating_sub(self.offset)).unwrap_or(self.len).min(self.len);
        column(inside.start)..column(inside.end)
    }

    /// Its bytes in hex, small letters, a space between two and one more after each eighth: `48 65 6c`. Not padded.
    #[must_use]
    pub fn hex(&self) -> String {
        let mut text = String::with_capacity(3 * WIDE_ROW + WIDE_ROW / GROUP);
        for (column, byte) in self.bytes().iter().enumerate() {
            while text.len() < Self::hex_at(column) {
                text.push(' ');
            }
            text.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(u32::from(digit), 16).unwrap_or('?')));
        }
        text
    }

    /// Where the two digits of `column` begin in [`HexRow::hex`], in characters, which there are bytes too.
    pub const fn hex_at(column: usize) -> usize {
        column * 3 + column / GROUP
    }

    /// Its bytes as text, one character each: printable ASCII as it is, `·` for all others.
    pub fn text(&self) -> String {
        self.bytes().iter().map(|byte| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '·' }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_show_hex_and_text() {
        let rows: Vec<_> = hex_rows(b"Hello, \xe4\xbd\xa0 world\r\n", 5, BYTES_PER_ROW).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].hex(), "48 65 6c 6c 6f 2c 20 e4  bd a0 20 77 6f 72 6c 64");
        assert_eq!(rows[0].text(), "Hello, ··· world");
        assert_eq!((rows[1].offset, rows[1].hex(), rows[1].text()), (21, "0d 0a".to_owned(), "··".to_owned()));
        assert_eq!((rows[1].cell(1), rows[1].cell(2)), (Some(b'\n'), None));
    }

    #[test]
    fn positions_are_those_of_the_digits() {
        let row = HexRow::new(0, &[0xab; WIDE_ROW]);
        let hex = row.hex();
        for column in 0..WIDE_ROW {
            assert_eq!(&hex[HexRow::hex_at(column)..][..2], "ab");
        }
        assert_eq!(hex.len(), HexRow::hex_at(31) + 2);
        assert_eq!((HexRow::hex_at(8), HexRow::hex_at(16)), (25, 50));
    }

    #[test]
    fn columns_are_the_part_of_a_span_in_the_row() {
        let row = HexRow::new(32, &[0; 10]);
        for (from, to, columns) in
            [(0, 32, 0..0), (0, 33, 0..1), (35, 40, 3..8), (41, 99, 9..10), (42, 99, 0..0), (36, 36, 0..0)]
        {
            assert_eq!(row.columns(Span::new(from, to)), columns);
        }
        let last = HexRow::new(u64::MAX - 3, &[0; 3]);
        assert_eq!(last.columns(Span::new(0, u64::MAX)), 0..3);
    }

    #[test]
    fn rows_are_counted() {
        assert_eq!(row_count(33, WIDE_ROW), 2);
        for (len, rows) in [(0, 0), (1, 1), (16, 1), (17, 2), (u64::MAX, 1 << 60)] {
            assert_eq!(row_count(len, BYTES_PER_ROW), rows);
        }
    }
}
