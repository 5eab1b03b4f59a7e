//! Why a run could not be started.

use crate::capture::Failure;
use crate::settings::DraftError;

/// Why not.
#[derive(Clone, Debug, PartialEq)]
pub enum StartError {
    /// The form can't be used.
    Draft(DraftError),
    /// The system refused.
    Failure(Failure),
}
