//! The batch of one connection: writes what is gathered, says how far it goes, and sends what has been found.

use std::io;

use super::{BACKLOG_CALLS, BATCH_CALLS, BATCH_FOUND, Inner};
use crate::capture::{DiskFull, DiskFullReason, Event, Failure, Moment, SpoolWriter, SystemError};
use crate::net::record::direction::{progress, spooling};
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
    pub(super) fn write_again(&mut self) -> Result<(), DiskFull> {
        match self.write() {
            Ok(()) => {
                self.keeping.settled();
                Ok(())
            }
            Err(error) => Err(DiskFull { why: DiskFullReason::Refused(SystemError::of(&error)), missing: 0 }),
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
        if self.unreported >= BACKLOG_CALLS || self.found_memory >= BATCH_FOUND {
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
        events.extend(self.blocked.iter().copied().map(Event::CallBlocked));
        events
    }

    fn reported(&mut self) {
        (self.unreported, self.refused_at) = (0, 0);
        self.found_memory = 0;
        self.sent.reported();
        self.received.reported();
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::{Receiver, bounded};

    use super::*;
    use crate::capture::{
        Call, CallKind, Clock, ConnectionId, Direction, Moment, Outcome, Report, SessionId, SocketId,
    };
    use crate::http::Span;
    use crate::net::record::direction::{transferred, weight};
    use crate::net::record::recorder::{End, Record, Recorder};
    use crate::net::record::report_sender::Reporter;

    /// A record whose reports wait in a channel with room for `room` of them.
    fn recorder(end: End, room: usize) -> (Recorder, Receiver<Report>) {
        let (sender, reports) = bounded(room);
        let place = SocketId::Connection(ConnectionId(1));
        let reporter = Reporter::new(SessionId(1), place, sender, std::sync::Arc::new(|| {}));
        (Record::begin(Clock::start(), reporter, end, "t", None).on(Worker::of_test()), reports)
    }

    fn receives(recorder: &Recorder, bytes: &[u8]) {
        recorder.transfer(Direction::Received, recorder.now(), bytes.len(), bytes, Outcome::Done, None).unwrap();
    }

    #[test]
    fn a_batch_goes_out_when_the_oldest_in_it_is_old_however_long_nothing_came_before() {
        let (recorder, reports) = recorder(End::Server, 9);
        let age = u64::try_from(End::Server.batch_age().as_nanos()).unwrap();
        let logs = |at: u64| {
            let mut inner = recorder.inner();
            let now = inner.returned(Moment(at));
            let call = Call { kind: CallKind::Send, begun: now, ..Call::default() };
            inner.log(&call, Span::default(), now, recorder.worker()).unwrap();
            reports.try_recv().is_ok()
        };
        let first = 1000 * age;
        assert_eq!([first, first + age - 1, first + age, first + age + 1].map(logs), [false, false, true, false]);
    }

    #[test]
    fn a_batch_holds_no_more_heads_than_take_so_much_memory_and_what_one_recv_brings() {
        let (recorder, reports) = recorder(End::Server, 1);
        let record = recorder.record().clone();
        drop(recorder);
        let request = format!("GET / HTTP/1.1\r\n{}\r\n", "a:\r\n".repeat(200));
        let heads = 1000;
        let writing = std::thread::Builder::new().name("writer".into()).spawn(move || {
            let recorder = record.on(Worker::of_test());
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
            let call = transferred(Direction::Sent, Moment(begun), ended, 0, 0, 0);
            inner.log(&call, Span::default(), ended, recorder.worker()).unwrap();
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

    #[test]
    fn a_full_channel_costs_no_look_at_each_call_and_loses_nothing() {
        const CALLS: u64 = 3 * BATCH_CALLS;
        let (recorder, reports) = recorder(End::Client, 1);
        recorder.flush();
        let mut offers = 0;
        for _ in 0..CALLS {
            receives(&recorder, b"x");
            let inner = recorder.inner();
            offers += u64::from(inner.refused_at == inner.unreported);
        }
        // One for each batch, and for each time that one became old.
        let aged = recorder.now().0 / u64::try_from(End::Client.batch_age().as_nanos()).unwrap();
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
