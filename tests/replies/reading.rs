//! The findings in a reply, by the readers alone or by the engine.
//!
//! In scope: heads, bodies, codings and charsets as lines that can be compared with the table's. Out of scope: where the bytes come
//! from (see `main` and `wire`).

use std::convert::Infallible;
use std::sync::Arc;

use socketscope::decode::{
    Coding, CodingError, CodingsError, Limits, PushError, Stage, Unpack, charset_for_label, codings_of, find_charset,
    no_coding_of,
};
use socketscope::http::{
    Framing, Head, MessageEnd, Method, ParseEvent, Reader, StartLine, Trailers, Unreadable, Violation,
};

use super::escapes::escaped;
use super::table::Reply;

/// The number of bytes that are looked at to find the character encoding.
const SAMPLE: usize = 64 * 1024;

/// The findings on one connection.
#[derive(Debug, Default, PartialEq)]
pub struct Reading {
    pub messages: Vec<Message>,
    pub unreadable: Option<(u64, Unreadable)>,
    pub surplus: Option<u64>,
}

/// One message.
#[derive(Debug, PartialEq)]
pub struct Message {
    pub head: Arc<Head>,
    pub framing: Framing,
    pub violations: Vec<Violation>,
    pub trailers: Option<Arc<Trailers>>,
    pub end: Option<(u64, MessageEnd)>,
    /// How many bytes of content the reader counted.
    pub content: u64,
    /// The body without its framing.
    pub body: Unpacked,
    /// The body without its codings.
    pub decoded: Unpacked,
}

/// The unpacked bytes of a body, the fault in it, and the coding that it was not in.
pub type Unpacked = (Vec<u8>, Option<CodingError>, Option<Coding>);

impl Reading {
    /// The findings of the readers in `reply`, which comes in pieces that end at `cuts`.
    pub fn of(reply: &Reply, cuts: &[usize]) -> Self {
        let mut reading = Self::default();
        for found in findings(reply, cuts) {
            reading.take(found);
        }
        for message in &mut reading.messages {
            let start = usize::try_from(message.head.span.end).unwrap();
            let end = message.end.map_or(reply.bytes.len(), |(at, _)| usize::try_from(at).unwrap());
            let pieces = pieces(&reply.bytes[..end], start, cuts);
            let unpack = |stage| unpacked(message, stage, reply.limits, &pieces);
            (message.body, message.decoded) = (unpack(Stage::Framed), unpack(Stage::Decoded));
        }
        reading
    }

    fn take(&mut self, found: ParseEvent) {
        let last = self.messages.last_mut();
        match (found, last) {
            (ParseEvent::Head { head, framing }, _) => self.messages.push(Message::new(head, framing)),
            (ParseEvent::Unreadable { at, why, .. }, _) => self.unreadable = Some((at, why)),
            (ParseEvent::Surplus { at }, _) => self.surplus = Some(at),
            (ParseEvent::Violation(violation), Some(last)) => last.violations.push(violation),
            (ParseEvent::Trailers(trailers), Some(last)) => last.trailers = Some(trailers),
            (ParseEvent::End { at, how, content }, Some(last)) => (last.end, last.content) = (Some((at, how)), content),
            (ParseEvent::ChunkBoundary(_), Some(_)) => {}
            (found, None) => panic!("before any head: {found:?}"),
        }
    }

    /// The findings, one a line.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.messages.iter().flat_map(Message::lines).collect();
        lines.extend(self.unreadable.map(|(at, why)| format!("unreadable {} @{at}", why.name())));
        lines.extend(self.surplus.map(|at| format!("surplus @{at}")));
        lines
    }

    /// Demands that messages follow one another, and that no byte is left over.
    pub fn assert_sound(&self, reply: &Reply) {
        let mut at = 0;
        for message in &self.messages {
            assert_eq!(message.head.span.start, at, "{}: a message begins where the last one ended", reply.name);
            assert_eq!(message.content, message.body.0.len() as u64, "{}: the content is counted", reply.name);
            at = message.end.expect("a message has an end").0;
        }
        let is_followed = |end| matches!(end, MessageEnd::Complete | MessageEnd::BadChunks(_));
        if self.surplus.is_none() && self.unreadable.is_none() {
            let last = self.messages.last().expect("something is found");
            let is_faulty = last.end.is_some_and(|(_, end)| matches!(end, MessageEnd::BadChunks(_)));
            assert!(is_faulty || at == reply.bytes.len() as u64, "{}: bytes are left over", reply.name);
        } else {
            assert!(self.messages.iter().all(|message| message.end.is_some_and(|(_, end)| is_followed(end))));
        }
    }
}

impl Message {
    pub fn new(head: Arc<Head>, framing: Framing) -> Self {
        let nothing = || (Vec::new(), None, None);
        let (body, decoded) = (nothing(), nothing());
        Self { head, framing, violations: Vec::new(), trailers: None, end: None, content: 0, body, decoded }
    }

    fn lines(&self) -> Vec<String> {
        let head = &self.head;
        let length = if let Framing::ContentLength(bytes) = self.framing { format!(" {bytes}") } else { String::new() };
        let mut lines = vec![format!("head {} {}{length}", head.status().unwrap_or_default(), self.framing.name())];
        lines.push(format!("version {}", head.version()));
        if let StartLine::Response { reason, .. } = head.start_line {
            lines.push(format!("reason {}", escaped(head.text(reason))));
        }
        let field = |field: &socketscope::http::Field, text: &dyn Fn(_) -> Vec<u8>| {
            escaped(&[&text(field.name()), &b": "[..], &text(field.value())].concat())
        };
        let of_head = |span| head.text(span).to_vec();
        lines.extend(head.fields.iter().map(|one| format!("field {}", field(one, &of_head))));
        lines.push(format!("separator {}", escaped(head.text(head.separator))));
        let violations = head.violations.iter().chain(&self.violations);
        lines.extend(violations.map(|one| format!("violation {} @{}", one.kind.name(), one.at)));
        if !matches!(self.framing, Framing::None(_)) {
            lines.push(format!("body {}", escaped(&self.body.0)));
            self.coding_lines(&mut lines);
            self.charset_lines(&mut lines);
        }
        if let Some(trailers) = &self.trailers {
            let of_trailers = |span| trailers.text(span).to_vec();
            lines.extend(trailers.fields.iter().map(|one| format!("trailer {}", field(one, &of_trailers))));
        }
        lines.push(match self.end {
            None => "open".to_owned(),
            Some((_, MessageEnd::Missing(bytes))) => format!("end missing {bytes}"),
            Some((_, MessageEnd::MissingChunks(bytes))) => format!("end missing-chunks {bytes}"),
            Some((at, MessageEnd::BadChunks(fault))) => format!("end bad-chunks {} @{at}", fault.name()),
            Some((_, how)) => format!("end {}", how.name()),
        });
        lines
    }

    fn coding_lines(&self, lines: &mut Vec<String>) {
        lines.extend(no_coding_of(&self.head, self.framing).map(|name| format!("no-coding {}", escaped(&name))));
        match codings_of(&self.head, self.framing) {
            Ok(codings) if codings.is_empty() => return,
            Ok(_) => {}
            Err(CodingsError::Unknown(name)) => return lines.push(format!("coding unknown {}", escaped(&name))),
            Err(CodingsError::TooMany(count)) => return lines.push(format!("coding too-many {count}")),
        }
        let (bytes, error, passed_over) = &self.decoded;
        lines.push(format!("decoded {}", escaped(bytes)));
        lines.extend(passed_over.map(|coding| format!("passed-over {}", coding.name())));
        lines.extend(
            error.as_ref().map(|error| {
                format!("fault {} {} {} @{}", error.coding.name(), error.layer, error.kind.name(), error.at)
            }),
        );
    }

    fn charset_lines(&self, lines: &mut Vec<String>) {
        let content = &self.decoded.0;
        let sample = content.get(..SAMPLE).unwrap_or(content);
        let charset = find_charset(self.head.field("content-type"), sample, content.len() <= SAMPLE, None);
        lines.push(format!("charset {} {}", charset.encoding.name(), charset.reason.name()));
        assert_eq!(charset_for_label(charset.encoding.name()).map(|known| known.encoding), Some(charset.encoding));
        let mut text = Vec::new();
        let mut unpack = Unpack::unframed().with_text(charset.encoding);
        let mut out = |bytes: &[u8]| -> Result<(), Infallible> {
            text.extend_from_slice(bytes);
            Ok(())
        };
        assert!(unpack.push(content, &mut out).is_ok() && unpack.finish(&mut out).is_ok());
        lines.push(format!("text {}", escaped(&text)));
    }
}

/// The events of the reader.
fn findings(reply: &Reply, cuts: &[usize]) -> Vec<ParseEvent> {
    let mut reader = Reader::responses();
    for method in &reply.asked {
        reader.expect(&Method::from(method.as_str()));
    }
    let mut found = Vec::new();
    for piece in pieces(&reply.bytes, 0, cuts) {
        reader.push(piece, &mut found);
    }
    if reply.is_reset {
        reader.cut(&mut found)
    } else {
        reader.finish(&mut found)
    }
    found
}

/// The bytes from `start` on, in pieces that end at those of the ascending `cuts` that lie within.
fn pieces<'a>(bytes: &'a [u8], start: usize, cuts: &[usize]) -> Vec<&'a [u8]> {
    let inner = cuts.iter().copied().filter(|&cut| cut > start && cut < bytes.len());
    let mut from = start;
    inner.chain([bytes.len()]).map(|cut| &bytes[std::mem::replace(&mut from, cut)..cut]).collect()
}

fn unpacked(message: &Message, stage: Stage, limits: Limits, pieces: &[&[u8]]) -> Unpacked {
    let mut unpack = Unpack::body(&message.head, message.framing, stage, limits);
    let mut bytes = Vec::new();
    let mut out = |piece: &[u8]| -> Result<(), Infallible> {
        bytes.extend_from_slice(piece);
        Ok(())
    };
    let pushed = pieces.iter().try_for_each(|piece| unpack.push(piece, &mut out));
    let result = pushed.and_then(|()| unpack.finish(&mut out));
    let error = result.err().map(|error| match error {
        PushError::Coding(error) => error,
        PushError::Out(never) => match never {},
    });
    (bytes, error, unpack.passed_over())
}
