//! Canned: the same bytes to everyone, head and body as they were given.
//!
//! In scope: when they go out. Out of scope: whether they are HTTP; a client is to be watched with whatever they are.

use std::sync::Arc;

use super::http::drain;
use super::info::{Replies, ResponderInfo};
use super::setup::{FormKind, Opened, ReplySource, Setup, When};
use crate::capture::Ended;
use crate::http::{MessageEnd, ParseEvent, Unreadable};
use crate::net::{BACKLOG, Exchange, Received, Responder, ServeResult};

pub(super) static INFO: ResponderInfo = ResponderInfo {
    help: Some("The bytes of a file, to everyone"),
    form: FormKind::Canned,
    replies: Replies::Bytes,
    no_delay: true,
    backlog: BACKLOG,
    build: |setup, opened| {
        let Setup::Canned { reply, when, then_close } = setup else { return None };
        let bytes = match (reply, opened) {
            (ReplySource::Bytes(bytes), _) => bytes.into(),
            (ReplySource::File(_), Some(Opened::Reply(bytes))) => Arc::clone(bytes),
            (ReplySource::File(_), _) => return None,
        };
        Some(Arc::new(Canned { bytes, when, then_close }))
    },
};

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
    fn serve(&self, exchange: &mut Exchange) -> ServeResult {
        let mut buffer = exchange.buffer();
        let mut found = Vec::new();
        exchange.recorder().subscribe_parsed();
        if self.when == When::Accept {
            exchange.reply(&self.bytes)?;
            if self.then_close {
                exchange.shutdown()?;
                return drain(exchange);
            }
        }
        let mut is_http = true;
        loop {
            match exchange.recv(&mut buffer)? {
                Received::Bytes { .. } => {}
                Received::PeerFinished => {
                    // Half a request that will not go on is none, and is still to be answered.
                    exchange.recorder().take_parsed(&mut found);
                    if self.when == When::Request && found.iter().any(is_half) {
                        exchange.reply(&self.bytes)?;
                    }
                    return Ok(Ended::PeerFinished);
                }
                other => return Ok(other.ended()),
            }
            exchange.recorder().take_parsed(&mut found);
            is_http &=
                !found.iter().any(|found| matches!(found, ParseEvent::Unreadable { .. } | ParseEvent::Surplus { .. }));
            for _ in 0..self.due(is_http, &found) {
                exchange.reply(&self.bytes)?;
                if self.then_close {
                    exchange.shutdown()?;
                    return drain(exchange);
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
