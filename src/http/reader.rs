//! Reads the messages of one direction, one after the other (RFC 9112 §2 and §9.3).
//!
//! In scope: where each message begins and ends, which request a response answers, and
//! what is no HTTP. Out of scope: the other direction. So the reader of requests does not
//! know whether a CONNECT or an Upgrade was granted, and tries to read what follows as
//! requests; as a rule it cannot be, and is then surplus.

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;

use super::between_messages::{Gap, Stop};
use super::body::framing::{Asked, Framing, NoBody};
use super::body::{Body, Taken};
use super::head::Head;
use super::head::head_reader::HeadReader;
use super::message_kind::Side;
use super::method::Method;
use super::parse_event::{MessageEnd, ParseEvent};
use super::unreadable::{Refusal, Unreadable};

/// The most requests that are remembered while unanswered.
pub const EXPECTED_MAX: usize = 1024;
/// The most interim replies before a final one.
pub const INTERIM_MAX: usize = 64;

/// A reader of one direction of one connection.
///
/// What it finds does not depend on how the bytes were split.
#[derive(Debug)]
pub struct Reader {
    side: Side,
    /// Offset of the next byte.
    at: u64,
    /// What was asked and is not yet answered, oldest first.
    asked: VecDeque<Asked>,
    /// Whether a head has been found.
    begun: bool,
    /// Where the body of the message begins whose head came last.
    body: u64,
    /// How many bytes of content that body has, once it is over.
    content: u64,
    /// Interim replies since the last final one.
    interim: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Before a message.
    Gap(Gap),
    /// Within a head.
    Head(Box<HeadReader>),
    /// Within a body.
    Body(Body),
    /// After the last message the connection can carry.
    Left,
    /// No longer reading.
    Over,
}

impl Reader {
    /// A reader of requests.
    pub fn requests() -> Self {
        Self::new(Side::Requests)
    }

    /// A reader of responses.
    pub fn responses() -> Self {
        Self::new(Side::Responses)
    }

    fn new(side: Side) -> Self {
        Self {
            side,
            at: 0,
            asked: VecDeque::new(),
            begun: false,
            body: 0,
            content: 0,
            interim: 0,
            state: State::Gap(Gap::new(side)),
        }
    }

    /// Tells a reader of responses that a request with this method was sent; call it
    /// before pushing the bytes of the response.
    ///
    /// Final responses answer these in order; one too many is taken to answer GET. Past
    /// [`EXPECTED_MAX`] unanswered ones, further calls are ignored. A reader of requests
    /// has no use for it.
    pub fn expect(&mut self, method: &Method) {
        if self.side == Side::Responses && self.asked.len() < EXPECTED_MAX {
            self.asked.push_back(Asked::from(method));
        }
    }

    /// Reads the next bytes, appending what they show to `found`.
    ///
    /// Bytes of a body cost nothing, however many. After [`Reader::finish`] or
    /// [`Reader::cut`] it does nothing.
    pub fn push(&mut self, bytes: &[u8], found: &mut Vec<ParseEvent>) {
        let mut rest = bytes;
        while !rest.is_empty() {
            // A step that uses no byte changes the state, and the next one does use some.
            let used = self.step(rest, found);
            self.at += used as u64;
            rest = rest.get(used..).unwrap_or_default();
        }
    }

    /// How many bytes of content have come of the body of the message whose head came last.
    pub fn content(&self) -> u64 {
        match &self.state {
            State::Body(body) => body.content(self.at - self.body),
            _ => self.content,
        }
    }

    /// The direction ended in order: the peer sent FIN.
    pub fn finish(&mut self, found: &mut Vec<ParseEvent>) {
        self.close(true, found);
    }

    /// The direction ended by an error, or because this end stopped reading: a body that
    /// runs until close is then not known to be whole.
    pub fn cut(&mut self, found: &mut Vec<ParseEvent>) {
        self.close(false, found);
    }

    /// Reads some of `bytes`; returns how many.
    fn step(&mut self, bytes: &[u8], found: &mut Vec<ParseEvent>) -> usize {
        match &mut self.state {
            State::Gap(gap) => {
                let (used, stop) = gap.skip(bytes, self.at);
                self.leave_gap(self.at + used as u64, stop, found);
                used
            }
            State::Head(reader) => match reader.push(bytes) {
                Ok((used, None)) => used,
                Ok((used, Some(head))) => {
                    self.begin_message(head, found);
                    used
                }
                Err(refusal) => {
                    let from = reader.start();
                    self.refuse(from, refusal, found);
                    bytes.len()
                }
            },
            State::Body(body) => {
                let taken = body.take(bytes, found);
                self.body_taken(taken, bytes.len(), found)
            }
            State::Left => {
                found.push(ParseEvent::Surplus { at: self.at });
                self.state = State::Over;
                bytes.len()
            }
            State::Over => bytes.len(),
        }
    }

    /// Goes on from a body of which that became of `count` bytes; returns how many were read.
    fn body_taken(&mut self, taken: Taken, count: usize, found: &mut Vec<ParseEvent>) -> usize {
        match taken {
            Taken::Some(used) => used,
            Taken::Last(used) => {
                let at = self.at + used as u64;
                self.content = self.content_at(at);
                self.end_message(at, MessageEnd::Complete, State::Gap(Gap::new(self.side)), found);
                used
            }
            Taken::Fault(fault, at) => {
                self.content = self.content_at(at);
                self.end_message(at, MessageEnd::BadChunks(fault), State::Over, found);
                count
            }
        }
    }

    /// How many bytes of content the present body has if it ends at `at`.
    fn content_at(&self, at: u64) -> u64 {
        if let State::Body(body) = &self.state { body.content(at - self.body) } else { 0 }
    }

    /// Goes on from the gap, which stopped at `at`.
    fn leave_gap(&mut self, at: u64, stop: Stop, found: &mut Vec<ParseEvent>) {
        match stop {
            Stop::More => {}
            Stop::Begins { blank } => {
                let reader = HeadReader::new(self.side, at, blank);
                self.state = State::Head(Box::new(reader));
            }
            Stop::BareCr { cr } => {
                let why = Unreadable::NotHttp;
                self.refuse(cr, Refusal { at, why }, found);
            }
        }
    }

    /// Reports a head, and the end of its message when it has no body.
    fn begin_message(&mut self, mut head: Head, found: &mut Vec<ParseEvent>) {
        let asked = self.asked.front().copied().unwrap_or_default();
        let mut violations = mem::take(&mut head.violations).into_vec();
        let framing = Framing::decide(&head, asked, &mut violations);
        violations.sort_by_key(|violation| violation.at);
        head.violations = violations.into();
        if framing == Framing::None(NoBody::Interim) {
            self.interim += 1;
        } else {
            self.asked.pop_front();
            self.interim = 0;
        }
        if self.interim > INTERIM_MAX {
            let refusal = Refusal { at: head.span.end, why: Unreadable::TooManyInterim };
            return self.refuse(head.span.start, refusal, found);
        }

        let at = head.span.end;
        self.begun = true;
        self.body = at;
        self.content = 0;
        found.push(ParseEvent::Head { head: Arc::new(head), framing });
        let next = match framing {
            Framing::None(NoBody::Switching101 | NoBody::ConnectTunnel) => State::Left,
            _ => State::Gap(Gap::new(self.side)),
        };
        match Body::new(framing, at) {
            Some(body) => self.state = State::Body(body),
            None => self.end_message(at, MessageEnd::Complete, next, found),
        }
    }

    /// Reports that a message ended at `at`, and goes on to `next`.
    fn end_message(&mut self, at: u64, how: MessageEnd, next: State, found: &mut Vec<ParseEvent>) {
        found.push(ParseEvent::End { at, how, content: self.content });
        self.state = next;
    }

    /// Stops reading, at a message that would have begun at `from`.
    fn refuse(&mut self, from: u64, refusal: Refusal, found: &mut Vec<ParseEvent>) {
        self.state = State::Over;
        let Refusal { at, why } = refusal;
        // After a message, what is not HTTP is too much of it, not a fault of another.
        found.push(match why {
            Unreadable::NotHttp if self.begun => ParseEvent::Surplus { at: from },
            _ => ParseEvent::Unreadable { from, at, why },
        });
    }

    fn close(&mut self, orderly: bool, found: &mut Vec<ParseEvent>) {
        let at = self.at;
        match mem::replace(&mut self.state, State::Over) {
            State::Gap(_) if !self.begun => {
                let why = Unreadable::Empty;
                found.push(ParseEvent::Unreadable { from: 0, at, why });
            }
            State::Head(reader) => {
                // A few bytes after a message are not yet another one.
                let why =
                    if self.begun && !reader.is_opened() { Unreadable::NotHttp } else { Unreadable::HeadUnfinished };
                self.refuse(reader.start(), Refusal { at, why }, found);
            }
            State::Body(body) => {
                self.content = body.content(at - self.body);
                found.push(ParseEvent::End { at, how: body.close(orderly), content: self.content });
            }
            State::Gap(_) | State::Left | State::Over => {}
        }
    }
}
