//! Takes calls from their sources in the order in which they came back, lets through what the filter does, and folds like ones.
//!
//! In scope: the order, the folding, the counts. Out of scope: the thread, and where rows go.

use core::net::SocketAddr;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::io;

use super::filter::{CallFilter, FilterTest};
use super::row::CallListRow;
use super::source::{LogReader, NoteText};
use crate::capture::{Call, CallLog, Moment, SocketId};

/// So many calls are taken in one step.
const STEP: usize = 64 * 1024;
/// From so many down to so few calls are read from a log at a time, the fewer the more logs there are.
const PIECE: (usize, usize) = (16, 4096);

/// The core of the job.
pub(super) struct CallMerger {
    test: FilterTest,
    fold: bool,
    /// The sources; what is through is gone.
    sources: Vec<Option<Box<LogReader>>>,
    /// Where each one stands among them.
    places: HashMap<SocketId, usize>,
    /// The sources that have calls, by when their next one had come back.
    queue: BinaryHeap<Reverse<(Moment, SocketId, usize)>>,
    /// The row that may still grow.
    tail: Option<(CallListRow, Call)>,
    /// The moment of the newest call taken.
    reached: Moment,
    /// Calls taken from the sources.
    pub(super) taken: u64,
    /// Those of them that came through the filter.
    pub(super) passed: u64,
}

/// What is known anew of a source.
#[derive(Default)]
pub(super) struct LogGrowth {
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
            sources: Vec::new(),
            places: HashMap::new(),
            queue: BinaryHeap::new(),
            tail: None,
            reached: Moment::default(),
            taken: 0,
            passed: 0,
        }
    }

    /// Takes in that the log of `socket` has grown; `log`, with the first call that counts, is needed the first time.
    pub(super) fn grow(&mut self, socket: SocketId, log: Option<(CallLog, u64)>, growth: LogGrowth) -> io::Result<()> {
        if let Some(log) = log {
            self.places.insert(socket, self.sources.len());
            self.sources.push(Some(Box::new(LogReader::new(log))));
        }
        let Some(at) = self.places.get(&socket).copied() else { return Ok(()) };
        let Some(source) = self.sources.get_mut(at).and_then(Option::as_mut) else { return Ok(()) };
        source.told = source.told.max(growth.calls);
        source.is_over |= growth.is_over;
        source.note_texts.extend(growth.note_texts);
        source.peer_matches |= growth.peer.is_some_and(|peer| self.test.is_in(&peer.to_string()));
        self.queue_again(socket, at)
    }

    /// Puts a source into the queue if it has calls and waits in it no longer; a source that is through is let go with its file.
    fn queue_again(&mut self, socket: SocketId, index: usize) -> io::Result<()> {
        let piece = (STEP / (self.queue.len() + 1)).clamp(PIECE.0, PIECE.1);
        let Some(slot) = self.sources.get_mut(index) else { return Ok(()) };
        let Some(source) = slot else { return Ok(()) };
        if source.is_queued {
            return Ok(());
        }
        match source.peek(piece)? {
            Some(at) => {
                source.is_queued = true;
                self.queue.push(Reverse((at, socket, index)));
            }
            None if source.is_done() => {
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
            self.run_of(socket, index, frontier, &mut left, out)?;
            self.queue_again(socket, index)?;
        }
        Ok(false)
    }

    /// Takes calls of one source until another one's turn comes.
    fn run_of(
        &mut self,
        socket: SocketId,
        index: usize,
        frontier: Moment,
        left: &mut usize,
        out: &mut impl FnMut(&CallListRow) -> io::Result<()>,
    ) -> io::Result<()> {
        let turn = self.queue.peek().map(|Reverse((at, socket, _))| (*at, *socket));
        let piece = (STEP / (self.queue.len() + 1)).clamp(PIECE.0, PIECE.1);
        let Self { test, fold, sources, tail, reached, taken, passed, .. } = self;
        let Some(source) = sources.get_mut(index).and_then(Option::as_mut) else { return Ok(()) };
        source.is_queued = false;
        while *left > 0
            && let Some(at) = source.peek(piece)?
            && at <= frontier
            && turn.is_none_or(|turn| (at, socket) < turn)
            && let Some((first, call)) = source.take()
        {
            *left -= 1;
            *taken += 1;
            *reached = at.max(*reached);
            let note = usize::try_from(call.note).ok().and_then(|note| source.note_texts.get(note.checked_sub(1)?));
            if !test.passes(&call, note, source.peer_matches) {
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
