//! Writes down what the threads of one connection do.
//!
//! In scope: the clock, the lock of the record, the pace of its calls, the room on disk for what they bring. A [`Record`] may be held
//! anywhere; to write into it takes a [`Recorder`], which only a worker's thread can have, as it may wait for room in the channel of the
//! reports. Out of scope: what is recorded (`connection_record`), sockets.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::connection_record::{ConnectionRecord, ConnectionRole, Recorded};
use super::direction_recorder::transferred;
use super::pace::Pace;
use super::report_sender::ReportSender;
use super::stop_handle::StopHandle;
use crate::capture::{
    BodyFile, Call, CallKind, Clock, Direction, DiskFull, DiskQuota, DiskReservation, Ended, Event, Failure, Moment,
    Note, Operation, Outcome, PendingCall, SessionId, SocketId, Subject,
};
use crate::http::ParseEvent;
use crate::net::worker::Worker;

/// The record of one connection; clones are the same one.
#[derive(Clone)]
pub struct Record {
    clock: Clock,
    disk: DiskQuota,
    at: (SessionId, SocketId),
    pace: Pace,
    /// Whether bytes wait in memory since the system has refused to write them.
    is_refused: Arc<AtomicBool>,
    connection: Arc<Mutex<ConnectionRecord>>,
}

/// Writes into a [`Record`] on a worker's thread. It may wait for room in the channel of the reports.
#[derive(Clone)]
pub struct Recorder {
    record: Record,
    worker: Worker,
}

impl Record {
    /// Begins a record of what thread `thread` does; its first report says so. If `body_file` is given, the body that is received goes
    /// into it.
    pub fn begin(
        clock: Clock,
        sender: ReportSender,
        role: ConnectionRole,
        thread: &str,
        body_file: Option<BodyFile>,
    ) -> Self {
        let (at, pace, disk) = ((sender.session, sender.socket), sender.pace.clone(), sender.disk.clone());
        let connection = ConnectionRecord::new(clock.now(), sender, role, thread, body_file);
        let is_refused = connection.is_refused();
        Self { clock, disk, at, pace, is_refused, connection: Arc::new(Mutex::new(connection)) }
    }

    /// What writes into it on the thread of `worker`.
    pub fn on(self, worker: Worker) -> Recorder {
        Recorder { record: self, worker }
    }
}

impl Recorder {
    /// The record.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The right to block of the thread that it is on.
    pub fn worker(&self) -> Worker {
        self.worker
    }

    /// The present moment.
    pub fn now(&self) -> Moment {
        self.record.clock.now()
    }

    /// A panicking worker must not hide what it had recorded, so a poisoned lock is taken all the same.
    fn lock(&self) -> MutexGuard<'_, ConnectionRecord> {
        self.record.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the pace allows a call that asks for `asked` bytes; whether it may be made: not once `is_over`. At full speed that is one
    /// look at a number.
    #[inline]
    pub fn wait_for_pace(&self, kind: CallKind, asked: usize, is_over: impl Fn() -> bool) -> bool {
        self.record.pace.runs() || self.wait_until_released(kind, asked, &is_over)
    }

    #[inline(never)]
    fn wait_until_released(&self, kind: CallKind, asked: usize, is_over: &dyn Fn() -> bool) -> bool {
        self.tell(Event::CallDue(in_progress(kind, asked, self.now())));
        self.flush();
        let may_call = self.record.pace.wait(self.record.at, is_over);
        self.tell(Event::CallReleased(kind));
        self.flush();
        may_call
    }

    /// Waits until the pace allows a call on `subject`; when it is made. Error: that it has been stopped before, and is not made.
    pub fn begin_call(&self, kind: CallKind, subject: Subject, stop: &StopHandle) -> Result<Moment, Failure> {
        if self.wait_for_pace(kind, 0, || stop.is_stopped()) {
            return Ok(self.now());
        }
        Err(Failure::of(Operation::Call(kind), Some(subject), &io::ErrorKind::Interrupted.into()))
    }

    /// Records a call that carried no bytes, with its note. Error: a failure of the call log's file.
    pub fn call(&self, kind: CallKind, begun: Moment, asked: u32, outcome: Outcome, note: Note) -> Result<(), Failure> {
        let now = self.now();
        let mut record = self.lock();
        let now = record.returned(now);
        let note = record.note(note);
        let took = now.0.saturating_sub(begun.0);
        let call = Call { kind, outcome, begun, took, asked, got: 0, offset: 0, note };
        record.call(&call, now, self.worker)
    }

    /// Records what became of a call that carried no bytes: what it returned, or its failure, which goes into the note unless the user has
    /// stopped it. Error: the failure of the call, or of the call log's file.
    pub fn returned<T>(
        &self,
        kind: CallKind,
        begun: Moment,
        asked: u32,
        note: Note,
        result: Result<T, (Outcome, Failure)>,
    ) -> Result<T, Failure> {
        match result {
            Ok(value) => self.call(kind, begun, asked, Outcome::Done, note).map(|()| value),
            Err((outcome, failure)) => {
                let told = (outcome != Outcome::Stopped).then(|| failure.clone());
                self.call(kind, begun, asked, outcome, Note { failure: told, ..note })?;
                Err(failure)
            }
        }
    }

    /// Records a send or recv that carried `bytes`, which may be none. Error: a failure of the spool or the log. The bytes are kept all the
    /// same.
    pub fn transfer(
        &self,
        direction: Direction,
        begun: Moment,
        asked: usize,
        bytes: &[u8],
        outcome: Outcome,
    ) -> Result<Recorded, Failure> {
        let now = self.now();
        let mut record = self.lock();
        let now = record.returned(now);
        let call = Call { outcome, ..transferred(direction, begun, now, asked, bytes.len()) };
        record.transfer(direction, call, bytes, (now, self.worker))
    }

    /// Records a send or recv that ended with `failure`, which goes into the note unless the user has stopped it. Returns the failure, or that
    /// of keeping the call.
    #[cold]
    pub fn transfer_failed(
        &self,
        direction: Direction,
        begun: Moment,
        asked: usize,
        outcome: Outcome,
        failure: Failure,
    ) -> Failure {
        let now = self.now();
        let mut record = self.lock();
        let now = record.returned(now);
        let told = (outcome != Outcome::Stopped).then(|| failure.clone());
        let note = record.note(Note { failure: told, ..Note::default() });
        let call = Call { outcome, note, ..transferred(direction, begun, now, asked, 0) };
        record.transfer(direction, call, &[], (now, self.worker)).err().unwrap_or(failure)
    }

    /// As [`Recorder::transfer`], of the bytes `wire` that crossed the socket under TLS and hold the bytes `plain`.
    pub fn transfer_tls(
        &self,
        direction: Direction,
        begun: Moment,
        asked: usize,
        wire: &[u8],
        plain: &[u8],
    ) -> Result<Recorded, Failure> {
        let now = self.now();
        let mut record = self.lock();
        let now = record.returned(now);
        record.transfer_tls(
            direction,
            transferred(direction, begun, now, asked, wire.len()),
            (wire, plain),
            (now, self.worker),
        )
    }

    /// The handshake of TLS begins: from here on calls carry encrypted bytes.
    pub fn tls_begins(&self) {
        let at = self.now();
        self.lock().tls_begins(at);
    }

    /// A direction has ended: in order, or not.
    pub fn direction_ended(&self, direction: Direction, in_order: bool) {
        self.lock().direction_ended(direction, in_order);
    }

    /// Bytes are about to be sent: the answer to a request in them may arrive before their send is recorded.
    pub fn announce(&self, bytes: &[u8]) {
        self.lock().announce(bytes);
    }

    /// From now on what is read in the bytes received is kept for [`Recorder::take_parsed`].
    pub fn subscribe_parsed(&self) {
        self.lock().subscribe_parsed();
    }

    /// Moves to `parsed` what was read in the bytes that were received last.
    pub fn take_parsed(&self, parsed: &mut Vec<ParseEvent>) {
        self.lock().take_parsed(parsed);
    }

    /// Bytes of content in the body of the newest message received.
    pub fn content_received(&self) -> u64 {
        self.lock().content_received()
    }

    /// Reports what there is and that a call is about to block.
    pub fn blocked(&self, kind: CallKind, asked: usize, since: Moment) {
        self.lock().blocked(in_progress(kind, asked, since), self.worker);
    }

    /// Reports what there is, and that no call of this kind is in progress, though none has returned.
    pub fn not_blocked(&self, kind: CallKind) {
        self.lock().not_blocked(kind, self.worker);
    }

    /// Reports what there is, and waits for room in the channel if need be.
    pub fn flush(&self) {
        self.lock().send(self.worker);
    }

    /// Adds an event to the next batch.
    pub fn tell(&self, event: Event) {
        self.lock().tell(event);
    }

    /// Something failed that is no socket call, or whose call has been recorded.
    pub fn failed(&self, failure: Failure) {
        self.lock().failed(failure);
    }

    /// Ends the record and reports it.
    pub fn ended(&self, how: Ended) {
        let at = self.now();
        self.lock().send_last(Event::Ended { at, how }, self.worker);
    }

    /// Headroom for the calls of one thread.
    pub fn reservation(&self) -> DiskReservation {
        self.record.disk.reservation()
    }

    /// Whether there is room for what the next call may bring.
    pub fn has_room(&self, reservation: &DiskReservation) -> Result<(), DiskFull> {
        if self.record.is_refused.load(Ordering::Acquire) {
            self.lock().write_again()?;
        }
        reservation.fits()
    }

    /// Reports at once that a direction waits for room, or need not wait any more.
    pub fn report_room(&self, direction: Direction, disk_full: Option<DiskFull>) {
        self.tell(Event::DiskWait { direction, disk_full });
        self.flush();
    }
}

/// A call that asks for `asked` bytes and has not returned.
fn in_progress(kind: CallKind, asked: usize, since: Moment) -> PendingCall {
    PendingCall { kind, asked: u32::try_from(asked).unwrap_or(u32::MAX), since }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::capture::Report;
    use crate::net::record::batch::BATCH_FOUND;
    use crate::net::record::direction_recorder::weight;
    use crate::net::test_support::{Reported, recorder, report_sender};

    fn receives(recorder: &Recorder, bytes: &[u8]) -> Result<Recorded, Failure> {
        recorder.transfer(Direction::Received, recorder.now(), bytes.len(), bytes, Outcome::Done)
    }

    /// Records a send that was made at `begun` and saw the clock at `seen` when it came back.
    fn sent(recorder: &Recorder, begun: u64, seen: u64) {
        let mut record = recorder.lock();
        let now = record.returned(Moment(seen));
        record.call(&transferred(Direction::Sent, Moment(begun), now, 0, 0), now, recorder.worker()).unwrap();
    }

    #[test]
    fn a_batch_goes_out_when_the_oldest_in_it_is_old_however_long_nothing_came_before() {
        let (recorder, reports) = recorder(ConnectionRole::Server, 9);
        let age = u64::try_from(Duration::from_millis(48).as_nanos()).unwrap();
        let first = 1000 * age;
        let goes_out = |at| {
            sent(&recorder, at, at);
            reports.try_recv().is_ok()
        };
        assert_eq!([first, first + age - 1, first + age, first + age + 1].map(goes_out), [false, false, true, false]);
    }

    #[test]
    fn a_batch_holds_no_more_heads_than_take_so_much_memory_and_what_one_recv_brings() {
        let (recorder, reports) = recorder(ConnectionRole::Server, 1);
        let record = recorder.record().clone();
        drop(recorder);
        let request = format!("GET / HTTP/1.1\r\n{}\r\n", "a:\r\n".repeat(200));
        let heads = 1000;
        let writing = std::thread::Builder::new().name("writer".into()).spawn(move || {
            let recorder = record.on(Worker::of_test());
            for _ in 0..heads {
                receives(&recorder, request.as_bytes()).unwrap();
            }
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
    fn what_nobody_has_taken_does_not_wait() {
        let (recorder, _reports) = recorder(ConnectionRole::Server, 9);
        recorder.subscribe_parsed();
        let heads = |count: usize| "GET / HTTP/1.1\r\n\r\n".repeat(count);
        receives(&recorder, heads(100).as_bytes()).unwrap();
        receives(&recorder, heads(1).as_bytes()).unwrap();
        let mut parsed = Vec::new();
        recorder.take_parsed(&mut parsed);
        assert_eq!(parsed.len(), 2, "a head and an end: {parsed:?}");
    }

    #[test]
    fn calls_stand_in_the_order_in_which_they_came_back_though_threads_overtake_each_other() {
        let (recorder, reports) = recorder(ConnectionRole::Client, 9);
        for (begun, seen) in [(1, 5), (2, 3), (4, 9), (8, 8), (0, 10)] {
            sent(&recorder, begun, seen);
        }
        recorder.flush();
        let calls = Reported::new(reports).calls();
        let moments = calls.iter().map(|call| (call.begun.0, call.ended().0)).collect::<Vec<_>>();
        assert_eq!(moments, [(1, 5), (2, 5), (4, 9), (8, 9), (0, 10)]);
    }

    #[test]
    fn a_report_names_only_what_can_be_read() {
        let (recorder, reports) = recorder(ConnectionRole::Client, 9);
        let reply = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        receives(&recorder, reply).unwrap();
        recorder.flush();
        let events = reports.recv().unwrap().events;
        let [Event::Opened(opened), Event::Found { .. }, Event::Found { .. }, Event::Progress(progress)] = &events[..]
        else {
            panic!("{events:?}")
        };
        assert_eq!((progress.calls, progress.received), (1, reply.len() as u64));
        let bytes = opened.received.read(crate::http::Span::new(0, progress.received)).unwrap();
        assert_eq!((bytes.as_slice(), opened.calls.range(0, 9).unwrap().len()), (&reply[..], 1));
    }

    #[test]
    fn a_disk_that_is_full_fails_each_transfer_and_is_told_once() {
        let (sender, reports) = report_sender(&DiskQuota::limited(1000), 9);
        let recorder =
            Record::begin(Clock::start(), sender, ConnectionRole::Client, "test", None).on(Worker::of_test());
        let bytes = vec![b'x'; 1 << 20];
        while receives(&recorder, &bytes).is_ok() {
            recorder.flush();
        }
        let failures = [(); 3].map(|()| receives(&recorder, &bytes).unwrap_err().operation);
        assert_eq!(failures, [Operation::Spool; 3]);
        recorder.failed(receives(&recorder, &bytes).unwrap_err());
        recorder.flush();
        let mut reported = Reported::new(reports);
        let calls = reported.calls().len();
        assert!(calls > 3, "calls are recorded though their bytes can't be kept");
        let told = reported.events.iter().filter(|event| matches!(event, Event::Failed(_))).count();
        assert_eq!(told, 1);
    }
}
