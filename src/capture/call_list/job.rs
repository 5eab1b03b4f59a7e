//! The job that makes a list of calls: a thread that follows logs while they grow and writes the rows of the list.
//!
//! In scope: the thread, what it is sent, what it has published, reading rows by number. Out of scope: which calls pass
//! (`CallMerger`). A filter that changes is a new job; the old one is dropped.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use super::filter::CallFilter;
use super::log_cursor::{Batch, CallScope, LogCursor};
use super::merger::CallMerger;
use super::row::{CallListRow, ROW_SIZE};
use crate::capture::jobs::threads::start_thread;
use crate::capture::spools::records;
use crate::capture::{DiskQuota, Failure, Moment, Note, Operation, Session, SocketId, Spool, SpoolWriter, catch_panic};

/// A thread reports a call no later than this after the call came back, even on a busy machine. So calls of several threads are put in
/// order only when they are older.
const REPORT_DELAY_MAX: Duration = Duration::from_millis(100);
/// How many batches of updates may wait.
const BATCHES: usize = 4;
/// How many rows on each side are searched for a call when its row is found by time.
const NEAR: u64 = 4096;

/// Which calls a list is to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallListSpec {
    /// The sockets whose calls stand in it.
    pub scope: CallScope,
    /// The filter.
    pub filter: CallFilter,
    /// Whether like calls in a row become one row.
    pub fold: bool,
}

/// How far the job has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallListState {
    /// Rows that can be read and will not change.
    pub rows: u64,
    /// The row after them, which may still grow.
    pub tail: Option<CallListRow>,
    /// How many calls have been filtered.
    pub taken: u64,
    /// How many of them passed the filter.
    pub passed: u64,
    /// Whether the job has been through all calls that it was sent.
    pub has_caught_up: bool,
    /// Whether calls wait until every call before them is known. Then [`CallListJob::update`] is to be called again some hundredths of a
    /// second later.
    pub holds_back: bool,
    /// What failed on our side; nothing more will come then.
    pub failure: Option<Failure>,
}

impl CallListState {
    /// The number of rows.
    pub fn len(&self) -> u64 {
        self.rows + u64::from(self.tail.is_some())
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A list in the making. Dropping it ends the thread.
#[derive(Debug)]
pub struct CallListJob {
    rows: Spool,
    shared: Arc<Shared>,
    updates: Option<Sender<Batch>>,
    scope: CallScope,
    reads_notes: bool,
    cursor: LogCursor,
}

/// What both sides know.
#[derive(Debug, Default)]
struct Shared {
    is_unwanted: AtomicBool,
    state: ArcSwap<CallListState>,
}

impl CallListJob {
    /// Starts the job, which knows of no calls yet and keeps its rows on `disk`; `wake` is called when there is more to see. Fails if the
    /// system has no thread left.
    pub fn start(spec: CallListSpec, disk: &DiskQuota, wake: impl Fn() + Send + 'static) -> Result<Self, Failure> {
        let (writer, rows) = SpoolWriter::on(disk);
        let shared = Arc::new(Shared::default());
        let (sender, updates) = bounded(BATCHES);
        let (scope, reads_notes) = (spec.scope, spec.filter.reads_notes());
        let merger = CallMerger::new(spec.filter, spec.fold);
        let thread = CallListThread { merger, writer, shared: Arc::clone(&shared), state: CallListState::default() };
        let at_work = Arc::clone(&shared);
        let merges = scope == CallScope::All;
        let work = move || {
            if let Err(failure) = catch_panic(|| thread.run(&updates, merges, &wake)) {
                let state = CallListState { failure: Some(failure), ..CallListState::clone(&at_work.state.load()) };
                at_work.state.store(Arc::new(state));
            }
            wake();
        };
        start_thread("call list", work).map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        Ok(Self { rows, shared, updates: Some(sender), scope, reads_notes, cursor: LogCursor::default() })
    }

    /// Sends what is new in `session`. `say` gives the words for a note's failure, and is called only if the filter looks at texts.
    /// Returns whether there is more to send at once.
    pub fn update(&mut self, session: &Session, say: &dyn Fn(&Note) -> String) -> bool {
        let Some(sender) = self.updates.as_ref().filter(|sender| !sender.is_full()) else {
            return self.updates.is_some();
        };
        let (updates, more) = self.cursor.updates(session, self.scope, self.reads_notes.then_some(say));
        if updates.is_empty() && !self.state().holds_back {
            return more;
        }
        // When all threads have ended, nothing can come late.
        let applied_until = if session.is_over() { Moment(u64::MAX) } else { session.applied_until };
        // There is room, as nobody else sends. A thread that failed receives nothing more, and has published its failure.
        let sent = sender.try_send(Batch { updates, applied_until });
        if matches!(sent, Err(TrySendError::Disconnected(_))) {
            self.updates = None;
        }
        more
    }

    /// How far it has come.
    pub fn state(&self) -> Arc<CallListState> {
        self.shared.state.load_full()
    }

    /// How many calls the job has been sent.
    pub fn calls(&self) -> u64 {
        self.cursor.calls
    }

    /// Up to `count` rows of `state` from number `first` on. Fails with the system's error if the rows' file can't be read.
    pub fn rows(&self, state: &CallListState, first: u64, count: usize) -> io::Result<Vec<CallListRow>> {
        let left = usize::try_from(state.rows.saturating_sub(first)).unwrap_or(usize::MAX);
        let mut rows: Vec<CallListRow> = records::read(&self.rows, first, count.min(left))?;
        if rows.len() < count && first + rows.len() as u64 == state.rows {
            rows.extend(state.tail);
        }
        Ok(rows)
    }

    /// The number of the row in which call number `number` of `socket` stands, which had come back at `at`; `None` if it stands in
    /// none. Fails as [`CallListJob::rows`] does.
    pub fn row_of(&self, state: &CallListState, socket: SocketId, number: u64, at: Moment) -> io::Result<Option<u64>> {
        let is_after = |row: &CallListRow| match self.scope {
            CallScope::One(_) => row.first > number,
            CallScope::All => row.at > at,
        };
        let is_before = |place| Ok(self.rows(state, place, 1)?.first().is_some_and(|row| !is_after(row)));
        let place = records::partition_point(state.len(), is_before)?;
        // A row stands by its first call, and a call that became known late by the one before it.
        let near = if self.scope == CallScope::All { NEAR } else { 1 };
        let first = place.saturating_sub(near);
        let count = usize::try_from(place - first + near).unwrap_or(usize::MAX);
        let rows = self.rows(state, first, count)?;
        Ok(rows.iter().position(|row| row.holds(socket, number)).map(|i| first + i as u64))
    }
}

impl Drop for CallListJob {
    fn drop(&mut self) {
        self.shared.is_unwanted.store(true, Ordering::Release);
    }
}

/// The thread's side.
struct CallListThread {
    merger: CallMerger,
    writer: SpoolWriter,
    shared: Arc<Shared>,
    state: CallListState,
}

impl CallListThread {
    fn run(mut self, updates: &Receiver<Batch>, merges: bool, wake: &impl Fn()) -> Result<(), Failure> {
        let spooling = |error: io::Error| Failure::of(Operation::Spool, None, &error);
        let mut applied_until = Moment::default();
        loop {
            let Ok(batch) = updates.recv() else { return Ok(()) };
            self.take_in(batch, &mut applied_until).map_err(spooling)?;
            let mut more = true;
            while more && !self.shared.is_unwanted.load(Ordering::Acquire) {
                while let Ok(batch) = updates.try_recv() {
                    self.take_in(batch, &mut applied_until).map_err(spooling)?;
                }
                more = self.step(if merges { settled(applied_until) } else { Moment(u64::MAX) }).map_err(spooling)?;
                self.publish(more);
                wake();
            }
        }
    }

    fn take_in(&mut self, batch: Batch, applied_until: &mut Moment) -> io::Result<()> {
        *applied_until = batch.applied_until;
        batch.updates.into_iter().try_for_each(|update| self.merger.grow(update))
    }

    fn step(&mut self, frontier: Moment) -> io::Result<bool> {
        let Self { merger, writer, .. } = self;
        let more = merger.step(frontier, &mut |row| records::append(writer, row))?;
        writer.flush()?;
        Ok(more)
    }

    fn publish(&mut self, more: bool) {
        self.state = CallListState {
            rows: self.writer.len() / ROW_SIZE as u64,
            tail: self.merger.tail(),
            taken: self.merger.taken,
            passed: self.merger.passed,
            has_caught_up: self.state.has_caught_up || !more,
            holds_back: !more && self.merger.holds_back(),
            failure: None,
        };
        self.shared.state.store(Arc::new(self.state.clone()));
    }
}

/// Calls that had come back by then are all known, if everything is known that was reported until `applied_until`.
fn settled(applied_until: Moment) -> Moment {
    if applied_until.0 == u64::MAX {
        applied_until
    } else {
        Moment(applied_until.0.saturating_sub(REPORT_DELAY_MAX.as_nanos() as u64))
    }
}
