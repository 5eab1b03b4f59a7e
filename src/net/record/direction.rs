//! One direction of a connection as it is written down: its spools, its reader, its counts and moments.

use std::io;

use crate::capture::{
    Burst, Call, Direction, Event, Failure, Moment, Operation, Outcome, Progress, SpoolWriter, TurnTimes,
};
use crate::http::{Framing, Head, NoBody, ParseEvent, Reader, Unreadable, UntilClose};

/// One direction.
pub struct Lane {
    /// Its bytes.
    pub spool: SpoolWriter,
    /// What is under it, if there is TLS.
    under: Option<Box<Under>>,
    /// Reads HTTP in them.
    pub reader: Reader,
    /// The calls that carried them.
    pub calls: u64,
    /// Those of them that have not been reported.
    pub burst: Burst,
    /// When it said something.
    turn_times: Option<TurnTimes>,
    /// Whether the head of a final response has passed: interim ones are not what was asked for.
    pub final_head: bool,
    /// Whether a whole message has ended, or it is known that none will.
    pub message_ended: bool,
    /// Whether its bytes are no HTTP.
    pub foreign: bool,
}

/// What TLS carries.
struct Under {
    /// The encrypted bytes.
    spool: SpoolWriter,
    /// Those of the unreported calls that said something.
    said: Burst,
}

impl Lane {
    /// A direction whose bytes go into `spool` and are read by `reader`.
    pub fn new(spool: SpoolWriter, reader: Reader) -> Self {
        Self {
            spool,
            under: None,
            reader,
            calls: 0,
            burst: Burst::default(),
            turn_times: None,
            final_head: false,
            message_ended: false,
            foreign: false,
        }
    }

    /// Takes in what the reader found.
    ///
    /// # Errors
    /// If the body that begins can't be kept.
    pub fn take_in(&mut self, found: &ParseEvent) -> io::Result<()> {
        match found {
            ParseEvent::Head { head, framing } if head.status().is_some() => return self.reply_begins(head, *framing),
            ParseEvent::Unreadable { why, .. } => {
                self.spool.no_body();
                self.foreign |= matches!(why, Unreadable::NotHttp | Unreadable::OtherVersion(_));
                // A head without an end never becomes a message; who waits for one need not wait longer.
                self.message_ended |=
                    matches!(why, Unreadable::HeadTooLong | Unreadable::TooManyFields | Unreadable::TooManyInterim);
            }
            ParseEvent::End { .. } => self.message_ended |= self.final_head,
            // After interim replies, too: none will follow.
            ParseEvent::Surplus { .. } => self.message_ended = true,
            ParseEvent::Head { .. }
            | ParseEvent::Violation(_)
            | ParseEvent::ChunkBoundary(_)
            | ParseEvent::Trailers(_) => {}
        }
        Ok(())
    }

    fn reply_begins(&mut self, head: &Head, framing: Framing) -> io::Result<()> {
        if framing == Framing::None(NoBody::Interim) {
            return Ok(());
        }
        self.final_head = true;
        // Who waits for the end of such a reply has to close and discard it (RFC 9112 §6.3).
        self.message_ended |= framing == Framing::UntilClose(UntilClose::BadLength);
        if matches!(framing, Framing::None(_)) {
            self.spool.no_body();
            return Ok(());
        }
        self.spool.body_begins(head, framing)
    }

    /// The spools that its bytes go into.
    pub fn spools(&mut self) -> impl Iterator<Item = &mut SpoolWriter> {
        [&mut self.spool].into_iter().chain(self.under.as_deref_mut().map(|under| &mut under.spool))
    }

    /// How many bytes have crossed the socket.
    pub fn crossed(&self) -> u64 {
        self.under.as_deref().map_or(&self.spool, |under| &under.spool).appended()
    }

    /// Counts a call that carried bytes.
    #[inline]
    pub fn count(&mut self, call: &Call, ended: Moment) {
        self.calls += 1;
        self.burst.add(call.begun, ended, call.got);
    }

    /// A call under TLS said `plain`, which may be nothing.
    pub fn says(&mut self, call: &Call, ended: Moment, plain: &[u8]) {
        if let Some(under) = self.under.as_deref_mut().filter(|_| !plain.is_empty()) {
            under.said.add(call.begun, ended, call.got);
        }
    }

    /// What there was has been reported.
    pub fn reported(&mut self) {
        self.burst = Burst::default();
        if let Some(under) = &mut self.under {
            under.said = Burst::default();
        }
    }

    /// The calls since the last report that said something.
    fn speech(&self) -> Burst {
        self.under.as_deref().map_or(self.burst, |under| under.said)
    }

    /// Keeps bytes that crossed the socket under TLS.
    pub fn append_under(&mut self, wire: &[u8]) -> io::Result<()> {
        self.under.as_mut().map_or(Ok(()), |under| under.spool.append(wire))
    }

    /// From now on its bytes come under TLS, and the encrypted ones go into `spool`.
    pub fn lies_on(&mut self, spool: SpoolWriter) {
        self.under = Some(Box::new(Under { spool, said: Burst::default() }));
    }
}

/// How far two directions with `calls` calls have come.
pub fn progress(calls: u64, sent: &mut Lane, received: &mut Lane) -> Progress {
    let speech = [&sent.speech(), &received.speech()];
    TurnTimes::update([&mut sent.turn_times, &mut received.turn_times], speech);
    Progress {
        calls,
        sends: sent.calls,
        reads: received.calls,
        sent: sent.spool.appended(),
        received: received.spool.appended(),
        sent_content: sent.reader.content(),
        received_content: received.reader.content(),
        sent_under: sent.under.as_deref().map_or(0, |under| under.spool.appended()),
        received_under: received.under.as_deref().map_or(0, |under| under.spool.appended()),
        sent_burst: sent.burst,
        received_burst: received.burst,
        sent_turn_times: sent.turn_times,
        received_turn_times: received.turn_times,
    }
}

/// The record of a send or recv that came back in order.
#[inline]
pub fn transferred(direction: Direction, begun: Moment, ended: Moment, asked: usize, got: usize, offset: u64) -> Call {
    Call {
        kind: direction.into(),
        outcome: Outcome::Done,
        begun,
        took: ended.0.saturating_sub(begun.0),
        asked: u32::try_from(asked).unwrap_or(u32::MAX),
        got: u32::try_from(got).unwrap_or(u32::MAX),
        offset,
        note: 0,
    }
}

/// How many bytes of memory it takes in a batch.
pub fn weight(found: &ParseEvent) -> usize {
    let apart = match found {
        ParseEvent::Head { head, .. } => head.memory(),
        ParseEvent::Trailers(trailers) => trailers.memory(),
        ParseEvent::Violation(_)
        | ParseEvent::ChunkBoundary(_)
        | ParseEvent::End { .. }
        | ParseEvent::Unreadable { .. }
        | ParseEvent::Surplus { .. } => 0,
    };
    size_of::<Event>() + apart
}

/// A failure to keep bytes.
#[expect(clippy::needless_pass_by_value, reason = "used as a function for map_err")]
pub fn spooling(error: io::Error) -> Failure {
    Failure::of(Operation::Spool, None, &error)
}
