//! The view of one connection: its tabs, its head, its TLS.

pub mod head_panel;
mod lesson_hint;
mod model;
mod tab;
pub mod tls_panel;
mod view;

pub use model::{ConnectionModel, OtherEnd};
pub use tab::Tab;
pub use view::ConnectionView;
