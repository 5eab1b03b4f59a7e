//! Connected sockets: recv, send, shutdown, close, plain or under TLS.

mod connection_socket;
mod disk_gate;
mod send_thread;
pub mod sending_half;
mod tls_stream;

pub use connection_socket::{Received, Wire};
pub use send_thread::{Command, Commands, Later, Refused, Repeat, SendingThread};
pub use sending_half::{SendingHalf, SendingPart};
