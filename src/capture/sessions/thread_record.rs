//! The record of a thread that works a socket: its calls, the call in progress, how it ended.

use smallvec::SmallVec;

use crate::capture::{Call, CallLog, Cause, Ended, Event, Failure, Moment, Note, PendingCall};

/// The record of one thread.
#[derive(Clone, Debug)]
pub struct ThreadRecord {
    /// The name of the thread.
    pub name: String,
    /// When it began.
    pub opened: Moment,
    /// Its calls.
    pub calls: CallLog,
    /// How many of them have been reported.
    pub call_count: u64,
    /// Those before this one, counted from 0, are not shown any more.
    pub first_call: u64,
    /// What the calls were about.
    pub notes: Vec<Note>,
    /// The calls in progress that are known to block, at most one a kind.
    pub blocked: SmallVec<[PendingCall; 1]>,
    /// The calls that are to be made as soon as the pace allows them, at most one a kind.
    pub due: Vec<PendingCall>,
    /// When and why it ended.
    pub ended: Option<(Moment, Ended)>,
    /// What failed first.
    pub failure: Option<Box<Failure>>,
}

impl ThreadRecord {
    pub(super) fn new(name: String, opened: Moment, calls: CallLog) -> Self {
        Self {
            name,
            opened,
            calls,
            call_count: 0,
            first_call: 0,
            notes: Vec::new(),
            blocked: SmallVec::new(),
            due: Vec::new(),
            ended: None,
            failure: None,
        }
    }

    /// The calls that have not come back: those in progress, then those that are due; and whether it is due.
    pub fn unfinished(&self) -> impl Iterator<Item = (&PendingCall, bool)> {
        let blocked = self.blocked.iter().map(|call| (call, false));
        blocked.chain(self.due.iter().map(|call| (call, true)))
    }

    /// The note that belongs to `call`.
    pub fn note(&self, call: &Call) -> Option<&Note> {
        self.notes.get(usize::try_from(call.note).ok()?.checked_sub(1)?)
    }

    /// How long it has run: until `now`, or until it ended.
    pub fn age(&self, now: Moment) -> std::time::Duration {
        self.ended.map_or(now, |(at, _)| at).since(self.opened)
    }

    /// Takes in what concerns every thread alike.
    pub(super) fn apply(&mut self, event: Event) {
        match event {
            Event::Note(note) => self.notes.push(note),
            Event::Progress(progress) => {
                self.call_count = progress.calls;
                self.blocked.clear();
            }
            Event::CallBlocked(blocked) => self.blocked.push(blocked),
            Event::CallDue(due) => self.due.push(due),
            Event::CallReleased(kind) => self.due.retain(|due| due.kind != kind),
            Event::Failed(failure) => {
                // Two threads may tell of one loss, of which only one has been told why: for the other it is EPIPE.
                if self.failure.as_ref().is_none_or(|first| first.cause == Cause::BrokenPipe) {
                    self.failure = Some(Box::new(failure));
                }
            }
            Event::Ended { at, how } => {
                self.blocked.clear();
                self.ended = Some((at, how));
            }
            Event::Opened(_)
            | Event::Listening(_)
            | Event::TurnedAway
            | Event::Connected { .. }
            | Event::Found { .. }
            | Event::Tls(_)
            | Event::DiskWait { .. }
            | Event::SendingEnded
            | Event::ReceivingEnded
            | Event::Rejected(_) => {}
        }
    }
}
