//! Daytime: greets with the date and the time, throws away what it receives, and closes (RFC 867).

use std::sync::Arc;

use jiff::ZonedDateTime;

use super::http::drain;
use super::info::{Replies, ResponderInfo};
use super::setup::FormKind;
use crate::net::{BACKLOG, Exchange, Responder, ServeResult};

pub(super) static INFO: ResponderInfo = ResponderInfo {
    help: Some("The date and the time"),
    form: FormKind::Empty,
    replies: Replies::Bytes,
    no_delay: false,
    backlog: BACKLOG,
    build: |_, _| Some(Arc::new(Daytime)),
};

/// The responder.
pub struct Daytime;

impl Responder for Daytime {
    fn serve(&self, exchange: &mut Exchange) -> ServeResult {
        let line = format!("{}\r\n", ZonedDateTime::now().strftime("%A, %B %d, %Y %H:%M:%S-%Z"));
        exchange.reply(line.as_bytes())?;
        exchange.shutdown()?;
        drain(exchange)
    }
}
