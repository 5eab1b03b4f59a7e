//! Bodies as ranges of a spool: where each begins and ends, and its decoded copy.

mod body;
mod chunk_frames;
mod content;
mod decoded_body;

pub use body::{Body, BodyReadError};
pub use chunk_frames::ChunkPart;
pub use content::Content;
pub use decoded_body::{DecodedBody, DecodingState};
