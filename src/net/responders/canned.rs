//! Canned: the same bytes to everyone, head and body as they were given.
//!
//! In scope: when they go out. Out of scope: whether they are HTTP; a client is to be watched with whatever they are.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::http::drain;
use crate::capture::Ended;
use crate::http::{MessageEnd, ParseEvent, Unreadable};
use crate::net::{Received, Responder, Responding, Wire};

/// When the bytes go out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// When a whole HTTP request has come; if what comes is none, after the first recv.
    #[default]
    Request,
    /// At once.
    Accept,
    /// After each recv.
    EachRecv,
}

impl When {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Request, Self::Accept, Self::EachRecv];
}

/// The responder.
pub struct Canned {
    /// The bytes.
    pub bytes: Arc<[u8]>,
    /// When they go out.
    pub when: When,
    /// Whether the connection is closed after them; otherwise the next request gets the same.
    pub then_close: bool,
}

impl Responder for Canned {
    fn serve(&self, wire: &mut Wire) -> Responding {
        let mut buffer = wire.buffer();
        let mut found = Vec::new();
        wire.listen_in();
        if self.when == When::Accept {
            wire.reply(&self.bytes)?;
            if self.then_close {
                wire.shutdown()?;
                return drain(wire);
            }
        }
        let mut is_http = true;
        loop {
            match wire.recv(&mut buffer)? {
                Received::Bytes { .. } => {}
                Received::PeerFinished => {
                    // Half a request that will not go on is none, and is still to be answered.
                    wire.overheard(&mut found);
                    if self.when == When::Request && found.iter().any(is_half) {
                        wire.reply(&self.bytes)?;
                    }
                    return Ok(Ended::PeerFinished);
                }
                other => return Ok(other.ended()),
            }
            wire.overheard(&mut found);
            is_http &=
                !found.iter().any(|found| matches!(found, ParseEvent::Unreadable { .. } | ParseEvent::Surplus { .. }));
            for _ in 0..self.due(is_http, &found) {
                wire.reply(&self.bytes)?;
                if self.then_close {
                    wire.shutdown()?;
                    return drain(wire);
                }
            }
            found.clear();
        }
    }
}

/// Whether a request was begun and not ended.
fn is_half(found: &ParseEvent) -> bool {
    match found {
        ParseEvent::Unreadable { why, .. } => *why != Unreadable::Empty,
        ParseEvent::End { how, .. } => *how != MessageEnd::Complete,
        _ => false,
    }
}

impl Canned {
    /// How many replies are due after a recv in which `found` was read.
    fn due(&self, is_http: bool, found: &[ParseEvent]) -> usize {
        match self.when {
            When::Accept => 0,
            When::EachRecv => 1,
            When::Request if is_http => found.iter().filter(|found| matches!(found, ParseEvent::End { .. })).count(),
            When::Request => 1,
        }
    }
}
