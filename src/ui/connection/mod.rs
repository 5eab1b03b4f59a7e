//! The view of one connection: its tabs, its head, its TLS.

pub mod head_panel;
mod lesson_hint;
mod shown;
mod tab;
pub mod tls_panel;
mod view;

pub use shown::{OtherEnd, Shown};
pub use tab::Tab;
pub use view::ConnectionView;
