//! What a server does with a connection.

use super::wire::Wire;
use crate::capture::{Ended, Failure};

/// How a responder left a connection: the reason that goes into the record.
pub type Responding = Result<Ended, Failure>;

/// Serves one connection on the thread that it is called on, with the calls of [`Wire`] and nothing else.
pub trait Responder: Send + Sync {
    /// Serves until the conversation is over, and says why it is; the caller closes.
    ///
    /// # Errors
    /// The failure that ended it.
    fn serve(&self, wire: &mut Wire) -> Responding;
}
