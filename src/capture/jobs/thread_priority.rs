//! The priority of threads whose work can wait, as that of sockets can't.
//!
//! In scope: the priority of the present thread. Where the system has none for a single thread, nothing changes. Source: setpriority(2),
//! which on Linux takes the number of a thread.

/// The nice value of such a thread: beside one other thread on a processor, it gets about a quarter of the time.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// Lets threads that work sockets, and the window's thread, run before the present one.
#[cfg(target_os = "linux")]
pub(in crate::capture) fn lower_thread_priority() {
    // A thread whose priority can't be lowered works all the same.
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS);
}

/// Lets threads that work sockets, and the window's thread, run before the present one.
#[cfg(not(target_os = "linux"))]
pub(in crate::capture) fn lower_thread_priority() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_the_thread_itself_is_lowered() {
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
