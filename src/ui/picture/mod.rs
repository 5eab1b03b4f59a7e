//! A body that is a picture, decoded in a process of its own.

mod job;
pub mod program;

pub use job::{Decoded, PictureDecoder, PictureJob, Pictures};
