//! Reads the kernel's socket table while somebody looks at it.
//!
//! In scope: the state, the queues and the figures of the two ends of a connection, and the queue of a listening socket, found by their
//! addresses: no descriptor is needed, and none is kept, so nothing stays open for being looked at, and TIME_WAIT is seen after close.
//! Linux tells it by sock_diag(7); where that is refused, /proc/net/tcp tells states and queues. Other systems tell it only of a
//! descriptor and by calls that Rust can't check, so there it is plainly not available. Out of scope: what the figures mean (`capture`).

#[cfg(target_os = "linux")]
mod diag;
#[cfg(any(target_os = "linux", test))]
mod diag_message;
#[cfg(any(target_os = "linux", test))]
mod diag_reply;
#[cfg(test)]
mod diag_reply_tests;
#[cfg(any(target_os = "linux", test))]
mod proc_table;
mod table;
mod watch;

pub use table::Table;
pub use watch::KernelWatch;
