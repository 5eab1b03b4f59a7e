//! What the record of one connection keeps: bytes, what was read in them, and the calls that carried them.

use super::{End, Inner, Lane, NOTES_MAX, Recorded};
use crate::capture::{Call, Direction, Event, Failure, Moment, Note};
use crate::http::{ParseEvent, Span};
use crate::net::record::direction::weight;
use crate::net::worker::Worker;

impl Inner {
    pub(super) fn lane(&mut self, direction: Direction) -> &mut Lane {
        match direction {
            Direction::Sent => &mut self.sent,
            Direction::Received => &mut self.received,
        }
    }

    pub(super) fn note(&mut self, note: Note) -> u32 {
        if note == Note::default() || self.notes >= NOTES_MAX {
            return 0;
        }
        self.outbox.push(Event::Note(note));
        self.notes += 1;
        self.notes
    }

    /// Appends the bytes to the spool and reads them.
    pub(super) fn keep(&mut self, direction: Direction, bytes: &[u8]) -> Result<(), Failure> {
        if bytes.is_empty() {
            return Ok(());
        }
        if direction == Direction::Received
            && let Some(overheard) = &mut self.overheard
        {
            // Who has not asked for it will not.
            overheard.clear();
        }
        let mut found = std::mem::take(&mut self.found);
        let lane = self.lane(direction);
        let kept = lane.spool.append(bytes);
        lane.reader.push(bytes, &mut found);
        let kept = self.keeping.took(kept);
        self.found_memory += found.iter().map(weight).sum::<usize>();
        let taken = if found.is_empty() { Ok(()) } else { self.take_in(direction, &mut found) };
        self.found = found;
        kept.and(taken)
    }

    pub(super) fn take_in(&mut self, direction: Direction, found: &mut Vec<ParseEvent>) -> Result<(), Failure> {
        let mut kept = Ok(());
        if self.outbox.is_empty() {
            self.outbox.reserve(self.outbox_usual);
        }
        for found in found.drain(..) {
            // A client's own requests have been announced.
            if self.end == End::Server
                && let ParseEvent::Head { head, .. } = &found
                && let Some(method) = head.method()
            {
                self.sent.reader.expect(method);
            }
            if direction == Direction::Received
                && let Some(overheard) = &mut self.overheard
            {
                overheard.push(found.clone());
            }
            let taken = self.lane(direction).take_in(&found);
            kept = kept.and(self.keeping.took(taken));
            self.outbox.push(Event::Found { direction, found });
        }
        kept
    }

    /// Logs a send or recv of whose bytes `kept` says whether they could be kept; under TLS it carried the bytes `plain`. Called, it
    /// costs 40 instructions more than inlined.
    #[inline(always)]
    pub(super) fn log_transfer(
        &mut self,
        direction: Direction,
        call: &Call,
        plain: Span,
        (now, worker): (Moment, Worker),
        kept: Result<(), Failure>,
    ) -> Result<Recorded, Failure> {
        if call.got > 0 {
            self.lane(direction).count(call, now);
        }
        let logged = self.log(call, plain, now, worker);
        kept.and(logged)?;
        if let Some(failure) = &self.spool_failure {
            return Err((**failure).clone());
        }
        let unreported = self.unreported > 0;
        let Lane { message_ended, foreign, .. } = *self.lane(direction);
        Ok(Recorded { unreported, message_ended, foreign })
    }

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
    pub(super) fn log(&mut self, call: &Call, plain: Span, now: Moment, worker: Worker) -> Result<(), Failure> {
        self.unreported += 1;
        self.blocked.retain(|blocked| blocked.kind != call.kind);
        let logged = self.calls.append(call, plain);
        let logged = self.keeping.took(logged);
        self.offer_if_due(now, worker);
        logged
    }
}
