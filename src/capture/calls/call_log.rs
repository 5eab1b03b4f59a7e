//! The calls of one connection (or of one listener), in the order in which they came back.
//!
//! In scope: appending, reading by number, finding the call that brought a byte. The log is a [`Spool`] of fixed-size
//! records, so its memory does not grow with the number of calls. Out of scope: filters and texts.

use std::io;

use super::call::CALL_SIZE;
use crate::capture::spools::{Spool, SpoolWriter, records};
use crate::capture::{Call, CallKind, Direction, DiskQuota};

/// How many calls are read at a time in the search for a call of one direction.
const STEP: usize = 64;

/// The reading side of a log: cheap to clone, never waits for the writer.
#[derive(Clone, Debug, Default)]
pub struct CallLog {
    records: Spool,
}

impl CallLog {
    /// Where its file counts.
    pub fn disk(&self) -> &DiskQuota {
        self.records.disk()
    }

    /// The records, of [`CALL_SIZE`] bytes each.
    pub(super) fn records(&self) -> &Spool {
        &self.records
    }

    /// The number of calls that can be read now.
    pub fn len(&self) -> u64 {
        self.records.len() / CALL_SIZE as u64
    }

    /// Whether no call can be read yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Call number `index`, counted from 0; `None` past the end. Fails with the system's error if the log's file can't be read.
    pub fn at(&self, index: u64) -> io::Result<Option<Call>> {
        Ok(self.range(index, 1)?.pop())
    }

    /// Up to `count` calls from number `first` on. Fails as [`CallLog::at`] does.
    pub fn range(&self, first: u64, count: usize) -> io::Result<Vec<Call>> {
        records::read(&self.records, first, count)
    }

    /// The number and the record of the call that brought (or sent) the byte at `offset` of `direction`.
    ///
    /// Calls of the other direction may stand between; those are stepped over. Fails as [`CallLog::at`] does.
    pub fn carrying(&self, direction: Direction, offset: u64) -> io::Result<Option<(u64, Call)>> {
        // A direction is often through with its first calls: a request, and then nothing but reads, through all of which a search by
        // halves would walk.
        let head = self.range(0, STEP)?;
        let kind = CallKind::from(direction);
        let carries = |call: &Call| call.kind == kind && call.span().contains(offset);
        if let Some((number, call)) = (0..).zip(&head).find(|(_, call)| carries(call)) {
            return Ok(Some((number, *call)));
        }
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let Some((at, call)) = self.next_of(direction, middle, high)? else {
                high = middle;
                continue;
            };
            if offset < call.offset {
                high = middle;
            } else if offset < call.offset + u64::from(call.got) {
                return Ok(Some((at, call)));
            } else {
                low = at + 1;
            }
        }
        Ok(None)
    }

    /// The first call of `direction` that carried bytes, from number `first` on and before `end`.
    fn next_of(&self, direction: Direction, first: u64, end: u64) -> io::Result<Option<(u64, Call)>> {
        let kind = CallKind::from(direction);
        let mut at = first;
        while at < end {
            let calls = self.range(at, STEP)?;
            if calls.is_empty() {
                return Ok(None);
            }
            if let Some((i, call)) = calls.iter().enumerate().find(|(_, call)| call.kind == kind && call.got > 0) {
                let found = at + i as u64;
                return Ok((found < end).then_some((found, *call)));
            }
            at += calls.len() as u64;
        }
        Ok(None)
    }
}

/// The writing side of a log.
pub struct CallLogWriter {
    records: SpoolWriter,
}

impl CallLogWriter {
    /// An empty log and its reading side, whose file is on an account of its own.
    pub fn new() -> (Self, CallLog) {
        Self::in_spool(SpoolWriter::temporary())
    }

    /// A log whose records go into this empty spool.
    pub fn in_spool((writer, records): (SpoolWriter, Spool)) -> (Self, CallLog) {
        (Self { records: writer }, CallLog { records })
    }

    /// The number of calls appended so far.
    pub fn len(&self) -> u64 {
        self.records.len() / CALL_SIZE as u64
    }

    /// Whether no call was appended yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends a call. Fails as [`SpoolWriter::append`] does.
    pub fn append(&mut self, call: &Call) -> io::Result<()> {
        records::append(&mut self.records, call)
    }

    /// Makes all appended calls readable. Fails as [`SpoolWriter::flush`] does.
    pub fn flush(&mut self) -> io::Result<()> {
        self.records.flush()
    }

    /// See [`SpoolWriter::rest`].
    pub fn rest(&mut self) {
        self.records.rest();
    }

    /// Makes all appended calls readable and waits until they are written. Fails as [`SpoolWriter::finish`] does.
    pub fn finish(&mut self) -> io::Result<()> {
        self.records.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{Moment, Outcome};

    fn call(kind: CallKind, offset: u64, got: u32) -> Call {
        Call { kind, outcome: Outcome::Done, begun: Moment(offset), took: 1, asked: 1024, got, offset, note: 0 }
    }

    #[test]
    fn a_log_of_many_calls_is_read_by_number() {
        let (mut writer, log) = CallLogWriter::new();
        for i in 0..10_000 {
            writer.append(&call(CallKind::Recv, i * 10, 10)).unwrap();
        }
        writer.flush().unwrap();
        assert_eq!(log.len(), 10_000);
        assert_eq!(log.at(7_777).unwrap(), Some(call(CallKind::Recv, 77_770, 10)));
        assert_eq!(log.at(10_000).unwrap(), None);
        assert_eq!(log.range(9_998, 50).unwrap().len(), 2);
    }

    #[test]
    fn a_request_before_a_great_many_reads_is_found() {
        let (mut writer, log) = CallLogWriter::new();
        let request = call(CallKind::Send, 0, 60);
        writer.append(&call(CallKind::Connect, 0, 0)).unwrap();
        writer.append(&request).unwrap();
        for i in 0..10_000 {
            writer.append(&call(CallKind::Recv, i, 1)).unwrap();
        }
        writer.flush().unwrap();
        for offset in [0, 59] {
            assert_eq!(log.carrying(Direction::Sent, offset).unwrap(), Some((1, request)));
        }
        assert_eq!(log.carrying(Direction::Sent, 60).unwrap(), None);
        for offset in [0, 61, 62, 9_999] {
            assert_eq!(
                log.carrying(Direction::Received, offset).unwrap(),
                Some((offset + 2, call(CallKind::Recv, offset, 1)))
            );
        }
    }

    #[test]
    fn the_read_that_brought_a_byte_is_found_between_sends() {
        let (mut writer, log) = CallLogWriter::new();
        writer.append(&call(CallKind::Connect, 0, 0)).unwrap();
        for i in 0..1_000 {
            for _ in 0..(i % 5) {
                writer.append(&call(CallKind::Send, i, 1)).unwrap();
            }
            writer.append(&call(CallKind::Recv, i * 7, 7)).unwrap();
        }
        writer.append(&call(CallKind::Recv, 7_000, 0)).unwrap();
        writer.flush().unwrap();
        for offset in [0, 6, 7, 3_500, 6_999] {
            let (at, found) = log.carrying(Direction::Received, offset).unwrap().unwrap();
            assert_eq!(found.offset, offset / 7 * 7);
            assert_eq!(log.at(at).unwrap(), Some(found));
        }
        assert_eq!(log.carrying(Direction::Received, 7_000).unwrap(), None);
    }
}
