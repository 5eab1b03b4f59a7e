//! Discard: receives and says nothing (RFC 863).

use crate::net::{Responder, Responding, Wire};

/// The responder.
pub struct Discard;

impl Responder for Discard {
    fn serve(&self, wire: &mut Wire) -> Responding {
        wire.read_to_the_end()
    }
}
