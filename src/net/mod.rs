//! The threads that work sockets: plain blocking `std::net` calls, each of them recorded.
//!
//! In scope: the client, the listener, the connection threads and their responders; what the user may ask of them
//! ([`ClientSpec`], [`ServerSpec`], [`Command`]); stopping them. This is the only room that opens sockets. Out of scope: what
//! the records mean (`capture`) and how they look (`view`, `ui`).

mod authority;
mod client;
mod connector;
mod controls;
mod descriptors;
mod door;
mod engine;
mod fault;
mod gate;
mod interfaces;
mod journal;
mod keeping;
pub mod kernel;
mod lane;
mod local;
mod options;
mod pace;
mod peers;
mod pool;
mod recorder;
mod redirect;
mod reporter;
mod request;
mod resolve;
mod responder;
pub mod responders;
mod sender;
mod sending_half;
mod served;
mod server;
mod server_handle;
mod shaped;
mod spec;
mod stopper;
mod target;
mod tls_line;
mod typed;
#[cfg(target_os = "linux")]
mod wayland;
mod wire;
mod worker;

pub use client::ClientHandle;
pub use door::{Most, Overflow};
pub use engine::Engine;
pub use fault::{Conduct, Cut, Dribble, Faults, Then};
pub use interfaces::HostAddress;
pub use local::{ListenError, listen_address, listen_address_and_port};
pub use options::SocketOptions;
pub use pace::{Pace, Tempo};
pub use peers::Order;
pub use redirect::{REDIRECTS_MAX, Redirect};
pub use reporter::Wake;
pub use request::RequestText;
pub use responder::{Leave, Responder, Responding};
pub use responders::PAGE;
pub use sender::{Command, Refused, Repeat};
pub use sending_half::SendingHalf;
pub use server_handle::ServerHandle;
pub use spec::{BACKLOG, ClientSpec, KEEP, RECV_SIZE_MAX, ServerSpec, Serving, Until};
pub use target::{Target, TargetError};
pub use typed::{LineEnd, TypedError, escaped_bytes, request_text, with_line_ends};
#[cfg(target_os = "linux")]
pub use wayland::only_x11_is_reached;
pub use wire::{Received, Wire};
