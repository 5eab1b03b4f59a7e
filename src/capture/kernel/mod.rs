//! What the kernel knows of a connection: its state and figures as they were read, and the path that it took through the states of TCP.
//!
//! In scope: states, samples, their history, and what the calls of a program say about states that were never seen. Out of scope:
//! reading the kernel's socket table (`net`). Source: RFC 9293 §3.3.2 for the states and the transitions between them.

mod observation;
mod sample;
mod series;
mod state_path;
mod tcp_events;
mod tcp_state;

#[cfg(test)]
mod state_path_tests;

pub use observation::{EndHistory, EndSample, Observation, Reading, SampleSource, Unavailable, WatchedSocket};
pub use sample::{AcceptQueue, Sample, SocketMemory, TcpInfo};
pub use series::{POINTS_MAX, Series};
pub use state_path::{Evidence, Fact, StatePath, TcpEvent, Transition};
pub use tcp_events::{EDGE_CALLS, tcp_events};
pub use tcp_state::{TRANSITIONS, TcpState};
