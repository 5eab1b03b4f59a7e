//! What the next report of one connection says, and when it goes out.
//!
//! In scope: events in their order, the calls in progress, the bounds of a batch. A batch goes out when it holds [`BATCH_CALLS`] calls or is
//! some hundredths of a second old, and before a thread blocks. If the channel is full, the batch grows; past [`BACKLOG_CALLS`], or
//! [`BATCH_FOUND`], the worker waits, so that the peer feels it through TCP's own flow control. Out of scope: what is recorded, which has to
//! be readable before it is reported.

use std::time::Duration;

use smallvec::SmallVec;

use super::report_sender::ReportSender;
use crate::capture::{CallKind, Event, Moment, PendingCall, Progress};
use crate::net::worker::Worker;

/// A batch goes out when it holds this number of calls,
pub const BATCH_CALLS: u64 = 4096;
/// or when what was found takes this number of bytes of memory (calls are in the log, heads in the batch itself, and batches are many),
pub const BATCH_FOUND: usize = 16 * 1024;
/// or when its first call has this age.
pub const BATCH_AGE: Duration = Duration::from_millis(16);
/// A connection with one request and one reply has no more events than this.
const EVENTS_USUAL: usize = 12;
/// With this number of calls unreported the worker waits for room in the channel.
const BACKLOG_CALLS: u64 = 64 * BATCH_CALLS;

/// Whether a batch is to go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Not yet.
    Later,
    /// If there is room in the channel.
    IfRoom,
    /// Now; the worker waits for room.
    Now,
}

/// The batch.
pub struct Batch {
    sender: ReportSender,
    /// How old its first call may become.
    age_max: Duration,
    events: Vec<Event>,
    /// The number of events that went out the last time: room is made for as many.
    events_usual: usize,
    /// Calls in progress that may block, at most one a kind.
    blocked: SmallVec<[PendingCall; 1]>,
    /// Calls that have not been reported.
    calls: u64,
    /// How many of them there were when they last found no room in the channel.
    refused_at: u64,
    /// Bytes of memory that what was found takes.
    found_memory: usize,
    /// When its first call came back.
    oldest: Moment,
}

impl Batch {
    /// A batch that begins with `first`, and goes out by `sender` when its first call is `age_max` old.
    pub fn new(sender: ReportSender, age_max: Duration, first: Event) -> Self {
        let mut events = Vec::with_capacity(EVENTS_USUAL);
        events.push(first);
        Self {
            sender,
            age_max,
            events,
            events_usual: 0,
            blocked: SmallVec::new(),
            calls: 0,
            refused_at: 0,
            found_memory: 0,
            oldest: Moment::default(),
        }
    }

    /// Adds an event.
    #[inline]
    pub fn push(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Adds what was found in bytes, which takes `memory` bytes of memory.
    pub fn push_found(&mut self, event: Event, memory: usize) {
        if self.events.is_empty() {
            self.events.reserve(self.events_usual);
        }
        self.found_memory += memory;
        self.events.push(event);
    }

    /// How many calls it holds.
    #[inline]
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// A call came back at `now`. To be said before anything of it is added: the age of a batch is that of its first call.
    #[inline]
    pub fn begin_if_empty(&mut self, now: Moment) {
        if self.calls == 0 {
            self.oldest = now;
        }
    }

    /// Counts a call, which is in progress no longer.
    #[inline]
    pub fn count(&mut self, kind: CallKind) {
        self.calls += 1;
        self.remove_blocked(kind);
    }

    /// A call is about to block.
    pub fn add_blocked(&mut self, call: PendingCall) {
        self.remove_blocked(call.kind);
        self.blocked.push(call);
    }

    /// No call of this kind is in progress.
    #[inline]
    pub fn remove_blocked(&mut self, kind: CallKind) {
        self.blocked.retain(|blocked| blocked.kind != kind);
    }

    /// Whether it is to go out at `now`. A batch that found no room is offered again when it has grown by as much as makes a batch due: to
    /// offer it after each call would cost more the fuller the channel is.
    #[inline]
    pub fn due(&self, now: Moment) -> Due {
        if self.calls >= BACKLOG_CALLS || self.found_memory >= BATCH_FOUND {
            Due::Now
        } else if self.calls >= self.refused_at + BATCH_CALLS || now.since(self.oldest) >= self.age_max {
            Due::IfRoom
        } else {
            Due::Later
        }
    }

    /// Sends the batch if there is room in the channel; everything up to `progress` can be read. Whether it went out.
    pub fn try_send(&mut self, progress: Progress, now: Moment) -> bool {
        let count = self.events.len();
        let events = self.take(progress);
        match self.sender.try_send(events) {
            Ok(()) => {
                self.sent();
                true
            }
            Err(mut events) => {
                events.truncate(count);
                self.events = events;
                (self.refused_at, self.oldest) = (self.calls, now);
                false
            }
        }
    }

    /// Sends the batch and `last` after it; everything up to `progress` can be read. Waits for room in the channel.
    pub fn send(&mut self, progress: Progress, last: Option<Event>, worker: Worker) {
        let mut events = self.take(progress);
        events.extend(last);
        self.sender.send(events, worker);
        self.sent();
    }

    /// What has been found, how far everything goes, and what blocks.
    fn take(&mut self, progress: Progress) -> Vec<Event> {
        self.events_usual = self.events.len();
        let mut events = std::mem::take(&mut self.events);
        events.push(Event::Progress(progress));
        events.extend(self.blocked.iter().copied().map(Event::CallBlocked));
        events
    }

    fn sent(&mut self) {
        (self.calls, self.refused_at, self.found_memory) = (0, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crossbeam_channel::{Receiver, bounded};

    use super::*;
    use crate::capture::{Report, SessionId, SocketId};

    const AGE: Duration = Duration::from_nanos(100);

    fn batch(room: usize) -> (Batch, Receiver<Report>) {
        let (sender, reports) = bounded(room);
        let sender = ReportSender::new(SessionId(1), SocketId::Listener, sender, Arc::new(|| {}));
        (Batch::new(sender, AGE, Event::SendingEnded), reports)
    }

    /// A batch with `calls` calls that came back at 0.
    fn with_calls(calls: u64) -> Batch {
        let mut batch = batch(1).0;
        batch.begin_if_empty(Moment(0));
        (0..calls).for_each(|_| batch.count(CallKind::Send));
        batch
    }

    #[test]
    fn a_batch_is_due_by_calls_by_age_and_by_memory() {
        for (calls, memory, now, due) in [
            (1, 0, 0, Due::Later),
            (1, 0, 99, Due::Later),
            (1, 0, 100, Due::IfRoom),
            (BATCH_CALLS - 1, 0, 0, Due::Later),
            (BATCH_CALLS, 0, 0, Due::IfRoom),
            (BACKLOG_CALLS - 1, 0, 0, Due::IfRoom),
            (BACKLOG_CALLS, 0, 0, Due::Now),
            (1, BATCH_FOUND - 1, 0, Due::Later),
            (1, BATCH_FOUND, 0, Due::Now),
        ] {
            let mut batch = with_calls(calls);
            batch.push_found(Event::ReceivingEnded, memory);
            assert_eq!(batch.due(Moment(now)), due, "{calls} calls, {memory} bytes, at {now}");
        }
    }

    #[test]
    fn a_batch_that_found_no_room_keeps_its_order_and_is_offered_again_when_it_has_grown() {
        let (mut batch, reports) = batch(1);
        assert!(batch.try_send(Progress::default(), Moment(0)));
        batch.push(Event::ReceivingEnded);
        batch.count(CallKind::Recv);
        assert!(!batch.try_send(Progress::default(), Moment(50)));
        assert_eq!((batch.due(Moment(149)), batch.due(Moment(150))), (Due::Later, Due::IfRoom));
        batch.push(Event::TurnedAway);
        assert!(matches!(reports.recv().unwrap().events[..], [Event::SendingEnded, Event::Progress(_)]));
        assert!(batch.try_send(Progress::default(), Moment(150)));
        let events = reports.recv().unwrap().events;
        assert!(matches!(events[..], [Event::ReceivingEnded, Event::TurnedAway, Event::Progress(_)]), "{events:?}");
        assert_eq!(batch.calls(), 0);
    }

    #[test]
    fn a_full_channel_costs_one_offer_for_as_many_calls_as_make_a_batch() {
        const BATCHES: u64 = 3;
        let (mut batch, _reports) = batch(0);
        let mut offers = 0;
        for _ in 0..BATCHES * BATCH_CALLS {
            batch.count(CallKind::Recv);
            if batch.due(Moment(0)) != Due::Later {
                assert!(!batch.try_send(Progress::default(), Moment(0)));
                offers += 1;
            }
        }
        assert_eq!(offers, BATCHES);
    }

    #[test]
    fn a_report_ends_with_the_calls_in_progress_of_each_kind_the_newest() {
        let (mut batch, reports) = batch(9);
        let call = |kind, asked| PendingCall { kind, asked, since: Moment(0) };
        let calls = [call(CallKind::Recv, 1), call(CallKind::Send, 2), call(CallKind::Recv, 3)];
        calls.into_iter().for_each(|call| batch.add_blocked(call));
        batch.count(CallKind::Send);
        batch.send(Progress::default(), Some(Event::ReceivingEnded), Worker::of_test());
        let events = reports.recv().unwrap().events;
        let [_, Event::Progress(_), Event::CallBlocked(blocked), Event::ReceivingEnded] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!((blocked.kind, blocked.asked), (CallKind::Recv, 3));
    }
}
