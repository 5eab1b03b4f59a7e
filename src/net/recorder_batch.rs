//! The batch of one connection: writes what is gathered, says how far it goes, and sends what has been found.

use std::io;

use super::{BACKLOG_CALLS, Inner};
use crate::capture::{Event, Failure, NoRoom, SpoolWriter, SystemError, WhyNoRoom};
use crate::net::lane::{progress, spooling};

impl Inner {
    /// Makes everything readable, then says how far it goes.
    pub(super) fn prepare(&mut self) {
        let kept = self.write();
        let kept = self.keeping.took(kept);
        self.prepare_after(kept);
    }

    /// Writes what can be written.
    fn write(&mut self) -> io::Result<()> {
        let spools = self.sent.spools().chain(self.received.spools()).map(SpoolWriter::flush);
        let kept = spools.fold(Ok(()), io::Result::and);
        kept.and(self.calls.flush())
    }

    /// Who waits needs no room for what may come.
    pub(super) fn rest(&mut self) {
        self.found = Vec::new();
        self.sent.spools().chain(self.received.spools()).for_each(SpoolWriter::rest);
        self.calls.rest();
    }

    /// Tries again to write what the system has refused.
    pub(super) fn write_again(&mut self) -> Result<(), NoRoom> {
        match self.write() {
            Ok(()) => {
                self.keeping.settled();
                Ok(())
            }
            Err(error) => Err(NoRoom { why: WhyNoRoom::Refused(SystemError::of(&error)), missing: 0 }),
        }
    }

    /// As `prepare`, when nothing more will come: every byte is in its file.
    pub(super) fn prepare_last(&mut self) {
        let spools = self.sent.spools().chain(self.received.spools()).map(SpoolWriter::finish);
        let kept = spools.fold(Ok(()), io::Result::and);
        let kept = kept.and(self.calls.finish()).map_err(spooling);
        self.prepare_after(kept);
    }

    fn prepare_after(&mut self, kept: Result<(), Failure>) {
        if let Some(failure) = kept.err().filter(|_| self.spool_failure.is_none()) {
            self.spool_failure = Some(Box::new(failure.clone()));
            self.outbox.push(Event::Failed(failure));
        }
        self.outbox.retain(|event| !matches!(event, Event::Progress(_) | Event::Blocked(_)));
        self.outbox.push(Event::Progress(progress(self.calls.len(), &mut self.sent, &mut self.received)));
        self.outbox.extend(self.blocked.iter().copied().map(Event::Blocked));
    }

    /// Sends the batch if there is room, or if it has grown past its bound.
    pub(super) fn offer(&mut self) {
        if self.unreported >= BACKLOG_CALLS {
            return self.send();
        }
        let events = self.take_outbox();
        match self.outlet.try_send(events) {
            Ok(()) => self.reported(),
            Err(events) => self.outbox = events,
        }
    }

    pub(super) fn send(&mut self) {
        let events = self.take_outbox();
        self.outlet.send(events);
        self.reported();
    }

    fn take_outbox(&mut self) -> Vec<Event> {
        self.outbox_usual = self.outbox.len();
        std::mem::take(&mut self.outbox)
    }

    fn reported(&mut self) {
        self.unreported = 0;
        self.sent.reported();
        self.received.reported();
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::bounded;

    use super::*;
    use crate::capture::{Clock, ConnectionId, Outcome, Place, SessionId, Way};
    use crate::net::Outlet;
    use crate::net::recorder::{End, Recorder};

    #[test]
    fn a_head_waits_for_the_age_of_its_batch_as_everything_does() {
        let (sender, reports) = bounded(9);
        let outlet = Outlet::new(SessionId(1), Place::Connection(ConnectionId(1)), sender, std::sync::Arc::new(|| {}));
        let clock = Clock::start();
        let recorder = Recorder::open(clock, outlet, End::Server, "t", None);
        // A clock that has run for longer than a batch may be old.
        assert!(reports.recv_timeout(End::Server.batch_age() * 2).is_err());
        let head = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n";
        recorder.transfer(Way::Received, clock.now(), 99, head, Outcome::Done, None).unwrap();
        assert!(reports.is_empty());
        recorder.flush();
        let events = reports.recv().unwrap().events;
        assert!(events.iter().any(|event| matches!(event, Event::Found { .. })), "{events:?}");
    }
}
