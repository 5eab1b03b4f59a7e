//! Reads HTTP/1.0 and HTTP/1.1 out of the bytes of one direction of a connection.
//!
//! Bytes go in as they come, split anywhere; out come the heads, how each body is
//! delimited, and where each message ends. Everything is a range of absolute offsets
//! in the direction, so no body byte is ever copied, nor looked at but between chunks.
//!
//! In scope: message syntax and message length (RFC 9112), and the little of RFC 9110
//! they rest on. What a strict recipient would refuse but which can still be shown is
//! read and reported as a [`Violation`]; only what cannot be read at all stops a reader.
//!
//! Out of scope: undoing content codings and transfer codings other than chunked, semantics (caching, `Host`, `Connection`), HTTP/0.9,
//! HTTP/2, and any wording for people: the `name` of each thing is the key to its text.
//!
//! No I/O, no clock, no threads: the same bytes give the same findings however they were
//! split.

mod between_messages;
mod body;
mod characters;
mod head;
mod message_kind;
mod method;
mod parse_event;
mod reader;
mod span;
mod unreadable;
mod version;
mod violation;

#[cfg(test)]
mod tests;

pub use body::MARK_DISTANCE;
pub use body::chunk_fault::ChunkFault;
pub use body::chunk_reader::{CHUNK_EXCESS_MAX, CHUNK_LINE_MAX, ChunkBoundary, ChunkReader, ChunkStep};
pub use body::framing::{Framing, NoBody, UntilClose};
pub use body::trailers::Trailers;
pub use characters::trim_ows;
pub use head::Head;
pub use head::codings::Codings;
pub use head::field::Field;
pub use head::head_reader::HEAD_MAX;
pub use head::lines::FIELDS_MAX;
pub use head::start_line::StartLine;
pub use method::Method;
pub use parse_event::{MessageEnd, ParseEvent};
pub use reader::{EXPECTED_MAX, INTERIM_MAX, Reader};
pub use span::Span;
pub use unreadable::Unreadable;
pub use version::Version;
pub use violation::{Violation, ViolationKind};
