//! The tutorial's server: `Welcome!`, then `Hello, <text>!` for each message, until an empty recv or `exit`.

use std::time::Duration;

use super::responder::{Responder, Responding};
use super::wire::{Received, Wire};
use crate::capture::Ended;

/// The receive size that the tutorial uses.
const RECV_SIZE: usize = 1024;

/// The responder.
pub struct Hello {
    /// How long it waits after each recv; the tutorial waits one second.
    pub pause: Duration,
}

impl Responder for Hello {
    fn serve(&self, wire: &mut Wire) -> Responding {
        wire.send(b"Welcome!")?;
        let mut buffer = [0; RECV_SIZE];
        loop {
            let received = wire.recv(&mut buffer)?;
            if !self.pause.is_zero() && wire.pause(self.pause) {
                return Ok(Ended::Stopped);
            }
            let text = match received {
                Received::Bytes { count, .. } => buffer.get(..count).unwrap_or_default(),
                Received::PeerFinished => return Ok(Ended::PeerFinished),
                Received::Stopped => return Ok(Ended::Stopped),
                Received::TimedOut => return Ok(Ended::TimedOut),
            };
            // Who types into a terminal sends the end of the line, too.
            if text.trim_ascii_end() == b"exit" {
                return Ok(Ended::Finished);
            }
            wire.send(&[b"Hello, ", text, b"!"].concat())?;
        }
    }
}
