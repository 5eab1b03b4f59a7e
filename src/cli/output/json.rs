//! The events as JSON, one object a line. `docs/JSON.md` describes them.

use std::io::{self, Write};

use serde::Serialize;

use super::coding_note::CodingNote;
use super::json_tls::TlsLine;
use super::new_calls::NewCalls;
use super::watch::EventOutput;
use crate::capture::{
    Call, Connection, Direction, Event, Failure, Moment, Rejection, Session, SocketId, Subject, ThreadRecord, TlsEvent,
};
use crate::http::{Framing, Head, MessageEnd, ParseEvent, StartLine, Violation};
use crate::view::visible;
use crate::words::Words;

/// Escapes what serde_json passes: the control characters of C1, and those that turn or hide text.
struct EscapeInvisible;

impl serde_json::ser::Formatter for EscapeInvisible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if visible(fragment) == fragment {
            return out.write_all(fragment.as_bytes());
        }
        for ch in fragment.chars() {
            let mut text = [0; 4];
            let text = ch.encode_utf8(&mut text);
            if visible(text) == *text {
                out.write_all(text.as_bytes())?;
                continue;
            }
            for unit in ch.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}

/// One line: what every object has, then what its kind has.
#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    session: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection: Option<u32>,
    #[serde(flatten)]
    what: What<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum What<'a> {
    Opened {
        at: f64,
        thread: &'a str,
    },
    Listening {
        address: String,
    },
    Connected {
        local: String,
        peer: String,
    },
    Call(CallLine),
    Head(HeadLine),
    End {
        direction: &'static str,
        at: u64,
        how: &'static str,
        content: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        missing: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        fault: Option<&'static str>,
    },
    Trailers {
        direction: &'static str,
        start: u64,
        end: u64,
        fields: Vec<(String, String)>,
    },
    Violation {
        direction: &'static str,
        #[serde(flatten)]
        line: ViolationLine,
    },
    Unreadable {
        direction: &'static str,
        at: u64,
        why: &'static str,
    },
    Surplus {
        direction: &'static str,
        at: u64,
    },
    Coding {
        direction: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        coding: Option<String>,
        what: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        at: Option<u64>,
        text: String,
    },
    TlsBegun {
        at: f64,
    },
    Tls(TlsLine),
    Nothing {},
    Rejected(RejectionLine),
    Failed(FailureLine),
    Ended {
        at: f64,
        how: &'static str,
    },
}

#[derive(Serialize)]
struct CallLine {
    number: u64,
    at: f64,
    took: f64,
    call: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    got: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<FailureLine>,
}

#[derive(Serialize)]
struct HeadLine {
    direction: &'static str,
    start: u64,
    end: u64,
    start_line: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    fields: Vec<(String, String)>,
    framing: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_length: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    violations: Vec<ViolationLine>,
}

#[derive(Serialize)]
struct ViolationLine {
    at: u64,
    what: &'static str,
    section: &'static str,
}

#[derive(Serialize)]
struct RejectionLine {
    status: u16,
    why: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<&'static str>,
    text: String,
}

#[derive(Serialize)]
struct FailureLine {
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<String>,
}

/// Writes the events of a run as JSON, one object a line.
pub struct JsonOutput<'a, W> {
    words: &'a Words,
    out: W,
    began: Moment,
    calls: NewCalls,
}

impl<'a, W: Write> JsonOutput<'a, W> {
    /// An output whose times count from `began`.
    pub fn new(words: &'a Words, out: W, began: Moment) -> Self {
        Self { words, out, began, calls: NewCalls::default() }
    }

    fn seconds(&self, at: Moment) -> f64 {
        at.since(self.began).as_secs_f64()
    }

    fn failure(&self, failure: &Failure) -> FailureLine {
        FailureLine {
            subject: failure.subject.as_ref().map(Subject::to_string),
            text: self.words.failure(failure).what,
            code: failure.system.as_ref().and_then(|system| system.code),
            system: failure.system.as_ref().map(|system| system.text.clone()),
        }
    }

    fn rejection(&self, rejection: Rejection) -> RejectionLine {
        let Rejection { status, why } = rejection;
        let text = self.words.rejection(rejection).what;
        RejectionLine { status, why: why.name(), at: why.at(), section: why.section(), text }
    }

    fn call(&self, number: u64, call: &Call, track: &ThreadRecord) -> CallLine {
        let note = track.note(call);
        let transfer = Direction::BOTH.iter().any(|direction| call.kind == (*direction).into());
        CallLine {
            number,
            at: self.seconds(call.begun),
            took: std::time::Duration::from_nanos(call.took).as_secs_f64(),
            call: call.kind.name(),
            outcome: call.outcome.name(),
            asked: transfer.then_some(call.asked),
            got: transfer.then_some(call.got),
            offset: transfer.then_some(call.offset),
            subject: note.and_then(|note| note.subject.as_ref()).map(Subject::to_string),
            addresses: note.map(|note| note.addresses.iter().map(ToString::to_string).collect()).unwrap_or_default(),
            error: note.and_then(|note| note.failure.as_ref()).map(|failure| self.failure(failure)),
        }
    }

    fn write(&mut self, session: &Session, socket: SocketId, event: &'static str, what: What<'_>) -> io::Result<()> {
        let connection = match socket {
            SocketId::Listener => None,
            SocketId::Connection(id) => Some(id.0),
        };
        let line = Line { event, session: session.id.0, connection, what };
        line.serialize(&mut serde_json::Serializer::with_formatter(&mut self.out, EscapeInvisible))?;
        self.out.write_all(b"\n")
    }

    fn write_calls(&mut self, session: &Session, socket: SocketId, events: &[Event]) -> io::Result<()> {
        let mut calls = std::mem::take(&mut self.calls);
        let written = calls.each(session, socket, events, |track, number, call| {
            let line = self.call(number, call, track);
            self.write(session, socket, "call", What::Call(line))
        });
        self.calls = calls;
        written
    }

    fn write_event(&mut self, session: &Session, socket: SocketId, event: &Event) -> io::Result<()> {
        let (name, what) = match event {
            Event::Opened(opened) => ("opened", What::Opened { at: self.seconds(opened.at), thread: &opened.thread }),
            Event::Listening(address) => ("listening", What::Listening { address: address.to_string() }),
            Event::Connected { local, peer } => {
                ("connected", What::Connected { local: local.to_string(), peer: peer.to_string() })
            }
            Event::Found { direction, found } => match found_line(direction.name(), found) {
                Some(line) => line,
                None => return Ok(()),
            },
            Event::Tls(TlsEvent::Begun { at, .. }) => ("tls-begun", What::TlsBegun { at: self.seconds(*at) }),
            Event::Tls(TlsEvent::Done { at, facts }) => ("tls", What::Tls(TlsLine::of(self.seconds(*at), facts))),
            Event::Tls(TlsEvent::CloseNotify) => ("tls-close-notify", What::Nothing {}),
            Event::Tls(TlsEvent::EndedUnsaid) => ("tls-ended-unsaid", What::Nothing {}),
            Event::Rejected(rejection) => ("rejected", What::Rejected(self.rejection(*rejection))),
            Event::TurnedAway => ("turned-away", What::Nothing {}),
            Event::Failed(failure) => ("failed", What::Failed(self.failure(failure))),
            Event::Ended { at, how } => ("ended", What::Ended { at: self.seconds(*at), how: how.name() }),
            Event::Note(_)
            | Event::Progress(_)
            | Event::CallBlocked(_)
            | Event::SendingEnded
            | Event::ReceivingEnded => {
                return Ok(());
            }
            // Without a window every call is made at once.
            Event::CallDue(_) | Event::CallReleased(_) => return Ok(()),
            // Without a window nobody could make room, so nothing waits for it.
            Event::DiskWait { .. } => return Ok(()),
        };
        self.write(session, socket, name, what)
    }
}

impl<W: Write> EventOutput for JsonOutput<'_, W> {
    fn write_coding_note(&mut self, session: &Session, connection: &Connection, note: &CodingNote) -> io::Result<()> {
        let what = What::Coding {
            direction: Direction::Received.name(),
            coding: note.coding(),
            what: note.name(),
            at: if let CodingNote::Fault(fault) = note { Some(fault.at) } else { None },
            text: note.text(self.words),
        };
        self.write(session, SocketId::Connection(connection.id), "coding", what)?;
        self.out.flush()
    }

    fn write_events(&mut self, session: &Session, socket: SocketId, events: &[Event]) -> io::Result<()> {
        let (first, rest) = match events {
            [first @ Event::Opened(_), rest @ ..] => (Some(first), rest),
            _ => (None, events),
        };
        if let Some(opened) = first {
            self.write_event(session, socket, opened)?;
        }
        self.write_calls(session, socket, rest)?;
        for event in rest {
            self.write_event(session, socket, event)?;
        }
        self.out.flush()
    }
}

fn found_line(direction: &'static str, found: &ParseEvent) -> Option<(&'static str, What<'static>)> {
    Some(match found {
        ParseEvent::Head { head, framing } => ("head", What::Head(head_line(direction, head, *framing))),
        ParseEvent::End { at, how, content } => {
            let (missing, fault) = match how {
                MessageEnd::Missing(missing) | MessageEnd::MissingChunks(missing) => (Some(*missing), None),
                MessageEnd::BadChunks(fault) => (None, Some(fault.name())),
                _ => (None, None),
            };
            ("end", What::End { direction, at: *at, how: how.name(), content: *content, missing, fault })
        }
        ParseEvent::Trailers(trailers) => {
            let text = |span| String::from_utf8_lossy(trailers.text(span)).into_owned();
            let fields = trailers.fields.iter().map(|field| (text(field.name()), text(field.value()))).collect();
            ("trailers", What::Trailers { direction, start: trailers.span.start, end: trailers.span.end, fields })
        }
        ParseEvent::Violation(violation) => {
            ("violation", What::Violation { direction, line: violation_line(violation) })
        }
        ParseEvent::ChunkBoundary(_) => return None,
        ParseEvent::Unreadable { at, why, .. } => {
            ("unreadable", What::Unreadable { direction, at: *at, why: why.name() })
        }
        ParseEvent::Surplus { at } => ("surplus", What::Surplus { direction, at: *at }),
    })
}

fn head_line(direction: &'static str, head: &Head, framing: Framing) -> HeadLine {
    let text = |span| String::from_utf8_lossy(head.text(span)).into_owned();
    HeadLine {
        direction,
        start: head.span.start,
        end: head.span.end,
        start_line: super::text::start_line(head),
        status: match head.start_line {
            StartLine::Response { status, .. } => Some(status),
            StartLine::Request { .. } => None,
        },
        fields: head.fields.iter().map(|field| (text(field.name()), text(field.value()))).collect(),
        framing: framing.name(),
        content_length: match framing {
            Framing::ContentLength(length) => Some(length),
            _ => None,
        },
        violations: head.violations.iter().map(violation_line).collect(),
    }
}

fn violation_line(violation: &Violation) -> ViolationLine {
    ViolationLine { at: violation.at, what: violation.kind.name(), section: violation.kind.section() }
}
