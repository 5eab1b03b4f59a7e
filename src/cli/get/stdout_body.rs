//! The body of a reply on its way to stdout, unpacked as it arrives.

use std::io::{self, IsTerminal, Write};

use super::reply::{is_discarded, reply};
use crate::capture::{Connection, Event, Session, SocketId};
use crate::cli::output::{EventOutput, Stream, Unpacking};
use crate::decode::{CodingError, Limits, PushError, Stage, ToUtf8, Unpack};
use crate::http::Span;
use crate::net::{Redirect, Target};
use crate::view::{KeptControls, is_error, visible_keeping};

/// Copies to stdout go in pieces of this size.
const PIECE: u64 = 256 * 1024;

/// Writes the events, and the body as it arrives.
pub struct GetOutput<'a> {
    /// What the events are written to.
    pub events: Box<dyn EventOutput + 'a>,
    /// The body, if it goes to stdout.
    pub body: Option<StdoutBody>,
    /// Whether a status that tells of an error is a failure, after which nothing more is wanted.
    pub fails: bool,
}

impl GetOutput<'_> {
    fn has_failed(&self, session: &Session) -> bool {
        self.fails && session.newest().and_then(reply).is_some_and(is_error)
    }
}

impl EventOutput for GetOutput<'_> {
    fn write_events(&mut self, session: &Session, place: SocketId, events: &[Event]) -> io::Result<()> {
        self.events.write_events(session, place, events)?;
        let has_failed = self.has_failed(session);
        match (&mut self.body, session.newest()) {
            _ if has_failed => Ok(()),
            (Some(out), Some(connection)) => out.write(connection),
            _ => Ok(()),
        }
    }

    fn wants_more(&self, session: &Session) -> bool {
        !self.has_failed(session)
    }
}

/// Where the body goes: to a terminal only as text, with marks for what would control it.
struct Out<'a> {
    stdout: &'a mut Stream,
    /// What turns bytes into text, for a terminal.
    text: Option<&'a mut ToUtf8>,
}

impl Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Self { stdout, text } = self;
        match text {
            None => stdout.write_all(bytes),
            Some(text) => {
                text.push(bytes, &mut |text| stdout.write_all(visible_keeping(text, KeptControls::Lines).as_bytes()))
            }
        }
    }
}

/// A body on its way to stdout.
pub struct StdoutBody {
    stdout: Stream,
    /// How far it is unpacked.
    stage: Stage,
    limits: Limits,
    /// What was asked for, if a redirect in reply to it is followed.
    passes_over: Option<Target>,
    unpack: Option<Unpack>,
    /// What makes it text, if it goes to a terminal.
    text: Option<ToUtf8>,
    /// How many bytes of the body have been read from the spool.
    read: u64,
    /// The coding that could not be undone.
    fault: Option<CodingError>,
}

impl StdoutBody {
    /// A body unpacked up to `stage`, within `limits`.
    pub fn new(stdout: Stream, stage: Stage, limits: Limits) -> Self {
        let text = io::stdout().is_terminal().then(|| ToUtf8::new(encoding_rs::UTF_8));
        Self { stdout, stage, limits, passes_over: None, unpack: None, text, read: 0, fault: None }
    }

    /// From now on a reply to `asked` that sends its client on is not written, as it is followed.
    pub fn passes_over_redirects_from(&mut self, asked: Option<Target>) {
        *self = Self { passes_over: asked, ..Self::new(self.stdout.clone(), self.stage, self.limits) };
    }

    /// How it was unpacked, as far as it has come.
    pub fn unpacking(&self) -> Unpacking {
        let passed_over = self.unpack.as_ref().and_then(Unpack::passed_over);
        Unpacking { stage: self.stage, fault: self.fault.clone(), passed_over }
    }

    fn passes_over(&self, connection: &Connection) -> bool {
        let asked = self.passes_over.as_ref();
        asked.zip(reply(connection)).is_some_and(|(asked, reply)| Redirect::of(&reply.head, asked).is_some())
    }

    /// Writes what has come since.
    fn write(&mut self, connection: &Connection) -> io::Result<()> {
        if self.passes_over(connection) || reply(connection).is_some_and(is_discarded) {
            return Ok(());
        }
        let (mut text, mut stdout) = (self.text.take(), self.stdout.clone());
        let written = self.write_to(connection, &mut Out { stdout: &mut stdout, text: text.as_mut() });
        self.text = text;
        written
    }

    fn write_to(&mut self, connection: &Connection, out: &mut Out<'_>) -> io::Result<()> {
        let received = &connection.received;
        let (wire, is_over) = match reply(connection) {
            Some(message) => (message.body(received.bytes), message.end.is_some()),
            None if received.unreadable.is_some() => (Span::new(0, received.bytes), connection.thread.ended.is_some()),
            None => return Ok(()),
        };
        while wire.start + self.read < wire.end && self.fault.is_none() {
            let at = wire.start + self.read;
            let piece = received.spool.read(Span::new(at, (at + PIECE).min(wire.end)))?;
            if piece.is_empty() {
                break;
            }
            self.read += piece.len() as u64;
            let unpacked = self.unpack(connection).push(&piece, &mut |bytes| out.write(bytes));
            self.note(unpacked)?;
        }
        if is_over && self.fault.is_none() && wire.start + self.read == wire.end {
            let finished = self.unpack(connection).finish(&mut |bytes| out.write(bytes));
            self.note(finished)?;
        }
        out.stdout.flush()
    }

    fn unpack(&mut self, connection: &Connection) -> &mut Unpack {
        let (stage, limits) = (self.stage, self.limits);
        self.unpack.get_or_insert_with(|| match reply(connection) {
            Some(message) => Unpack::body(&message.head, message.framing, stage, limits),
            None => Unpack::unframed(),
        })
    }

    fn note(&mut self, result: Result<(), PushError<io::Error>>) -> io::Result<()> {
        match result {
            Err(PushError::Out(error)) => return Err(error),
            Err(PushError::Coding(error)) => self.fault = Some(error),
            Ok(()) => {}
        }
        Ok(())
    }
}
