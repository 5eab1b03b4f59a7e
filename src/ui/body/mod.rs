//! The Body tab: a body as text, as a picture, and the layers that were taken off.

mod backpressure;
pub mod body_ref;
mod panel;
mod picture;
pub mod pipeline;
mod progress_text;
mod row_count;
mod text;

pub use panel::BodyPanel;
pub use pipeline::{Key, Looked};
