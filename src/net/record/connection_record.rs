//! What is written down of one connection: the bytes first, then the call, then what was read in the bytes.
//!
//! In scope: the two directions, the call log, the notes, what the readers tell each other, and the batch that reports all of it. Nothing is
//! reported before it can be read. Out of scope: locks and clocks ([`Recorder`](super::Recorder)).

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::batch::{BATCH_AGE, Batch, Due};
use super::call_journal::CallJournal;
use super::direction_recorder::{DirectionRecorder, progress, weight};
use super::report_sender::ReportSender;
use super::retention::{Retention, spool_failure};
use crate::capture::{
    BodyFile, Call, CallKind, Direction, DiskFull, DiskFullReason, Event, Failure, Moment, Note, Opened, Operation,
    PendingCall, Progress, SpoolWriter, SystemError, TlsEvent,
};
use crate::http::{ParseEvent, Reader, Span, StartLine};
use crate::net::worker::Worker;

/// The number of calls that have a note, which takes memory; later calls have none.
const NOTES_MAX: u32 = 100_000;

/// Whether our end speaks first (and so sends requests) or answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionRole {
    /// Requests go out, responses come in.
    Client,
    /// Requests come in, responses go out.
    Server,
}

impl ConnectionRole {
    /// How old a batch may become. The many connections of a server together would otherwise report more often than anyone can look.
    const fn batch_age(self) -> Duration {
        match self {
            Self::Client => BATCH_AGE,
            Self::Server => Duration::from_millis(48),
        }
    }
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

/// The record. A function does what that of [`Recorder`](super::Recorder) does that has the same name; what it fails with is a failure of the
/// spool's file, or of the call log's.
pub struct ConnectionRecord {
    role: ConnectionRole,
    retention: Retention,
    calls: CallJournal,
    sent: DirectionRecorder,
    received: DirectionRecorder,
    /// Of a client: reads the requests before they are sent.
    request_reader: Option<Box<Reader>>,
    notes: u32,
    batch: Batch,
    /// What is read in the bytes of one call; kept for its memory.
    parsed: Vec<ParseEvent>,
    /// What was read in the bytes received last, for the responder that acts upon it.
    subscribed: Option<Vec<ParseEvent>>,
    /// When the call came back that was recorded last.
    newest: Moment,
    /// Why bytes can't be kept, once that has been told; nothing more is received then.
    spool_failure: Option<Box<Failure>>,
}

impl ConnectionRecord {
    /// The record of a thread called `thread` that begins at `at`; its first report says so. If `body_file` is given, the body that is
    /// received goes into it.
    pub fn new(
        at: Moment,
        sender: ReportSender,
        role: ConnectionRole,
        thread: &str,
        body_file: Option<BodyFile>,
    ) -> Self {
        let disk = sender.disk.clone();
        let retention = Retention::new(disk.clone(), sender.keep);
        let (calls, call_log) = CallJournal::new(&retention);
        let (sent, sent_spool) = retention.spool();
        let (received, received_spool) =
            body_file.map_or_else(|| retention.spool(), |file| SpoolWriter::with_body_in(file, &disk));
        let (requests, responses) = (Reader::requests(), Reader::responses());
        let (out, back) = match role {
            ConnectionRole::Client => (requests, responses),
            ConnectionRole::Server => (responses, requests),
        };
        let thread = thread.to_owned();
        let opened = Opened { at, thread, calls: call_log, sent: sent_spool, received: received_spool };
        Self {
            role,
            retention,
            calls,
            sent: DirectionRecorder::new(sent, out),
            received: DirectionRecorder::new(received, back),
            request_reader: (role == ConnectionRole::Client).then(|| Box::new(Reader::requests())),
            notes: 0,
            batch: Batch::new(sender, role.batch_age(), Event::Opened(Box::new(opened))),
            parsed: Vec::new(),
            subscribed: None,
            newest: Moment::default(),
            spool_failure: None,
        }
    }

    /// Whether bytes wait in memory since the system has refused to write them; to be asked without a lock.
    pub fn is_refused(&self) -> Arc<AtomicBool> {
        self.retention.is_refused()
    }

    fn recorder_of(&mut self, direction: Direction) -> &mut DirectionRecorder {
        match direction {
            Direction::Sent => &mut self.sent,
            Direction::Received => &mut self.received,
        }
    }

    pub fn tell(&mut self, event: Event) {
        self.batch.push(event);
    }

    /// When a call came back that saw the clock at `now`: in the log calls stand in the order in which they came back, and of two threads
    /// the one that looked at the clock first may be the second to get here. To be said before anything of the call is recorded.
    #[inline]
    pub fn returned(&mut self, now: Moment) -> Moment {
        self.newest = self.newest.max(now);
        self.batch.begin_if_empty(self.newest);
        self.newest
    }

    /// The number of a call's note; 0 if it has none.
    pub fn note(&mut self, note: Note) -> u32 {
        if note == Note::default() || self.notes >= NOTES_MAX {
            return 0;
        }
        self.batch.push(Event::Note(note));
        self.notes += 1;
        self.notes
    }

    /// Records a call that carried no bytes and came back at `now`.
    pub fn call(&mut self, call: &Call, now: Moment, worker: Worker) -> Result<(), Failure> {
        self.log(call, Span::default(), now, worker)
    }

    /// Records a send or recv that carried `bytes`, which may be none, and came back at `now`. The offset of `call` is found here.
    #[inline]
    pub fn transfer(
        &mut self,
        direction: Direction,
        call: Call,
        bytes: &[u8],
        (now, worker): (Moment, Worker),
    ) -> Result<Recorded, Failure> {
        let offset = self.recorder_of(direction).crossed();
        let kept = self.keep(direction, bytes);
        self.log_transfer(direction, &Call { offset, ..call }, Span::default(), (now, worker), kept)
    }

    /// As [`ConnectionRecord::transfer`], of the bytes `wire` that crossed the socket under TLS and hold the bytes `plain`.
    pub fn transfer_tls(
        &mut self,
        direction: Direction,
        call: Call,
        (wire, plain): (&[u8], &[u8]),
        (now, worker): (Moment, Worker),
    ) -> Result<Recorded, Failure> {
        let recorder = self.recorder_of(direction);
        let call = Call { offset: recorder.crossed(), ..call };
        let begin = recorder.spool.appended();
        let under = recorder.append_encrypted(wire);
        recorder.count_plaintext(&call, now, plain);
        let under = self.retention.absorb_disk_full(under);
        let kept = under.and(self.keep(direction, plain));
        let carried = Span::new(begin, begin + plain.len() as u64);
        self.log_transfer(direction, &call, carried, (now, worker), kept)
    }

    /// Appends bytes to the spool and reads them.
    fn keep(&mut self, direction: Direction, bytes: &[u8]) -> Result<(), Failure> {
        if bytes.is_empty() {
            return Ok(());
        }
        if direction == Direction::Received
            && let Some(subscribed) = &mut self.subscribed
        {
            // What was read before and has not been taken is not asked for any more.
            subscribed.clear();
        }
        let mut parsed = std::mem::take(&mut self.parsed);
        let recorder = self.recorder_of(direction);
        let kept = recorder.spool.append(bytes);
        recorder.reader.push(bytes, &mut parsed);
        let kept = self.retention.absorb_disk_full(kept);
        let taken = if parsed.is_empty() { Ok(()) } else { self.take_in(direction, &mut parsed) };
        self.parsed = parsed;
        kept.and(taken)
    }

    /// Takes in what was read in the bytes of a direction.
    fn take_in(&mut self, direction: Direction, parsed: &mut Vec<ParseEvent>) -> Result<(), Failure> {
        let mut kept = Ok(());
        for found in parsed.drain(..) {
            // A client's own requests have been announced.
            if self.role == ConnectionRole::Server
                && let ParseEvent::Head { head, .. } = &found
                && let Some(method) = head.method()
            {
                self.sent.reader.expect(method);
            }
            if direction == Direction::Received
                && let Some(subscribed) = &mut self.subscribed
            {
                subscribed.push(found.clone());
            }
            let taken = self.recorder_of(direction).take_in(&found);
            kept = kept.and(self.retention.absorb_disk_full(taken));
            let memory = weight(&found);
            self.batch.push_found(Event::Found { direction, found }, memory);
        }
        kept
    }

    /// Logs a send or recv of whose bytes `kept` says whether they could be kept; under TLS it carried the bytes `plain`. Called, it
    /// costs 40 instructions more than inlined.
    #[inline(always)]
    fn log_transfer(
        &mut self,
        direction: Direction,
        call: &Call,
        plain: Span,
        (now, worker): (Moment, Worker),
        kept: Result<(), Failure>,
    ) -> Result<Recorded, Failure> {
        if call.got > 0 {
            self.recorder_of(direction).count(call, now);
        }
        let logged = self.log(call, plain, now, worker);
        kept.and(logged)?;
        if let Some(failure) = &self.spool_failure {
            return Err((**failure).clone());
        }
        let unreported = self.batch.calls() > 0;
        let DirectionRecorder { message_ended, foreign, .. } = *self.recorder_of(direction);
        Ok(Recorded { unreported, message_ended, foreign })
    }

    #[inline]
    fn log(&mut self, call: &Call, plain: Span, now: Moment, worker: Worker) -> Result<(), Failure> {
        self.batch.count(call.kind);
        let logged = self.calls.append(call, plain);
        let logged = self.retention.absorb_disk_full(logged);
        match self.batch.due(now) {
            Due::Later => {}
            Due::IfRoom => self.offer(now),
            Due::Now => self.send(worker),
        }
        logged
    }

    pub fn tls_begins(&mut self, at: Moment) {
        let (sent, sent_spool) = self.retention.spool();
        let (received, received_spool) = self.retention.spool();
        self.sent.encrypt_into(sent);
        self.received.encrypt_into(received);
        let plain_calls = self.calls.begin_plaintext(&self.retention);
        let begun = TlsEvent::Begun { at, sent: sent_spool, received: received_spool, plain_calls };
        self.batch.push(Event::Tls(begun));
    }

    pub fn direction_ended(&mut self, direction: Direction, in_order: bool) {
        let mut parsed = std::mem::take(&mut self.parsed);
        let reader = &mut self.recorder_of(direction).reader;
        if in_order {
            reader.finish(&mut parsed);
        } else {
            reader.cut(&mut parsed);
        }
        // What was found at the end is about bytes that are in the spool already, so a failure here has been reported before.
        let _ = self.take_in(direction, &mut parsed);
        self.parsed = parsed;
    }

    pub fn announce(&mut self, bytes: &[u8]) {
        let Some(reader) = &mut self.request_reader else { return };
        reader.push(bytes, &mut self.parsed);
        for found in self.parsed.drain(..) {
            if let ParseEvent::Head { head, .. } = &found
                && let StartLine::Request { method, .. } = &head.start_line
            {
                self.received.reader.expect(method);
            }
        }
    }

    pub fn subscribe_parsed(&mut self) {
        self.subscribed.get_or_insert_default();
    }

    pub fn take_parsed(&mut self, parsed: &mut Vec<ParseEvent>) {
        if let Some(subscribed) = &mut self.subscribed {
            parsed.append(subscribed);
        }
    }

    pub fn content_received(&self) -> u64 {
        self.received.reader.content()
    }

    /// Something failed that is no socket call, or whose call has been recorded. That bytes can't be kept is told once.
    pub fn failed(&mut self, failure: Failure) {
        if !matches!(failure.operation, Operation::Spool | Operation::Save) {
            self.batch.push(Event::Failed(failure));
        } else if self.spool_failure.is_none() {
            self.spool_failure = Some(Box::new(failure.clone()));
            self.batch.push(Event::Failed(failure));
        }
    }

    /// Reports what there is, and that a call is about to block. A thread that blocks needs no memory for what may come.
    pub fn blocked(&mut self, call: PendingCall, worker: Worker) {
        self.batch.add_blocked(call);
        self.send(worker);
        self.parsed = Vec::new();
        self.spools().for_each(SpoolWriter::rest);
        self.calls.rest();
    }

    pub fn not_blocked(&mut self, kind: CallKind, worker: Worker) {
        self.batch.remove_blocked(kind);
        self.send(worker);
    }

    /// Reports what there is if there is room in the channel.
    fn offer(&mut self, now: Moment) {
        self.make_readable();
        let progress = self.progress();
        if self.batch.try_send(progress, now) {
            self.reported();
        }
    }

    /// Reports what there is; waits for room in the channel if need be.
    pub fn send(&mut self, worker: Worker) {
        self.make_readable();
        let progress = self.progress();
        self.batch.send(progress, None, worker);
        self.reported();
    }

    /// Reports what there is and `last` after it, when nothing more will come: every byte is in its file.
    pub fn send_last(&mut self, last: Event, worker: Worker) {
        let kept = self.spools().map(SpoolWriter::finish).fold(Ok(()), io::Result::and);
        let kept = kept.and(self.calls.finish()).map_err(spool_failure);
        self.take_failure(kept);
        let progress = self.progress();
        self.batch.send(progress, Some(last), worker);
        self.reported();
    }

    /// How far everything goes.
    fn progress(&mut self) -> Progress {
        progress(self.calls.len(), &mut self.sent, &mut self.received)
    }

    fn reported(&mut self) {
        self.sent.reported();
        self.received.reported();
    }

    fn spools(&mut self) -> impl Iterator<Item = &mut SpoolWriter> {
        self.sent.spools().chain(self.received.spools())
    }

    fn make_readable(&mut self) {
        let kept = self.write();
        let kept = self.retention.absorb_disk_full(kept);
        self.take_failure(kept);
    }

    /// Writes what can be written.
    fn write(&mut self) -> io::Result<()> {
        let kept = self.spools().map(SpoolWriter::flush).fold(Ok(()), io::Result::and);
        kept.and(self.calls.flush())
    }

    fn take_failure(&mut self, kept: Result<(), Failure>) {
        if let Err(failure) = kept {
            self.failed(failure);
        }
    }

    /// Tries again to write what the system has refused.
    pub fn write_again(&mut self) -> Result<(), DiskFull> {
        match self.write() {
            Ok(()) => {
                self.retention.settled();
                Ok(())
            }
            Err(error) => Err(DiskFull { why: DiskFullReason::Refused(SystemError::of(&error)), missing: 0 }),
        }
    }
}
