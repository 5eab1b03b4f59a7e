//! Whether a port that was spoken to in plain HTTP wants TLS.

use crate::capture::{Connection, Message};
use crate::http::Span;

/// How many bytes of a body are looked at.
const BODY_START: u64 = 2048;

/// What servers say to that, in their answers with the status 400: nginx, Apache, Go.
const SAID: [&str; 3] =
    ["plain HTTP request was sent to HTTPS port", "speaking plain HTTP to an SSL", "sent an HTTP request to an HTTPS"];

impl Connection {
    /// Whether the peer's answer says that its port speaks TLS: it is an alert of TLS, or an error that says so in words.
    #[must_use]
    pub fn hints_at_tls(&self) -> bool {
        if self.tls.is_some() || self.received.bytes == 0 {
            return false;
        }
        match self.received.messages.last() {
            None => matches!(self.start(Span::new(0, 2)).as_slice(), [21, 3]),
            Some(reply) if reply.head.status() == Some(400) => self.says_so(reply),
            Some(_) => false,
        }
    }

    fn says_so(&self, reply: &Message) -> bool {
        let body = reply.body(self.received.kept());
        let start = self.start(Span::new(body.start, body.end.min(body.start + BODY_START)));
        SAID.iter().any(|said| memchr::memmem::find(&start, said.as_bytes()).is_some())
    }

    fn start(&self, span: Span) -> Vec<u8> {
        // What can't be read hints at nothing; its bytes tell why when they are looked at.
        self.received.spool.read(span).unwrap_or_default()
    }
}
