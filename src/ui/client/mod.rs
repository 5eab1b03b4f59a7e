//! The client's panel, its form and its run.

mod bar;
mod file_length;
mod message_box;
mod options_form;
mod panel;
mod recent_addresses;
mod request_form;
mod run;

pub use panel::ClientRole;
pub use run::ClientRun;
