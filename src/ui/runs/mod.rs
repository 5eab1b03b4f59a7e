//! Runs of either role: which are kept, which is shown, their pace, why one was not started, and saving from them.

mod pace_control;
mod repeating;
mod run_error;
mod run_record;
pub mod run_store;
mod saving;
mod show_in_folder;
pub mod transport;

pub use pace_control::PaceControl;
pub use repeating::Repeating;
pub use run_error::RunError;
pub use run_record::{Counts, RunRecord};
pub use run_store::{Kept, Run, RunStore};
pub use saving::Saving;
