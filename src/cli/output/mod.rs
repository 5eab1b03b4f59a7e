//! What the commands write: calls as text or JSON, through threads that own the streams.

mod coding_note;
mod json;
mod json_object;
mod line_sink;
mod new_calls;
mod streams;
mod text;
mod watch;

pub use coding_note::{CodingNote, Unpacking};
pub use json::JsonOutput;
pub use line_sink::SortedLines;
pub use streams::{Stream, Streams, WriteError, say};
pub use text::TextOutput;
pub use watch::{EventOutput, WatchEnd, watch};
