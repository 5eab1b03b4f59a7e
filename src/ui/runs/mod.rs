//! Runs: those that are kept, the one that is shown, its pace, and saving from it.

mod pace_control;
mod repeating;
pub mod run_store;
mod run_view;
mod saving;
mod start_error;
pub mod transport;

pub use pace_control::PaceControl;
pub use repeating::Loops;
pub use run_store::{Keepable, Kept, Shelf};
pub use run_view::{Counts, Record};
pub use saving::{Heard, Saving, Wanted};
pub use start_error::StartError;
