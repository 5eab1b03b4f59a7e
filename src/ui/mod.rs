//! The window: egui panels that read the sessions and give back what the user wants.
//!
//! In scope: drawing, and turning clicks into [`Action`]s, which [`App`] carries out in `logic` before the next frame is drawn.
//! Drawing changes nothing but a panel's own fields (a scroll position, a text being typed). Out of scope: sockets and bytes.
//!
//! `App` holds one struct a panel; each has a file of its own.

mod action;
mod app;
mod banner;
mod body_layers;
mod body_panel;
mod bytes_panel;
mod calls_panel;
mod client_role;
mod client_run;
mod connection_view;
mod connections_panel;
mod dialog;
mod finder;
mod fonts;
mod grid;
mod head_panel;
mod list;
mod look;
mod message_box;
mod picture_panel;
mod request_editor;
mod request_form;
mod saved_panel;
mod saving;
mod search_bar;
mod server_role;
mod status_bar;
mod tls_panel;
mod tokens;
mod top_bar;
mod widgets;
mod window;

pub use action::Action;
pub use app::{App, Parts};
pub use dialog::{Answer, Ask, FileDialog, SystemDialog};
pub use fonts::install_fonts;
pub use window::{NoWindow, run};
