//! Whole streams and the events that a reader finds in them.
//!
//! Every stream is read whole, split in two at every byte, and byte by byte. The events must be the same each time.

mod bounds;
mod chunks;
mod heads;
mod messages;
mod random;

use super::{Framing, MessageEnd, Method, ParseEvent, Reader};

/// How a stream ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ending {
    Open,
    Finish,
    Cut,
}

/// A stream, written as pieces. An offset in an expected event is the number of a piece.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    responses: bool,
    asked: Vec<Method>,
    bytes: Vec<u8>,
    /// Where each piece begins, and where the last one ends.
    marks: Vec<u64>,
}

pub(super) fn requests(pieces: &[&str]) -> Stream {
    let mut bytes = Vec::new();
    let mut marks = vec![0];
    for piece in pieces {
        bytes.extend_from_slice(piece.as_bytes());
        marks.push(bytes.len() as u64);
    }
    Stream { responses: false, asked: Vec::new(), bytes, marks }
}

pub(super) fn responses(pieces: &[&str]) -> Stream {
    Stream { responses: true, ..requests(pieces) }
}

impl Stream {
    /// The stream of responses after requests with these methods.
    pub(super) fn to(mut self, methods: &[Method]) -> Stream {
        self.asked = methods.to_vec();
        self
    }

    /// Demands these events, one a line, however the stream is split.
    #[track_caller]
    pub(super) fn finds(&self, ending: Ending, expected: &[&str]) {
        let whole = self.read(&[], ending);
        let lines: Vec<String> = whole.iter().map(|found| self.line(found)).collect();
        assert_eq!(lines, expected);
        for cut in 1..self.bytes.len() {
            assert_eq!(self.read(&[cut], ending), whole, "split at {cut}");
        }
        let all: Vec<usize> = (1..self.bytes.len()).collect();
        assert_eq!(self.read(&all, ending), whole, "byte by byte");
    }

    /// The events when the stream is split at these places, which are in ascending order.
    pub(super) fn read(&self, cuts: &[usize], ending: Ending) -> Vec<ParseEvent> {
        let mut reader = if self.responses { Reader::responses() } else { Reader::requests() };
        for method in &self.asked {
            reader.expect(method);
        }
        let mut found = Vec::new();
        let mut from = 0;
        for &cut in cuts.iter().chain([&self.bytes.len()]) {
            reader.push(&self.bytes[from..cut], &mut found);
            from = cut;
        }
        // Bytes after the end must have no effect.
        match ending {
            Ending::Open => return found,
            Ending::Finish => reader.finish(&mut found),
            Ending::Cut => reader.cut(&mut found),
        }
        reader.push(b"HTTP/1.1 200 OK\r\n\r\n", &mut found);
        reader.finish(&mut found);
        found
    }

    fn chunked(&self) -> bool {
        self.bytes.windows(9).any(|part| part == b": chunked")
    }

    /// One event as a line. A head comes with its violations, an offset as the number of a piece.
    fn line(&self, found: &ParseEvent) -> String {
        let mark = |at: u64| match self.marks.iter().position(|&mark| mark == at) {
            Some(piece) => piece.to_string(),
            None => format!("?{at}"),
        };
        match found {
            ParseEvent::Head { head, framing } => {
                let mut line = format!("head {}..{} {}", mark(head.span.start), mark(head.span.end), framing.name());
                if let Framing::ContentLength(bytes) = framing {
                    line += &format!(" {bytes}");
                }
                for violation in &head.violations {
                    line += &format!(" {}@{}", violation.kind.name(), mark(violation.at));
                }
                line
            }
            ParseEvent::End { at, how, content } => {
                let how = match how {
                    MessageEnd::Missing(bytes) => format!("missing {bytes}"),
                    MessageEnd::MissingChunks(bytes) => format!("missing-chunks {bytes}"),
                    MessageEnd::BadChunks(fault) => format!("bad-chunks {}", fault.name()),
                    _ => how.name().to_owned(),
                };
                // A body without chunks is its own content.
                let content =
                    if self.chunked() && *content > 0 { format!(" content {content}") } else { String::new() };
                format!("end {} {how}{content}", mark(*at))
            }
            ParseEvent::Violation(violation) => format!("violation {}@{}", violation.kind.name(), mark(violation.at)),
            ParseEvent::ChunkBoundary(at) => format!("mark {} {}", mark(at.wire), at.data),
            ParseEvent::Trailers(trailers) => {
                let text = |span| String::from_utf8_lossy(trailers.text(span)).into_owned();
                let fields =
                    trailers.fields.iter().map(|field| format!(" {}={}", text(field.name()), text(field.value())));
                format!(
                    "trailers {}..{}{}",
                    mark(trailers.span.start),
                    mark(trailers.span.end),
                    fields.collect::<String>()
                )
            }
            ParseEvent::Unreadable { from, at, why } => {
                format!("unreadable {}@{} {}", mark(*from), mark(*at), why.name())
            }
            ParseEvent::Surplus { at } => format!("surplus {}", mark(*at)),
        }
    }
}
