//! The Body tab: a body as text, as a picture, and the layers that were taken off.

mod backpressure;
pub mod body_ref;
mod panel;
mod picture;
mod pipeline;
mod progress_text;
mod row_count;
mod text;

pub use body_ref::{BodyKey, BodyRef};
pub use panel::BodyPanel;
