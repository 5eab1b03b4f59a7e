//! The batch of one connection: writes what is gathered, says how far it goes, and sends what has been found.

use std::io;

use super::{BACKLOG_CALLS, BATCH_CALLS, Inner};
use crate::capture::{Event, Failure, Moment, NoRoom, SpoolWriter, SystemError, WhyNoRoom};
use crate::net::lane::{progress, spooling};
use crate::net::worker::Worker;

impl Inner {
    /// Makes everything readable.
    fn prepare(&mut self) {
        let kept = self.write();
        let kept = self.keeping.took(kept);
        self.take_failure(kept);
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
        self.take_failure(kept);
    }

    fn take_failure(&mut self, kept: Result<(), Failure>) {
        if let Some(failure) = kept.err().filter(|_| self.spool_failure.is_none()) {
            self.spool_failure = Some(Box::new(failure.clone()));
            self.outbox.push(Event::Failed(failure));
        }
    }

    /// Sends the batch if it is due and there is room, or if it has grown past its bound. A batch that found no room is offered again when
    /// it has grown by as much as makes a batch due: to look anew after each call would cost more the fuller the channel is.
    pub(super) fn offer_if_due(&mut self, now: Moment, worker: Worker) {
        if self.unreported >= BACKLOG_CALLS {
            return self.send(worker);
        }
        if self.unreported < self.refused_at + BATCH_CALLS && now.since(self.oldest) < self.end.batch_age() {
            return;
        }
        self.prepare();
        let (found, events) = (self.outbox.len(), self.take_outbox());
        match self.reporter.try_send(events) {
            Ok(()) => self.reported(),
            Err(mut events) => {
                events.truncate(found);
                self.outbox = events;
                (self.refused_at, self.oldest) = (self.unreported, now);
            }
        }
    }

    /// Sends the batch; waits for room in the channel if need be.
    pub(super) fn send(&mut self, worker: Worker) {
        self.prepare();
        self.send_prepared(None, worker);
    }

    /// Sends what has been made readable, and `last` after it.
    pub(super) fn send_prepared(&mut self, last: Option<Event>, worker: Worker) {
        let mut events = self.take_outbox();
        events.extend(last);
        self.reporter.send(events, worker);
        self.reported();
    }

    /// What has been found, how far everything goes, and what blocks.
    fn take_outbox(&mut self) -> Vec<Event> {
        self.outbox_usual = self.outbox.len();
        let mut events = std::mem::take(&mut self.outbox);
        events.push(Event::Progress(progress(self.calls.len(), &mut self.sent, &mut self.received)));
        events.extend(self.blocked.iter().copied().map(Event::Blocked));
        events
    }

    fn reported(&mut self) {
        (self.unreported, self.refused_at) = (0, 0);
        self.sent.reported();
        self.received.reported();
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::bounded;

    use super::*;
    use crate::capture::{Clock, ConnectionId, Outcome, Place, SessionId, Way};
    use crate::net::recorder::{End, Record};
    use crate::net::reporter::Reporter;

    #[test]
    fn a_head_waits_for_the_age_of_its_batch_as_everything_does() {
        let (sender, reports) = bounded(9);
        let reporter =
            Reporter::new(SessionId(1), Place::Connection(ConnectionId(1)), sender, std::sync::Arc::new(|| {}));
        let clock = Clock::start();
        let recorder = Record::begin(clock, reporter, End::Server, "t", None).on(Worker::of_test());
        // A clock that has run for longer than a batch may be old.
        while clock.now() < Moment(2 * End::Server.batch_age().as_nanos() as u64) {
            std::thread::yield_now();
        }
        let head = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n";
        recorder.transfer(Way::Received, clock.now(), 99, head, Outcome::Done, None).unwrap();
        assert!(reports.is_empty());
        recorder.flush();
        let events = reports.recv().unwrap().events;
        assert!(events.iter().any(|event| matches!(event, Event::Found { .. })), "{events:?}");
    }

    #[test]
    fn a_full_channel_costs_no_look_at_each_call_and_loses_nothing() {
        const CALLS: u64 = 3 * BATCH_CALLS;
        let (sender, reports) = bounded(1);
        let reporter =
            Reporter::new(SessionId(1), Place::Connection(ConnectionId(1)), sender, std::sync::Arc::new(|| {}));
        let clock = Clock::start();
        let recorder = Record::begin(clock, reporter, End::Client, "t", None).on(Worker::of_test());
        recorder.flush();
        let mut offers = 0;
        for _ in 0..CALLS {
            recorder.transfer(Way::Received, clock.now(), 9, b"x", Outcome::Done, None).unwrap();
            let inner = recorder.inner();
            offers += u64::from(inner.refused_at == inner.unreported);
        }
        // One for each batch, and for each time that one became old.
        let aged = clock.now().0 / u64::try_from(End::Client.batch_age().as_nanos()).unwrap();
        assert!(offers <= CALLS / BATCH_CALLS + aged + 1, "{offers} looks, {aged} of age");
        let of_begin = reports.recv().unwrap();
        assert!(matches!(of_begin.events.first(), Some(Event::Opened(_))));
        recorder.flush();
        let events = reports.recv().unwrap().events;
        let progress =
            events.iter().filter_map(|event| if let Event::Progress(now) = event { Some(now) } else { None });
        assert_eq!(progress.map(|now| (now.calls, now.received)).collect::<Vec<_>>(), [(CALLS, CALLS)]);
    }
}
