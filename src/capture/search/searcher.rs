//! The thread that searches a spool while bytes come.
//!
//! In scope: following the bytes, keeping the hits, reporting the progress. Out of scope: what a hit is (see [`Pattern`]). The thread
//! reads what has been published and never holds up the one that receives.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use super::hits::{HitList, Hits};
use super::pattern::Pattern;
use super::scanner::{PIECE, Scanner};
use crate::capture::jobs::thread_priority::lower_thread_priority;
use crate::capture::jobs::threads::start_thread;
use crate::capture::{Failure, Operation, Spool, catch_panic};
use crate::http::Span;

/// How many hits a search keeps, in 16 MiB of memory. A search that finds more ends.
pub const HITS_MAX: usize = 1024 * 1024;

/// While there is more to search, the progress is published this often.
const PUBLISH: Duration = Duration::from_millis(16);

/// How many bytes are read at a time, and how many hits are kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) piece: usize,
    pub(super) hits: usize,
}

/// A search at work. Dropping it ends the thread, but does not wait for that: an expression may take seconds to find a single hit.
#[derive(Debug)]
pub struct Search {
    start: u64,
    shared: Arc<Shared>,
    wakeup: Sender<()>,
}

/// What both sides know.
#[derive(Debug)]
struct Shared {
    /// Up to where the source may be read.
    end: AtomicU64,
    /// Whether that is its end.
    is_over: AtomicBool,
    is_cancelled: Arc<AtomicBool>,
    progress: ArcSwap<SearchProgress>,
}

/// How far a search has come.
#[derive(Clone, Debug, Default)]
pub struct SearchProgress {
    /// How many bytes have been searched.
    pub searched: u64,
    /// How many bytes there are to be searched.
    pub total: u64,
    /// The hits.
    pub hits: Hits,
    /// Whether nothing more will be searched: the source is over, there are [`HITS_MAX`] hits, or something failed.
    pub is_over: bool,
    /// Whether there were [`HITS_MAX`] hits.
    pub is_full: bool,
    /// What failed on our side.
    pub failure: Option<Failure>,
}

impl SearchProgress {
    /// Whether nothing is left to do until more bytes come.
    pub fn is_idle(&self) -> bool {
        self.is_over || self.searched >= self.total
    }
}

impl Search {
    /// Begins to search `source` from byte `start` on; `wake` is called when there is more to see, at most some sixty times a
    /// second. Nothing is read before [`Search::set_end`] says that it may be. Fails if the system has no thread left.
    pub fn start(
        source: Spool,
        start: u64,
        pattern: Pattern,
        wake: impl Fn() + Send + 'static,
    ) -> Result<Self, Failure> {
        Self::start_with(source, start, pattern, Bounds { piece: PIECE, hits: HITS_MAX }, wake)
    }

    pub(super) fn start_with(
        source: Spool,
        start: u64,
        pattern: Pattern,
        bounds: Bounds,
        wake: impl Fn() + Send + 'static,
    ) -> Result<Self, Failure> {
        let shared = Arc::new(Shared {
            end: AtomicU64::new(start),
            is_over: AtomicBool::new(false),
            is_cancelled: Arc::default(),
            progress: ArcSwap::default(),
        });
        let (wakeup, wakeups) = bounded(1);
        let scanner = Scanner::new(pattern, start, bounds.piece, Arc::clone(&shared.is_cancelled));
        let (found, hits) = (Vec::new(), HitList::default());
        let searcher =
            Searcher { source, start, scanner, found, hits, hits_max: bounds.hits, shared: Arc::clone(&shared) };
        let work = move || {
            lower_thread_priority();
            let shared = Arc::clone(&searcher.shared);
            if let Err(failure) = catch_panic(|| searcher.run(&wakeups, &wake)) {
                let before = SearchProgress::clone(&shared.progress.load());
                let progress = SearchProgress { is_over: true, failure: Some(failure), ..before };
                shared.progress.store(Arc::new(progress));
            }
            wake();
        };
        start_thread("search", work).map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        Ok(Self { start, shared, wakeup })
    }

    /// Says that the source may be read up to `end`, and whether that is all.
    pub fn set_end(&self, end: u64, is_over: bool) {
        let end_before = self.shared.end.swap(end, Ordering::AcqRel);
        let was_over = self.shared.is_over.swap(is_over, Ordering::AcqRel);
        if (end_before, was_over) != (end, is_over) {
            self.wake_thread();
        }
    }

    /// How far it has come, and what it has found.
    pub fn progress(&self) -> SearchProgress {
        let progress = SearchProgress::clone(&self.shared.progress.load());
        let total = self.shared.end.load(Ordering::Acquire).saturating_sub(self.start);
        SearchProgress { total: total.max(progress.searched), ..progress }
    }

    /// Asks the thread to end. What was found stays.
    pub fn cancel(&self) {
        self.shared.is_cancelled.store(true, Ordering::Release);
        self.wake_thread();
    }

    fn wake_thread(&self) {
        // Where a wake-up waits already, the thread will look at everything anew.
        let _: Result<(), TrySendError<()>> = self.wakeup.try_send(());
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        self.shared.is_cancelled.store(true, Ordering::Release);
    }
}

/// The thread's side.
struct Searcher {
    source: Spool,
    start: u64,
    scanner: Scanner,
    found: Vec<Span>,
    hits: HitList,
    hits_max: usize,
    shared: Arc<Shared>,
}

impl Searcher {
    fn run(mut self, wakeups: &Receiver<()>, wake: &impl Fn()) -> Result<(), Failure> {
        let mut published = Instant::now();
        while !self.is_cancelled() {
            // In this order: an end that was told before its bytes are seen would be taken for the end of fewer bytes.
            let is_over = self.shared.is_over.load(Ordering::Acquire);
            let end = self.shared.end.load(Ordering::Acquire);
            let read = self.scanner.step(&self.source, end, &mut self.found);
            let read = read.map_err(|error| Failure::of(Operation::Spool, None, &error))?;
            let more = read && self.scanner.end() < end;
            let tail = if more { Vec::new() } else { self.scanner.rest() };
            // A step that was cancelled has not searched all that it has read.
            if self.is_cancelled() {
                return Ok(());
            }
            let progress = self.keep(tail, !more && is_over);
            if more && !progress.is_over && published.elapsed() < PUBLISH {
                continue;
            }
            let is_done = progress.is_over;
            self.shared.progress.store(Arc::new(progress));
            published = Instant::now();
            wake();
            if is_done || (!more && wakeups.recv().is_err()) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Keeps what was found, and `tail` as well if no more bytes come.
    fn keep(&mut self, mut tail: Vec<Span>, is_last: bool) -> SearchProgress {
        if is_last {
            self.found.append(&mut tail);
        }
        let is_full = !self.hits.append(&self.found, self.hits_max);
        self.found.clear();
        let searched = self.scanner.end() - self.start;
        let hits = Hits::new(&self.hits, if is_full { Vec::new() } else { tail });
        SearchProgress { searched, total: searched, hits, is_over: is_last || is_full, is_full, failure: None }
    }

    fn is_cancelled(&self) -> bool {
        self.shared.is_cancelled.load(Ordering::Acquire)
    }
}
