//! The views of one connection, its head, its TLS.

pub mod head_panel;
mod lesson_hint;
mod model;
mod panes;
pub mod tls_panel;
mod view;

pub use model::{ConnectionModel, OtherEnd};
pub use panes::{ConnectionPanes, DrawProgram};
pub use view::ConnectionView;
