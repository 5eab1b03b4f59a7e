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

pub use deeds::{EDGE_CALLS, tcp_events};
pub use path::{Evidence, Fact, StatePath, TcpEvent, Transition};
pub use sample::{AcceptQueue, Sample, SocketMemory, TcpInfo};
pub use series::{POINTS_MAX, Series};
pub use tcp_state::{TRANSITIONS, TcpState};
pub use watched::{EndHistory, EndSample, Observation, Reading, SampleSource, Unavailable, WatchedSocket};
