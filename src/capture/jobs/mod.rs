//! Work beside the sockets: threads that follow a spool or a log as it grows.

pub mod catch_panic;
mod follower;
pub mod thread_priority;
pub mod threads;

pub use follower::{Follower, FollowerState, JobProgress, Processor};
