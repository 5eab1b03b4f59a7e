//! Undoes the layers of a body: the framing of chunks, the codings, the character encoding.
//!
//! In scope: streams of bytes in and out, in memory that does not grow with the streams; which character encoding a body is in, and what
//! kind of media it is. Out of scope: which layers a message declares (see `http`), files, threads.

mod charset;
mod codec;
mod coding;
mod coding_error;
mod content_type;
mod decoder;
mod first_bytes;
mod layer;
mod limits;
mod media;
mod unpack;

#[cfg(test)]
mod tests;

pub use charset::region::region;
pub use charset::to_utf8::ToUtf8;
pub use charset::{
    ALL as ENCODINGS, Charset, CharsetReason, find as find_charset, for_label as charset_for_label, guessed_text,
};
pub use coding::{Coding, CodingsError, LAYERS_MAX, codings_of, no_coding_of};
pub use coding_error::{CodingError, CodingFault, PushError};
pub use content_type::essence;
pub use decoder::Decoder;
pub use first_bytes::has_magic;
pub use limits::Limits;
pub use media::{ImageKind, MediaKind};
pub use unpack::{Stage, Unpack};
