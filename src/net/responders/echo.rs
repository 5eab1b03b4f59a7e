//! Echo: sends back what it receives (RFC 862).

use std::sync::Arc;

use super::info::{Replies, ResponderInfo};
use super::setup::FormKind;
use crate::net::{BACKLOG, Received, Responder, Responding, Wire};

pub(super) static INFO: ResponderInfo = ResponderInfo {
    help: Some("What it receives"),
    form: FormKind::Empty,
    replies: Replies::Bytes,
    no_delay: false,
    backlog: BACKLOG,
    build: |_, _| Some(Arc::new(Echo)),
};

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
