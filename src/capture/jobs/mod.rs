//! Work beside the sockets: threads that follow a spool or a log as it grows.

pub mod catch_panic;
mod follower;
pub mod thread_priority;
pub mod threads;

pub use follower::{Follower, FollowerState, JobProgress, Processor};

/// A function that wakes, and the channel in which it is told that it was called.
#[cfg(test)]
pub(in crate::capture) fn waker() -> (impl Fn() + Send + 'static, crossbeam_channel::Receiver<()>) {
    let (woken, wakes) = crossbeam_channel::bounded(1);
    (move || woken.try_send(()).unwrap_or_default(), wakes)
}
