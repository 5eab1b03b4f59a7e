//! The Body tab: the body of a message as text, as hex or as a picture, at any stage of its unpacking.

mod backpressure;
pub mod body_ref;
mod facts;
mod formatting;
mod panel;
mod picture;
mod pipeline;
mod progress_text;
mod row_count;
mod text;

pub use body_ref::{BodyKey, BodyRef};
pub use facts::time_left;
pub use panel::BodyPanel;
