//! Writes down what one connection's threads do: the bytes first, then the call, then what was read in the bytes; and tells
//! the reader of the reports in batches.
//!
//! In scope: spools, call log, HTTP readers and the batch of one connection. Out of scope: sockets. A batch goes out when it
//! holds [`BATCH_CALLS`] calls or is some hundredths of a second old, and before a thread blocks. If the channel is full, the batch grows;
//! past [`BACKLOG_CALLS`], or [`BATCH_FOUND`], the worker waits, so that the peer feels it through TCP's own flow control. A [`Record`] may be
//! held anywhere; to write into it takes a [`Recorder`], which only a worker's thread can have.

use core::net::SocketAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use smallvec::SmallVec;

use super::call_journal::Journal;
use super::direction::{Lane, transferred};
use super::pace::Pace;
use super::report_sender::Reporter;
use super::retention::Keeping;
use crate::capture::{
    BodyFile, Call, CallKind, Clock, Direction, DiskQuota, Ended, Event, Failure, Moment, Note, Opened, Operation,
    Outcome, PendingCall, SessionId, SocketId, SpoolWriter, TlsEvent,
};
use crate::http::{ParseEvent, Reader, Span};
use crate::net::worker::Worker;

mod batch;
mod heard;
mod keep;
mod turn;

/// A batch goes out when it holds so many calls,
pub const BATCH_CALLS: u64 = 4096;
/// or when what was found takes so many bytes of memory: calls are in the log, heads in the batch itself, and batches are many;
const BATCH_FOUND: usize = 16 * 1024;
/// or when its first call is so old.
pub const BATCH_AGE: Duration = Duration::from_millis(16);
/// With so many calls unreported the worker waits for room in the channel.
const BACKLOG_CALLS: u64 = 64 * BATCH_CALLS;

/// A connection with one request and one reply has no more events than this.
const EVENTS_USUAL: usize = 12;

/// So many calls have a note, which takes memory; later ones have none.
const NOTES_MAX: u32 = 100_000;

/// Whether our end speaks first (and so sends requests) or answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Requests go out, responses come in.
    Client,
    /// Requests come in, responses go out.
    Server,
}

impl End {
    /// How old a batch may become. The many connections of a server together would otherwise report more often than anyone can look.
    const fn batch_age(self) -> Duration {
        match self {
            Self::Client => BATCH_AGE,
            Self::Server => Duration::from_millis(48),
        }
    }
}

/// The record of one connection; clones are the same one.
#[derive(Clone)]
pub struct Record {
    clock: Clock,
    disk: DiskQuota,
    at: (SessionId, SocketId),
    pace: Pace,
    /// Whether bytes wait in memory since the system has refused to write them.
    is_refused: Arc<AtomicBool>,
    inner: Arc<Mutex<Inner>>,
}

/// Writes into a [`Record`] on a worker's thread. It may wait for room in the channel of the reports.
#[derive(Clone)]
pub struct Recorder {
    record: Record,
    worker: Worker,
}

/// What a thread learns from having recorded a transfer.
#[derive(Clone, Copy, Debug)]
pub struct Recorded {
    /// Whether something is recorded that has not been reported.
    pub unreported: bool,
    /// Whether a whole message has ended in the direction by now, or it is known that none will.
    pub message_ended: bool,
    /// Whether the bytes of the direction are no HTTP.
    pub foreign: bool,
}

struct Inner {
    reporter: Reporter,
    end: End,
    keeping: Keeping,
    calls: Journal,
    sent: Lane,
    received: Lane,
    /// Of a client: reads the requests before they are sent.
    ahead: Option<Box<Reader>>,
    notes: u32,
    /// Events that wait to go out with the next batch.
    outbox: Vec<Event>,
    /// Room is made for so many: as many as went out the last time.
    outbox_usual: usize,
    found: Vec<ParseEvent>,
    /// What was read in the bytes received, for the responder that acts upon it.
    overheard: Option<Vec<ParseEvent>>,
    /// Calls in progress that may block, at most one a kind.
    blocked: SmallVec<[PendingCall; 1]>,
    unreported: u64,
    /// How many of them there were when they last found no room in the channel.
    refused_at: u64,
    /// Bytes of memory that what was found takes in the batch.
    found_memory: usize,
    oldest: Moment,
    /// When the call came back that was recorded last.
    newest: Moment,
    /// Why bytes can't be kept, once that has been told; nothing more is received then.
    spool_failure: Option<Box<Failure>>,
}

impl Record {
    /// Begins a record of what thread `thread` does; its first report says so. If `body_file` is given, the body that is received goes
    /// into it.
    #[must_use]
    pub fn begin(clock: Clock, reporter: Reporter, end: End, thread: &str, body_file: Option<BodyFile>) -> Self {
        let (at, pace) = ((reporter.session, reporter.socket), reporter.pace.clone());
        let (disk, keeping) = (reporter.disk.clone(), Keeping::new(reporter.disk.clone(), reporter.keep));
        let (calls, call_log) = Journal::new(&keeping);
        let (sent, sent_spool) = keeping.spool();
        let of_file = |file| SpoolWriter::with_body_in(file, &disk);
        let (received, received_spool) = body_file.map_or_else(|| keeping.spool(), of_file);
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
        let is_refused = keeping.is_refused();
        let mut outbox = Vec::with_capacity(EVENTS_USUAL);
        outbox.push(Event::Opened(Box::new(opened)));
        let inner = Inner {
            reporter,
            end,
            keeping,
            calls,
            sent: Lane::new(sent, out),
            received: Lane::new(received, back),
            ahead: (end == End::Client).then(|| Box::new(Reader::requests())),
            notes: 0,
            outbox,
            outbox_usual: 0,
            found: Vec::new(),
            overheard: None,
            blocked: SmallVec::new(),
            unreported: 0,
            refused_at: 0,
            found_memory: 0,
            oldest: Moment::default(),
            newest: Moment::default(),
            spool_failure: None,
        };
        Self { clock, disk, at, pace, is_refused, inner: Arc::new(Mutex::new(inner)) }
    }

    /// What writes into it on the thread of `worker`.
    #[must_use]
    pub fn on(self, worker: Worker) -> Recorder {
        Recorder { record: self, worker }
    }
}

impl Recorder {
    /// The record.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The right to block of the thread that it is on.
    #[must_use]
    pub fn worker(&self) -> Worker {
        self.worker
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.record.clock.now()
    }

    /// A panicking worker must not hide what it had recorded, so a poisoned lock is taken all the same.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.record.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a call that carried no bytes, with its note.
    ///
    /// # Errors
    /// A failure of the call log's file.
    pub fn call(&self, kind: CallKind, begun: Moment, asked: u32, outcome: Outcome, note: Note) -> Result<(), Failure> {
        let ended = self.now();
        let mut inner = self.inner();
        let ended = inner.returned(ended);
        let note = inner.note(note);
        let took = ended.0.saturating_sub(begun.0);
        let call = Call { kind, outcome, begun, took, asked, got: 0, offset: 0, note };
        inner.log(&call, Span::default(), ended, self.worker)
    }

    /// Records a send or recv that carried `bytes`, which may be none.
    ///
    /// # Errors
    /// A failure of the spool or the log. The bytes are kept all the same.
    pub fn transfer(
        &self,
        direction: Direction,
        begun: Moment,
        asked: usize,
        bytes: &[u8],
        outcome: Outcome,
        note: Option<Note>,
    ) -> Result<Recorded, Failure> {
        let ended = self.now();
        let mut inner = self.inner();
        let ended = inner.returned(ended);
        let note = note.map_or(0, |note| inner.note(note));
        let offset = inner.lane(direction).crossed();
        let kept = inner.keep(direction, bytes);
        let call = transferred(direction, begun, ended, asked, bytes.len(), offset);
        inner.log_transfer(direction, &Call { outcome, note, ..call }, Span::default(), (ended, self.worker), kept)
    }

    /// As [`Recorder::transfer`], of the bytes `wire` that crossed the socket under TLS and hold the bytes `plain`.
    ///
    /// # Errors
    /// As [`Recorder::transfer`].
    pub fn transfer_tls(
        &self,
        direction: Direction,
        begun: Moment,
        asked: usize,
        wire: &[u8],
        plain: &[u8],
    ) -> Result<Recorded, Failure> {
        let ended = self.now();
        let mut inner = self.inner();
        let ended = inner.returned(ended);
        let offset = inner.lane(direction).crossed();
        let under = inner.lane(direction).append_under(wire);
        let under = inner.keeping.took(under);
        let held = inner.lane(direction).spool.appended();
        let kept = under.and(inner.keep(direction, plain));
        let call = transferred(direction, begun, ended, asked, wire.len(), offset);
        let carried = Span::new(held, held + plain.len() as u64);
        inner.lane(direction).says(&call, ended, plain);
        inner.log_transfer(direction, &call, carried, (ended, self.worker), kept)
    }

    /// The handshake of TLS begins: from here on calls carry encrypted bytes.
    pub fn tls_begins(&self) {
        let at = self.now();
        let mut inner = self.inner();
        let (sent, sent_spool) = inner.keeping.spool();
        let (received, received_spool) = inner.keeping.spool();
        inner.sent.lies_on(sent);
        inner.received.lies_on(received);
        let plain_calls = {
            let inner = &mut *inner;
            inner.calls.tell_apart(&inner.keeping)
        };
        let begun = TlsEvent::Begun { at, sent: sent_spool, received: received_spool, plain_calls };
        inner.outbox.push(Event::Tls(begun));
    }

    /// A direction has ended: in order, or not.
    pub fn direction_ended(&self, direction: Direction, in_order: bool) {
        let mut inner = self.inner();
        let mut found = std::mem::take(&mut inner.found);
        let lane = inner.lane(direction);
        if in_order {
            lane.reader.finish(&mut found);
        } else {
            lane.reader.cut(&mut found);
        }
        // What was found at the end is about bytes that are in the spool already, so a failure here has been reported before.
        let _ = inner.take_in(direction, &mut found);
        inner.found = found;
    }

    /// Reports what there is and that a call is about to block.
    pub fn blocked(&self, kind: CallKind, asked: usize, since: Moment) {
        let mut inner = self.inner();
        inner.blocked.retain(|blocked| blocked.kind != kind);
        inner.blocked.push(PendingCall { kind, asked: u32::try_from(asked).unwrap_or(u32::MAX), since });
        inner.send(self.worker);
        inner.rest();
    }

    /// Reports what there is, and that no call of this kind is in progress, though none has returned.
    pub fn not_blocked(&self, kind: CallKind) {
        self.inner().blocked.retain(|blocked| blocked.kind != kind);
        self.flush();
    }

    /// Reports what there is, and waits for room in the channel if need be.
    pub fn flush(&self) {
        self.inner().send(self.worker);
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
        if !matches!(failure.operation, Operation::Spool | Operation::Save) {
            inner.outbox.push(Event::Failed(failure));
        } else if inner.spool_failure.is_none() {
            inner.spool_failure = Some(Box::new(failure.clone()));
            inner.outbox.push(Event::Failed(failure));
        }
    }

    /// Ends the record and reports it.
    pub fn ended(&self, how: Ended) {
        let at = self.now();
        let mut inner = self.inner();
        inner.prepare_last();
        inner.send_prepared(Some(Event::Ended { at, how }), self.worker);
    }
}
