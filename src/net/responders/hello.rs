//! The tutorial's server: `Welcome!`, then `Hello, <text>!` for each message, until an empty recv or `exit`.

use std::sync::Arc;
use std::time::Duration;

use super::info::{Replies, ResponderInfo};
use super::setup::{FormKind, Setup};
use crate::capture::Ended;
use crate::net::{Exchange, Received, Responder, ServeError, ServeResult};

pub(super) static INFO: ResponderInfo = ResponderInfo {
    help: Some("The tutorial's: `Welcome!`, then `Hello, <text>!`"),
    form: FormKind::Pause,
    replies: Replies::Bytes,
    no_delay: false,
    // The tutorial's.
    backlog: 5,
    build: |setup, _| match setup {
        Setup::Pause(pause) => Some(Arc::new(Hello { pause })),
        _ => None,
    },
};

/// The responder.
pub struct Hello {
    /// How long it waits after each recv; the tutorial waits one second.
    pub pause: Duration,
}

impl Responder for Hello {
    fn serve(&self, exchange: &mut Exchange) -> ServeResult {
        exchange.reply(b"Welcome!")?;
        let mut buffer = exchange.buffer();
        loop {
            let received = exchange.recv(&mut buffer)?;
            if !self.pause.is_zero() && exchange.pause(self.pause) {
                return Err(ServeError::Stopped);
            }
            let Received::Bytes { .. } = received else { return Ok(received.ended()) };
            let text = buffer.plaintext();
            // Who types into a terminal sends the end of the line, too.
            if text.trim_ascii_end() == b"exit" {
                return Ok(Ended::Finished);
            }
            exchange.reply(&[b"Hello, ", text, b"!"].concat())?;
        }
    }
}
