//! A connected socket with its record: recv, send, shutdown and close as a program would call them.
//!
//! In scope: one connection on the threads that work it, TLS over it, Stop. Out of scope: the system's calls (`transport`), what is written
//! down (`record`), and what is said: a server's faults, too, are above this.

mod call_guard;
mod connection_socket;
#[cfg(test)]
mod connection_socket_tests;
mod recv_buffer;
mod sending_half;
mod shared_tls;
mod socket_state;

pub use connection_socket::{ConnectionSocket, Received};
pub use recv_buffer::{RECV_SIZE_MAX, RecvBuffer};
pub use sending_half::SendingHalf;
pub use socket_state::SocketState;
