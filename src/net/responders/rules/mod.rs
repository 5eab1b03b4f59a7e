//! Rules: what one recv brought is held against a list, and the first rule that fits answers.
//!
//! Out of scope: putting messages together. TCP has none, and a rule sees what one recv brought.

pub(super) mod reply_template;
pub(super) mod rule;

use std::sync::Arc;

use rule::Rule;

use super::info::{Replies, ResponderInfo};
use super::setup::{FormKind, Setup};
use crate::capture::Ended;
use crate::net::{BACKLOG, Exchange, Received, Responder, ServeError, ServeResult};

pub(super) static INFO: ResponderInfo = ResponderInfo {
    help: None,
    form: FormKind::Rules,
    replies: Replies::Bytes,
    no_delay: true,
    backlog: BACKLOG,
    build: |setup, _| match setup {
        Setup::Rules(rules) => Some(Arc::new(Rules(rules))),
        _ => None,
    },
};

/// The responder.
pub struct Rules(pub Vec<Rule>);

impl Responder for Rules {
    fn serve(&self, exchange: &mut Exchange) -> ServeResult {
        let mut buffer = exchange.buffer();
        loop {
            let received = exchange.recv(&mut buffer)?;
            let Received::Bytes { .. } = received else { return Ok(received.ended()) };
            let bytes = buffer.plaintext();
            let Some(rule) = self.0.iter().find(|rule| rule.when.fits(bytes)) else { continue };
            if !rule.delay.is_zero() && exchange.pause(rule.delay) {
                return Err(ServeError::Stopped);
            }
            if let Some(reply) = &rule.reply {
                exchange.reply(&rule.when.reply(reply, bytes))?;
            }
            if rule.closes {
                return Ok(Ended::Finished);
            }
        }
    }
}
