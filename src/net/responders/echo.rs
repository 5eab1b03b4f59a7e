//! Echo: sends back what it receives (RFC 862).

use crate::net::{Received, Responder, Responding, Wire};

/// The responder.
pub struct Echo;

impl Responder for Echo {
    fn serve(&self, wire: &mut Wire) -> Responding {
        let mut buffer = wire.buffer();
        loop {
            match wire.recv(&mut buffer)? {
                Received::Bytes { count, .. } => wire.reply(buffer.get(..count).unwrap_or_default())?,
                other => return Ok(other.ended()),
            }
        }
    }
}
