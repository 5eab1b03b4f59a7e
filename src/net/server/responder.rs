//! What a server does with a connection.

use crate::capture::{Ended, Failure};
use crate::net::socket::Wire;

/// How a responder left a connection: the reason that goes into the record.
pub type Responding = Result<Ended, Leave>;

/// Why a conversation broke off.
#[derive(Clone, Debug)]
pub enum Leave {
    /// Something failed.
    Failed(Failure),
    /// The user stopped it.
    Stopped,
    /// A fault that was asked for ended it here.
    OnPurpose,
}

impl From<Failure> for Leave {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Serves one connection on the thread that it is called on, with the calls of [`Wire`] and nothing else.
pub trait Responder: Send + Sync {
    /// Serves until the conversation is over, and says why it is; the caller closes.
    ///
    /// # Errors
    /// Why it broke off.
    fn serve(&self, wire: &mut Wire) -> Responding;
}
