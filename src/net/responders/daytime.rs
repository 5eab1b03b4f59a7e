//! Daytime: greets with the date and the time, throws away what it receives, and closes (RFC 867).

use jiff::Zoned;

use super::http::drain;
use crate::net::{Responder, Responding, Wire};

/// The responder.
pub struct Daytime;

impl Responder for Daytime {
    fn serve(&self, wire: &mut Wire) -> Responding {
        let line = format!("{}\r\n", Zoned::now().strftime("%A, %B %d, %Y %H:%M:%S-%Z"));
        wire.reply(line.as_bytes())?;
        wire.shutdown()?;
        drain(wire)
    }
}
