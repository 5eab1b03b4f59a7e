//! The threads that work sockets: plain blocking calls, each of them recorded.
//!
//! In scope: the client, the listener, the connection threads and their responders; what the user may ask of them
//! ([`ClientSpec`], [`ServerSpec`], [`Command`]); stopping them. This is the only floor that opens sockets. Out of scope: what
//! the records mean (`capture`) and how they look (`view`, `ui`).
//!
//! From the bottom: `transport` makes the calls, `record` writes down what they did, `socket` is a connection of both, `sending` keeps its
//! messages in order, and `client`, `server` with its `responders` work it. `address` has what can be listened on, `kernel` the system's
//! socket table, `engine` all runs, `worker` the leave to block.

mod address;
mod client;
mod engine;
pub mod kernel;
mod record;
pub mod responders;
mod sending;
mod server;
mod socket;
#[cfg(test)]
mod test_support;
mod transport;
#[cfg(target_os = "linux")]
mod wayland;
mod worker;

pub use address::{HostAddress, ListenError, listen_address, listen_address_and_port, local_address};
pub use client::{
    CONNECT_TIMEOUT, ClientHandle, ClientSpec, LineEnd, REDIRECTS_MAX, ReceiveUntil, Redirect, RequestText, Target,
    TargetError, TypedError, escaped_bytes, request_text, with_line_ends,
};
pub use engine::Engine;
pub use record::{Pace, PaceMode};
pub use responders::PAGE;
pub use sending::{Command, Cut, CutAction, Dribble, Refused, Repeat};
pub use server::{
    BACKLOG, ConnectionLimit, Exchange, Faults, KEEP, Order, Overflow, Responder, ServeError, ServeMode, ServeResult,
    ServerHandle, ServerSpec, Serving,
};
pub use socket::{RECV_SIZE_MAX, Received, RecvBuffer};
pub use transport::{BUFFER_MAX, LINGER_MAX, SocketOptions};
#[cfg(target_os = "linux")]
pub use wayland::only_x11_is_reached;
