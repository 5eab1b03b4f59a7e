//! Echo: sends back what it receives (RFC 862).

use std::sync::Arc;

use super::info::{Replies, ResponderInfo};
use super::setup::FormKind;
use crate::net::{BACKLOG, Exchange, Received, Responder, ServeResult};

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
    fn serve(&self, exchange: &mut Exchange) -> ServeResult {
        let mut buffer = exchange.buffer();
        loop {
            match exchange.recv(&mut buffer)? {
                Received::Bytes { .. } => exchange.reply(buffer.plaintext())?,
                other => return Ok(other.ended()),
            }
        }
    }
}
