//! Manual: receives, and a person types the replies.
//!
//! What is typed goes out over the connection's sending thread, as with every other responder; this one adds nothing to it.

use crate::net::{Responder, Responding, Wire};

/// The responder.
pub struct Manual;

impl Responder for Manual {
    fn serve(&self, wire: &mut Wire) -> Responding {
        wire.read_to_the_end()
    }
}
