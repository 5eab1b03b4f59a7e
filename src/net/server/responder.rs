//! What a server does with a connection.

use super::exchange::{Exchange, ServeResult};

/// Serves one connection on the thread that it is called on, with the calls of [`Exchange`] and nothing else.
pub trait Responder: Send + Sync {
    /// Serves until the conversation is over, and says why it is; the caller closes.
    fn serve(&self, exchange: &mut Exchange) -> ServeResult;
}
