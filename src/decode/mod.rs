//! Takes off what a body is wrapped in, layer by layer: the framing of chunks, its codings, its character encoding.
//!
//! In scope: streams of bytes in, streams of bytes out, in memory that does not grow with them; which character encoding the bytes
//! are in and what kind of media they are. Out of scope: which layers a message says that it has (`http`), reading and writing
//! files, threads.

mod brotli;
mod charset;
mod coding;
mod content_type;
mod decoder;
mod inflate;
mod media;
mod meta;
mod text;
mod unpack;
mod zstd;

#[cfg(test)]
mod tests;

pub use charset::{ALL as ENCODINGS, Charset, Reason, find as find_charset, for_label as charset_for_label};
pub use coding::{Coding, CodingError, CodingFault, CodingsError, LAYERS_MAX, codings_of};
pub use content_type::essence;
pub use decoder::{Decoder, Limits, UnpackError};
pub use media::{ImageKind, MediaKind};
pub use text::ToUtf8;
pub use unpack::{Stage, Unpack};
