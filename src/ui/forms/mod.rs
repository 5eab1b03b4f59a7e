//! Parts that several forms are made of.

pub mod collapsing_section;
pub mod disabled_option;
pub mod path_field;
pub mod request_editor;
mod saved_panel;
pub mod socket_options;
mod typed_message;

pub use collapsing_section::SectionBadge;
pub use saved_panel::{SavedModel, SavedPanel};
pub use typed_message::TypedMessage;
