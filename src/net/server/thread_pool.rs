//! The threads of a server's connections: a finished one waits a while for the next connection, as starting one costs more than many
//! a connection takes.
//!
//! In scope: starting, keeping and naming them, and waiting for their end. Out of scope: what they do.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::net::worker::{Worker, start_worker};

/// How long a thread waits for the next connection before it ends.
const KEPT: Duration = Duration::from_secs(5);
/// How long it keeps the name of its last connection meanwhile: in a crowd it gets the next one at once.
const NAMED: Duration = Duration::from_millis(50);
/// The name that it has then.
const IDLE: &str = "idle";

/// A connection's work, and the name that its thread has meanwhile.
struct Job<W> {
    name: String,
    work: W,
}

/// Jobs, of which there are never more than threads that take the next one: so none waits for another to end. A thread that has just finished takes
/// one before the thread that was woken for it arrives.
struct Jobs<W> {
    waiting: VecDeque<Job<W>>,
    /// How many threads look for a job, or are about to.
    free: usize,
    /// Those of them that sleep, the one that began last at the back: its memory is the warmest.
    asleep: Vec<Thread>,
    is_closed: bool,
}

/// What the threads share.
type Shared<W> = Mutex<Jobs<W>>;

fn lock<W>(shared: &Shared<W>) -> MutexGuard<'_, Jobs<W>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The threads. Dropping it waits for all of them.
pub struct ThreadPool<W: Send + 'static> {
    /// Does the work of a connection.
    run: fn(W, Worker),
    shared: Arc<Shared<W>>,
    /// Each thread holds one like it. A handle of each would keep the stack of those that have ended.
    working: Option<Sender<()>>,
    done: Receiver<()>,
}

impl<W: Send + 'static> ThreadPool<W> {
    /// No threads yet; they do work by `run`.
    pub fn new(run: fn(W, Worker)) -> Self {
        let jobs = Jobs { waiting: VecDeque::new(), free: 0, asleep: Vec::new(), is_closed: false };
        let (working, done) = bounded(0);
        Self { run, shared: Arc::new(Mutex::new(jobs)), working: Some(working), done }
    }

    /// Runs `work` on a thread called `name`. Fails if there can be no more threads, with the work, which is not done.
    pub fn run(&mut self, name: String, work: W) -> Result<(), (io::Error, W)> {
        let mut jobs = lock(&self.shared);
        jobs.waiting.push_back(Job { name, work });
        let is_taken = jobs.waiting.len() <= jobs.free;
        jobs.free += usize::from(!is_taken);
        let sleeper = if is_taken { jobs.asleep.pop() } else { None };
        drop(jobs);
        sleeper.iter().for_each(Thread::unpark);
        if is_taken { Ok(()) } else { self.begin() }
    }

    /// Begins one more thread.
    fn begin(&self) -> Result<(), (io::Error, W)> {
        let (run, shared, working) = (self.run, Arc::clone(&self.shared), self.working.clone());
        let work = move |worker| {
            let _working = working;
            work_on(&shared, |work| run(work, worker));
        };
        let Err(error) = start_worker("connection", work) else { return Ok(()) };
        // That does no harm if another thread has taken the job meanwhile.
        let mut jobs = lock(&self.shared);
        jobs.free -= 1;
        let is_left = jobs.waiting.len() > jobs.free;
        let left = if is_left { jobs.waiting.pop_back() } else { None };
        left.map_or(Ok(()), |job| Err((error, job.work)))
    }
}

impl<W: Send + 'static> Drop for ThreadPool<W> {
    fn drop(&mut self) {
        let asleep = {
            let mut jobs = lock(&self.shared);
            jobs.is_closed = true;
            std::mem::take(&mut jobs.asleep)
        };
        asleep.iter().for_each(Thread::unpark);
        self.working = None;
        // Nothing is ever sent.
        let _ = self.done.recv();
    }
}

/// Does jobs until there are none for long enough, or there will be none.
fn work_on<W>(shared: &Shared<W>, run: impl Fn(W)) {
    while let Some(Job { name, work }) = next(shared) {
        rename(&name);
        drop(name);
        // A panic in it is caught and reported inside.
        run(work);
        lock(shared).free += 1;
    }
}

/// The next job, for a thread that is free, and no longer if it gets one or ends.
fn next<W>(shared: &Shared<W>) -> Option<Job<W>> {
    let mut jobs = lock(shared);
    for time in [NAMED, KEPT] {
        let until = Instant::now() + time;
        while jobs.waiting.is_empty() && !jobs.is_closed {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            jobs.asleep.push(thread::current());
            drop(jobs);
            thread::park_timeout(left);
            jobs = lock(shared);
            // A thread that was unparked has been taken off already.
            jobs.asleep.retain(|other| other.id() != thread::current().id());
        }
        if !jobs.waiting.is_empty() || jobs.is_closed {
            break;
        }
        rename(IDLE);
    }
    jobs.free -= 1;
    jobs.waiting.pop_front()
}

/// The name under which the system lists this thread.
#[cfg(target_os = "linux")]
fn rename(name: &str) {
    // Linux keeps 15 bytes and their end. Nothing depends on it.
    let mut kept = [0; 16];
    kept.iter_mut().zip(name.bytes().take(15)).for_each(|(to, byte)| *to = byte);
    if let Ok(name) = std::ffi::CStr::from_bytes_until_nul(&kept) {
        let _ = rustix::thread::set_name(name);
    }
}

/// The name under which the system lists this thread.
#[cfg(not(target_os = "linux"))]
fn rename(_: &str) {}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    type Boxed = Box<dyn FnOnce() + Send>;

    fn pool() -> ThreadPool<Boxed> {
        ThreadPool::new(|work, _| work())
    }

    fn id_of(pool: &mut ThreadPool<Boxed>) -> thread::ThreadId {
        let (sender, ids) = bounded(1);
        pool.run("t".into(), Box::new(move || sender.send(thread::current().id()).unwrap())).ok().unwrap();
        ids.recv().unwrap()
    }

    #[test]
    fn a_finished_thread_takes_the_next_job() {
        let mut pool = pool();
        let first = id_of(&mut pool);
        // It may still be on its way back.
        assert!(std::iter::repeat_with(|| id_of(&mut pool)).take(1000).any(|id| id == first));
    }

    #[test]
    fn jobs_that_wait_for_each_other_run_at_once() {
        let mut pool = pool();
        let (sender, receiver) = bounded(0);
        let (done, answers) = bounded(1);
        pool.run("waits".into(), Box::new(move || done.send(receiver.recv().unwrap()).unwrap())).ok().unwrap();
        pool.run("sends".into(), Box::new(move || sender.send(7).unwrap())).ok().unwrap();
        assert_eq!(answers.recv(), Ok(7));
    }
}
