//! Who spoke when: the calls of a connection as turns, each of the bytes that went one way before any went the other.
//!
//! In scope: following a call log while it grows, and finding the turn at a place, where places are counted in rows of a fixed number
//! of bytes so that both directions can be shown in one list. The turns are records in a spool: memory does not grow with them. Out
//! of scope: the bytes and how they are drawn.

use std::io;

use crate::capture::spools::records::{self, Record};
use crate::capture::{CALL_SIZE, Call, CallKind, CallLog, Direction, Failure, Follower, Processor, Spool, SpoolWriter};
use crate::decode::Unpack;
use crate::http::Span;

/// The bit of the first byte's offset that says that a turn was received.
const RECEIVED: u64 = 1 << 63;

/// Bytes that went one way without any going the other way between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The number of rows before it.
    pub first_row: u64,
    /// Which way.
    pub direction: Direction,
    /// The bytes, as a range of the direction.
    pub span: Span,
}

impl Turn {
    /// The number of rows that it takes.
    pub fn rows(&self, bytes_per_row: u64) -> u64 {
        self.span.len().div_ceil(bytes_per_row.max(1))
    }
}

impl Record<3> for Turn {
    fn to_words(&self) -> [u64; 3] {
        let top = if self.direction == Direction::Received { RECEIVED } else { 0 };
        [self.first_row, self.span.start | top, self.span.len()]
    }

    fn of_words([first_row, start, len]: [u64; 3]) -> Option<Self> {
        let direction = if start & RECEIVED == 0 { Direction::Sent } else { Direction::Received };
        let start = start & !RECEIVED;
        Some(Self { first_row, direction, span: Span::new(start, start.saturating_add(len)) })
    }
}

/// The turns of one connection in the making. Dropping it ends the thread and waits for it.
#[derive(Debug)]
pub struct Turns {
    records: Spool,
    bytes_per_row: u64,
    first: u64,
    follower: Follower<TurnWriter>,
}

/// What the thread has written.
#[derive(Clone, Copy, Debug, Default)]
struct TurnsState {
    /// Turns that are over, and so in the records.
    closed: u64,
    /// The newest, which may still grow.
    last: Option<Turn>,
}

impl TurnsState {
    fn len(&self) -> u64 {
        self.closed + u64::from(self.last.is_some())
    }
}

impl Turns {
    /// Starts to follow `calls` from number `first` on; `wake` is called when there is more to see. Fails if the system has no thread
    /// left.
    pub fn start(
        calls: &CallLog,
        first: u64,
        bytes_per_row: u64,
        wake: impl Fn() + Send + 'static,
    ) -> Result<Self, Failure> {
        let (writer, records) = SpoolWriter::on(calls.disk());
        let turn_writer = TurnWriter { writer, bytes_per_row, state: TurnsState::default(), rest: Vec::new() };
        let source = (calls.records().clone(), first * CALL_SIZE as u64);
        let follower = Follower::start("turns", source, Unpack::unframed(), turn_writer, wake)?;
        Ok(Self { records, bytes_per_row, first, follower })
    }

    /// Says how many calls of the log may be read.
    pub fn set_end(&self, calls: u64) {
        self.follower.set_end(calls * CALL_SIZE as u64, false);
    }

    /// How many calls have been taken in, counted from the first of the log.
    pub fn taken(&self) -> u64 {
        self.first + self.follower.state().taken / CALL_SIZE as u64
    }

    /// What failed.
    pub fn failure(&self) -> Option<Failure> {
        self.follower.state().failure.clone()
    }

    /// The bytes in a row.
    #[must_use]
    pub fn bytes_per_row(&self) -> u64 {
        self.bytes_per_row
    }

    /// The number of rows of all turns.
    pub fn rows(&self) -> u64 {
        self.state().last.map_or(0, |last| last.first_row + last.rows(self.bytes_per_row))
    }

    /// The turns that have any of the rows from `first` on, at most `count` of them. Fails if the records can't be read.
    pub fn from_row(&self, first: u64, count: usize) -> io::Result<Vec<Turn>> {
        let state = self.state();
        let begins = |turn| Ok(self.read(&state, turn, 1)?.first().is_some_and(|turn| turn.first_row <= first));
        let before = records::partition_point(state.len(), begins)?;
        self.read(&state, before.saturating_sub(1), count)
    }

    /// The row that has the byte at `offset` of `direction`. Fails if the records can't be read.
    pub fn row_of(&self, direction: Direction, offset: u64) -> io::Result<Option<u64>> {
        let state = self.state();
        // Two neighbours are of different ways, so a turn and the one after it say of either way how far it has come.
        let (mut low, mut high) = (0, state.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let pair = self.read(&state, middle, 2)?;
            let Some(at) = pair.iter().position(|turn| turn.direction == direction) else {
                high = middle;
                continue;
            };
            let Some(turn) = pair.get(at) else { break };
            if offset < turn.span.start {
                high = middle;
            } else if offset < turn.span.end {
                let into = (offset - turn.span.start) / self.bytes_per_row.max(1);
                return Ok(Some(turn.first_row + into));
            } else {
                low = middle + at as u64 + 1;
            }
        }
        Ok(None)
    }

    fn state(&self) -> TurnsState {
        self.follower.state().output
    }

    /// Up to `count` turns from the turn number `first` on.
    fn read(&self, state: &TurnsState, first: u64, count: usize) -> io::Result<Vec<Turn>> {
        let closed = usize::try_from(state.closed.saturating_sub(first)).unwrap_or(usize::MAX).min(count);
        let mut turns: Vec<Turn> = records::read(&self.records, first, closed)?;
        if turns.len() < count && first + turns.len() as u64 == state.closed {
            turns.extend(state.last);
        }
        Ok(turns)
    }
}

/// Writes the turns.
struct TurnWriter {
    writer: SpoolWriter,
    bytes_per_row: u64,
    state: TurnsState,
    /// The beginning of a call's record whose end has not come yet.
    rest: Vec<u8>,
}

impl Processor for TurnWriter {
    type Output = TurnsState;

    fn process(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut joined = std::mem::take(&mut self.rest);
        joined.extend_from_slice(bytes);
        self.rest = joined.split_off(joined.len() - joined.len() % CALL_SIZE);
        records::decode(&joined).try_for_each(|call: Call| self.call(&call))
    }

    fn output(&mut self) -> io::Result<TurnsState> {
        self.writer.flush()?;
        Ok(self.state)
    }
}

impl TurnWriter {
    fn call(&mut self, call: &Call) -> io::Result<()> {
        let direction = match call.kind {
            CallKind::Send => Direction::Sent,
            CallKind::Recv => Direction::Received,
            _ => return Ok(()),
        };
        if call.got == 0 {
            return Ok(());
        }
        let end = call.offset + u64::from(call.got);
        if let Some(last) = self.state.last.as_mut().filter(|last| last.direction == direction) {
            last.span.end = end;
            return Ok(());
        }
        let first_row = match self.state.last {
            None => 0,
            Some(last) => {
                records::append(&mut self.writer, &last)?;
                self.state.closed += 1;
                last.first_row + last.rows(self.bytes_per_row)
            }
        };
        self.state.last = Some(Turn { first_row, direction, span: Span::new(call.offset, end) });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::capture::CallLogWriter;
    use crate::capture::jobs::waker;

    /// The turns of calls of these ways and sizes, told of in steps of `step`.
    fn turns_of(calls: &[(Direction, u32)], step: usize) -> Turns {
        let (mut writer, log) = CallLogWriter::new();
        let (wake, wakes) = waker();
        let turns = Turns::start(&log, 0, 16, wake).unwrap();
        let mut offsets = [0, 0];
        for part in calls.chunks(step) {
            for (direction, got) in part {
                let offset = &mut offsets[usize::from(*direction == Direction::Received)];
                writer
                    .append(&Call { kind: (*direction).into(), got: *got, offset: *offset, ..Call::default() })
                    .unwrap();
                *offset += u64::from(*got);
            }
            writer.flush().unwrap();
            turns.set_end(writer.len());
        }
        while turns.taken() < calls.len() as u64 {
            wakes.recv().unwrap();
        }
        turns
    }

    /// All turns, found by the rules as they are written.
    fn expected(calls: &[(Direction, u32)]) -> Vec<Turn> {
        let mut turns: Vec<Turn> = Vec::new();
        let mut offsets = [0, 0];
        for (direction, got) in calls.iter().filter(|(_, got)| *got > 0) {
            let start = offsets[usize::from(*direction == Direction::Received)];
            let end = start + u64::from(*got);
            offsets[usize::from(*direction == Direction::Received)] = end;
            match turns.last_mut() {
                Some(last) if last.direction == *direction => last.span.end = end,
                last => {
                    let first_row = last.map_or(0, |last| last.first_row + last.rows(16));
                    turns.push(Turn { first_row, direction: *direction, span: Span::new(start, end) });
                }
            }
        }
        turns
    }

    #[test]
    fn a_question_and_its_answer_are_two_turns() {
        let turns = turns_of(
            &[(Direction::Sent, 18), (Direction::Received, 10), (Direction::Received, 30), (Direction::Sent, 5)],
            1,
        );
        assert_eq!(turns.rows(), 2 + 3 + 1);
        let all = turns.from_row(0, 10).unwrap();
        assert_eq!(all.iter().map(|turn| turn.span.len()).collect::<Vec<_>>(), [18, 40, 5]);
        assert_eq!(turns.row_of(Direction::Received, 39).unwrap(), Some(4));
        assert_eq!(turns.row_of(Direction::Received, 40).unwrap(), None);
        assert_eq!(turns.row_of(Direction::Sent, 18).unwrap(), Some(5));
    }

    proptest! {
        #[test]
        fn every_row_and_byte_is_found(
            calls in prop::collection::vec((prop::bool::ANY, 0_u32..50), 0..120),
            step in 1_usize..40,
        ) {
            let calls: Vec<_> =
                calls.into_iter().map(|(sent, got)| (if sent { Direction::Sent } else { Direction::Received }, got)).collect();
            let turns = turns_of(&calls, step);
            let expected = expected(&calls);
            prop_assert_eq!(turns.from_row(0, usize::MAX).unwrap(), expected.clone());
            for turn in &expected {
                for row in turn.first_row..turn.first_row + turn.rows(16) {
                    prop_assert_eq!(turns.from_row(row, 1).unwrap(), vec![*turn]);
                }
                for offset in turn.span.start..turn.span.end {
                    let row = turn.first_row + (offset - turn.span.start) / 16;
                    prop_assert_eq!(turns.row_of(turn.direction, offset).unwrap(), Some(row));
                }
            }
        }
    }
}
