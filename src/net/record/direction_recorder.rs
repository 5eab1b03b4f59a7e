//! One direction of a connection as it is written down: its spools, its reader, its counts and moments.
//!
//! In scope: bytes, of which under TLS there are two kinds, and when a direction spoke. Out of scope: which call carried the bytes.

use std::io;

use crate::capture::{Burst, Call, Direction, Event, Moment, Outcome, Progress, SpoolWriter, TurnTimes};
use crate::http::{Framing, Head, NoBody, ParseEvent, Reader, Unreadable, UntilClose};

/// One direction.
pub struct DirectionRecorder {
    /// Its bytes.
    pub spool: SpoolWriter,
    /// What crosses the socket in place of them, if there is TLS.
    encrypted: Option<Box<Encrypted>>,
    /// Reads HTTP in them.
    pub reader: Reader,
    /// The calls that carried them.
    pub calls: u64,
    /// Those of them that have not been reported.
    pub burst: Burst,
    /// When it carried plain bytes.
    turn_times: Option<TurnTimes>,
    /// Whether the head of a final response has passed: interim ones are not what was asked for.
    pub final_head: bool,
    /// Whether a whole message has ended, or it is known that none will.
    pub message_ended: bool,
    /// Whether its bytes are no HTTP.
    pub foreign: bool,
}

/// The encrypted bytes under a direction.
struct Encrypted {
    /// The encrypted bytes.
    spool: SpoolWriter,
    /// The unreported calls that carried plain bytes.
    burst: Burst,
}

impl DirectionRecorder {
    /// A direction whose bytes go into `spool` and are read by `reader`.
    pub fn new(spool: SpoolWriter, reader: Reader) -> Self {
        Self {
            spool,
            encrypted: None,
            reader,
            calls: 0,
            burst: Burst::default(),
            turn_times: None,
            final_head: false,
            message_ended: false,
            foreign: false,
        }
    }

    /// Takes in what the reader found. Fails if the body that begins can't be kept.
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
        // A client that waits for the end of such a reply has to close and discard it (RFC 9112 §6.3).
        self.message_ended |= framing == Framing::UntilClose(UntilClose::BadLength);
        if matches!(framing, Framing::None(_)) {
            self.spool.no_body();
            return Ok(());
        }
        self.spool.body_begins(head, framing)
    }

    /// The spools that its bytes go into.
    pub fn spools(&mut self) -> impl Iterator<Item = &mut SpoolWriter> {
        [&mut self.spool].into_iter().chain(self.encrypted.as_deref_mut().map(|encrypted| &mut encrypted.spool))
    }

    /// How many bytes have crossed the socket.
    pub fn crossed(&self) -> u64 {
        self.encrypted.as_deref().map_or(&self.spool, |encrypted| &encrypted.spool).appended()
    }

    /// Counts a call that carried bytes.
    #[inline]
    pub fn count(&mut self, call: &Call, ended: Moment) {
        self.calls += 1;
        self.burst.add(call.begun, ended, call.got);
    }

    /// Counts a call under TLS that carried the plain bytes `plain`, which may be none.
    pub fn count_plaintext(&mut self, call: &Call, ended: Moment, plain: &[u8]) {
        if let Some(encrypted) = self.encrypted.as_deref_mut().filter(|_| !plain.is_empty()) {
            encrypted.burst.add(call.begun, ended, call.got);
        }
    }

    /// What there was has been reported.
    pub fn reported(&mut self) {
        self.burst = Burst::default();
        if let Some(encrypted) = &mut self.encrypted {
            encrypted.burst = Burst::default();
        }
    }

    /// The calls since the last report that carried plain bytes.
    fn plain_burst(&self) -> Burst {
        self.encrypted.as_deref().map_or(self.burst, |encrypted| encrypted.burst)
    }

    /// Keeps bytes that crossed the socket under TLS.
    pub fn append_encrypted(&mut self, wire: &[u8]) -> io::Result<()> {
        self.encrypted.as_mut().map_or(Ok(()), |encrypted| encrypted.spool.append(wire))
    }

    /// From now on its bytes come under TLS, and the encrypted ones go into `spool`.
    pub fn encrypt_into(&mut self, spool: SpoolWriter) {
        self.encrypted = Some(Box::new(Encrypted { spool, burst: Burst::default() }));
    }
}

/// How far two directions with `calls` calls have come.
pub fn progress(calls: u64, sent: &mut DirectionRecorder, received: &mut DirectionRecorder) -> Progress {
    let bursts = [&sent.plain_burst(), &received.plain_burst()];
    TurnTimes::update([&mut sent.turn_times, &mut received.turn_times], bursts);
    Progress {
        calls,
        sends: sent.calls,
        reads: received.calls,
        sent: sent.spool.appended(),
        received: received.spool.appended(),
        sent_content: sent.reader.content(),
        received_content: received.reader.content(),
        sent_under: sent.encrypted.as_deref().map_or(0, |encrypted| encrypted.spool.appended()),
        received_under: received.encrypted.as_deref().map_or(0, |encrypted| encrypted.spool.appended()),
        sent_burst: sent.burst,
        received_burst: received.burst,
        sent_turn_times: sent.turn_times,
        received_turn_times: received.turn_times,
    }
}

/// A send or recv that came back in order, at an offset that is not known yet.
#[inline]
pub fn transferred(direction: Direction, begun: Moment, ended: Moment, asked: usize, got: usize) -> Call {
    Call {
        kind: direction.into(),
        outcome: Outcome::Done,
        begun,
        took: ended.0.saturating_sub(begun.0),
        asked: u32::try_from(asked).unwrap_or(u32::MAX),
        got: u32::try_from(got).unwrap_or(u32::MAX),
        offset: 0,
        note: 0,
    }
}

/// How many bytes of memory `found` takes in a batch.
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
