//! Takes off what a body is wrapped in, layer by layer: the framing of chunks, then its codings.
//!
//! In scope: streams of bytes in, streams of bytes out, in memory that does not grow with them. Out of scope: which layers a message
//! says that it has (`http`), reading and writing files, threads.

mod unpack;

pub use unpack::Unpack;
