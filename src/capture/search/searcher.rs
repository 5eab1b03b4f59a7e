//! The thread that searches a spool while bytes come.
//!
//! In scope: following the bytes, keeping the hits in a spool, telling how far it has come. Out of scope: what a hit is (see
//! [`Pattern`]). The thread reads what has been published and never holds up the one that receives.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use super::hits::{Hits, HitsWriter};
use super::pattern::Pattern;
use super::scanner::{PIECE, Scanner};
use crate::capture::jobs::thread_priority::lower_thread_priority;
use crate::capture::jobs::threads::start_thread;
use crate::capture::{Failure, Operation, Spool, catch_panic};
use crate::http::Span;

/// So many hits are kept, in 512 MiB; then a search ends.
pub const HITS_MAX: u64 = 64 * 1024 * 1024;

/// How often is told how far it has come, while there is more to search.
const TELL: Duration = Duration::from_millis(16);

/// What may be read at a time, and kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) piece: usize,
    pub(super) hits: u64,
}

/// A search at work. Dropping it ends the thread, but does not wait for that: an expression may take seconds to find a single hit.
#[derive(Debug)]
pub struct Search {
    spool: Spool,
    start: u64,
    shared: Arc<Shared>,
    bell: Sender<()>,
}

/// What both sides know.
#[derive(Debug)]
struct Shared {
    /// Up to where the source may be read.
    end: AtomicU64,
    /// Whether that is its end.
    is_over: AtomicBool,
    is_unwanted: Arc<AtomicBool>,
    state: ArcSwap<SearchState>,
}

#[derive(Clone, Debug, Default)]
struct SearchState {
    looked: u64,
    kept: u64,
    tail: Arc<[Span]>,
    is_over: bool,
    is_full: bool,
    failure: Option<Failure>,
}

/// How far a search has come.
#[derive(Clone, Debug)]
pub struct SearchProgress {
    /// Bytes that have been looked at,
    pub looked: u64,
    /// of so many that are there.
    pub of: u64,
    /// The hits.
    pub hits: Hits,
    /// Whether nothing more will be looked at: the source is over, there are [`HITS_MAX`] hits, or something failed.
    pub is_over: bool,
    /// Whether there were [`HITS_MAX`] hits.
    pub is_full: bool,
    /// What failed on our side.
    pub failure: Option<Failure>,
}

impl SearchProgress {
    /// Whether nothing is left to do until more bytes come.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.is_over || self.looked >= self.of
    }
}

impl Search {
    /// Begins to search `source` from byte `start` on; `wake` is called when there is more to see, at most some sixty times a
    /// second. Nothing is read before [`Search::tell`] says that it may be.
    ///
    /// # Errors
    /// If the system has no thread left.
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
        let (hits, spool) = HitsWriter::on(source.disk());
        let shared = Arc::new(Shared {
            end: AtomicU64::new(start),
            is_over: AtomicBool::new(false),
            is_unwanted: Arc::default(),
            state: ArcSwap::default(),
        });
        let (bell, rung) = bounded(1);
        let scanner = Scanner::new(pattern, start, bounds.piece).ended_by(Arc::clone(&shared.is_unwanted));
        let (found, state) = (Vec::new(), SearchState::default());
        let at_work = Arc::clone(&shared);
        let hits_max = bounds.hits;
        let searcher = Searcher { source, start, scanner, found, hits, hits_max, shared: Arc::clone(&shared), state };
        let work = move || {
            lower_thread_priority();
            if let Err(failure) = catch_panic(|| searcher.run(&rung, &wake)) {
                let state =
                    SearchState { is_over: true, failure: Some(failure), ..SearchState::clone(&at_work.state.load()) };
                at_work.state.store(Arc::new(state));
            }
            wake();
        };
        start_thread("search", work).map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        Ok(Self { spool, start, shared, bell })
    }

    /// Tells that the source may be read up to `end`, and whether that is all.
    pub fn tell(&self, end: u64, is_over: bool) {
        let known = self.shared.end.swap(end, Ordering::AcqRel) == end;
        let was_over = self.shared.is_over.swap(is_over, Ordering::AcqRel) == is_over;
        if !known || !was_over {
            self.ring();
        }
    }

    /// How far it has come, and what it has found.
    #[must_use]
    pub fn searched(&self) -> SearchProgress {
        let state = self.shared.state.load_full();
        let of = self.shared.end.load(Ordering::Acquire).saturating_sub(self.start);
        SearchProgress {
            looked: state.looked,
            of: of.max(state.looked),
            hits: Hits::new(self.spool.clone(), state.kept, Arc::clone(&state.tail)),
            is_over: state.is_over,
            is_full: state.is_full,
            failure: state.failure.clone(),
        }
    }

    /// Asks the thread to end. What was found stays.
    pub fn cancel(&self) {
        self.shared.is_unwanted.store(true, Ordering::Release);
        self.ring();
    }

    fn ring(&self) {
        // If it has rung already, the thread will look anew in any case.
        let _: Result<(), TrySendError<()>> = self.bell.try_send(());
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        self.shared.is_unwanted.store(true, Ordering::Release);
    }
}

/// The thread's side.
struct Searcher {
    source: Spool,
    start: u64,
    scanner: Scanner,
    found: Vec<Span>,
    hits: HitsWriter,
    hits_max: u64,
    shared: Arc<Shared>,
    state: SearchState,
}

impl Searcher {
    fn run(mut self, rung: &Receiver<()>, wake: &impl Fn()) -> Result<(), Failure> {
        let spooling = |error: io::Error| Failure::of(Operation::Spool, None, &error);
        let mut told = Instant::now();
        while !self.shared.is_unwanted.load(Ordering::Acquire) {
            // In this order: an end that was told before its bytes are seen would be taken for the end of fewer bytes.
            let is_over = self.shared.is_over.load(Ordering::Acquire);
            let end = self.shared.end.load(Ordering::Acquire);
            let read = self.scanner.step(&self.source, end, &mut self.found).map_err(spooling)?;
            let more = read && self.scanner.end() < end;
            let tail = if more { Vec::new() } else { self.scanner.rest() };
            // Then not all that was read has been looked at.
            if self.shared.is_unwanted.load(Ordering::Acquire) {
                return Ok(());
            }
            self.take(tail, !more && is_over).map_err(spooling)?;
            if more && !self.state.is_over && told.elapsed() < TELL {
                continue;
            }
            self.hits.flush().map_err(spooling)?;
            self.publish();
            told = Instant::now();
            wake();
            if self.state.is_over || (!more && rung.recv().is_err()) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Keeps what was found, and `tail` as well if no more bytes come.
    fn take(&mut self, mut tail: Vec<Span>, is_last: bool) -> io::Result<()> {
        if is_last {
            self.found.append(&mut tail);
        }
        for hit in self.found.drain(..) {
            if self.hits.count() == self.hits_max {
                self.state.is_full = true;
                break;
            }
            self.hits.append(hit)?;
        }
        self.state.tail = if self.state.is_full { Arc::default() } else { tail.into() };
        self.state.is_over = is_last || self.state.is_full;
        Ok(())
    }

    fn publish(&mut self) {
        self.state.looked = self.scanner.end() - self.start;
        self.state.kept = self.hits.count();
        self.shared.state.store(Arc::new(self.state.clone()));
    }
}
