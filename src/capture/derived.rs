//! A copy of a body in another form, in a spool of its own, made while the body arrives.
//!
//! In scope: the thread that reads the bytes as they come, takes off what they are wrapped in, and writes what comes out where it
//! can be read by offset; how far it has come; its end. Out of scope: the layers (`decode`), and what is shown of the copy. The
//! thread reads what has been published and never holds up the one that receives.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use arc_swap::ArcSwap;
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use super::{Failure, Operation, Spool, SpoolWriter, guarded};
use crate::decode::{CodingError, PushError, Unpack};

/// So many bytes are read at a time.
const PIECE: usize = 256 * 1024;

/// A copy in the making. Dropping it ends the thread and waits for it.
#[derive(Debug)]
pub struct Derived {
    spool: Spool,
    shared: Arc<Shared>,
    bell: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What both sides know.
#[derive(Debug)]
struct Shared {
    /// Up to where the source may be read.
    end: AtomicU64,
    /// Whether that is its end.
    is_over: AtomicBool,
    is_unwanted: AtomicBool,
    state: ArcSwap<Copied>,
}

/// How far a copy has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Copied {
    /// Bytes of the copy that can be read.
    pub bytes: u64,
    /// Bytes of the source that have been taken in.
    pub taken: u64,
    /// Whether nothing more will come: the source is over, or something failed.
    pub is_over: bool,
    /// What is wrong with the source.
    pub fault: Option<CodingError>,
    /// What failed on our side.
    pub failure: Option<Failure>,
}

impl Derived {
    /// Starts to copy the bytes of `source` from `start` on through `unpack`; `wake` is called when there is more to see.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub fn start(source: Spool, start: u64, unpack: Unpack, wake: impl Fn() + Send + 'static) -> Result<Self, Failure> {
        let (writer, spool) = SpoolWriter::on(source.disk());
        let shared = Arc::new(Shared {
            end: AtomicU64::new(start),
            is_over: AtomicBool::new(false),
            is_unwanted: AtomicBool::new(false),
            state: ArcSwap::default(),
        });
        let (bell, rung) = bounded(1);
        let copier =
            Copier { source, at: start, start, unpack, writer, shared: Arc::clone(&shared), copied: Copied::default() };
        let at_work = Arc::clone(&shared);
        let work = move || {
            if let Err(failure) = guarded(|| copier.run(&rung, &wake)) {
                let copied = Copied { is_over: true, failure: Some(failure), ..Copied::clone(&at_work.state.load()) };
                at_work.state.store(Arc::new(copied));
            }
            wake();
        };
        let thread = thread::Builder::new().name("decode".into()).spawn(work);
        let thread = thread.map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        Ok(Self { spool, shared, bell: Some(bell), thread: Some(thread) })
    }

    /// Tells that the source may be read up to `end`, and whether that is all.
    pub fn tell(&self, end: u64, is_over: bool) {
        let known = self.shared.end.swap(end, Ordering::AcqRel) == end;
        let was_over = self.shared.is_over.swap(is_over, Ordering::AcqRel) == is_over;
        if known && was_over {
            return;
        }
        if let Some(bell) = &self.bell {
            // If it has rung already, the thread will look anew in any case.
            let _: Result<(), TrySendError<()>> = bell.try_send(());
        }
    }

    /// The copy.
    #[must_use]
    pub fn spool(&self) -> &Spool {
        &self.spool
    }

    /// How far it has come.
    #[must_use]
    pub fn copied(&self) -> Arc<Copied> {
        self.shared.state.load_full()
    }
}

impl Drop for Derived {
    fn drop(&mut self) {
        self.shared.is_unwanted.store(true, Ordering::Release);
        self.bell = None;
        if let Some(thread) = self.thread.take() {
            // A panic in it has been caught and told.
            let _ = thread.join();
        }
    }
}

/// The thread's side.
struct Copier {
    source: Spool,
    at: u64,
    start: u64,
    unpack: Unpack,
    writer: SpoolWriter,
    shared: Arc<Shared>,
    copied: Copied,
}

impl Copier {
    fn run(mut self, rung: &Receiver<()>, wake: &impl Fn()) -> Result<(), Failure> {
        let spooling = |error: io::Error| Failure::of(Operation::Spool, None, &error);
        loop {
            // In this order: an end that was told before its bytes are seen would be taken for the end of fewer bytes.
            let is_over = self.shared.is_over.load(Ordering::Acquire);
            let end = self.shared.end.load(Ordering::Acquire);
            let more = self.step(end).map_err(spooling)?;
            if !more && is_over && self.copied.fault.is_none() {
                self.last().map_err(spooling)?;
            }
            self.copied.is_over |= (!more && is_over) || self.copied.fault.is_some();
            self.writer.flush().map_err(spooling)?;
            self.publish();
            wake();
            if self.copied.is_over || self.shared.is_unwanted.load(Ordering::Acquire) {
                return Ok(());
            }
            if !more && rung.recv().is_err() {
                return Ok(());
            }
        }
    }

    /// Takes in a piece of what there is up to `end`; returns whether there is more.
    fn step(&mut self, end: u64) -> io::Result<bool> {
        let size = usize::try_from(end.saturating_sub(self.at)).unwrap_or(PIECE).min(PIECE);
        let mut piece = vec![0; size];
        let count = self.source.read_at(self.at, &mut piece)?;
        if count == 0 {
            return Ok(false);
        }
        self.at += count as u64;
        let Self { unpack, writer, copied, shared, .. } = self;
        let pushed = unpack.push(piece.get(..count).unwrap_or_default(), &mut |bytes| {
            // A little may become very much; who is not wanted any more need not finish it.
            if shared.is_unwanted.load(Ordering::Relaxed) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            writer.append(bytes)
        });
        note(pushed, copied)?;
        Ok(copied.fault.is_none() && self.at < end)
    }

    /// The source is over.
    fn last(&mut self) -> io::Result<()> {
        let Self { unpack, writer, copied, .. } = self;
        let finished = unpack.finish(&mut |bytes| writer.append(bytes));
        note(finished, copied)
    }

    fn publish(&mut self) {
        self.copied.bytes = self.writer.len();
        self.copied.taken = self.at - self.start;
        self.shared.state.store(Arc::new(self.copied.clone()));
    }
}

/// Keeps what is wrong with the source; what is wrong on our side goes on.
fn note(result: Result<(), PushError<io::Error>>, copied: &mut Copied) -> io::Result<()> {
    match result {
        Ok(()) => Ok(()),
        Err(PushError::Coding(error)) => {
            copied.fault.get_or_insert(error);
            Ok(())
        }
        Err(PushError::Out(error)) => Err(error),
    }
}
