//! Manual: receives, and a person types the replies.
//!
//! What is typed goes out over the connection's sending thread, as with every other responder; this one adds nothing to it. A client that
//! has shut down its sending side still waits for an answer (RFC 9293 §3.6), so the connection stays open until the person is through.

use std::sync::Arc;

use super::info::{Replies, ResponderInfo};
use super::setup::FormKind;
use crate::capture::Ended;
use crate::net::{BACKLOG, Exchange, Responder, ServeResult};

pub(super) static INFO: ResponderInfo = ResponderInfo {
    help: None,
    form: FormKind::Empty,
    replies: Replies::Typed,
    no_delay: false,
    backlog: BACKLOG,
    build: |_, _| Some(Arc::new(Manual)),
};

/// The responder.
pub struct Manual;

impl Responder for Manual {
    fn serve(&self, exchange: &mut Exchange) -> ServeResult {
        match exchange.read_to_the_end()? {
            Ended::PeerFinished => exchange.stay(),
            ended => Ok(ended),
        }
    }
}
