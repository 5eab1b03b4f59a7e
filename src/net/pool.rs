//! The threads of a server's connections: a finished one waits a while for the next connection, as starting one costs more than many
//! a connection takes.
//!
//! In scope: starting, keeping, naming and joining them. Out of scope: what they do, also where they look for more of it themselves
//! before they sleep.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a thread waits for the next connection before it ends.
const KEPT: Duration = Duration::from_secs(5);
/// How long it keeps the name of its last connection meanwhile: in a crowd it gets the next one at once.
pub const NAMED: Duration = Duration::from_millis(50);
/// The name that it has then.
pub const IDLE: &str = "idle";

/// What is done for a connection.
pub trait Work: Send + 'static {
    /// Does it.
    fn run(self);
}

/// What a thread does that finds no job, until there is nothing to do.
type Meanwhile = Arc<dyn Fn() + Send + Sync>;

/// A connection's work, and the name that its thread has meanwhile.
struct Job<W> {
    name: String,
    work: W,
}

/// Where a thread sleeps.
#[derive(Default)]
struct Bed {
    is_woken: Mutex<bool>,
    woken: Condvar,
}

/// Jobs, and threads for them. There are never more jobs than threads on their way to them, so none waits for another to be done; but who
/// has done his takes the next one before the thread does that was woken for it, which is then there for the one after.
struct Shared<W> {
    jobs: VecDeque<Job<W>>,
    /// How many threads have been woken, or begun, and have not looked for a job yet.
    coming: usize,
    /// Those that sleep, the one that began last at the back: it is the warmest.
    asleep: VecDeque<Arc<Bed>>,
    is_closed: bool,
}

/// The threads. Dropping it waits for all of them.
pub struct Pool<W: Work> {
    shared: Arc<Mutex<Shared<W>>>,
    meanwhile: Meanwhile,
    threads: Vec<JoinHandle<()>>,
    /// When there are more, those that have ended are let go.
    prune_at: usize,
}

impl<W: Work> Pool<W> {
    /// No threads yet. Each that finds no job does what `meanwhile` says before it sleeps.
    pub fn new(meanwhile: impl Fn() + Send + Sync + 'static) -> Self {
        let shared = Shared { jobs: VecDeque::new(), coming: 0, asleep: VecDeque::new(), is_closed: false };
        Self { shared: Arc::new(Mutex::new(shared)), meanwhile: Arc::new(meanwhile), threads: Vec::new(), prune_at: 64 }
    }

    /// Runs `work` on a thread called `name`.
    ///
    /// # Errors
    /// The system's error if there can be no more threads; the work is not done then.
    pub fn run(&mut self, name: String, work: W) -> io::Result<()> {
        let bed = {
            let mut shared = lock(&self.shared);
            shared.jobs.push_back(Job { name, work });
            if shared.jobs.len() <= shared.coming {
                return Ok(());
            }
            shared.coming += 1;
            shared.asleep.pop_back()
        };
        match bed {
            Some(bed) => {
                bed.wake();
                Ok(())
            }
            None => self.begin(),
        }
    }

    /// Begins one more thread.
    fn begin(&mut self) -> io::Result<()> {
        self.prune();
        let (shared, meanwhile) = (Arc::clone(&self.shared), Arc::clone(&self.meanwhile));
        match thread::Builder::new().name("connection".into()).spawn(move || work_on(&shared, &*meanwhile)) {
            Ok(thread) => {
                self.threads.push(thread);
                Ok(())
            }
            Err(error) => self.cannot_begin(error),
        }
    }

    /// There is no further thread. That does no harm if another one has taken the job meanwhile.
    fn cannot_begin(&self, error: io::Error) -> io::Result<()> {
        let mut shared = lock(&self.shared);
        shared.coming -= 1;
        let left = if shared.jobs.len() > shared.coming { shared.jobs.pop_back() } else { None };
        drop(shared);
        left.map_or(Ok(()), |_| Err(error))
    }

    fn prune(&mut self) {
        if self.threads.len() >= self.prune_at {
            self.threads.retain(|thread| !thread.is_finished());
            self.prune_at = 64.max(self.threads.len() * 2);
        }
    }
}

impl<W: Work> Drop for Pool<W> {
    fn drop(&mut self) {
        let asleep = {
            let mut shared = lock(&self.shared);
            shared.is_closed = true;
            shared.coming += shared.asleep.len();
            std::mem::take(&mut shared.asleep)
        };
        asleep.iter().for_each(|bed| bed.wake());
        for thread in self.threads.drain(..) {
            // A panic was caught and reported inside.
            let _ = thread.join();
        }
    }
}

impl Bed {
    fn wake(&self) {
        *lock(&self.is_woken) = true;
        self.woken.notify_one();
    }

    /// Sleeps for `time` at most; whether it was woken.
    fn sleep(&self, time: Duration) -> bool {
        let sleeps = |is_woken: &mut bool| !*is_woken;
        let woken = self.woken.wait_timeout_while(lock(&self.is_woken), time, sleeps);
        std::mem::take(&mut woken.unwrap_or_else(PoisonError::into_inner).0)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a thread is to do next.
enum Next<W> {
    Job(Job<W>),
    Meanwhile,
    Sleep,
    End,
}

/// Does jobs until there are none for long enough, or there will be none.
fn work_on<W: Work>(shared: &Mutex<Shared<W>>, meanwhile: &dyn Fn()) {
    let bed = Arc::<Bed>::default();
    let (mut comes, mut has_looked) = (true, true);
    loop {
        let next = next(shared, &bed, std::mem::take(&mut comes), has_looked);
        has_looked = !matches!(next, Next::Job(_));
        match next {
            Next::Job(Job { name, work }) => {
                rename(&name);
                drop(name);
                work.run();
            }
            Next::Meanwhile => meanwhile(),
            Next::Sleep if rests(&bed, shared) => return,
            Next::Sleep => comes = true,
            Next::End => return,
        }
    }
}

/// Chooses it: a thread that has done a job looks for others elsewhere, too, before it sleeps.
fn next<W>(shared: &Mutex<Shared<W>>, bed: &Arc<Bed>, comes: bool, has_looked: bool) -> Next<W> {
    let mut shared = lock(shared);
    shared.coming -= usize::from(comes);
    match shared.jobs.pop_front() {
        Some(job) => return Next::Job(job),
        None if shared.is_closed => return Next::End,
        None if !has_looked => return Next::Meanwhile,
        None => {}
    }
    shared.asleep.push_back(Arc::clone(bed));
    Next::Sleep
}

/// Sleeps until it is woken; or so long that there is no use in it, and then says so.
fn rests<W>(bed: &Arc<Bed>, shared: &Mutex<Shared<W>>) -> bool {
    if bed.sleep(NAMED) {
        return false;
    }
    rename(IDLE);
    if bed.sleep(KEPT) {
        return false;
    }
    let mut shared = lock(shared);
    let place = shared.asleep.iter().position(|other| Arc::ptr_eq(other, bed));
    let Some(place) = place else {
        // It was chosen a moment ago, and is being woken.
        drop(shared);
        while !bed.sleep(KEPT) {}
        return false;
    };
    shared.asleep.remove(place);
    true
}

/// The name under which the system lists this thread.
#[cfg(target_os = "linux")]
pub fn rename(name: &str) {
    // Linux keeps 15 bytes and their end. Nothing depends on it.
    let mut kept = [0; 16];
    kept.iter_mut().zip(name.bytes().take(15)).for_each(|(to, byte)| *to = byte);
    if let Ok(name) = std::ffi::CStr::from_bytes_until_nul(&kept) {
        let _ = rustix::thread::set_name(name);
    }
}

/// The name under which the system lists this thread.
#[cfg(not(target_os = "linux"))]
pub fn rename(_: &str) {}

#[cfg(test)]
mod tests {
    use crossbeam_channel::bounded;

    use super::*;

    type Boxed = Box<dyn FnOnce() + Send>;

    impl Work for Boxed {
        fn run(self) {
            self();
        }
    }

    fn id_of(pool: &mut Pool<Boxed>) -> thread::ThreadId {
        let (sender, ids) = bounded(1);
        pool.run("t".into(), Box::new(move || sender.send(thread::current().id()).unwrap())).unwrap();
        ids.recv().unwrap()
    }

    #[test]
    fn a_finished_thread_takes_the_next_job() {
        let mut pool = Pool::<Boxed>::new(|| {});
        let first = id_of(&mut pool);
        // It may still be on its way back to the door.
        assert!(std::iter::repeat_with(|| id_of(&mut pool)).take(1000).any(|id| id == first));
    }

    #[test]
    fn jobs_that_wait_for_each_other_run_at_once() {
        let mut pool = Pool::<Boxed>::new(|| {});
        let (sender, receiver) = bounded(0);
        let (done, answers) = bounded(1);
        pool.run("waits".into(), Box::new(move || done.send(receiver.recv().unwrap()).unwrap())).unwrap();
        pool.run("sends".into(), Box::new(move || sender.send(7).unwrap())).unwrap();
        assert_eq!(answers.recv(), Ok(7));
    }
}
