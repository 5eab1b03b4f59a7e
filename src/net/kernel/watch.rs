//! A thread that looks at the socket table again and again, for as long as somebody asks it to.
//!
//! In scope: the pace, waking who waits for news, and only for news, the end by itself when nobody asks after that (a window that is not
//! drawn does not). Out of scope: how the table is read.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use arc_swap::ArcSwap;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};

use super::table::Table;
use crate::capture::kernel::{Observation, Reading, SampleSource, WatchedSocket};
use crate::capture::{Clock, Failure, Moment, Operation, catch_panic, start_thread};

/// How often the table is read.
const EVERY: Duration = Duration::from_millis(100);
/// A table that has to be read whole is looked at less often.
const SELDOM: Duration = Duration::from_millis(500);
/// The thread ends when nobody has asked for so long after news.
const PATIENCE: Duration = Duration::from_secs(3);
/// The number of observations that may wait. Half of the room is kept for news; news that finds none is news at the next look.
const WAITING: usize = 64;

#[derive(Debug)]
struct Wanted {
    of: WatchedSocket,
    asked: Moment,
}

/// A watch on the socket table. Dropping it ends its thread.
#[derive(Debug)]
pub struct KernelWatch {
    clock: Clock,
    wanted: Arc<ArcSwap<Wanted>>,
    /// Tells the thread that another socket is asked for. Once this is dropped, the thread ends.
    changed: Sender<()>,
    observations: Receiver<Observation>,
    thread: JoinHandle<()>,
}

impl KernelWatch {
    /// Starts to watch `of`; `wake` is called when there is news. Fails if the system has no thread left.
    pub fn start(clock: Clock, of: WatchedSocket, wake: impl Fn() + Send + 'static) -> Result<Self, Failure> {
        let wanted = Arc::new(ArcSwap::from_pointee(Wanted { of, asked: clock.now() }));
        let (changed, changes) = bounded(1);
        let (sender, observations) = bounded(WAITING);
        let watcher = Watcher { clock, wanted: Arc::clone(&wanted), changes, sender };
        let work = move || {
            // What it leaves behind when it panics is a watch that is over, which is begun anew.
            let _ = catch_panic(|| {
                watcher.work(&wake);
                Ok(())
            });
        };
        let thread = start_thread("kernel", work);
        let thread = thread.map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        Ok(Self { clock, wanted, changed, observations, thread })
    }

    /// Asks for `of`. If nobody asks again within a few seconds after news, nobody is looking any more.
    pub fn ask(&self, of: WatchedSocket) {
        let is_other = self.wanted.load().of != of;
        self.wanted.store(Arc::new(Wanted { of, asked: self.clock.now() }));
        if is_other {
            // If there is no room, the thread will look anew in any case.
            let _ = self.changed.try_send(());
        }
    }

    /// What has been seen since the last time.
    pub fn observations(&self) -> impl Iterator<Item = Observation> {
        self.observations.try_iter()
    }

    /// Whether the thread has ended.
    pub fn is_over(&self) -> bool {
        self.thread.is_finished()
    }
}

struct Watcher {
    clock: Clock,
    wanted: Arc<ArcSwap<Wanted>>,
    changes: Receiver<()>,
    sender: Sender<Observation>,
}

impl Watcher {
    fn work(&self, wake: &impl Fn()) {
        let mut table = Table::open();
        let mut before = None;
        let mut woken = self.clock.now();
        loop {
            let wanted = self.wanted.load_full();
            if wanted.asked < woken && self.clock.now().since(woken) > PATIENCE {
                break;
            }
            let (at, seen) = (self.clock.now(), table.look(wanted.of));
            let is_news = before.as_ref().is_none_or(|(of, before)| *of != wanted.of || is_news(before, &seen));
            let observation = Observation { of: wanted.of, at, seen: seen.clone(), source: table.source() };
            if is_news || self.sender.len() < WAITING / 2 {
                match self.sender.try_send(observation) {
                    Ok(()) => before = Some((wanted.of, seen)),
                    Err(TrySendError::Full(_)) => {}
                    Err(TrySendError::Disconnected(_)) => break,
                }
            }
            if is_news {
                // As long as nobody has asked, the first of them counts.
                woken = if wanted.asked < woken { woken } else { self.clock.now() };
                wake();
            }
            let pause = if table.source() == SampleSource::ProcNet { SELDOM } else { EVERY };
            if self.changes.recv_timeout(pause) == Err(RecvTimeoutError::Disconnected) {
                break;
            }
        }
    }
}

/// Whether something has changed that can't be told without looking: the time in TIME_WAIT passes by itself.
fn is_news(before: &Reading, now: &Reading) -> bool {
    match (before, now) {
        (Reading::Ends { own: a, other: b }, Reading::Ends { own: c, other: d }) => {
            a.map(|end| end.sample) != c.map(|end| end.sample) || b.map(|end| end.sample) != d.map(|end| end.sample)
        }
        _ => before != now,
    }
}
