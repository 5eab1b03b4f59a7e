//! A capture turned into files.
//!
//! In scope: a safe name for a body, writing it so that the old file survives every failure, and programs that do what a run does
//! (`program`). Out of scope: asking the user where.

mod disposition;
mod draft;
mod encoded_word;
mod extension;
mod leftover;
mod name;
pub mod program;
mod safe;
mod save;
mod save_job;
mod undone;

pub use draft::{Draft, Sync};
pub use name::{NameSources, name_of_part, suggested_name};
pub use save::{Old, SaveEnd, Saved, Watch, save};
pub use save_job::SaveJob;
