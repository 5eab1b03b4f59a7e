//! Reads the messages of one direction, one after the other (RFC 9112 §2 and §9.3).
//!
//! In scope: where each message begins and ends, which request a response answers, and which bytes are no HTTP. Out of scope: the other
//! direction. So the reader of requests does not know whether a CONNECT or an Upgrade was granted. It reads the bytes that follow as
//! requests; as a rule they are none, and are then surplus.

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;

use super::body::framing::{AnsweredMethod, Framing, NoBody};
use super::body::{BodyReader, BodyStep};
use super::head::Head;
use super::head::head_reader::HeadReader;
use super::message_kind::MessageKind;
use super::method::Method;
use super::parse_event::{MessageEnd, ParseEvent};
use super::unreadable::{Refusal, Unreadable};

/// The most requests that are remembered while unanswered.
pub const EXPECTED_MAX: usize = 1024;
/// The most interim replies before a final one.
pub const INTERIM_MAX: usize = 64;

/// A reader of one direction of one connection.
///
/// Its events do not depend on how the bytes were split.
#[derive(Debug)]
pub struct Reader {
    kind: MessageKind,
    /// Offset of the next byte.
    at: u64,
    /// The methods of the requests that are not yet answered, oldest first.
    unanswered: VecDeque<AnsweredMethod>,
    /// Whether a head has been reported.
    has_head: bool,
    /// Where the body of the message begins whose head came last.
    body_start: u64,
    /// How many bytes of content that body has, once it has ended.
    content: u64,
    /// Interim replies since the last final one.
    interim: usize,
    state: ReaderState,
}

#[derive(Debug)]
enum ReaderState {
    /// Between two messages, where a server skips empty lines (RFC 9112 §2.2).
    Between {
        /// Offset of the first byte skipped.
        empty_line: Option<u64>,
        /// Offset of a CR whose LF is still to come.
        cr: Option<u64>,
    },
    Head(Box<HeadReader>),
    Body(BodyReader),
    /// After the last message that the connection can carry.
    AfterHttp,
    /// No longer reading.
    Over,
}

/// The place after a message, or before the first.
const BETWEEN: ReaderState = ReaderState::Between { empty_line: None, cr: None };

impl Reader {
    /// A reader of requests.
    pub fn requests() -> Self {
        Self::new(MessageKind::Request)
    }

    /// A reader of responses.
    pub fn responses() -> Self {
        Self::new(MessageKind::Response)
    }

    fn new(kind: MessageKind) -> Self {
        Self {
            kind,
            at: 0,
            unanswered: VecDeque::new(),
            has_head: false,
            body_start: 0,
            content: 0,
            interim: 0,
            state: BETWEEN,
        }
    }

    /// Tells a reader of responses that a request with this method was sent. Call it before the bytes of the response are pushed.
    ///
    /// Final responses answer the requests in order. A response without a request is read as one to GET. Beyond [`EXPECTED_MAX`]
    /// unanswered requests a call has no effect, nor has it on a reader of requests.
    pub fn expect(&mut self, method: &Method) {
        if self.kind == MessageKind::Response && self.unanswered.len() < EXPECTED_MAX {
            self.unanswered.push_back(AnsweredMethod::from(method));
        }
    }

    /// Reads the next bytes and appends what they hold to `events`.
    ///
    /// The time does not depend on the number of bytes of a body, except in chunks. After [`Reader::finish`] or [`Reader::cut`] a call has
    /// no effect.
    pub fn push(&mut self, bytes: &[u8], events: &mut Vec<ParseEvent>) {
        let mut rest = bytes;
        while !rest.is_empty() {
            // A step that uses no byte changes the state, and the next step uses some.
            let used = self.step(rest, events);
            self.at += used as u64;
            rest = rest.get(used..).unwrap_or_default();
        }
    }

    /// How many bytes of content have come in the body of the message whose head came last.
    pub fn content(&self) -> u64 {
        match &self.state {
            ReaderState::Body(body) => body.content(self.at - self.body_start),
            _ => self.content,
        }
    }

    /// Tells that the direction ended in order: the peer sent FIN.
    pub fn finish(&mut self, events: &mut Vec<ParseEvent>) {
        self.close(true, events);
    }

    /// Tells that the direction ended by an error, or as this end stopped reading. A body that runs until close is then not known to be
    /// whole.
    pub fn cut(&mut self, events: &mut Vec<ParseEvent>) {
        self.close(false, events);
    }

    /// Reads some of `bytes`. Returns how many.
    fn step(&mut self, bytes: &[u8], events: &mut Vec<ParseEvent>) -> usize {
        match &mut self.state {
            ReaderState::Between { .. } => self.skip_empty_lines(bytes, events),
            ReaderState::Head(reader) => match reader.push(bytes) {
                Ok((used, None)) => used,
                Ok((used, Some(head))) => {
                    self.begin_message(head, events);
                    used
                }
                Err(refusal) => {
                    let from = reader.buffer.start;
                    self.refuse(from, refusal, events);
                    bytes.len()
                }
            },
            ReaderState::Body(body) => {
                let step = body.step(bytes, events);
                self.body_stepped(step, bytes.len(), events)
            }
            ReaderState::AfterHttp => {
                events.push(ParseEvent::Surplus { at: self.at });
                self.state = ReaderState::Over;
                bytes.len()
            }
            ReaderState::Over => bytes.len(),
        }
    }

    /// Goes on after a `step` in a body to which `count` bytes were offered. Returns how many of them are read.
    fn body_stepped(&mut self, step: BodyStep, count: usize, events: &mut Vec<ParseEvent>) -> usize {
        match step {
            BodyStep::More(used) => used,
            BodyStep::Last(used) => {
                let at = self.at + used as u64;
                self.content = self.content_at(at);
                self.end_message(at, MessageEnd::Complete, BETWEEN, events);
                used
            }
            BodyStep::Fault(fault, at) => {
                self.content = self.content_at(at);
                self.end_message(at, MessageEnd::BadChunks(fault), ReaderState::Over, events);
                count
            }
        }
    }

    /// How many bytes of content the present body has if the body ends at `at`.
    fn content_at(&self, at: u64) -> u64 {
        if let ReaderState::Body(body) = &self.state { body.content(at - self.body_start) } else { 0 }
    }

    /// Skips empty lines before a request, and begins a head at the byte that follows. A client skips none before a status line. Returns how
    /// many bytes were skipped.
    fn skip_empty_lines(&mut self, bytes: &[u8], events: &mut Vec<ParseEvent>) -> usize {
        let ReaderState::Between { empty_line, cr } = &mut self.state else { return 0 };
        for (used, (&byte, at)) in bytes.iter().zip(self.at..).enumerate() {
            match (byte, *cr, self.kind) {
                (b'\n', _, MessageKind::Request) => *cr = None,
                (_, Some(cr), _) => {
                    self.refuse(cr, Refusal { at, why: Unreadable::NotHttp }, events);
                    return used;
                }
                (b'\r', None, MessageKind::Request) => *cr = Some(at),
                _ => {
                    self.state = ReaderState::Head(Box::new(HeadReader::new(self.kind, at, *empty_line)));
                    return used;
                }
            }
            empty_line.get_or_insert(at);
        }
        bytes.len()
    }

    /// Reports a head, and the end of its message when the message has no body.
    fn begin_message(&mut self, mut head: Head, events: &mut Vec<ParseEvent>) {
        let answered = self.unanswered.front().copied().unwrap_or_default();
        let mut violations = mem::take(&mut head.violations).into_vec();
        let framing = Framing::decide(&head, answered, &mut violations);
        violations.sort_by_key(|violation| violation.at);
        head.violations = violations.into();
        if framing == Framing::None(NoBody::Interim) {
            self.interim += 1;
        } else {
            self.unanswered.pop_front();
            self.interim = 0;
        }
        if self.interim > INTERIM_MAX {
            let refusal = Refusal { at: head.span.end, why: Unreadable::TooManyInterim };
            return self.refuse(head.span.start, refusal, events);
        }

        let at = head.span.end;
        self.has_head = true;
        self.body_start = at;
        self.content = 0;
        events.push(ParseEvent::Head { head: Arc::new(head), framing });
        let next = match framing {
            Framing::None(NoBody::Switching101 | NoBody::ConnectTunnel) => ReaderState::AfterHttp,
            _ => BETWEEN,
        };
        match BodyReader::new(framing, at) {
            Some(body) => self.state = ReaderState::Body(body),
            None => self.end_message(at, MessageEnd::Complete, next, events),
        }
    }

    /// Reports that a message ended at `at`, and goes on to `next`.
    fn end_message(&mut self, at: u64, how: MessageEnd, next: ReaderState, events: &mut Vec<ParseEvent>) {
        events.push(ParseEvent::End { at, how, content: self.content });
        self.state = next;
    }

    /// Stops reading at a message that would have begun at `from`.
    fn refuse(&mut self, from: u64, refusal: Refusal, events: &mut Vec<ParseEvent>) {
        self.state = ReaderState::Over;
        let Refusal { at, why } = refusal;
        // Bytes after a message that are not HTTP are surplus of that message. They are no faulty message of their own.
        events.push(match why {
            Unreadable::NotHttp if self.has_head => ParseEvent::Surplus { at: from },
            _ => ParseEvent::Unreadable { from, at, why },
        });
    }

    fn close(&mut self, is_orderly: bool, events: &mut Vec<ParseEvent>) {
        let at = self.at;
        match mem::replace(&mut self.state, ReaderState::Over) {
            ReaderState::Between { .. } if !self.has_head => {
                let why = Unreadable::Empty;
                events.push(ParseEvent::Unreadable { from: 0, at, why });
            }
            ReaderState::Head(reader) => {
                // Bytes after a message that can begin a message need not do so.
                let why =
                    if self.has_head && !reader.is_message { Unreadable::NotHttp } else { Unreadable::HeadUnfinished };
                self.refuse(reader.buffer.start, Refusal { at, why }, events);
            }
            ReaderState::Body(body) => {
                self.content = body.content(at - self.body_start);
                events.push(ParseEvent::End { at, how: body.close(is_orderly), content: self.content });
            }
            ReaderState::Between { .. } | ReaderState::AfterHttp | ReaderState::Over => {}
        }
    }
}
