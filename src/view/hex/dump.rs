//! Bytes as the rows of one long hex dump: of one direction, or of both in the order in which they crossed the socket.
//!
//! In scope: which bytes stand in which row, for any number of rows. Out of scope: drawing and colours.

use std::io;

use super::row::{HexRow, WIDE_ROW, hex_rows, row_count};
use crate::capture::{Content, Direction, Turns};
use crate::http::Span;

/// What is dumped.
#[derive(Clone, Copy, Debug)]
pub enum Dump<'a> {
    /// One direction, or a part of it.
    One {
        /// The direction.
        direction: Direction,
        /// Its bytes.
        content: Content<'a>,
        /// The first of them that is shown; with it a row begins.
        from: u64,
        /// The bytes in a row.
        per_row: usize,
    },
    /// Both directions by their turns; each turn begins a row.
    Both {
        /// The turns, which say how many bytes a row has.
        turns: &'a Turns,
        /// The bytes that were sent.
        sent: Content<'a>,
        /// The bytes that were received.
        received: Content<'a>,
    },
}

/// One row, and the direction of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DumpRow {
    /// The direction.
    pub direction: Direction,
    /// Its bytes.
    pub hex: HexRow,
    /// Whether a turn begins with it.
    pub begins_turn: bool,
}

impl<'a> Dump<'a> {
    /// The bytes in a full row.
    #[must_use]
    pub fn per_row(&self) -> usize {
        match self {
            Self::One { per_row, .. } => *per_row,
            Self::Both { turns, .. } => usize::try_from(turns.bytes_per_row()).unwrap_or(WIDE_ROW).clamp(1, WIDE_ROW),
        }
    }

    /// The number of rows.
    pub fn rows(&self) -> u64 {
        match self {
            Self::One { content, from, per_row, .. } => row_count(content.len().saturating_sub(*from), *per_row),
            Self::Both { turns, .. } => turns.rows(),
        }
    }

    /// The bytes of a direction, if it is shown.
    pub fn content(&self, direction: Direction) -> Option<Content<'a>> {
        match *self {
            Self::One { direction: own, content, .. } => (own == direction).then_some(content),
            Self::Both { sent, received, .. } => Some(if direction == Direction::Sent { sent } else { received }),
        }
    }

    /// The largest offset that may be shown.
    pub fn longest(&self) -> u64 {
        Direction::BOTH
            .iter()
            .filter_map(|direction| self.content(*direction))
            .map(|content| content.len())
            .max()
            .unwrap_or(0)
    }

    /// The rows from `first` on, at most `count` of them.
    ///
    /// # Errors
    /// If a spool can't be read.
    pub fn read(&self, first: u64, count: usize) -> io::Result<Vec<DumpRow>> {
        match self {
            Self::One { direction, content, from, per_row } => {
                let start = from.saturating_add(first.saturating_mul(*per_row as u64));
                let span = Span::new(start, start.saturating_add((count * per_row) as u64));
                let row = |hex| DumpRow { direction: *direction, hex, begins_turn: false };
                Ok(hex_rows(&content.read(span)?, start, *per_row).map(row).collect())
            }
            Self::Both { turns, .. } => self.read_turns(turns, first, count),
        }
    }

    fn read_turns(&self, turns: &Turns, first: u64, count: usize) -> io::Result<Vec<DumpRow>> {
        let (mut rows, per_row) = (Vec::with_capacity(count), self.per_row());
        for turn in turns.from_row(first, count)? {
            let skipped = first.saturating_sub(turn.first_row);
            let start = turn.span.start + skipped * per_row as u64;
            let room = ((count - rows.len()) * per_row) as u64;
            let span = Span::new(start, turn.span.end.min(start.saturating_add(room)));
            let bytes = self.content(turn.direction).map_or(Ok(Vec::new()), |content| content.read(span))?;
            let begins = |hex: HexRow| hex.offset == turn.span.start;
            rows.extend(hex_rows(&bytes, start, per_row).map(|hex| DumpRow {
                direction: turn.direction,
                begins_turn: begins(hex),
                hex,
            }));
            if rows.len() >= count {
                break;
            }
        }
        Ok(rows)
    }

    /// The row that has the byte at `offset` of `direction`; `None` if that is not shown.
    pub fn row_of(&self, direction: Direction, offset: u64) -> Option<u64> {
        match self {
            Self::One { direction: own, content, from, per_row } => {
                let is_shown = *own == direction && (*from..content.len()).contains(&offset);
                is_shown.then(|| (offset - from) / (*per_row).max(1) as u64)
            }
            Self::Both { turns, .. } => turns.row_of(direction, offset).ok().flatten(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::bounded;

    use super::*;
    use crate::capture::{Call, CallLogWriter, SpoolWriter};

    #[test]
    fn both_directions_stand_in_the_order_of_their_calls() {
        let (mut log, calls) = CallLogWriter::new();
        let (mut sent, sent_spool) = SpoolWriter::temporary();
        let (mut received, received_spool) = SpoolWriter::temporary();
        let transfers =
            [(Direction::Sent, 20_u32), (Direction::Received, 5), (Direction::Received, 30), (Direction::Sent, 1)];
        for (i, (direction, got)) in transfers.into_iter().enumerate() {
            let writer = if direction == Direction::Sent { &mut sent } else { &mut received };
            let offset = writer.len();
            log.append(&Call { kind: direction.into(), got, offset, ..Call::default() }).unwrap();
            writer.append(&vec![i as u8; got as usize]).unwrap();
        }
        log.flush().unwrap();
        sent.flush().unwrap();
        received.flush().unwrap();
        let (woken, wakes) = bounded(1);
        let turns = Turns::start(&calls, 0, 16, move || woken.try_send(()).unwrap_or_default()).unwrap();
        turns.set_end(4);
        while turns.taken() < 4 {
            wakes.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
        }
        let (sent, received) =
            (Content::plain(&sent_spool, Span::new(0, 21)), Content::plain(&received_spool, Span::new(0, 35)));
        let dump = Dump::Both { turns: &turns, sent, received };
        assert_eq!((dump.rows(), dump.longest()), (2 + 3 + 1, 35));
        let rows = dump.read(1, 10).unwrap();
        let seen: Vec<_> = rows.iter().map(|row| (row.direction, row.hex.offset, row.begins_turn)).collect();
        let (s, r) = (Direction::Sent, Direction::Received);
        assert_eq!(seen, [(s, 16, false), (r, 0, true), (r, 16, false), (r, 32, false), (s, 20, true)]);
        assert_eq!(rows[1].hex.bytes(), [[1; 5].as_slice(), &[2; 11]].concat());
        assert_eq!(dump.read(3, 2).unwrap(), rows[2..4]);
        for (number, row) in dump.read(0, 99).unwrap().iter().enumerate() {
            assert_eq!(dump.row_of(row.direction, row.hex.offset), Some(number as u64));
        }
        assert_eq!(dump.row_of(r, 35), None);
    }

    #[test]
    fn a_direction_is_shown_from_any_byte_on() {
        let (mut writer, spool) = SpoolWriter::temporary();
        writer.append(&[7; 50]).unwrap();
        writer.flush().unwrap();
        let content = Content::plain(&spool, Span::new(0, 50));
        let dump = Dump::One { direction: Direction::Sent, content, from: 21, per_row: 16 };
        let rows = dump.read(0, 9).unwrap();
        assert_eq!(rows.iter().map(|row| row.hex.span()).collect::<Vec<_>>(), [Span::new(21, 37), Span::new(37, 50)]);
        assert_eq!(dump.rows(), 2);
        let found = [20, 21, 36, 37, 50].map(|offset| dump.row_of(Direction::Sent, offset));
        assert_eq!(found, [None, Some(0), Some(0), Some(1), None]);
        let wide = Dump::One { direction: Direction::Sent, content, from: 0, per_row: WIDE_ROW };
        let rows = wide.read(0, 9).unwrap();
        assert_eq!(rows.iter().map(|row| row.hex.span()).collect::<Vec<_>>(), [Span::new(0, 32), Span::new(32, 50)]);
        assert_eq!((wide.rows(), wide.row_of(Direction::Sent, 31)), (2, Some(0)));
    }
}
