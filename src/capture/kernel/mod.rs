//! What the kernel knows of a connection: its state and figures as they were read, and the way through the states of TCP that it took.
//!
//! In scope: states, samples, their history, and what the calls of a program say about states that were never seen. Out of scope:
//! reading the kernel's socket table (`net`). Source: RFC 9293 §3.3.2 for the states and the arrows between them.

mod deeds;
mod path;
mod sample;
mod series;
mod tcp_state;
mod watched;

#[cfg(test)]
mod path_tests;

pub use deeds::{EDGE_CALLS, deeds};
pub use path::{Deed, Evidence, Path, Step, What};
pub use sample::{Figures, Memory, Queue, Sample};
pub use series::{POINTS_MAX, Series};
pub use tcp_state::{ARROWS, TcpState};
pub use watched::{Blind, End, EndHistory, Observation, Seen, Source, Watched};
