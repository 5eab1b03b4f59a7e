//! The threads that work sockets: plain blocking `std::net` calls, each of them recorded.
//!
//! In scope: the client, the listener, the connection threads and their responders; what the user may ask of them
//! ([`ClientSpec`], [`ServerSpec`], [`Command`]); stopping them. This is the only room that opens sockets. Out of scope: what
//! the records mean (`capture`) and how they look (`view`, `ui`).

mod client;
mod engine;
mod gate;
mod hello;
mod journal;
mod keeping;
mod lane;
mod outlet;
mod page;
mod recorder;
mod redirect;
mod request;
mod resolve;
mod responder;
mod sender;
mod sending_half;
mod server;
mod spec;
mod stopper;
mod target;
mod tls_line;
mod typed;
mod wire;

pub use client::ClientHandle;
pub use engine::Engine;
pub use outlet::{Outlet, Wake};
pub use page::PAGE;
pub use redirect::{REDIRECTS_MAX, Redirect};
pub use request::RequestText;
pub use responder::{Responder, Responding};
pub use sender::{Command, Refused};
pub use sending_half::SendingHalf;
pub use server::ServerHandle;
pub use spec::{ClientSpec, RECV_SIZE_MAX, ResponderChoice, ServerSpec, Until};
pub use target::{Target, TargetError};
pub use typed::{LineEnd, TypedError, hex_bytes, request_text, with_line_ends};
pub use wire::{Received, Wire};
