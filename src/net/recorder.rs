//! Writes down what one connection's threads do: the bytes first, then the call, then what was read in the bytes; and tells
//! the reader of the reports in batches.
//!
//! In scope: spools, call log, HTTP readers and the batch of one connection. Out of scope: sockets. A batch goes out when it
//! holds [`BATCH_CALLS`] calls or is some hundredths of a second old, and before a thread blocks. If the channel is full, the batch grows;
//! past [`BACKLOG_CALLS`], or [`BATCH_FOUND`], the worker waits, so that the peer feels it through TCP's own flow control.

use core::net::SocketAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use smallvec::SmallVec;

use super::journal::Journal;
use super::keeping::Keeping;
use super::lane::{Lane, transferred, weight};
use super::outlet::Outlet;
use super::pace::Pace;
use crate::capture::{
    Blocked, BodyFile, Call, CallKind, Clock, Disk, Ended, Event, Failure, Moment, Note, Opened, Operation, Outcome,
    Place, SessionId, SpoolWriter, TlsEvent, Way,
};
use crate::http::{Found, Reader, Span};

#[path = "recorder_batch.rs"]
mod batch;
#[path = "recorder_heard.rs"]
mod heard;
#[path = "recorder_turn.rs"]
mod turn;

/// A batch goes out when it holds so many calls,
pub const BATCH_CALLS: u64 = 4096;
/// or when what was found takes so many bytes of memory: calls are in the log, heads in the batch itself, and batches are many;
const BATCH_FOUND: usize = 16 * 1024;
/// or when its first call is so old.
pub const BATCH_AGE: Duration = Duration::from_millis(16);
/// With so many calls unreported the worker waits for room in the channel.
const BACKLOG_CALLS: u64 = 64 * BATCH_CALLS;

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

/// The record of one connection; clones write to the same record.
#[derive(Clone)]
pub struct Recorder {
    clock: Clock,
    disk: Disk,
    at: (SessionId, Place),
    pace: Pace,
    /// Whether bytes wait in memory since the system has refused to write them.
    is_refused: Arc<AtomicBool>,
    inner: Arc<Mutex<Inner>>,
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
    outlet: Outlet,
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
    found: Vec<Found>,
    /// What was read in the bytes received, for the responder that acts upon it.
    overheard: Option<Vec<Found>>,
    /// Calls in progress that may block, at most one a kind.
    blocked: SmallVec<[Blocked; 1]>,
    unreported: u64,
    /// Bytes of memory that what was found takes in the batch.
    found_memory: usize,
    oldest: Moment,
    /// When the call came back that was recorded last.
    newest: Moment,
    /// Why bytes can't be kept, once that has been told; nothing more is received then.
    spool_failure: Option<Box<Failure>>,
}

impl Recorder {
    /// Begins a record and reports that thread `thread` is at work. If `body_file` is given, the body that is received goes
    /// into it.
    #[must_use]
    pub fn open(clock: Clock, outlet: Outlet, end: End, thread: &str, body_file: Option<BodyFile>) -> Self {
        let (at, pace) = ((outlet.session, outlet.place), outlet.pace.clone());
        let (disk, keeping) = (outlet.disk.clone(), Keeping::new(outlet.disk.clone(), outlet.keep));
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
        let mut outbox = Vec::with_capacity(8);
        outbox.push(Event::Opened(Box::new(opened)));
        let inner = Inner {
            outlet,
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
            found_memory: 0,
            oldest: Moment::default(),
            newest: Moment::default(),
            spool_failure: None,
        };
        let recorder = Self { clock, disk, at, pace, is_refused, inner: Arc::new(Mutex::new(inner)) };
        // What a server's connection begins with goes out with its first batch: it may be over before that is due.
        if end == End::Client {
            recorder.flush();
        }
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
        let ended = inner.returned(ended);
        let note = inner.note(note);
        let took = ended.0.saturating_sub(begun.0);
        inner.log(&Call { kind, outcome, begun, took, asked, got: 0, offset: 0, note }, Span::default(), ended)
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
        let ended = inner.returned(ended);
        let note = note.map_or(0, |note| inner.note(note));
        let offset = inner.lane(way).crossed();
        let kept = inner.keep(way, bytes);
        let call = transferred(way, begun, ended, asked, bytes.len(), offset);
        inner.log_transfer(way, &Call { outcome, note, ..call }, Span::default(), ended, kept)
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
        let ended = inner.returned(ended);
        let offset = inner.lane(way).crossed();
        let under = inner.lane(way).append_under(wire);
        let under = inner.keeping.took(under);
        let held = inner.lane(way).spool.came();
        let kept = under.and(inner.keep(way, plain));
        let call = transferred(way, begun, ended, asked, wire.len(), offset);
        let carried = Span::new(held, held + plain.len() as u64);
        inner.lane(way).says(&call, ended, plain);
        inner.log_transfer(way, &call, carried, ended, kept)
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
        inner.rest();
    }

    /// Reports what there is, and that no call of this kind is in progress, though none has returned.
    pub fn not_blocked(&self, kind: CallKind) {
        self.inner().blocked.retain(|blocked| blocked.kind != kind);
        self.flush();
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
            inner.spool_failure = Some(Box::new(failure.clone()));
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
        if note == Note::default() || self.notes >= NOTES_MAX {
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
        if way == Way::Received
            && let Some(overheard) = &mut self.overheard
        {
            // Who has not asked for it will not.
            overheard.clear();
        }
        let mut found = std::mem::take(&mut self.found);
        let lane = self.lane(way);
        let kept = lane.spool.append(bytes);
        lane.reader.push(bytes, &mut found);
        let kept = self.keeping.took(kept);
        self.found_memory += found.iter().map(weight).sum::<usize>();
        let taken = if found.is_empty() { Ok(()) } else { self.take_in(way, &mut found) };
        self.found = found;
        kept.and(taken)
    }

    fn take_in(&mut self, way: Way, found: &mut Vec<Found>) -> Result<(), Failure> {
        let mut kept = Ok(());
        if self.outbox.is_empty() {
            self.outbox.reserve(self.outbox_usual);
        }
        for found in found.drain(..) {
            // A client's own requests have been announced.
            if self.end == End::Server
                && let Found::Head { head, .. } = &found
                && let Some(method) = head.method()
            {
                self.sent.reader.expect(method);
            }
            if way == Way::Received
                && let Some(overheard) = &mut self.overheard
            {
                overheard.push(found.clone());
            }
            let taken = self.lane(way).take_in(&found);
            kept = kept.and(self.keeping.took(taken));
            self.outbox.push(Event::Found { way, found });
        }
        kept
    }

    /// Logs a send or recv of whose bytes `kept` says whether they could be kept; under TLS it carried the bytes `plain`. Called, it
    /// costs 40 instructions more than inlined.
    #[inline(always)]
    fn log_transfer(
        &mut self,
        way: Way,
        call: &Call,
        plain: Span,
        now: Moment,
        kept: Result<(), Failure>,
    ) -> Result<Recorded, Failure> {
        if call.got > 0 {
            self.lane(way).count(call, now);
        }
        let logged = self.log(call, plain, now);
        kept.and(logged)?;
        if let Some(failure) = &self.spool_failure {
            return Err((**failure).clone());
        }
        let unreported = self.unreported > 0;
        let Lane { message_ended, foreign, .. } = *self.lane(way);
        Ok(Recorded { unreported, message_ended, foreign })
    }
}
