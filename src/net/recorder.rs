//! Writes down what one connection's threads do: the bytes first, then the call, then what was read in the bytes; and tells
//! the reader of the reports in batches.
//!
//! In scope: spools, call log, HTTP readers and the batch of one connection. Out of scope: sockets. A batch goes out when it
//! holds [`BATCH_CALLS`] calls or is [`BATCH_AGE`] old, and before a thread blocks. If the channel is full, the batch grows;
//! past [`BACKLOG_CALLS`] the worker waits, so that the peer feels it through TCP's own flow control.

use core::net::SocketAddr;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::lane::{Lane, progress, spooling, transferred, weight};
use super::outlet::Outlet;
use crate::capture::{
    Blocked, BodyFile, Call, CallKind, CallLogWriter, Clock, Ended, Event, Failure, Moment, Note, Opened, Operation,
    Outcome, SpoolWriter, TlsEvent, Way,
};
use crate::http::{Found, Framing, Head, Reader, StartLine, Unreadable};

/// A batch goes out when it holds so many calls,
pub const BATCH_CALLS: u64 = 4096;
/// or when its first call is so old.
pub const BATCH_AGE: Duration = Duration::from_millis(16);
/// With so many calls unreported the worker waits for room in the channel.
const BACKLOG_CALLS: u64 = 64 * BATCH_CALLS;

/// Whether our end speaks first (and so sends requests) or answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Requests go out, responses come in.
    Client,
    /// Requests come in, responses go out.
    Server,
}

/// The record of one connection; clones write to the same record.
#[derive(Clone)]
pub struct Recorder {
    clock: Clock,
    inner: Arc<Mutex<Inner>>,
}

/// What a thread learns from having recorded a transfer.
#[derive(Clone, Copy, Debug)]
pub struct Recorded {
    /// Whether something is recorded that has not been reported.
    pub unreported: bool,
    /// Whether a whole message has ended in the direction by now.
    pub message_ended: bool,
}

struct Inner {
    outlet: Outlet,
    end: End,
    calls: CallLogWriter,
    sent: Lane,
    received: Lane,
    /// Of a client: reads the requests before they are sent.
    ahead: Option<Reader>,
    notes: u32,
    /// Events that wait to go out with the next batch.
    outbox: Vec<Event>,
    found: Vec<Found>,
    /// Calls in progress that may block, at most one a kind.
    blocked: Vec<Blocked>,
    unreported: u64,
    oldest: Moment,
    /// Why bytes can't be kept, once that has been told; nothing more is received then.
    spool_failure: Option<Failure>,
}

impl Recorder {
    /// Begins a record and reports that thread `thread` is at work. If `body_file` is given, the body that is received goes
    /// into it.
    #[must_use]
    pub fn open(clock: Clock, outlet: Outlet, end: End, thread: &str, body_file: Option<BodyFile>) -> Self {
        let (calls, call_log) = CallLogWriter::new();
        let (sent, sent_spool) = SpoolWriter::temporary();
        let (received, received_spool) = body_file.map_or_else(SpoolWriter::temporary, SpoolWriter::with_body_in);
        let (requests, responses) = (Reader::requests(), Reader::responses());
        let (out, back) = match end {
            End::Client => (requests, responses),
            End::Server => (responses, requests),
        };
        let opened = Opened {
            at: clock.now(),
            thread: thread.to_owned(),
            calls: call_log,
            sent: sent_spool,
            received: received_spool,
        };
        let inner = Inner {
            outlet,
            end,
            calls,
            sent: Lane::new(sent, out),
            received: Lane::new(received, back),
            ahead: (end == End::Client).then(Reader::requests),
            notes: 0,
            outbox: vec![Event::Opened(Box::new(opened))],
            found: Vec::new(),
            blocked: Vec::new(),
            unreported: 0,
            oldest: Moment::default(),
            spool_failure: None,
        };
        let recorder = Self { clock, inner: Arc::new(Mutex::new(inner)) };
        recorder.flush();
        recorder
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// A panicking worker must not hide what it had recorded, so a poisoned lock is taken all the same.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a call that carried no bytes, with its note.
    ///
    /// # Errors
    /// A failure of the call log's file.
    pub fn call(&self, kind: CallKind, begun: Moment, asked: u32, outcome: Outcome, note: Note) -> Result<(), Failure> {
        let ended = self.now();
        let mut inner = self.inner();
        let note = inner.note(note);
        let took = ended.0.saturating_sub(begun.0);
        inner.log(&Call { kind, outcome, begun, took, asked, got: 0, offset: 0, note }, ended)
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

    /// Records a send or recv that carried `bytes`, which may be none.
    ///
    /// # Errors
    /// A failure of the spool or the log. The bytes are kept all the same.
    pub fn transfer(
        &self,
        way: Way,
        begun: Moment,
        asked: usize,
        bytes: &[u8],
        outcome: Outcome,
        note: Option<Note>,
    ) -> Result<Recorded, Failure> {
        let ended = self.now();
        let mut inner = self.inner();
        let note = note.map_or(0, |note| inner.note(note));
        let offset = inner.lane(way).crossed();
        let kept = inner.keep(way, bytes);
        let call = transferred(way, begun, ended, asked, bytes.len(), offset);
        inner.log_transfer(way, &Call { outcome, note, ..call }, ended, kept)
    }

    /// As [`Recorder::transfer`], of the bytes `wire` that crossed the socket under TLS and hold the bytes `plain`.
    ///
    /// # Errors
    /// As [`Recorder::transfer`].
    pub fn transfer_tls(
        &self,
        way: Way,
        begun: Moment,
        asked: usize,
        wire: &[u8],
        plain: &[u8],
    ) -> Result<Recorded, Failure> {
        let ended = self.now();
        let mut inner = self.inner();
        let offset = inner.lane(way).crossed();
        let under = inner.lane(way).append_under(wire).map_err(spooling);
        let kept = under.and(inner.keep(way, plain));
        let call = transferred(way, begun, ended, asked, wire.len(), offset);
        inner.lane(way).says(&call, ended, plain);
        inner.log_transfer(way, &call, ended, kept)
    }

    /// The handshake of TLS begins: from here on calls carry encrypted bytes.
    pub fn tls_begins(&self) {
        let at = self.now();
        let mut inner = self.inner();
        let (sent, sent_spool) = SpoolWriter::temporary();
        let (received, received_spool) = SpoolWriter::temporary();
        inner.sent.under = Some(sent);
        inner.received.under = Some(received);
        inner.outbox.push(Event::Tls(TlsEvent::Begun { at, sent: sent_spool, received: received_spool }));
    }

    /// A direction has ended: in order, or not.
    pub fn direction_ended(&self, way: Way, in_order: bool) {
        let mut inner = self.inner();
        let mut found = std::mem::take(&mut inner.found);
        let lane = inner.lane(way);
        if in_order {
            lane.reader.finish(&mut found);
        } else {
            lane.reader.cut(&mut found);
        }
        // What was found at the end is about bytes that are in the spool already, so a failure here has been reported before.
        let _ = inner.take_in(way, &mut found);
        inner.found = found;
    }

    /// Reports what there is and that a call is about to block.
    pub fn blocked(&self, kind: CallKind, asked: usize, since: Moment) {
        let mut inner = self.inner();
        inner.blocked.retain(|blocked| blocked.kind != kind);
        inner.blocked.push(Blocked { kind, asked: u32::try_from(asked).unwrap_or(u32::MAX), since });
        inner.prepare();
        inner.send();
    }

    /// Reports what there is, and waits for room in the channel if need be.
    pub fn flush(&self) {
        let mut inner = self.inner();
        inner.prepare();
        inner.send();
    }

    /// Adds an event to the next batch.
    pub fn tell(&self, event: Event) {
        self.inner().outbox.push(event);
    }

    /// The connection is there.
    pub fn connected(&self, local: SocketAddr, peer: SocketAddr) {
        self.tell(Event::Connected { local, peer });
    }

    /// Something failed that is no socket call, or whose call has been recorded.
    pub fn failed(&self, failure: Failure) {
        let mut inner = self.inner();
        if failure.operation != Operation::Spool {
            inner.outbox.push(Event::Failed(failure));
        } else if inner.spool_failure.is_none() {
            inner.spool_failure = Some(failure.clone());
            inner.outbox.push(Event::Failed(failure));
        }
    }

    /// Ends the record and reports it.
    pub fn ended(&self, how: Ended) {
        let at = self.now();
        let mut inner = self.inner();
        inner.prepare_last();
        inner.outbox.push(Event::Ended { at, how });
        inner.send();
    }
}

impl Inner {
    fn lane(&mut self, way: Way) -> &mut Lane {
        match way {
            Way::Sent => &mut self.sent,
            Way::Received => &mut self.received,
        }
    }

    fn note(&mut self, note: Note) -> u32 {
        if note == Note::default() {
            return 0;
        }
        self.outbox.push(Event::Note(note));
        self.notes += 1;
        self.notes
    }

    /// Appends the bytes to the spool and reads them.
    fn keep(&mut self, way: Way, bytes: &[u8]) -> Result<(), Failure> {
        if bytes.is_empty() {
            return Ok(());
        }
        let mut found = std::mem::take(&mut self.found);
        let lane = self.lane(way);
        let kept = lane.spool.append(bytes).map_err(spooling);
        lane.reader.push(bytes, &mut found);
        // What was found waits in the batch as calls do, and counts by the room that it takes.
        self.unreported += found.iter().map(weight).sum::<u64>();
        let taken = if found.is_empty() { Ok(()) } else { self.take_in(way, &mut found) };
        self.found = found;
        kept.and(taken)
    }

    fn take_in(&mut self, way: Way, found: &mut Vec<Found>) -> Result<(), Failure> {
        let mut kept = Ok(());
        for found in found.drain(..) {
            match &found {
                Found::Head { head, framing } => kept = kept.and(self.head_found(way, head, framing)),
                Found::Unreadable { why, .. } => {
                    self.lane(way).spool.no_body();
                    // A head without an end never becomes a message; who waits for one need not wait longer.
                    self.lane(way).message_ended |=
                        matches!(why, Unreadable::HeadTooLong | Unreadable::TooManyFields | Unreadable::TooManyInterim);
                }
                Found::End { .. } => self.lane(way).message_ended |= self.lane(way).final_head,
                Found::Surplus { .. } | Found::Violation(_) | Found::Mark(_) | Found::Trailers(_) => {}
            }
            self.outbox.push(Event::Found { way, found });
        }
        kept
    }

    fn head_found(&mut self, way: Way, head: &Head, framing: &Framing) -> Result<(), Failure> {
        match &head.start_line {
            StartLine::Request { method, .. } => {
                // A client's own requests have been announced.
                if self.end == End::Server {
                    self.sent.reader.expect(method);
                }
                Ok(())
            }
            StartLine::Response { status, .. } if *status < 200 && *status != 101 => Ok(()),
            StartLine::Response { .. } => {
                self.lane(way).final_head = true;
                let spool = &mut self.lane(way).spool;
                match framing {
                    Framing::None(_) => {
                        spool.no_body();
                        Ok(())
                    }
                    _ => spool.body_begins(head, *framing).map_err(spooling),
                }
            }
        }
    }

    /// Logs a send or recv of whose bytes `kept` says whether they could be kept. Called, it costs 40 instructions more than inlined.
    #[inline(always)]
    fn log_transfer(
        &mut self,
        way: Way,
        call: &Call,
        now: Moment,
        kept: Result<(), Failure>,
    ) -> Result<Recorded, Failure> {
        if call.got > 0 {
            self.lane(way).count(call, now);
        }
        let logged = self.log(call, now);
        kept.and(logged)?;
        if let Some(failure) = &self.spool_failure {
            return Err(failure.clone());
        }
        Ok(Recorded { unreported: self.unreported > 0, message_ended: self.lane(way).message_ended })
    }

    #[inline]
    fn log(&mut self, call: &Call, now: Moment) -> Result<(), Failure> {
        if self.unreported == 0 {
            self.oldest = now;
        }
        self.unreported += 1;
        self.blocked.retain(|blocked| blocked.kind != call.kind);
        let logged = self.calls.append(call).map_err(spooling);
        if self.unreported >= BATCH_CALLS || now.since(self.oldest) >= BATCH_AGE {
            self.prepare();
            self.offer();
        }
        logged
    }

    /// Makes everything readable, then says how far it goes.
    fn prepare(&mut self) {
        let spools = self.sent.spools().chain(self.received.spools()).map(SpoolWriter::flush);
        let kept = spools.fold(Ok(()), io::Result::and);
        let kept = kept.and(self.calls.flush());
        self.prepare_after(kept);
    }

    /// As `prepare`, when nothing more will come: every byte is in its file.
    fn prepare_last(&mut self) {
        let spools = self.sent.spools().chain(self.received.spools()).map(SpoolWriter::finish);
        let kept = spools.fold(Ok(()), io::Result::and);
        let kept = kept.and(self.calls.finish());
        self.prepare_after(kept);
    }

    fn prepare_after(&mut self, kept: io::Result<()>) {
        if let Some(error) = kept.err().filter(|_| self.spool_failure.is_none()) {
            let failure = spooling(error);
            self.spool_failure = Some(failure.clone());
            self.outbox.push(Event::Failed(failure));
        }
        self.outbox.retain(|event| !matches!(event, Event::Progress(_) | Event::Blocked(_)));
        self.outbox.push(Event::Progress(progress(self.calls.len(), &mut self.sent, &mut self.received)));
        self.outbox.extend(self.blocked.iter().copied().map(Event::Blocked));
    }

    /// Sends the batch if there is room, or if it has grown past its bound.
    fn offer(&mut self) {
        if self.unreported >= BACKLOG_CALLS {
            return self.send();
        }
        match self.outlet.try_send(std::mem::take(&mut self.outbox)) {
            Ok(()) => self.reported(),
            Err(events) => self.outbox = events,
        }
    }

    fn send(&mut self) {
        self.outlet.send(std::mem::take(&mut self.outbox));
        self.reported();
    }

    fn reported(&mut self) {
        self.unreported = 0;
        self.sent.reported();
        self.received.reported();
    }
}
