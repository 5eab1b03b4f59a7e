//! Threads that work behind the sockets: what they do can wait, receiving can't.
//!
//! In scope: the priority of the present thread. Where the system has none for a single thread, nothing changes. Source: setpriority(2),
//! which on Linux takes the number of a thread.

/// How far a thread steps back: with two threads on one processor, it gets about a quarter.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// Lets threads that work sockets, and the window's, go before the present one.
#[cfg(target_os = "linux")]
pub(in crate::capture) fn lower_thread_priority() {
    // A thread that may not step back works all the same.
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS);
}

/// Lets threads that work sockets, and the window's, go before the present one.
#[cfg(not(target_os = "linux"))]
pub(in crate::capture) fn lower_thread_priority() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_the_thread_itself_steps_back() {
        let priority = || rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap();
        let before = priority();
        let work = move || {
            lower_thread_priority();
            priority()
        };
        let stepped = crate::capture::start_thread("behind", work).unwrap().join().unwrap();
        assert_eq!((stepped, priority()), (NICENESS.max(before), before));
    }
}
