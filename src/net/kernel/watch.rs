//! A thread that looks at the socket table again and again, for as long as somebody asks it to.
//!
//! In scope: the pace, the end by itself when nobody asks any more (a window that is not drawn does not), waking who waits for news. Out
//! of scope: how the table is read.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};

use super::table::Table;
use crate::capture::kernel::{Observation, Seen, Source, Watched};
use crate::capture::{Clock, Failure, Moment, Operation, guarded};

/// The table is looked at so often.
const EVERY: Duration = Duration::from_millis(100);
/// A table that has to be read whole is looked at less often.
const SELDOM: Duration = Duration::from_millis(500);
/// Who watches is woken at least so often, to ask again.
const NEWS: Duration = Duration::from_secs(1);
/// The thread ends when nobody has asked for so long.
const PATIENCE: Duration = Duration::from_secs(3);
/// So many observations may wait; later ones are dropped, as the next one tells it anyway.
const WAITING: usize = 64;

#[derive(Debug)]
struct Wanted {
    of: Watched,
    asked: Moment,
}

/// A watch on the socket table. Dropping it ends its thread and waits for it.
#[derive(Debug)]
pub struct KernelWatch {
    clock: Clock,
    wanted: Arc<ArcSwap<Wanted>>,
    bell: Option<Sender<()>>,
    observations: Receiver<Observation>,
    thread: Option<JoinHandle<()>>,
}

impl KernelWatch {
    /// Starts to watch `of`; `wake` is called when there is news, and now and then.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub fn start(clock: Clock, of: Watched, wake: impl Fn() + Send + 'static) -> Result<Self, Failure> {
        let wanted = Arc::new(ArcSwap::from_pointee(Wanted { of, asked: clock.now() }));
        let (bell, rung) = bounded(1);
        let (sender, observations) = bounded(WAITING);
        let watcher = Watcher { clock, wanted: Arc::clone(&wanted), rung, sender };
        let work = move || {
            // What it leaves behind when it panics is a watch that is over, which is begun anew.
            let _ = guarded(|| {
                watcher.work(&wake);
                Ok(())
            });
        };
        let thread = thread::Builder::new().name("kernel".into()).spawn(work);
        let thread = thread.map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        Ok(Self { clock, wanted, bell: Some(bell), observations, thread: Some(thread) })
    }

    /// Asks for `of`. Who does not ask again within a few seconds is not looking any more.
    pub fn ask(&self, of: Watched) {
        let is_other = self.wanted.load().of != of;
        self.wanted.store(Arc::new(Wanted { of, asked: self.clock.now() }));
        if is_other && let Some(bell) = &self.bell {
            // If it has rung already, the thread will look anew in any case.
            let _: Result<(), TrySendError<()>> = bell.try_send(());
        }
    }

    /// What has been seen since the last time.
    pub fn observations(&self) -> impl Iterator<Item = Observation> {
        self.observations.try_iter()
    }

    /// Whether the thread has ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for KernelWatch {
    fn drop(&mut self) {
        self.bell = None;
        if let Some(thread) = self.thread.take() {
            // Its panic, if it had one, is over.
            let _ = thread.join();
        }
    }
}

struct Watcher {
    clock: Clock,
    wanted: Arc<ArcSwap<Wanted>>,
    rung: Receiver<()>,
    sender: Sender<Observation>,
}

impl Watcher {
    fn work(&self, wake: &impl Fn()) {
        let mut table = Table::open();
        let mut before = None;
        let mut woken = Instant::now();
        loop {
            let wanted = self.wanted.load_full();
            if self.clock.now().since(wanted.asked) > PATIENCE {
                break;
            }
            let (at, seen) = (self.clock.now(), table.look(wanted.of));
            let is_news = before.as_ref().is_none_or(|(of, before)| *of != wanted.of || is_news(before, &seen));
            before = Some((wanted.of, seen.clone()));
            let observation = Observation { of: wanted.of, at, seen, source: table.source() };
            if let Err(TrySendError::Disconnected(_)) = self.sender.try_send(observation) {
                break;
            }
            if is_news || woken.elapsed() >= NEWS {
                woken = Instant::now();
                wake();
            }
            let pause = if table.source() == Source::ProcNet { SELDOM } else { EVERY };
            if self.rung.recv_timeout(pause) == Err(RecvTimeoutError::Disconnected) {
                break;
            }
        }
    }
}

/// Whether something has changed that can't be told without looking: the time in TIME_WAIT passes by itself.
fn is_news(before: &Seen, now: &Seen) -> bool {
    match (before, now) {
        (Seen::Ends { own: a, other: b }, Seen::Ends { own: c, other: d }) => {
            a.map(|end| end.sample) != c.map(|end| end.sample) || b.map(|end| end.sample) != d.map(|end| end.sample)
        }
        _ => before != now,
    }
}
