//! The threads that work sockets: plain blocking `std::net` calls, each of them recorded.
//!
//! In scope: the client, the listener, the connection threads and their responders; what the user may ask of them
//! ([`ClientSpec`], [`ServerSpec`], [`Command`]); stopping them. This is the only room that opens sockets. Out of scope: what
//! the records mean (`capture`) and how they look (`view`, `ui`).

mod client;
mod engine;
pub mod kernel;
mod record;
pub mod responders;
mod server;
mod socket;
mod spec;
#[cfg(target_os = "linux")]
mod wayland;
mod worker;

pub use client::ClientHandle;
pub use client::typed_bytes::{escaped_bytes, request_text, with_line_ends};
pub use client::{LineEnd, REDIRECTS_MAX, Redirect, RequestText, Target, TargetError, TypedError};
pub use engine::Engine;
pub use record::{Pace, Tempo, Wake};
pub use responders::PAGE;
pub use server::listen_address::{listen_address, listen_address_and_port};
pub use server::{
    Conduct, Cut, Dribble, Faults, HostAddress, Leave, ListenError, Most, Order, Overflow, Responder, Responding,
    ServerHandle, SocketOptions, Then,
};
pub use socket::{Command, Refused, Repeat, SendingHalf};
pub use socket::{Received, Wire};
pub use spec::{BACKLOG, CONNECT_TIMEOUT, ClientSpec, KEEP, RECV_SIZE_MAX, ServerSpec, Serving, Until};
#[cfg(target_os = "linux")]
pub use wayland::only_x11_is_reached;
