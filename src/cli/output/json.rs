//! The events as JSON, one object a line. `docs/JSON.md` describes them.

use std::io::{self, Write};
use std::time::Duration;

use super::coding_note::CodingNote;
use super::json_object::JsonObject;
use super::new_calls::NewCalls;
use super::watch::EventOutput;
use crate::capture::{
    Call, Connection, Direction, Event, Failure, Moment, Session, SocketId, Subject, ThreadRecord, TlsEvent,
};
use crate::http::{Field, Framing, Head, MessageEnd, ParseEvent, Span, StartLine, Violation};
use crate::tls::{Certificate, CertificateFault, TlsFacts, Trust};
use crate::words::Words;

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

    fn write(&mut self, line: JsonObject) -> io::Result<()> {
        let mut text = line.into_text();
        text.push(b'\n');
        self.out.write_all(&text)
    }

    fn put_failure(&self, object: JsonObject, failure: &Failure) -> JsonObject {
        let system = failure.system.as_ref();
        object
            .put("subject", failure.subject.as_ref().map(Subject::to_string))
            .put("text", self.words.failure(failure).what)
            .put("code", system.and_then(|system| system.code))
            .put("system", system.map(|system| &system.text))
    }

    fn put_call(&self, object: JsonObject, number: u64, call: &Call, track: &ThreadRecord) -> JsonObject {
        let note = track.note(call);
        let is_transfer = Direction::BOTH.iter().any(|direction| call.kind == (*direction).into());
        let addresses = note.map(|note| note.addresses.iter().map(ToString::to_string).collect::<Vec<_>>());
        let object = object
            .put("number", number)
            .put("at", self.seconds(call.begun))
            .put("took", Duration::from_nanos(call.took).as_secs_f64())
            .put("call", call.kind.name())
            .put("outcome", call.outcome.name())
            .put("asked", is_transfer.then_some(call.asked))
            .put("got", is_transfer.then_some(call.got))
            .put("offset", is_transfer.then_some(call.offset))
            .put("subject", note.and_then(|note| note.subject.as_ref()).map(Subject::to_string))
            .put("addresses", addresses.filter(|addresses| !addresses.is_empty()));
        match note.and_then(|note| note.failure.as_ref()) {
            Some(failure) => object.put_object("error", self.put_failure(JsonObject::new(), failure)),
            None => object,
        }
    }

    fn write_calls(&mut self, session: &Session, socket: SocketId, events: &[Event]) -> io::Result<()> {
        let mut calls = std::mem::take(&mut self.calls);
        let written = calls.each(session, socket, events, |track, number, call| {
            self.write(self.put_call(line(session, socket, "call"), number, call, track))
        });
        self.calls = calls;
        written
    }

    fn write_event(&mut self, session: &Session, socket: SocketId, event: &Event) -> io::Result<()> {
        let line = |event| line(session, socket, event);
        let written = match event {
            Event::Opened(opened) => line("opened").put("at", self.seconds(opened.at)).put("thread", &opened.thread),
            Event::Listening(address) => line("listening").put("address", address.to_string()),
            Event::Connected { local, peer } => {
                line("connected").put("local", local.to_string()).put("peer", peer.to_string())
            }
            Event::Found { direction, found } => {
                match found_line(|event| line(event).put("direction", direction.name()), found) {
                    Some(line) => line,
                    None => return Ok(()),
                }
            }
            Event::Tls(TlsEvent::Begun { at, .. }) => line("tls-begun").put("at", self.seconds(*at)),
            Event::Tls(TlsEvent::Done { at, facts }) => put_tls(line("tls").put("at", self.seconds(*at)), facts),
            Event::Tls(TlsEvent::CloseNotify) => line("tls-close-notify"),
            Event::Tls(TlsEvent::EndedUnsaid) => line("tls-ended-unsaid"),
            Event::Rejected(rejection) => line("rejected")
                .put("status", rejection.status)
                .put("why", rejection.why.key())
                .put("at", rejection.why.at())
                .put("section", rejection.why.section())
                .put("text", self.words.rejection(*rejection).what),
            Event::TurnedAway => line("turned-away"),
            Event::Failed(failure) => self.put_failure(line("failed"), failure),
            Event::Ended { at, how } => line("ended").put("at", self.seconds(*at)).put("how", how.name()),
            Event::Note(_)
            | Event::Progress(_)
            | Event::CallBlocked(_)
            | Event::SendingEnded
            | Event::ReceivingEnded => return Ok(()),
            // Without a window every call is made at once.
            Event::CallDue(_) | Event::CallReleased(_) => return Ok(()),
            // Without a window nobody could make room, so nothing waits for it.
            Event::DiskWait { .. } => return Ok(()),
        };
        self.write(written)
    }
}

impl<W: Write> EventOutput for JsonOutput<'_, W> {
    fn write_coding_note(&mut self, session: &Session, connection: &Connection, note: &CodingNote) -> io::Result<()> {
        let line = line(session, SocketId::Connection(connection.id), "coding")
            .put("direction", Direction::Received.name())
            .put("coding", note.coding())
            .put("what", note.name())
            .put("at", if let CodingNote::Fault(fault) = note { Some(fault.at) } else { None })
            .put("text", note.text(self.words));
        self.write(line)?;
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

/// The line of an event, with what every line has.
fn line(session: &Session, socket: SocketId, event: &'static str) -> JsonObject {
    let connection = match socket {
        SocketId::Listener => None,
        SocketId::Connection(id) => Some(id.0),
    };
    JsonObject::new().put("event", event).put("session", session.id.0).put("connection", connection)
}

/// The line of what was found in bytes; `line` begins one.
fn found_line(line: impl Fn(&'static str) -> JsonObject, found: &ParseEvent) -> Option<JsonObject> {
    Some(match found {
        ParseEvent::Head { head, framing } => put_head(line("head"), head, *framing),
        ParseEvent::End { at, how, content } => {
            let (missing, fault) = match how {
                MessageEnd::Missing(missing) | MessageEnd::MissingChunks(missing) => (Some(*missing), None),
                MessageEnd::BadChunks(fault) => (None, Some(fault.name())),
                _ => (None, None),
            };
            let line = line("end").put("at", at).put("how", how.name()).put("content", content);
            line.put("missing", missing).put("fault", fault)
        }
        ParseEvent::Trailers(trailers) => line("trailers")
            .put("start", trailers.span.start)
            .put("end", trailers.span.end)
            .put("fields", fields(&trailers.fields, |span| trailers.text(span))),
        ParseEvent::Violation(violation) => put_violation(line("violation"), violation),
        ParseEvent::ChunkBoundary(_) => return None,
        ParseEvent::Unreadable { at, why, .. } => line("unreadable").put("at", at).put("why", why.name()),
        ParseEvent::Surplus { at } => line("surplus").put("at", at),
    })
}

fn put_head(object: JsonObject, head: &Head, framing: Framing) -> JsonObject {
    let status = match head.start_line {
        StartLine::Response { status, .. } => Some(status),
        StartLine::Request { .. } => None,
    };
    let length = match framing {
        Framing::ContentLength(length) => Some(length),
        _ => None,
    };
    let object = object
        .put("start", head.span.start)
        .put("end", head.span.end)
        .put("start_line", super::text::start_line(head))
        .put("status", status)
        .put("fields", fields(&head.fields, |span| head.text(span)))
        .put("framing", framing.name())
        .put("content_length", length);
    if head.violations.is_empty() {
        return object;
    }
    let violations = head.violations.iter().map(|violation| put_violation(JsonObject::new(), violation));
    object.put_list("violations", violations)
}

/// The names and values of `fields`.
fn fields<'a>(fields: &[Field], text: impl Fn(Span) -> &'a [u8]) -> Vec<(String, String)> {
    let text = |span| String::from_utf8_lossy(text(span)).into_owned();
    fields.iter().map(|field| (text(field.name()), text(field.value()))).collect()
}

fn put_violation(object: JsonObject, violation: &Violation) -> JsonObject {
    let kind = violation.kind;
    object.put("at", violation.at).put("what", kind.name()).put("section", kind.section())
}

/// What was agreed on in a TLS handshake.
fn put_tls(object: JsonObject, facts: &TlsFacts) -> JsonObject {
    let faults = match &facts.trust {
        Trust::Verified => &[][..],
        Trust::AcceptedAnyway(faults) => faults,
    };
    object
        .put("version", facts.version)
        .put("suite", &facts.suite)
        .put("group", &facts.group)
        .put("alpn", &facts.alpn)
        .put("sni", &facts.sni)
        .put("verified", faults.is_empty())
        .put("faults", faults.iter().map(CertificateFault::name).collect::<Vec<_>>())
        .put_list("certificates", facts.certificates.iter().map(certificate))
}

fn certificate(certificate: &Certificate) -> JsonObject {
    let bits = certificate.key_bits.map(|bits| format!(" {bits}")).unwrap_or_default();
    JsonObject::new()
        .put("subject", &certificate.subject)
        .put("issuer", &certificate.issuer)
        .put("names", &certificate.names)
        .put("not_before", certificate.not_before.map(|date| date.to_string()))
        .put("not_after", certificate.not_after.map(|date| date.to_string()))
        .put("serial", &certificate.serial)
        .put("key", format!("{}{bits}", certificate.key_algorithm))
        .put("signature", &certificate.signature_algorithm)
        .put("sha256", certificate.fingerprint())
}
