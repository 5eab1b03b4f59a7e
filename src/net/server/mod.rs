//! A server: listen, accept, a thread a connection, what each connection is answered with.

mod admission;
mod connection;
mod controls;
mod faults;
pub mod fd_limit;
mod handle;
pub mod listen_address;
mod listener;
mod local_addresses;
mod open_connections;
mod reply_shaping;
mod responder;
mod socket_options;
mod thread_pool;

pub use admission::{Most, Overflow};
pub use connection::Branch;
pub use faults::{Conduct, Cut, Dribble, Faults, Shaping, Then};
pub use handle::ServerHandle;
pub use listen_address::ListenError;
pub use local_addresses::HostAddress;
pub use open_connections::Order;
pub use reply_shaping::Serves;
pub use responder::{Leave, Responder, Responding};
pub use socket_options::SocketOptions;
