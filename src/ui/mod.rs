//! The window: egui panels that read the sessions and give back what the user wants.
//!
//! In scope: drawing, and turning clicks into [`Action`]s, which [`App`] carries out in `logic` before the next frame is drawn.
//! Drawing changes nothing but a panel's own fields (a scroll position, a text being typed). Out of scope: sockets and bytes.
//!
//! `App` holds both roles, lessons and saving; each carries out the actions that concern it.

mod action;
mod app;
mod body;
mod bytes;
mod calls;
mod client;
mod connection;
mod connections;
mod conversation;
mod dock;
mod forms;
mod kernel;
mod kit;
mod ladder;
mod picture;
mod program;
mod runs;
mod select;
mod server;
mod shell;
mod shortcut;
mod timing;

pub use action::Action;
pub use app::{App, Parts};
pub use kit::fonts::install_fonts;
pub use kit::{Answer, Ask, FileDialog, Pick, SystemDialog};
pub use picture::program::decode_picture_if_asked;
pub use picture::{Decoded, PictureDecoder, PictureJob};
pub use shell::window::run;
pub use shell::{NoWindow, Start};
