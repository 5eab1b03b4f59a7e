//! Parts that several forms are made of.

pub mod collapsing_section;
pub mod disabled_option;
pub mod path_field;
pub mod request_editor;
mod saved_panel;
mod typed_message;

pub use collapsing_section::Mark;
pub use saved_panel::{Saved, SavedPanel};
pub use typed_message::TypedMessage;
