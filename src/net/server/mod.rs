//! The server: a listener, and a thread for each connection, on which its responder answers.
//!
//! In scope: accepting, the connections that are open and the orders to them, faults. Out of scope: what is said
//! (`responders`).

mod admission;
mod connection;
mod connection_factory;
mod exchange;
mod faults;
mod handle;
mod listener;
mod open_connections;
mod responder;
mod spec;
mod thread_pool;

pub use admission::{ConnectionLimit, Overflow};
pub use connection_factory::ConnectionFactory;
pub use exchange::{Exchange, ServeError, ServeResult};
pub use faults::{Faults, ServeMode};
pub use handle::ServerHandle;
pub use open_connections::Order;
pub use responder::Responder;
pub use spec::{BACKLOG, KEEP, ServerSpec, Serving};
