//! The threads of a server's connections: a finished one waits a while for the next connection, as starting one costs more than many
//! a connection takes.
//!
//! In scope: starting, keeping, naming and joining them. Out of scope: what they do.

use std::io;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::worker::{Worker, start_worker};

/// How long a thread waits for the next connection before it ends.
const KEPT: Duration = Duration::from_secs(5);
/// How long it keeps the name of its last connection meanwhile: in a crowd it gets the next one at once.
const NAMED: Duration = Duration::from_millis(50);
/// The name that it has then.
const IDLE: &str = "idle";

/// What is done for a connection.
pub trait Work: Send + 'static {
    /// Does it.
    fn run(self, worker: Worker);
}

/// A connection's work, and the name that its thread has meanwhile.
struct Job<W> {
    name: String,
    work: W,
}

/// The threads. Dropping it waits for all of them.
pub struct Pool<W: Work> {
    /// It holds no job: one is given to a thread that waits, or begins a thread.
    jobs: Sender<Job<W>>,
    waiting: Receiver<Job<W>>,
    threads: Vec<JoinHandle<()>>,
    /// When there are more, those that have ended are let go.
    prune_at: usize,
}

impl<W: Work> Pool<W> {
    /// No threads yet.
    pub fn new() -> Self {
        let (jobs, waiting) = bounded(0);
        Self { jobs, waiting, threads: Vec::new(), prune_at: 64 }
    }

    /// Runs `work` on a thread called `name`.
    ///
    /// # Errors
    /// If there can be no more threads, with the work, which is not done.
    pub fn run(&mut self, name: String, work: W) -> Result<(), (io::Error, W)> {
        match self.jobs.try_send(Job { name, work }) {
            Ok(()) => Ok(()),
            Err(refused) => self.begin(refused.into_inner()),
        }
    }

    fn begin(&mut self, job: Job<W>) -> Result<(), (io::Error, W)> {
        if self.threads.len() >= self.prune_at {
            self.threads.retain(|thread| !thread.is_finished());
            self.prune_at = 64.max(self.threads.len() * 2);
        }
        // A thread that is refused takes what it was to begin with along, so it gets that afterwards.
        let (first, begins) = bounded(1);
        let waiting = self.waiting.clone();
        let work = move |worker| begins.recv().map_or((), |job| work_on(job, &waiting, worker));
        match start_worker("connection", work) {
            Ok(thread) => self.threads.push(thread),
            Err(error) => return Err((error, job.work)),
        }
        first.send(job).map_err(|lost| (io::ErrorKind::Other.into(), lost.into_inner().work))
    }
}

impl<W: Work> Drop for Pool<W> {
    fn drop(&mut self) {
        // Who waits for a job learns that there will be none.
        self.jobs = bounded(0).0;
        for thread in self.threads.drain(..) {
            // A panic was caught and reported inside.
            let _ = thread.join();
        }
    }
}

/// Does `job`, and others until there are none for long enough, or there will be none.
fn work_on<W: Work>(mut job: Job<W>, waiting: &Receiver<Job<W>>, worker: Worker) {
    loop {
        let Job { name, work } = job;
        rename(&name);
        drop(name);
        work.run(worker);
        let next = waiting.recv_timeout(NAMED).or_else(|_| {
            rename(IDLE);
            waiting.recv_timeout(KEPT)
        });
        match next {
            Ok(next) => job = next,
            Err(_) => return,
        }
    }
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

    impl Work for Boxed {
        fn run(self, _: Worker) {
            self();
        }
    }

    fn id_of(pool: &mut Pool<Boxed>) -> thread::ThreadId {
        let (sender, ids) = bounded(1);
        pool.run("t".into(), Box::new(move || sender.send(thread::current().id()).unwrap())).ok().unwrap();
        ids.recv().unwrap()
    }

    #[test]
    fn a_finished_thread_takes_the_next_job() {
        let mut pool = Pool::<Boxed>::new();
        let first = id_of(&mut pool);
        // It may still be on its way back.
        assert!(std::iter::repeat_with(|| id_of(&mut pool)).take(1000).any(|id| id == first));
    }

    #[test]
    fn jobs_that_wait_for_each_other_run_at_once() {
        let mut pool = Pool::<Boxed>::new();
        let (sender, receiver) = bounded(0);
        let (done, answers) = bounded(1);
        pool.run("waits".into(), Box::new(move || done.send(receiver.recv().unwrap()).unwrap())).ok().unwrap();
        pool.run("sends".into(), Box::new(move || sender.send(7).unwrap())).ok().unwrap();
        assert_eq!(answers.recv(), Ok(7));
    }
}
