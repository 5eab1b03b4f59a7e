//! The window: egui panels that read the sessions and give back what the user wants.
//!
//! In scope: drawing, and turning clicks into [`Action`]s, which [`App`] carries out in `logic` before the next frame is drawn.
//! Drawing changes nothing but a panel's own fields (a scroll position, a text being typed). Out of scope: sockets and bytes.
//!
//! `App` holds one struct a panel; each has a file of its own.

mod accepting_form;
mod action;
mod address_book;
mod address_menu;
mod app;
mod banner;
mod body_layers;
mod body_panel;
mod body_rows;
mod body_text;
mod body_work;
mod bytes_panel;
mod bytes_view;
mod call_lines;
mod calls_columns;
mod calls_filter;
mod calls_panel;
mod calls_row;
mod calls_text;
mod canned_form;
mod client_role;
mod client_run;
mod connection_view;
mod connections_panel;
mod dialog;
mod disk_strip;
mod faults_form;
mod finder;
mod flood;
mod fonts;
mod frame_log;
mod grid;
mod head_panel;
mod invitation;
mod list;
mod look;
mod looked;
mod message_box;
mod options_form;
mod path_field;
mod phase_table;
mod picture_panel;
mod qr;
mod rate_plots;
mod recent_addresses;
mod record;
mod request_editor;
mod request_form;
mod responder_form;
mod ruler_panel;
mod rules_form;
mod saved_panel;
mod saving;
mod search_bar;
mod section;
mod selection;
mod server_bar;
mod server_form;
mod server_role;
mod server_run;
mod sessions_menu;
mod shelf;
mod sideways;
mod status_bar;
mod timing_panel;
mod tls_panel;
mod tokens;
mod top_bar;
mod transport;
mod wake;
mod widgets;
mod window;

pub use action::Action;
pub use app::{App, Parts};
pub use dialog::{Answer, Ask, FileDialog, Pick, SystemDialog};
pub use fonts::install_fonts;
pub use window::{NoWindow, Start, run};
