//! Reads HTTP/1.0 and HTTP/1.1 out of the bytes of one direction of a connection.
//!
//! Bytes go in as they come, split anywhere. Heads come out, how each body is delimited, and where each message ends. All of these are
//! ranges of absolute offsets in the direction, so no byte of a body is copied, and only the framing of chunks is looked at.
//!
//! In scope: the syntax and the length of messages (RFC 9112), and the parts of RFC 9110 on which they rest. A message that a strict
//! recipient would refuse is read if it can be shown, and reported with a [`Violation`]. A reader stops only at bytes that can't be read.
//!
//! Out of scope: undoing content codings and transfer codings other than chunked, semantics (caching, `Host`, `Connection`), HTTP/0.9,
//! HTTP/2, and wording for people: the `name` of each thing is the key to its text.
//!
//! No I/O, no clock, no threads: the same bytes give the same events however they were split.

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

pub use body::BOUNDARY_DISTANCE;
pub use body::chunk_fault::ChunkFault;
pub use body::chunk_reader::{CHUNK_EXCESS_MAX, CHUNK_LINE_MAX, ChunkBoundary, ChunkReader, ChunkStep};
pub use body::framing::{Framing, NoBody, UntilClose};
pub use body::trailers::Trailers;
pub use characters::{is_tchar, is_token, trim_ows};
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
