//! One request after the other on a connection.

use std::time::Duration;

use super::Service;
use super::judge::{self, BODY_MAX, Refused, Status};
use super::reply::Reply;
use crate::capture::{Ended, Event, Rejection, RejectionReason};
use crate::http::{Framing, Head, MessageEnd, ParseEvent, Unreadable, Version};
use crate::net::{Faults, Leave, Received, Responding, Wire};

/// How long a client may take to close after it has the last reply.
const LINGER: Duration = Duration::from_secs(2);

/// A request takes no more bytes than this, with its head and the framing of its body, however that is written.
const RECEIVED_MAX: u64 = 8 * BODY_MAX;

/// Of what it still sends after that, no more than this is read.
const DRAINED_MAX: u64 = 4 * 1024 * 1024;

/// Answers requests with `service` until the connection is over.
///
/// # Errors
/// Why it broke off.
pub fn converse(wire: &mut Wire, service: &dyn Service) -> Responding {
    wire.listen_in();
    let faults = wire.faults();
    let mut conversation = Conversation { faults, pending: None, since_request: 0, tls: false, out: Vec::new() };
    let mut buffer = wire.buffer();
    let mut found = Vec::new();
    loop {
        match wire.recv(&mut buffer)? {
            Received::Bytes { count, .. } => {
                conversation.since_request += count as u64;
                conversation.tls = judge::is_tls(buffer.get(..count).unwrap_or_default());
            }
            Received::PeerFinished => {
                // Half a request is still to be answered.
                wire.overheard(&mut found);
                let mut found = found.into_iter();
                found.try_for_each(|found| conversation.take_in(wire, service, found).map(drop))?;
                return Ok(Ended::PeerFinished);
            }
            Received::TimedOut if conversation.since_request > 0 || conversation.pending.is_some() => {
                conversation.refuse(wire, judge::refused(Status::TIME_OUT, RejectionReason::TimedOut))?;
                return Ok(Ended::TimedOut);
            }
            other => return Ok(other.ended()),
        }
        wire.overheard(&mut found);
        for found in found.drain(..) {
            match conversation.take_in(wire, service, found)? {
                Goes::On => {}
                // Nothing will come, unless the client does not keep to what it said.
                Goes::AsAsked if !wire.has_unread() => return Ok(Ended::Finished),
                Goes::AsAsked | Goes::Away => {
                    wire.shutdown()?;
                    return drain(wire);
                }
            }
        }
        if conversation.is_too_long(wire) {
            conversation.refuse(wire, judge::refused(Status::TOO_LARGE, RejectionReason::TooLarge))?;
            wire.shutdown()?;
            return drain(wire);
        }
    }
}

/// Whether the connection goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goes {
    On,
    /// It ends, as the client has asked for: it sends nothing more.
    AsAsked,
    /// It ends, and the client may still be sending.
    Away,
}

/// A request whose body is still coming.
struct Pending {
    head: std::sync::Arc<Head>,
    framing: Framing,
}

struct Conversation {
    faults: Faults,
    pending: Option<Pending>,
    /// So many bytes have come since the last whole request.
    since_request: u64,
    /// Whether what came last begins as TLS does.
    tls: bool,
    /// What is sent, to be used again.
    out: Vec<u8>,
}

impl Conversation {
    fn take_in(&mut self, wire: &mut Wire, service: &dyn Service, found: ParseEvent) -> Result<Goes, Leave> {
        match found {
            ParseEvent::Head { head, framing } => self.begin(wire, Pending { head, framing }),
            ParseEvent::End { how: MessageEnd::Complete, .. } => self.answer(wire, service),
            ParseEvent::End { how: MessageEnd::BadChunks(fault), at, .. } => {
                self.refuse_bad(wire, RejectionReason::Chunks(fault, at))
            }
            ParseEvent::End { .. } => self.refuse_bad(wire, RejectionReason::Unfinished),
            ParseEvent::Unreadable { why: Unreadable::NotHttp, .. } if self.tls => {
                self.refuse_bad(wire, RejectionReason::TlsHello)
            }
            ParseEvent::Unreadable { why, .. } => match judge::unreadable(why) {
                Some(refused) => self.refuse(wire, refused),
                None => Ok(Goes::Away),
            },
            ParseEvent::Violation(violation) if judge::is_invalid_in_body(violation.kind) => {
                self.refuse_bad(wire, RejectionReason::Violation(violation))
            }
            ParseEvent::Surplus { at } => self.refuse_bad(wire, RejectionReason::Surplus(at)),
            ParseEvent::Violation(_) | ParseEvent::ChunkBoundary(_) | ParseEvent::Trailers(_) => Ok(Goes::On),
        }
    }

    /// A head has come: who waits for 100 gets it, and what can't be answered is refused before its body.
    fn begin(&mut self, wire: &mut Wire, pending: Pending) -> Result<Goes, Leave> {
        match judge::judge(&pending.head, pending.framing) {
            Ok(request) => {
                if request.expects_continue {
                    wire.reply(b"HTTP/1.1 100 Continue\r\n\r\n")?;
                }
            }
            Err(refused) if !refused.can_go_on => return self.refuse_to(wire, refused, Some(&pending.head)),
            Err(_) => {}
        }
        self.pending = Some(pending);
        Ok(Goes::On)
    }

    /// A request is whole.
    fn answer(&mut self, wire: &mut Wire, service: &dyn Service) -> Result<Goes, Leave> {
        let Some(Pending { head, framing }) = self.pending.take() else { return Ok(Goes::On) };
        self.since_request = 0;
        let knows_chunks = head.version() >= Version::HTTP_11;
        let (reply, is_head, keep_alive, asks_to_close) = match judge::judge(&head, framing) {
            Ok(request) => (service.answer(&request), request.is_head, request.keep_alive, request.asks_to_close),
            Err(refused) => (refusal(wire, refused), is_head(&head), refused.can_go_on, false),
        };
        let goes_on = keep_alive && !service.answers_once() && !reply.is_misframed(&self.faults);
        let is_old = !knows_chunks;
        let reply = match (goes_on, is_old) {
            (false, _) => reply.closing(),
            // Who asked for it in HTTP/1.0 has to be told that he gets it.
            (true, true) => reply.field("Connection", "keep-alive"),
            (true, false) => reply,
        };
        reply.send(wire, (is_head, knows_chunks), &self.faults, &mut self.out)?;
        Ok(match (goes_on, asks_to_close) {
            (true, _) => Goes::On,
            (false, true) => Goes::AsAsked,
            (false, false) => Goes::Away,
        })
    }

    /// Whether more of a body, of its framing, or of empty lines before a request has come than anyone wants.
    fn is_too_long(&self, wire: &Wire) -> bool {
        self.since_request > RECEIVED_MAX || (self.pending.is_some() && wire.content_received() > BODY_MAX)
    }

    fn refuse_bad(&mut self, wire: &mut Wire, why: RejectionReason) -> Result<Goes, Leave> {
        self.refuse(wire, judge::refused(Status::BAD_REQUEST, why))
    }

    fn refuse(&mut self, wire: &mut Wire, refused: Refused) -> Result<Goes, Leave> {
        let pending = self.pending.take();
        self.refuse_to(wire, refused, pending.as_ref().map(|pending| &*pending.head))
    }

    fn refuse_to(&mut self, wire: &mut Wire, refused: Refused, head: Option<&Head>) -> Result<Goes, Leave> {
        let is_head = head.is_some_and(is_head);
        // Who can't be read is not known to know chunks.
        let knows_chunks = head.is_some_and(|head| head.version() >= Version::HTTP_11);
        refusal(wire, refused).closing().send(wire, (is_head, knows_chunks), &self.faults, &mut self.out)?;
        Ok(Goes::Away)
    }
}

fn is_head(head: &Head) -> bool {
    head.method() == Some(&crate::http::Method::Head)
}

/// The reply that says why, which the record has as well.
fn refusal(wire: &Wire, refused: Refused) -> Reply {
    let Refused { status, why, .. } = refused;
    wire.recorder().tell(Event::Rejected(Rejection { status: status.0, why }));
    let reply = Reply::saying(status, &why);
    if status == Status::NOT_ALLOWED { reply.field("Allow", "GET, HEAD") } else { reply }
}

/// Reads what the client still sends after our end, until it closes too or for two seconds: its unread bytes would turn our close into
/// a reset that takes the end of the reply with it.
///
/// # Errors
/// The failure that ended it.
pub fn drain(wire: &mut Wire) -> Responding {
    let mut buffer = wire.buffer();
    wire.limit_reading(LINGER);
    let begun = wire.recorder().now();
    let mut drained = 0;
    loop {
        match wire.recv(&mut buffer)? {
            Received::Bytes { count, .. } if wire.recorder().now().since(begun) < LINGER && drained < DRAINED_MAX => {
                drained += count as u64;
            }
            Received::Stopped => return Ok(Ended::Stopped),
            Received::PeerFinished | Received::Bytes { .. } | Received::TimedOut => return Ok(Ended::Finished),
        }
    }
}
