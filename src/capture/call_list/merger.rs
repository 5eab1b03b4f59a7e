//! Takes calls from their logs in the order in which they came back, filters them, and folds like ones.
//!
//! In scope: the order, the folding, the counts. Out of scope: the thread, and where rows go.

use core::net::SocketAddr;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::io;

use super::filter::{CallFilter, FilterTest};
use super::log_reader::{LogReader, NoteText};
use super::row::CallListRow;
use crate::capture::{Call, CallLog, Moment, SocketId};

/// How many calls are taken in one step.
const STEP: usize = 64 * 1024;
/// The fewest and the most calls that are read from a log at a time: the more logs there are, the fewer calls of each.
const PIECE: (usize, usize) = (16, 4096);

/// The work of the job without its thread.
pub(super) struct CallMerger {
    test: FilterTest,
    fold: bool,
    /// The readers; `None` where every call has been taken.
    readers: Vec<Option<Box<LogReader>>>,
    /// The place of each socket's reader among them.
    places: HashMap<SocketId, usize>,
    /// The readers that have calls, by when their next call came back.
    queue: BinaryHeap<Reverse<(Moment, SocketId, usize)>>,
    /// The row that may still grow.
    tail: Option<(CallListRow, Call)>,
    /// The moment of the newest call taken.
    reached: Moment,
    /// How many calls have been taken from the logs.
    pub(super) taken: u64,
    /// How many of them passed the filter.
    pub(super) passed: u64,
}

/// What is new in the log of one socket.
pub(super) struct LogUpdate {
    pub(super) socket: SocketId,
    /// The log and the number of its first call in the list, with the first update of the socket.
    pub(super) log: Option<(CallLog, u64)>,
    pub(super) calls: u64,
    pub(super) is_over: bool,
    pub(super) note_texts: Vec<NoteText>,
    /// The peer's address, once it is known.
    pub(super) peer: Option<SocketAddr>,
}

impl CallMerger {
    pub(super) fn new(filter: CallFilter, fold: bool) -> Self {
        Self {
            test: FilterTest::new(filter),
            fold,
            readers: Vec::new(),
            places: HashMap::new(),
            queue: BinaryHeap::new(),
            tail: None,
            reached: Moment::default(),
            taken: 0,
            passed: 0,
        }
    }

    /// Takes in that a log has grown.
    pub(super) fn grow(&mut self, update: LogUpdate) -> io::Result<()> {
        let socket = update.socket;
        if let Some(log) = update.log {
            self.places.insert(socket, self.readers.len());
            self.readers.push(Some(Box::new(LogReader::new(log))));
        }
        let Some(at) = self.places.get(&socket).copied() else { return Ok(()) };
        let Some(reader) = self.readers.get_mut(at).and_then(Option::as_mut) else { return Ok(()) };
        reader.end = reader.end.max(update.calls);
        reader.is_over |= update.is_over;
        reader.note_texts.extend(update.note_texts);
        reader.peer_matches |= update.peer.is_some_and(|peer| self.test.is_in(&peer.to_string()));
        self.queue_again(socket, at)
    }

    /// Puts a reader into the queue if it has calls and waits in it no longer; a reader that is through is let go with its file.
    fn queue_again(&mut self, socket: SocketId, index: usize) -> io::Result<()> {
        let piece = (STEP / (self.queue.len() + 1)).clamp(PIECE.0, PIECE.1);
        let Some(slot) = self.readers.get_mut(index) else { return Ok(()) };
        let Some(reader) = slot else { return Ok(()) };
        if reader.is_queued {
            return Ok(());
        }
        match reader.peek(piece)? {
            Some(at) => {
                reader.is_queued = true;
                self.queue.push(Reverse((at, socket, index)));
            }
            None if reader.is_done() => {
                *slot = None;
                self.places.remove(&socket);
            }
            None => {}
        }
        Ok(())
    }

    /// Takes calls that came back no later than `frontier`, a step at most, and gives the rows that will not change any more to
    /// `out`; returns whether there are more of them.
    pub(super) fn step(
        &mut self,
        frontier: Moment,
        out: &mut impl FnMut(&CallListRow) -> io::Result<()>,
    ) -> io::Result<bool> {
        let mut left = STEP;
        while let Some(Reverse((at, socket, index))) = self.queue.peek().copied()
            && at <= frontier
        {
            if left == 0 {
                return Ok(true);
            }
            self.queue.pop();
            self.take_from(socket, index, frontier, &mut left, out)?;
            self.queue_again(socket, index)?;
        }
        Ok(false)
    }

    /// Takes calls of one reader until a call of another reader comes before its next.
    fn take_from(
        &mut self,
        socket: SocketId,
        index: usize,
        frontier: Moment,
        left: &mut usize,
        out: &mut impl FnMut(&CallListRow) -> io::Result<()>,
    ) -> io::Result<()> {
        let other = self.queue.peek().map(|Reverse((at, socket, _))| (*at, *socket));
        let piece = (STEP / (self.queue.len() + 1)).clamp(PIECE.0, PIECE.1);
        let Self { test, fold, readers, tail, reached, taken, passed, .. } = self;
        let Some(reader) = readers.get_mut(index).and_then(Option::as_mut) else { return Ok(()) };
        reader.is_queued = false;
        while *left > 0
            && let Some(at) = reader.peek(piece)?
            && at <= frontier
            && other.is_none_or(|other| (at, socket) < other)
            && let Some((first, call)) = reader.take()
        {
            *left -= 1;
            *taken += 1;
            *reached = at.max(*reached);
            let note = usize::try_from(call.note).ok().and_then(|note| reader.note_texts.get(note.checked_sub(1)?));
            if !test.passes(&call, note, reader.peer_matches) {
                continue;
            }
            *passed += 1;
            if let Some((row, like)) = tail {
                if *fold && is_like(row, like, socket, first, &call) {
                    row.count += 1;
                    continue;
                }
                out(row)?;
            }
            *tail = Some((CallListRow { socket, first, count: 1, at: *reached }, call));
        }
        Ok(())
    }

    /// The row that may still grow.
    pub(super) fn tail(&self) -> Option<CallListRow> {
        self.tail.map(|(row, _)| row)
    }

    /// Whether calls are known that came back later than the frontier.
    pub(super) fn holds_back(&self) -> bool {
        !self.queue.is_empty()
    }
}

/// Whether `call` can stand in one row with those before it.
fn is_like(row: &CallListRow, like: &Call, socket: SocketId, number: u64, call: &Call) -> bool {
    let face = |call: &Call| (call.kind, call.asked, call.got, call.outcome, call.note);
    row.socket == socket && row.end() == number && row.count < u32::MAX && call.note == 0 && face(like) == face(call)
}
