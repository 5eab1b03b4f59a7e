//! A run turned into files.
//!
//! In scope: what can be exported (`exporter`), a safe name for a body's file (`name`), writing a file so that the old one survives every
//! failure (`save`, `atomic_file`), and programs that do what a run does (`program`). Out of scope: asking the user for a path.

mod atomic_file;
mod body;
mod bytes;
mod exporter;
mod leftover;
mod name;
pub mod program;
mod save;
mod save_job;

pub use atomic_file::{AtomicFile, Sync};
pub use body::SelectedBody;
pub use bytes::{ByteSource, Export, SelectedBytes, Sink, Stop};
pub use exporter::{Exporter, ExporterKeys, Selected};
pub use name::{NameSources, name_of_part, suggested_name};
pub use save::{CodingNotes, IfExists, SaveControl, SaveEnd, Saved, save, write};
pub use save_job::SaveJob;
