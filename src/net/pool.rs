//! The threads of a server's connections: a finished one waits a while for the next connection, as starting one costs more than many
//! a connection takes.
//!
//! In scope: starting, keeping, naming and joining them. Out of scope: what they do.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a thread waits for the next connection before it ends.
const KEPT: Duration = Duration::from_secs(5);

type Work = Box<dyn FnOnce() + Send>;

/// A connection's work, and the name that its thread has meanwhile.
struct Job {
    name: String,
    work: Work,
}

/// Where a waiting thread is given its next job.
#[derive(Default)]
struct Slot {
    job: Mutex<Option<Job>>,
    given: Condvar,
}

/// The threads that wait, the one that began last at the back: it is the warmest.
#[derive(Default)]
struct Waiting {
    slots: VecDeque<Arc<Slot>>,
    is_closed: bool,
}

/// The threads. Dropping it waits for all of them.
pub struct Pool {
    waiting: Arc<Mutex<Waiting>>,
    threads: Vec<JoinHandle<()>>,
    /// When there are more, those that have ended are let go.
    prune_at: usize,
}

impl Default for Pool {
    fn default() -> Self {
        Self { waiting: Arc::default(), threads: Vec::new(), prune_at: 64 }
    }
}

impl Pool {
    /// Runs `work` on a thread called `name`.
    ///
    /// # Errors
    /// The system's error if there can be no more threads; the work is not done then.
    pub fn run(&mut self, name: String, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let job = Job { name, work: Box::new(work) };
        // Taken out first, so that the lock is not held while it is given its job.
        let waiting = lock(&self.waiting).slots.pop_back();
        if let Some(slot) = waiting {
            *lock(&slot.job) = Some(job);
            slot.given.notify_one();
            return Ok(());
        }
        self.prune();
        let waiting = Arc::clone(&self.waiting);
        let thread = thread::Builder::new().name(job.name).spawn(move || work_on(job.work, &waiting))?;
        self.threads.push(thread);
        Ok(())
    }

    fn prune(&mut self) {
        if self.threads.len() >= self.prune_at {
            self.threads.retain(|thread| !thread.is_finished());
            self.prune_at = 64.max(self.threads.len() * 2);
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut waiting = lock(&self.waiting);
        waiting.is_closed = true;
        let slots = std::mem::take(&mut waiting.slots);
        drop(waiting);
        // Who is no longer among those that wait, and has no job, ends.
        for slot in slots {
            let _held = lock(&slot.job);
            slot.given.notify_one();
        }
        for thread in self.threads.drain(..) {
            // A panic was caught and reported inside.
            let _ = thread.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn work_on(first: Work, waiting: &Mutex<Waiting>) {
    first();
    rename("idle");
    let slot = Arc::<Slot>::default();
    while let Some(job) = next(&slot, waiting) {
        rename(&job.name);
        (job.work)();
        rename("idle");
    }
}

/// Waits for the next job; `None` if there is none for long enough, or there will be none.
fn next(slot: &Arc<Slot>, waiting: &Mutex<Waiting>) -> Option<Job> {
    let mut job = lock(&slot.job);
    {
        let mut waiting = lock(waiting);
        if waiting.is_closed {
            return None;
        }
        waiting.slots.push_back(Arc::clone(slot));
    }
    loop {
        let (held, wait) = slot.given.wait_timeout(job, KEPT).unwrap_or_else(PoisonError::into_inner);
        job = held;
        if job.is_some() {
            return job.take();
        }
        let mut waiting = lock(waiting);
        let place = waiting.slots.iter().position(|other| Arc::ptr_eq(other, slot));
        match place {
            Some(place) if wait.timed_out() => {
                waiting.slots.remove(place);
                return None;
            }
            None if waiting.is_closed => return None,
            // It was taken out a moment ago, and its job is on its way; or it was woken for nothing.
            _ => {}
        }
    }
}

/// The name under which the system lists this thread.
#[cfg(target_os = "linux")]
fn rename(name: &str) {
    // Linux keeps 15 bytes. Nothing depends on it.
    let name = name.bytes().filter(|byte| *byte != 0).take(15).collect::<Vec<_>>();
    if let Ok(name) = std::ffi::CString::new(name) {
        let _ = rustix::thread::set_name(&name);
    }
}

#[cfg(not(target_os = "linux"))]
fn rename(_: &str) {}

#[cfg(test)]
mod tests {
    use crossbeam_channel::bounded;

    use super::*;

    fn id_of(pool: &mut Pool) -> thread::ThreadId {
        let (sender, ids) = bounded(1);
        pool.run("t".into(), move || sender.send(thread::current().id()).unwrap()).unwrap();
        ids.recv().unwrap()
    }

    #[test]
    fn a_finished_thread_takes_the_next_job() {
        let mut pool = Pool::default();
        let first = id_of(&mut pool);
        // It may still be on its way back to the door.
        assert!(std::iter::repeat_with(|| id_of(&mut pool)).take(1000).any(|id| id == first));
    }

    #[test]
    fn jobs_that_wait_for_each_other_run_at_once() {
        let mut pool = Pool::default();
        let (sender, receiver) = bounded(0);
        let (done, answers) = bounded(1);
        pool.run("waits".into(), move || done.send(receiver.recv().unwrap()).unwrap()).unwrap();
        pool.run("sends".into(), move || sender.send(7).unwrap()).unwrap();
        assert_eq!(answers.recv(), Ok(7));
    }
}
