//! Bodies as ranges of a spool: where each begins and ends, and its decoded copy.

mod body;
mod chunk_frames;
mod content;
mod derived;

pub use body::{Body, BodyReadError};
pub use chunk_frames::ChunkPart;
pub use content::Content;
pub use derived::{CopyState, DecodedBody};
