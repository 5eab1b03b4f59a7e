//! A thread that follows something while it grows: told how far it may read, it works until it is through or not wanted any more.
//!
//! In scope: starting, telling, waiting without a clock, ending. Out of scope: what it reads and what comes of it. Dropping a
//! [`Follower`] ends its thread and waits for it, so work is to be done in pieces, with a look at [`Told::is_unwanted`] between two.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use super::{Failure, Operation};

/// The side that tells.
#[derive(Debug)]
pub struct Follower {
    shared: Arc<Shared>,
    bell: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    end: AtomicU64,
    is_over: AtomicBool,
    is_unwanted: AtomicBool,
}

/// The thread's side.
#[derive(Debug)]
pub struct Told {
    shared: Arc<Shared>,
    rung: Receiver<()>,
}

impl Follower {
    /// Starts `work` on a thread called `name`. It should guard itself against panics (see [`guarded`](super::guarded)).
    ///
    /// # Errors
    /// If the system has no thread left.
    pub fn start(name: &str, work: impl FnOnce(Told) + Send + 'static) -> Result<Self, Failure> {
        let shared = Arc::new(Shared {
            end: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            is_unwanted: AtomicBool::new(false),
        });
        let (bell, rung) = bounded(1);
        let told = Told { shared: Arc::clone(&shared), rung };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || work(told));
        let thread = thread.map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        Ok(Self { shared, bell: Some(bell), thread: Some(thread) })
    }

    /// Tells that it may read up to `end`, and whether nothing will come after that.
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
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.shared.is_unwanted.store(true, Ordering::Release);
        self.bell = None;
        if let Some(thread) = self.thread.take() {
            // A panic in it has been caught and told.
            let _ = thread.join();
        }
    }
}

impl Told {
    /// Up to where may be read, and whether that is all there will be.
    #[must_use]
    pub fn end(&self) -> (u64, bool) {
        // In this order: an end that was told before its bytes are seen would be taken for the end of fewer bytes.
        let is_over = self.shared.is_over.load(Ordering::Acquire);
        (self.shared.end.load(Ordering::Acquire), is_over)
    }

    /// Whether nobody wants the work any more.
    #[must_use]
    pub fn is_unwanted(&self) -> bool {
        self.shared.is_unwanted.load(Ordering::Acquire)
    }

    /// Waits for news; false if none will come.
    #[must_use]
    pub fn wait(&self) -> bool {
        self.rung.recv().is_ok()
    }
}
