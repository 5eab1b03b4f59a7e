//! What the tests share.

pub mod ca;
pub mod client;
