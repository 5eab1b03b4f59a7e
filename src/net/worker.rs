//! The right to block, which the threads of `net` have, and no other thread.
//!
//! In scope: a [`Worker`], which only a thread that is started here has, and which cannot leave it. What may wait for room in the channel of
//! the reports asks for one, so the thread that reads that channel cannot come to wait for itself. Out of scope: what the threads do.

use std::io;
use std::marker::PhantomData;
use std::thread::{JoinHandle, Scope, ScopedJoinHandle};

use crate::capture::{start_scoped, start_thread};

/// The right of a worker's thread to block. It is not `Send`.
#[derive(Clone, Copy, Debug)]
pub struct Worker {
    here: PhantomData<*const ()>,
}

impl Worker {
    const HERE: Self = Self { here: PhantomData };

    /// The right of a test's own thread, which reads its reports when it likes.
    #[cfg(test)]
    pub const fn of_test() -> Self {
        Self::HERE
    }
}

/// Starts a worker's thread called `name`. Fails if there can be no more threads.
pub fn start_worker<T: Send + 'static>(
    name: impl Into<String>,
    work: impl FnOnce(Worker) -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    start_thread(name, || work(Worker::HERE))
}

/// Starts a worker's thread called `name` that ends within `scope`. Fails if there can be no more threads.
pub fn start_scoped_worker<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: impl Into<String>,
    work: impl FnOnce(Worker) -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    start_scoped(scope, name, || work(Worker::HERE))
}
