//! A thread that follows the bytes of a spool as they arrive and processes them.
//!
//! In scope: the thread, which knows how far the source may be read and never holds up the one that receives; undoing the layers of the
//! bytes; publishing the output at a bounded rate; the progress; stopping the thread and letting it go on. Out of scope: what the
//! processing is (a [`Processor`]), and the layers (`decode`).

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

/// How many bytes are read at a time.
const PIECE: usize = 256 * 1024;
/// How many bytes may come out of the layers before the thread looks whether it is to publish, to stop or to end.
const CHECK_EVERY: usize = 64 * 1024;
/// The least time between two publications of the output.
const PUBLISH: Duration = Duration::from_millis(50);

/// What the thread does with the bytes.
pub trait Processor: Send + 'static {
    /// What others see of the result. It must be cheap to clone.
    type Output: Clone + Default + Send + Sync + 'static;

    /// Processes the next bytes. Fails with what failed on our side.
    fn process(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// The result for all bytes so far. Fails with what failed on our side.
    fn output(&mut self) -> io::Result<Self::Output>;
}

/// The thread and its output. Dropping it ends the thread.
pub struct Follower<M: Processor> {
    start: u64,
    shared: Arc<Shared<M::Output>>,
    wakeup: Sender<()>,
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

/// How far the thread has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FollowerState<T> {
    /// The result so far.
    pub output: T,
    /// How many bytes of the source have been processed.
    pub taken: u64,
    /// Whether nothing more will come: the source is over, or something failed.
    pub is_over: bool,
    /// Since when there has always been more to process; `None` while the thread waits.
    pub busy_since: Option<Instant>,
    /// What is wrong with the source.
    pub fault: Option<CodingError>,
    /// The coding that the source turned out not to be in, as [`Unpack::passed_over`] has it.
    pub passed_over: Option<Coding>,
    /// What failed on our side.
    pub failure: Option<Failure>,
}

/// The progress of a thread that has been at work for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobProgress {
    /// How many bytes of the source have been processed.
    pub taken: u64,
    /// How many bytes the source has.
    pub of: u64,
    /// Whether it was stopped, and can go on.
    pub is_stopped: bool,
}

impl<M: Processor> Follower<M> {
    /// Starts the thread `name`, which hands the bytes of `source` from `start` on through `unpack` to `processor`; `wake` is called when
    /// there is more to see. Fails if the system has no thread left.
    pub fn start(
        name: &str,
        (source, start): (Spool, u64),
        mut unpack: Unpack,
        processor: M,
        wake: impl Fn() + Send + 'static,
    ) -> Result<Self, Failure> {
        let shared = Arc::new(Shared {
            end: AtomicU64::new(start),
            is_over: AtomicBool::new(false),
            is_stopped: AtomicBool::new(false),
            is_unwanted: AtomicBool::new(false),
            state: ArcSwap::default(),
        });
        let (wakeup, wakeups) = bounded(1);
        let at_work = Arc::clone(&shared);
        let work = move || {
            lower_thread_priority();
            let state = FollowerState::default();
            let shared = Arc::clone(&at_work);
            let mut thread =
                FollowerThread { processor, shared, state, published: None, is_due: true, unchecked: 0, wakeups, wake };
            let state = catch_panic(|| {
                let state = follow(&mut thread, &source, start, &mut unpack);
                state.map_err(|error| Failure::of(Operation::Spool, None, &error))
            });
            if let Err(failure) = state {
                let before = FollowerState::clone(&at_work.state.load());
                let state = FollowerState { is_over: true, busy_since: None, failure: Some(failure), ..before };
                at_work.state.store(Arc::new(state));
            }
            (thread.wake)();
        };
        start_thread(name, work).map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
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

    /// Stops the thread where it is, or lets it go on from there.
    pub fn stop(&self, is_stopped: bool) {
        self.shared.is_stopped.store(is_stopped, Ordering::Release);
        self.wake_thread();
    }

    /// How far the thread has come.
    pub fn state(&self) -> Arc<FollowerState<M::Output>> {
        self.shared.state.load_full()
    }

    /// How far the thread has come, if it was stopped, or has been at work without a pause for longer than `patience`.
    pub fn progress_after(&self, patience: Duration) -> Option<JobProgress> {
        let state = self.shared.state.load();
        let is_stopped = self.shared.is_stopped.load(Ordering::Acquire);
        let is_long = state.busy_since.is_some_and(|since| since.elapsed() > patience);
        let of = self.shared.end.load(Ordering::Acquire).saturating_sub(self.start);
        let shown = JobProgress { taken: state.taken.min(of), of, is_stopped };
        (!state.is_over && (is_stopped || is_long)).then_some(shown)
    }

    fn wake_thread(&self) {
        // Where a wake-up waits already, the thread will look at everything anew.
        let _: Result<(), TrySendError<()>> = self.wakeup.try_send(());
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
    }
}

/// The thread's side.
struct FollowerThread<M: Processor, W> {
    processor: M,
    shared: Arc<Shared<M::Output>>,
    state: FollowerState<M::Output>,
    published: Option<Instant>,
    /// Whether there is output that is not published.
    is_due: bool,
    /// How many bytes came out of the layers since the last check.
    unchecked: usize,
    wakeups: Receiver<()>,
    wake: W,
}

/// The work: reads what there is, and waits for more.
fn follow<M: Processor>(
    thread: &mut FollowerThread<M, impl Fn()>,
    source: &Spool,
    start: u64,
    unpack: &mut Unpack,
) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    let mut at = start;
    loop {
        // In this order: an end that was told before its bytes are seen would be taken for the end of fewer bytes.
        let is_over = thread.shared.is_over.load(Ordering::Acquire);
        let end = thread.shared.end.load(Ordering::Acquire);
        let size = usize::try_from(end.saturating_sub(at)).unwrap_or(PIECE).min(PIECE);
        let count = source.read_at(at, piece.get_mut(..size).unwrap_or_default())?;
        at += count as u64;
        if count > 0 {
            thread.state.busy_since.get_or_insert_with(Instant::now);
            thread.state.taken = at - start;
            let pushed = unpack.push(piece.get(..count).unwrap_or_default(), &mut |bytes| thread.process(bytes));
            thread.state.passed_over = unpack.passed_over();
            thread.keep_fault(pushed)?;
            thread.check()?;
        } else if is_over {
            let finished = unpack.finish(&mut |bytes| thread.process(bytes));
            thread.state.passed_over = unpack.passed_over();
            thread.keep_fault(finished)?;
            thread.state.is_over = true;
        }
        if thread.state.is_over {
            thread.state.busy_since = None;
            return thread.publish();
        }
        if thread.shared.is_unwanted.load(Ordering::Acquire) {
            return Ok(());
        }
        if count == 0 && !thread.wait()? {
            return Ok(());
        }
    }
}

impl<M: Processor, W: Fn()> FollowerThread<M, W> {
    /// Processes bytes that were unpacked. Few packed bytes may become very many, or keep the layers at work for long and come to nothing,
    /// so whether the thread is to publish, to stop or to end is checked here.
    fn process(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.processor.process(bytes)?;
        self.is_due |= !bytes.is_empty();
        self.unchecked += bytes.len();
        if bytes.is_empty() || self.unchecked >= CHECK_EVERY { self.check() } else { Ok(()) }
    }

    /// Publishes if it is time, and waits while the thread is stopped.
    fn check(&mut self) -> io::Result<()> {
        self.unchecked = 0;
        if self.published.is_none_or(|at| at.elapsed() >= PUBLISH) {
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
            if self.wakeups.recv().is_err() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            self.state.busy_since = since.map(|_| Instant::now());
        }
    }

    /// Waits until there may be more bytes; returns false if there will be none.
    fn wait(&mut self) -> io::Result<bool> {
        let was_busy = self.state.busy_since.take().is_some();
        self.is_due |= was_busy;
        while self.is_due {
            let pause = self.published.map_or(Duration::ZERO, |at| PUBLISH.saturating_sub(at.elapsed()));
            match self.wakeups.recv_timeout(pause) {
                Ok(()) => return Ok(true),
                Err(RecvTimeoutError::Disconnected) => return Ok(false),
                Err(RecvTimeoutError::Timeout) => self.publish()?,
            }
        }
        Ok(self.wakeups.recv().is_ok())
    }

    fn publish(&mut self) -> io::Result<()> {
        self.state.output = self.processor.output()?;
        self.shared.state.store(Arc::new(self.state.clone()));
        (self.published, self.is_due) = (Some(Instant::now()), false);
        (self.wake)();
        Ok(())
    }

    /// Keeps a fault of the source, and ends; a failure on our side is returned.
    fn keep_fault(&mut self, result: Result<(), PushError<io::Error>>) -> io::Result<()> {
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
    use crate::capture::jobs::waker;

    /// Counts bytes; `pace` lets it take in one portion for each that is sent.
    struct Count(u64, Option<Receiver<()>>);

    impl Processor for Count {
        type Output = u64;

        fn process(&mut self, bytes: &[u8]) -> io::Result<()> {
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
        let (wake, woken) = waker();
        let source = (spool.clone(), 2);
        let follower = Follower::start("count", source, Unpack::unframed(), Count(0, pace), wake).unwrap();
        Watched { writer, spool, follower, woken }
    }

    impl Watched {
        fn append(&mut self, bytes: &[u8]) {
            self.writer.append(bytes).unwrap();
            self.writer.flush().unwrap();
            self.follower.set_end(self.spool.len(), false);
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
        watched.follower.set_end(1_000_006, true);
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
