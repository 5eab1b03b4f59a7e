//! Discard: receives and says nothing (RFC 863).

use std::sync::Arc;

use super::info::{Replies, ResponderInfo};
use super::setup::FormKind;
use crate::net::{BACKLOG, Exchange, Responder, ServeResult};

pub(super) static INFO: ResponderInfo = ResponderInfo {
    help: Some("Nothing"),
    form: FormKind::Empty,
    replies: Replies::Nothing,
    no_delay: false,
    backlog: BACKLOG,
    build: |_, _| Some(Arc::new(Discard)),
};

/// The responder.
pub struct Discard;

impl Responder for Discard {
    fn serve(&self, exchange: &mut Exchange) -> ServeResult {
        exchange.read_to_the_end()
    }
}
