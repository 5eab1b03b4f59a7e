//! The server's panel, its form and its run.

mod accepting_form;
mod address_book;
mod bar;
mod canned_form;
mod faults_form;
mod form;
mod opened_files;
mod options_form;
mod panel;
mod responder_form;
mod rules_form;
mod run;
mod share_panel;

pub use panel::ServerRole;
pub use run::ServerRun;
