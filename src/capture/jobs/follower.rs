//! A thread that follows bytes as they arrive and makes something of them.
//!
//! In scope: the thread, which is told how far the source may be read and never holds up the one that receives; taking off what
//! the bytes are wrapped in; what has been made so far, published at a measured pace; how far it has come; stopping it and letting it
//! go on. Out of scope: what is made (a [`Processor`]), and the layers (`decode`).

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};

use super::thread_priority::lower_thread_priority;
use super::threads::start_thread;
use crate::capture::{Failure, Operation, Spool, catch_panic};
use crate::decode::{Coding, CodingError, PushError, Unpack};

/// So many bytes are read at a time.
const PIECE: usize = 256 * 1024;
/// As many bytes come out between two looks at what must not wait.
const LOOK: usize = 64 * 1024;
/// What has been made is published at most so often.
const PACE: Duration = Duration::from_millis(50);

/// What makes something of the bytes.
pub trait Processor: Send + 'static {
    /// What others see of it; cheap to clone.
    type Output: Clone + Default + Send + Sync + 'static;

    /// Takes in the next bytes.
    ///
    /// # Errors
    /// What failed on our side.
    fn take(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// What has been made of all bytes so far.
    ///
    /// # Errors
    /// What failed on our side.
    fn output(&mut self) -> io::Result<Self::Output>;
}

/// The thread and what it has made. Dropping it ends the thread.
pub struct Follower<M: Processor> {
    start: u64,
    shared: Arc<Shared<M::Output>>,
    bell: Option<Sender<()>>,
}

/// What both sides know.
struct Shared<T> {
    /// Up to where the source may be read.
    end: AtomicU64,
    /// Whether that is its end.
    is_over: AtomicBool,
    is_stopped: AtomicBool,
    is_unwanted: AtomicBool,
    state: ArcSwap<FollowerState<T>>,
}

/// How far it has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FollowerState<T> {
    /// What has been made.
    pub output: T,
    /// Bytes of the source that have been taken in.
    pub taken: u64,
    /// Whether nothing more will come: the source is over, or something failed.
    pub is_over: bool,
    /// Since when there was always more to take in than had been; `None`: it waits.
    pub busy_since: Option<Instant>,
    /// What is wrong with the source.
    pub fault: Option<CodingError>,
    /// The coding that the source turned out not to be in, as [`Unpack::passed_over`] has it.
    pub passed_over: Option<Coding>,
    /// What failed on our side.
    pub failure: Option<Failure>,
}

/// How far a thread has come that has been at work for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobProgress {
    /// Bytes of the source that have been taken in,
    pub taken: u64,
    /// of so many.
    pub of: u64,
    /// Whether it was stopped, and can go on.
    pub is_stopped: bool,
}

impl<M: Processor> Follower<M> {
    /// Starts the thread `name`, which hands the bytes of `source` from `start` on through `unpack` to `maker`; `wake` is called when
    /// there is more to see.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub fn start(
        name: &str,
        (source, start): (Spool, u64),
        mut unpack: Unpack,
        maker: M,
        wake: impl Fn() + Send + 'static,
    ) -> Result<Self, Failure> {
        let shared = Arc::new(Shared {
            end: AtomicU64::new(start),
            is_over: AtomicBool::new(false),
            is_stopped: AtomicBool::new(false),
            is_unwanted: AtomicBool::new(false),
            state: ArcSwap::default(),
        });
        let (bell, rung) = bounded(1);
        let at_work = Arc::clone(&shared);
        let work = move || {
            lower_thread_priority();
            let state = FollowerState::default();
            let shared = Arc::clone(&at_work);
            let mut worker = Worker { maker, shared, state, published: None, is_due: true, unlooked: 0, rung, wake };
            let state = catch_panic(|| {
                let state = follow(&mut worker, &source, start, &mut unpack);
                state.map_err(|error| Failure::of(Operation::Spool, None, &error))
            });
            if let Err(failure) = state {
                let before = FollowerState::clone(&at_work.state.load());
                let state = FollowerState { is_over: true, busy_since: None, failure: Some(failure), ..before };
                at_work.state.store(Arc::new(state));
            }
            (worker.wake)();
        };
        start_thread(name, work).map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        Ok(Self { start, shared, bell: Some(bell) })
    }

    /// Tells that the source may be read up to `end`, and whether that is all.
    pub fn tell(&self, end: u64, is_over: bool) {
        let known = self.shared.end.swap(end, Ordering::AcqRel) == end;
        let was_over = self.shared.is_over.swap(is_over, Ordering::AcqRel) == is_over;
        if !known || !was_over {
            self.ring();
        }
    }

    /// Stops it where it is, or lets it go on from there.
    pub fn stop(&self, is_stopped: bool) {
        self.shared.is_stopped.store(is_stopped, Ordering::Release);
        self.ring();
    }

    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> Arc<FollowerState<M::Output>> {
        self.shared.state.load_full()
    }

    /// How far it has come, if it was stopped, or has been at work without a pause for longer than `patience`.
    #[must_use]
    pub fn progress_after(&self, patience: Duration) -> Option<JobProgress> {
        let state = self.shared.state.load();
        let is_stopped = self.shared.is_stopped.load(Ordering::Acquire);
        let is_long = state.busy_since.is_some_and(|since| since.elapsed() > patience);
        let of = self.shared.end.load(Ordering::Acquire).saturating_sub(self.start);
        let shown = JobProgress { taken: state.taken.min(of), of, is_stopped };
        (!state.is_over && (is_stopped || is_long)).then_some(shown)
    }

    fn ring(&self) {
        if let Some(bell) = &self.bell {
            // If it has rung already, the thread will look anew in any case.
            let _: Result<(), TrySendError<()>> = bell.try_send(());
        }
    }
}

impl<M: Processor> std::fmt::Debug for Follower<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follower").field("taken", &self.shared.state.load().taken).finish_non_exhaustive()
    }
}

impl<M: Processor> Drop for Follower<M> {
    fn drop(&mut self) {
        self.shared.is_unwanted.store(true, Ordering::Release);
        self.bell = None;
    }
}

/// The thread's side.
struct Worker<M: Processor, W> {
    maker: M,
    shared: Arc<Shared<M::Output>>,
    state: FollowerState<M::Output>,
    published: Option<Instant>,
    /// Whether something was made that is not published.
    is_due: bool,
    /// Bytes that came out since the last look.
    unlooked: usize,
    rung: Receiver<()>,
    wake: W,
}

/// The work: reads what there is, and waits for more.
fn follow<M: Processor>(
    worker: &mut Worker<M, impl Fn()>,
    source: &Spool,
    start: u64,
    unpack: &mut Unpack,
) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    let mut at = start;
    loop {
        // In this order: an end that was told before its bytes are seen would be taken for the end of fewer bytes.
        let is_over = worker.shared.is_over.load(Ordering::Acquire);
        let end = worker.shared.end.load(Ordering::Acquire);
        let size = usize::try_from(end.saturating_sub(at)).unwrap_or(PIECE).min(PIECE);
        let count = source.read_at(at, piece.get_mut(..size).unwrap_or_default())?;
        at += count as u64;
        if count > 0 {
            worker.state.busy_since.get_or_insert_with(Instant::now);
            worker.state.taken = at - start;
            let pushed = unpack.push(piece.get(..count).unwrap_or_default(), &mut |bytes| worker.take(bytes));
            worker.state.passed_over = unpack.passed_over();
            worker.note(pushed)?;
            worker.rest()?;
        } else if is_over {
            let finished = unpack.finish(&mut |bytes| worker.take(bytes));
            worker.state.passed_over = unpack.passed_over();
            worker.note(finished)?;
            worker.state.is_over = true;
        }
        if worker.state.is_over {
            worker.state.busy_since = None;
            return worker.publish();
        }
        if worker.shared.is_unwanted.load(Ordering::Acquire) {
            return Ok(());
        }
        if count == 0 && !worker.wait()? {
            return Ok(());
        }
    }
}

impl<M: Processor, W: Fn()> Worker<M, W> {
    /// Takes in bytes that were unpacked. A little may become very much, or keep the layers at work for long and come to nothing, so all
    /// that must not wait is looked at here.
    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.maker.take(bytes)?;
        self.is_due |= !bytes.is_empty();
        self.unlooked += bytes.len();
        if bytes.is_empty() || self.unlooked >= LOOK { self.rest() } else { Ok(()) }
    }

    /// Publishes if it is time, and waits while it is stopped.
    fn rest(&mut self) -> io::Result<()> {
        self.unlooked = 0;
        if self.published.is_none_or(|at| at.elapsed() >= PACE) {
            self.publish()?;
        }
        loop {
            if self.shared.is_unwanted.load(Ordering::Acquire) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            if !self.shared.is_stopped.load(Ordering::Acquire) {
                return Ok(());
            }
            let since = self.state.busy_since.take();
            self.publish()?;
            if self.rung.recv().is_err() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            self.state.busy_since = since.map(|_| Instant::now());
        }
    }

    /// Waits until there may be more; returns whether there may ever be.
    fn wait(&mut self) -> io::Result<bool> {
        let was_busy = self.state.busy_since.take().is_some();
        self.is_due |= was_busy;
        while self.is_due {
            let pause = self.published.map_or(Duration::ZERO, |at| PACE.saturating_sub(at.elapsed()));
            match self.rung.recv_timeout(pause) {
                Ok(()) => return Ok(true),
                Err(RecvTimeoutError::Disconnected) => return Ok(false),
                Err(RecvTimeoutError::Timeout) => self.publish()?,
            }
        }
        Ok(self.rung.recv().is_ok())
    }

    fn publish(&mut self) -> io::Result<()> {
        self.state.output = self.maker.output()?;
        self.shared.state.store(Arc::new(self.state.clone()));
        (self.published, self.is_due) = (Some(Instant::now()), false);
        (self.wake)();
        Ok(())
    }

    /// Keeps what is wrong with the source; what is wrong on our side goes on.
    fn note(&mut self, result: Result<(), PushError<io::Error>>) -> io::Result<()> {
        match result {
            Ok(()) => Ok(()),
            Err(PushError::Coding(error)) => {
                self.state.fault = Some(error);
                self.state.is_over = true;
                Ok(())
            }
            Err(PushError::Out(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::SpoolWriter;

    /// Counts bytes; `pace` lets it take in one portion for each that is sent.
    struct Count(u64, Option<Receiver<()>>);

    impl Processor for Count {
        type Output = u64;

        fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
            if let Some(pace) = &self.1 {
                let _ = pace.recv();
            }
            assert!(!bytes.starts_with(b"panic"), "no luck");
            self.0 += bytes.len() as u64;
            Ok(())
        }

        fn output(&mut self) -> io::Result<u64> {
            Ok(self.0)
        }
    }

    struct Watched {
        writer: SpoolWriter,
        spool: Spool,
        follower: Follower<Count>,
        woken: Receiver<()>,
    }

    fn follow_of(pace: Option<Receiver<()>>) -> Watched {
        let (writer, spool) = SpoolWriter::temporary();
        let (bell, woken) = bounded(1);
        let wake = move || {
            let _ = bell.try_send(());
        };
        let source = (spool.clone(), 2);
        let follower = Follower::start("count", source, Unpack::unframed(), Count(0, pace), wake).unwrap();
        Watched { writer, spool, follower, woken }
    }

    impl Watched {
        fn append(&mut self, bytes: &[u8]) {
            self.writer.append(bytes).unwrap();
            self.writer.flush().unwrap();
            self.follower.tell(self.spool.len(), false);
        }

        fn until(&self, what: &str, done: impl Fn(&FollowerState<u64>) -> bool) -> Arc<FollowerState<u64>> {
            loop {
                let state = self.follower.state();
                if done(&state) {
                    return state;
                }
                self.woken.recv_timeout(Duration::from_secs(20)).unwrap_or_else(|_| panic!("{what}: {state:?}"));
            }
        }
    }

    #[test]
    fn it_follows_what_arrives_and_ends_with_it() {
        let mut watched = follow_of(None);
        watched.append(b"..four");
        watched.until("four bytes", |state| state.output == 4 && state.busy_since.is_none());
        watched.append(&[b'x'; 1_000_000]);
        watched.until("all bytes", |state| state.output == 1_000_004);
        watched.follower.tell(1_000_006, true);
        let state = watched.until("its end", |state| state.is_over);
        assert_eq!((state.taken, &state.failure, &state.fault), (1_000_004, &None, &None));
        assert_eq!(watched.follower.progress_after(Duration::ZERO), None);
    }

    #[test]
    fn it_is_stopped_and_goes_on_from_there() {
        // Dropped after the sender, whatever happens: a maker that waits for its pace then ends.
        let mut watched;
        let (pace, paced) = bounded(8);
        watched = follow_of(Some(paced));
        watched.follower.stop(true);
        watched.append(&[b'x'; 2 + 4 * PIECE]);
        pace.send(()).unwrap();
        // What it has in hand it finishes.
        let stopped = watched.until("it stops", |state| state.output > 0 && state.busy_since.is_none());
        assert_eq!(stopped.output, PIECE as u64);
        let of = 4 * PIECE as u64;
        let progress = watched.follower.progress_after(Duration::MAX);
        assert_eq!(progress, Some(JobProgress { taken: stopped.taken, of, is_stopped: true }));
        (0..3).for_each(|_| pace.send(()).unwrap());
        watched.follower.stop(false);
        watched.until("it goes on", |state| state.output == of && state.busy_since.is_none());
        assert_eq!(watched.follower.progress_after(Duration::ZERO), None);
    }

    #[test]
    fn a_panic_is_told_and_ends_it() {
        let mut watched = follow_of(None);
        watched.append(b"..panic");
        let state = watched.until("it ends", |state| state.is_over);
        assert!(state.failure.is_some());
    }
}
