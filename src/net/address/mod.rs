//! Addresses of this machine: to listen on, as they are typed, and those that other machines reach.

mod host_address;
mod listen_address;

pub use host_address::HostAddress;
pub use listen_address::{ListenError, listen_address, listen_address_and_port, local_address, scoped};
