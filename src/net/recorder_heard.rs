//! What the readers of a record say to its threads: a client's requests decide how replies are read, and a server's responder acts upon
//! what was read in its peer's bytes, so that nothing is read twice. And bytes of content that nobody has looked at, which the readers
//! follow by their number.

use super::transferred;
use super::{Inner, Recorder};
use crate::capture::{Failure, Moment, Way};
use crate::http::{Found, Span, StartLine};

/// A body with a known length is followed without looking at its bytes, so these stand for any.
const ANY: [u8; 4096] = [0; 4096];

impl Inner {
    /// Counts bytes of content that were sent unseen.
    pub(super) fn count_unseen(&mut self, count: usize) {
        let mut found = std::mem::take(&mut self.found);
        self.sent.spool.count(count as u64);
        let mut left = count;
        while let Some(some) = ANY.get(..left.min(ANY.len())).filter(|some| !some.is_empty()) {
            self.sent.reader.push(some, &mut found);
            left -= some.len();
        }
        if !found.is_empty() {
            // Nothing is kept of it, so that can't fail.
            let _ = self.take_in(Way::Sent, &mut found);
        }
        self.found = found;
    }
}

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
    pub fn overheard(&self, found: &mut Vec<Found>) {
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
            if let Found::Head { head, .. } = &found
                && let StartLine::Request { method, .. } = &head.start_line
            {
                inner.received.reader.expect(method);
            }
        }
        inner.found = found;
    }

    /// Whether what is sent from here on is only counted, so that nobody need look at it.
    #[must_use]
    pub fn only_counts_sent(&self) -> bool {
        self.inner().sent.spool.is_full()
    }

    /// Records a send that carried `count` bytes which nobody has looked at: they are content of a body whose length is known, and
    /// [`Recorder::only_counts_sent`].
    ///
    /// # Errors
    /// A failure of the log.
    pub fn sent_unseen(&self, begun: Moment, asked: usize, count: usize) -> Result<(), Failure> {
        let ended = self.now();
        let mut inner = self.inner();
        let ended = inner.returned(ended);
        let offset = inner.sent.crossed();
        inner.count_unseen(count);
        let call = transferred(Way::Sent, begun, ended, asked, count, offset);
        inner.log_transfer(Way::Sent, &call, Span::default(), ended, Ok(())).map(drop)
    }
}
