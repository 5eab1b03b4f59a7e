//! TLS with real sockets: a private authority made for the test, servers that are right and servers that are wrong.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod certificates;
mod connections;
#[path = "../support/mod.rs"]
mod engine;
mod runs;
mod support;
mod writers;
