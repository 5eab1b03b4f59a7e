//! What the readers of a record say to its threads: a client's requests decide how replies are read, and a server's responder acts upon
//! what was read in its peer's bytes, so that nothing is read twice.

use super::Recorder;
use crate::http::{ParseEvent, StartLine};

impl Recorder {
    /// From now on what is read in the bytes received is kept for [`Recorder::overheard`].
    pub fn listen_in(&self) {
        self.inner().overheard.get_or_insert_default();
    }

    /// Bytes of content in the body of the newest message received.
    #[must_use]
    pub fn content_received(&self) -> u64 {
        self.inner().received.reader.content()
    }

    /// Moves to `found` what was read in the bytes that were received last.
    pub fn overheard(&self, found: &mut Vec<ParseEvent>) {
        if let Some(overheard) = &mut self.inner().overheard {
            found.append(overheard);
        }
    }

    /// Bytes are about to be sent: the answer to a request in them may arrive before their send is recorded.
    pub fn announce(&self, bytes: &[u8]) {
        let mut inner = self.inner();
        let mut found = std::mem::take(&mut inner.found);
        if let Some(ahead) = &mut inner.ahead {
            ahead.push(bytes, &mut found);
        }
        for found in found.drain(..) {
            if let ParseEvent::Head { head, .. } = &found
                && let StartLine::Request { method, .. } = &head.start_line
            {
                inner.received.reader.expect(method);
            }
        }
        inner.found = found;
    }
}
