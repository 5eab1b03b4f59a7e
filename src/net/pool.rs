//! The threads of a server's connections: a finished one waits a while for the next connection, as starting one costs more than many
//! a connection takes.
//!
//! In scope: starting, keeping, naming and joining them. Out of scope: what they do.

use std::io;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};

/// How long a thread waits for the next connection before it ends.
const KEPT: Duration = Duration::from_secs(5);

type Work = Box<dyn FnOnce() + Send>;

/// A connection's work, and the name that its thread has meanwhile.
struct Job {
    name: String,
    work: Work,
}

/// The threads. Dropping it waits for all of them.
pub struct Pool {
    /// Hands a job over only if a thread is waiting for one.
    jobs: Option<Sender<Job>>,
    waiting: Receiver<Job>,
    threads: Vec<JoinHandle<()>>,
    /// When there are more, those that have ended are let go.
    prune_at: usize,
}

impl Default for Pool {
    fn default() -> Self {
        let (jobs, waiting) = bounded(0);
        Self { jobs: Some(jobs), waiting, threads: Vec::new(), prune_at: 64 }
    }
}

impl Pool {
    /// Runs `work` on a thread called `name`.
    ///
    /// # Errors
    /// The system's error if there can be no more threads; the work is not done then.
    pub fn run(&mut self, name: String, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let job = Job { name, work: Box::new(work) };
        let handed = match &self.jobs {
            Some(jobs) => jobs.try_send(job),
            None => Err(TrySendError::Disconnected(job)),
        };
        let Err(TrySendError::Full(job) | TrySendError::Disconnected(job)) = handed else { return Ok(()) };
        self.prune();
        let waiting = self.waiting.clone();
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
        self.jobs = None;
        for thread in self.threads.drain(..) {
            // A panic was caught and reported inside.
            let _ = thread.join();
        }
    }
}

fn work_on(first: Work, jobs: &Receiver<Job>) {
    first();
    loop {
        rename("idle");
        match jobs.recv_timeout(KEPT) {
            Ok(job) => {
                rename(&job.name);
                (job.work)();
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
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
