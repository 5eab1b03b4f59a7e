//! What the commands write: calls as text or JSON, through threads that own the streams.

mod json;
mod json_tls;
mod lines;
mod story;
mod streams;
pub mod watch;

pub use json::Json;
pub use lines::HeldLines;
pub use story::Story;
pub use streams::{Stream, Streams, Unwritten};
pub use watch::{Teller, Watched};
