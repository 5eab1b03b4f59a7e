//! Starts threads, and no more of them than the system can bear.
//!
//! In scope: the count of all threads of this program, and their bound. On Linux a thread takes four mappings of memory, and a process has no
//! more than `vm.max_map_count` of them. Where one of the four is refused, the standard library panics in the new thread before anybody can
//! catch it, and the program aborts. So a thread past the bound is refused here, as an error like any other. `SOCKETSCOPE_THREADS` in the
//! environment sets a lower one. Out of scope: what threads do.

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, JoinHandle, Scope, ScopedJoinHandle};

use crate::capture::environment::variable;

/// The system's usual `vm.max_map_count`.
#[cfg(target_os = "linux")]
const MAPPINGS_USUAL: usize = 65_530;
/// How many mappings are reckoned for a thread: four are its own, the fifth is left for buffers and libraries.
#[cfg(target_os = "linux")]
const MAPPINGS_A_THREAD: usize = 5;

/// The threads that have been started here and have not ended.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// The place of one thread in the count.
struct Counted;

impl Counted {
    fn new() -> io::Result<Self> {
        let most = threads_max();
        let count = RUNNING.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |now| (now < most).then_some(now + 1));
        // As pthread_create(3) says it.
        count.map(|_| Self).map_err(|_| io::ErrorKind::WouldBlock.into())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How many threads may run at a time.
pub fn threads_max() -> usize {
    static MOST: OnceLock<usize> = OnceLock::new();
    *MOST.get_or_init(|| {
        let wanted = variable("SOCKETSCOPE_THREADS").and_then(|text| text.to_str()?.parse().ok());
        bound().min(wanted.unwrap_or(usize::MAX))
    })
}

#[cfg(target_os = "linux")]
fn bound() -> usize {
    let mappings = std::fs::read_to_string("/proc/sys/vm/max_map_count").ok().and_then(|text| text.trim().parse().ok());
    mappings.unwrap_or(MAPPINGS_USUAL) / MAPPINGS_A_THREAD
}

#[cfg(not(target_os = "linux"))]
fn bound() -> usize {
    usize::MAX
}

/// Starts a thread called `name`. Fails if [`threads_max`] of them run, or the system refuses one more.
pub fn start_thread<T: Send + 'static>(
    name: impl Into<String>,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    let counted = Counted::new()?;
    Builder::new().name(name.into()).spawn(move || {
        let _counted = counted;
        work()
    })
}

/// Starts a thread called `name` that ends within `scope`. Fails as [`start_thread`] does.
pub fn start_scoped<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: impl Into<String>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    let counted = Counted::new()?;
    Builder::new().name(name.into()).spawn_scoped(scope, move || {
        let _counted = counted;
        work()
    })
}
