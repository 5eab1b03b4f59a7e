//! The batch of one connection: writes what is gathered, says how far it goes, and sends what has been found.

use std::io;

use super::{BACKLOG_CALLS, BATCH_CALLS, BATCH_FOUND, Inner};
use crate::capture::{Call, Event, Failure, Moment, NoRoom, SpoolWriter, SystemError, WhyNoRoom};
use crate::http::Span;
use crate::net::lane::{progress, spooling};

impl Inner {
    /// When a call came back that saw the clock at `now`: in the log calls stand in the order in which they came back, and of two threads
    /// the one that looked at the clock first may be the second to get here. To be said before anything is put into the batch: how old
    /// the oldest in it is says when it goes out.
    #[inline]
    pub(super) fn returned(&mut self, now: Moment) -> Moment {
        self.newest = self.newest.max(now);
        if self.unreported == 0 {
            self.oldest = self.newest;
        }
        self.newest
    }

    #[inline]
    pub(super) fn log(&mut self, call: &Call, plain: Span, now: Moment) -> Result<(), Failure> {
        self.unreported += 1;
        self.blocked.retain(|blocked| blocked.kind != call.kind);
        let logged = self.calls.append(call, plain);
        let logged = self.keeping.took(logged);
        if self.unreported >= BATCH_CALLS
            || self.found_memory >= BATCH_FOUND
            || now.since(self.oldest) >= self.end.batch_age()
        {
            self.prepare();
            self.offer();
        }
        logged
    }

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
        if self.unreported >= BACKLOG_CALLS || self.found_memory >= BATCH_FOUND {
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
        self.found_memory = 0;
        self.sent.reported();
        self.received.reported();
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::{Receiver, bounded};

    use super::*;
    use crate::capture::{Call, CallKind, Clock, ConnectionId, Moment, Outcome, Place, Report, SessionId, Way};
    use crate::net::Outlet;
    use crate::net::lane::{transferred, weight};
    use crate::net::recorder::{End, Recorder};

    /// A record whose reports wait in a channel with room for `room` of them.
    fn recorder(end: End, room: usize) -> (Recorder, Receiver<Report>) {
        let (sender, reports) = bounded(room);
        let outlet = Outlet::new(SessionId(1), Place::Connection(ConnectionId(1)), sender, std::sync::Arc::new(|| {}));
        (Recorder::open(Clock::start(), outlet, end, "t", None), reports)
    }

    fn receives(recorder: &Recorder, bytes: &[u8]) {
        recorder.transfer(Way::Received, recorder.now(), bytes.len(), bytes, Outcome::Done, None).unwrap();
    }

    #[test]
    fn a_batch_goes_out_when_the_oldest_in_it_is_old_however_long_nothing_came_before() {
        let (recorder, reports) = recorder(End::Server, 9);
        let age = u64::try_from(End::Server.batch_age().as_nanos()).unwrap();
        let logs = |at: u64| {
            let mut inner = recorder.inner();
            let now = inner.returned(Moment(at));
            inner.log(&Call { kind: CallKind::Send, begun: now, ..Call::default() }, Span::default(), now).unwrap();
            reports.try_recv().is_ok()
        };
        let first = 1000 * age;
        assert_eq!([first, first + age - 1, first + age, first + age + 1].map(logs), [false, false, true, false]);
    }

    #[test]
    fn a_batch_holds_no_more_heads_than_take_so_much_memory_and_what_one_recv_brings() {
        let (recorder, reports) = recorder(End::Server, 1);
        let request = format!("GET / HTTP/1.1\r\n{}\r\n", "a:\r\n".repeat(200));
        let heads = 1000;
        let writing = std::thread::Builder::new().name("writer".into()).spawn(move || {
            (0..heads).for_each(|_| receives(&recorder, request.as_bytes()));
            recorder.flush();
        });
        let memory = |report: &Report| {
            let found = report.events.iter().filter_map(|event| match event {
                Event::Found { found, .. } => Some(weight(found)),
                _ => None,
            });
            found.sum::<usize>()
        };
        let memory = reports.iter().map(|report| memory(&report)).collect::<Vec<_>>();
        writing.unwrap().join().unwrap();
        let each = memory.iter().sum::<usize>() / heads;
        assert!(each > 4000 && memory.iter().all(|memory| *memory <= BATCH_FOUND + each), "{each} {memory:?}");
    }

    #[test]
    fn what_nobody_asked_for_does_not_wait() {
        let (recorder, _reports) = recorder(End::Server, 9);
        recorder.listen_in();
        let heads = |count: usize| "GET / HTTP/1.1\r\n\r\n".repeat(count);
        receives(&recorder, heads(100).as_bytes());
        receives(&recorder, heads(1).as_bytes());
        let mut found = Vec::new();
        recorder.overheard(&mut found);
        assert_eq!(found.len(), 2, "a head and an end: {found:?}");
    }

    #[test]
    fn calls_stand_in_the_order_in_which_they_came_back_though_threads_overtake_each_other() {
        let (recorder, reports) = recorder(End::Client, 9);
        for (begun, seen) in [(1, 5), (2, 3), (4, 9), (8, 8), (0, 10)] {
            let mut inner = recorder.inner();
            let ended = inner.returned(Moment(seen));
            inner.log(&transferred(Way::Sent, Moment(begun), ended, 0, 0, 0), Span::default(), ended).unwrap();
        }
        recorder.flush();
        let opened = reports.recv().unwrap().events.into_iter().find_map(|event| match event {
            Event::Opened(opened) => Some(opened),
            _ => None,
        });
        let calls = opened.unwrap().calls.range(0, 9).unwrap();
        let moments = calls.iter().map(|call| (call.begun.0, call.ended().0)).collect::<Vec<_>>();
        assert_eq!(moments, [(1, 5), (2, 5), (4, 9), (8, 9), (0, 10)]);
    }
}
