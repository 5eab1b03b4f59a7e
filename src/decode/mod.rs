//! Takes off what a body is wrapped in, layer by layer: the framing of chunks, its codings, its character encoding.
//!
//! In scope: streams of bytes in, streams of bytes out, in memory that does not grow with them; which character encoding the bytes
//! are in and what kind of media they are. Out of scope: which layers a message says that it has (`http`), reading and writing
//! files, threads.

mod begin;
mod brotli;
mod charset;
mod codec;
mod coding;
mod coding_error;
mod content_type;
mod decoder;
mod deflate;
mod guard;
mod gzip;
mod gzip_header;
mod inflater;
mod layer;
mod limits;
mod media;
mod meta;
mod region;
mod text;
mod unpack;
mod zstd;
mod zstd_frame;

#[cfg(test)]
mod tests;

pub use begin::has_magic;
pub use charset::{
    ALL as ENCODINGS, Charset, Reason, find as find_charset, for_label as charset_for_label, guessed_text,
};
pub use coding::{Coding, CodingsError, codings_of, no_coding_of};
pub use coding_error::{CodingError, CodingFault, PushError};
pub use content_type::essence;
pub use decoder::{Decoder, LAYERS_MAX};
pub use limits::Limits;
pub use media::{ImageKind, MediaKind};
pub use region::region;
pub use text::ToUtf8;
pub use unpack::{Stage, Unpack};
