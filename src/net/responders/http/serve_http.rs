//! One request after the other on a connection.

use std::time::Duration;

use super::Service;
use super::reply::Reply;
use super::request::{self, BODY_MAX, Refusal, Status};
use crate::capture::{Ended, Event, Rejection, RejectionReason};
use crate::http::{Framing, Head, MessageEnd, ParseEvent, Unreadable, Version};
use crate::net::{Exchange, Faults, Received, ServeError, ServeResult};

/// How long a client may take to close after it has the last reply.
const LINGER: Duration = Duration::from_secs(2);

/// A request takes no more bytes than this, with its head and the framing of its body, however that is written.
const RECEIVED_MAX: u64 = 8 * BODY_MAX;

/// Of what it still sends after that, no more than this is read.
const DRAINED_MAX: u64 = 4 * 1024 * 1024;

/// Answers requests with `service` until the connection is over.
pub fn serve_http(exchange: &mut Exchange, service: &dyn Service) -> ServeResult {
    exchange.recorder().subscribe_parsed();
    let faults = exchange.faults.clone();
    let mut connection = HttpConnection { faults, pending: None, since_request: 0, tls: false, out: Vec::new() };
    let mut buffer = exchange.buffer();
    let mut found = Vec::new();
    loop {
        match exchange.recv(&mut buffer)? {
            Received::Bytes { .. } => {
                connection.since_request += buffer.plaintext().len() as u64;
                connection.tls = request::is_tls(buffer.plaintext());
            }
            Received::PeerFinished => {
                // Half a request is still to be answered.
                exchange.recorder().take_parsed(&mut found);
                let mut found = found.into_iter();
                found.try_for_each(|found| connection.take_in(exchange, service, found).map(drop))?;
                return Ok(Ended::PeerFinished);
            }
            Received::TimedOut if connection.since_request > 0 || connection.pending.is_some() => {
                connection.refuse(exchange, request::refused(Status::TIME_OUT, RejectionReason::TimedOut))?;
                return Ok(Ended::TimedOut);
            }
            other => return Ok(other.ended()),
        }
        exchange.recorder().take_parsed(&mut found);
        for found in found.drain(..) {
            match connection.take_in(exchange, service, found)? {
                Next::Request => {}
                // Nothing will come, unless the client does not keep to what it said.
                Next::CloseAsked if !exchange.has_unread() => return Ok(Ended::Finished),
                Next::CloseAsked | Next::Close => {
                    exchange.shutdown()?;
                    return drain(exchange);
                }
            }
        }
        if connection.is_too_long(exchange) {
            connection.refuse(exchange, request::refused(Status::TOO_LARGE, RejectionReason::TooLarge))?;
            exchange.shutdown()?;
            return drain(exchange);
        }
    }
}

/// What comes next on the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// More of this request, or another one.
    Request,
    /// The end that the client has asked for: it sends nothing more.
    CloseAsked,
    /// The end, while the client may still be sending.
    Close,
}

/// A request whose body is still coming.
struct Pending {
    head: std::sync::Arc<Head>,
    framing: Framing,
}

struct HttpConnection {
    faults: Faults,
    pending: Option<Pending>,
    /// So many bytes have come since the last whole request.
    since_request: u64,
    /// Whether what came last begins as TLS does.
    tls: bool,
    /// What is sent, to be used again.
    out: Vec<u8>,
}

impl HttpConnection {
    fn take_in(
        &mut self,
        exchange: &mut Exchange,
        service: &dyn Service,
        found: ParseEvent,
    ) -> Result<Next, ServeError> {
        match found {
            ParseEvent::Head { head, framing } => self.begin(exchange, Pending { head, framing }),
            ParseEvent::End { how: MessageEnd::Complete, .. } => self.answer(exchange, service),
            ParseEvent::End { how: MessageEnd::BadChunks(fault), at, .. } => {
                self.refuse_bad(exchange, RejectionReason::Chunks(fault, at))
            }
            ParseEvent::End { .. } => self.refuse_bad(exchange, RejectionReason::Unfinished),
            ParseEvent::Unreadable { why: Unreadable::NotHttp, .. } if self.tls => {
                self.refuse_bad(exchange, RejectionReason::TlsHello)
            }
            ParseEvent::Unreadable { why, .. } => match request::unreadable(why) {
                Some(refused) => self.refuse(exchange, refused),
                None => Ok(Next::Close),
            },
            ParseEvent::Violation(violation) if request::is_invalid_in_body(violation.kind) => {
                self.refuse_bad(exchange, RejectionReason::Violation(violation))
            }
            ParseEvent::Surplus { at } => self.refuse_bad(exchange, RejectionReason::Surplus(at)),
            ParseEvent::Violation(_) | ParseEvent::ChunkBoundary(_) | ParseEvent::Trailers(_) => Ok(Next::Request),
        }
    }

    /// A head has come: who waits for 100 gets it, and what can't be answered is refused before its body.
    fn begin(&mut self, exchange: &mut Exchange, pending: Pending) -> Result<Next, ServeError> {
        match request::check(&pending.head, pending.framing) {
            Ok(request) => {
                if request.expects_continue {
                    exchange.reply(b"HTTP/1.1 100 Continue\r\n\r\n")?;
                }
            }
            Err(refused) if !refused.can_go_on => return self.refuse_to(exchange, refused, Some(&pending.head)),
            Err(_) => {}
        }
        self.pending = Some(pending);
        Ok(Next::Request)
    }

    /// A request is whole.
    fn answer(&mut self, exchange: &mut Exchange, service: &dyn Service) -> Result<Next, ServeError> {
        let Some(Pending { head, framing }) = self.pending.take() else { return Ok(Next::Request) };
        self.since_request = 0;
        let knows_chunks = head.version() >= Version::HTTP_11;
        let (reply, is_head, keep_alive, asks_to_close) = match request::check(&head, framing) {
            Ok(request) => (service.answer(&request), request.is_head, request.keep_alive, request.asks_to_close),
            Err(refused) => (refusal(exchange, refused), is_head(&head), refused.can_go_on, false),
        };
        let goes_on = keep_alive && !service.answers_once() && !reply.is_misframed(&self.faults);
        let reply = match (goes_on, knows_chunks) {
            (false, _) => reply.closing(),
            // Who asked for it in HTTP/1.0 has to be told that he gets it.
            (true, false) => reply.field("Connection", "keep-alive"),
            (true, true) => reply,
        };
        reply.send(exchange, (is_head, knows_chunks), &self.faults, &mut self.out)?;
        Ok(match (goes_on, asks_to_close) {
            (true, _) => Next::Request,
            (false, true) => Next::CloseAsked,
            (false, false) => Next::Close,
        })
    }

    /// Whether more of a body, of its framing, or of empty lines before a request has come than anyone wants.
    fn is_too_long(&self, exchange: &Exchange) -> bool {
        self.since_request > RECEIVED_MAX
            || (self.pending.is_some() && exchange.recorder().content_received() > BODY_MAX)
    }

    fn refuse_bad(&mut self, exchange: &mut Exchange, why: RejectionReason) -> Result<Next, ServeError> {
        self.refuse(exchange, request::refused(Status::BAD_REQUEST, why))
    }

    fn refuse(&mut self, exchange: &mut Exchange, refused: Refusal) -> Result<Next, ServeError> {
        let pending = self.pending.take();
        self.refuse_to(exchange, refused, pending.as_ref().map(|pending| &*pending.head))
    }

    fn refuse_to(
        &mut self,
        exchange: &mut Exchange,
        refused: Refusal,
        head: Option<&Head>,
    ) -> Result<Next, ServeError> {
        let is_head = head.is_some_and(is_head);
        // Who can't be read is not known to know chunks.
        let knows_chunks = head.is_some_and(|head| head.version() >= Version::HTTP_11);
        refusal(exchange, refused).closing().send(exchange, (is_head, knows_chunks), &self.faults, &mut self.out)?;
        Ok(Next::Close)
    }
}

fn is_head(head: &Head) -> bool {
    head.method() == Some(&crate::http::Method::Head)
}

/// The reply that says why, which the record has as well.
fn refusal(exchange: &Exchange, refused: Refusal) -> Reply {
    let Refusal { status, why, .. } = refused;
    exchange.recorder().tell(Event::Rejected(Rejection { status: status.0, why }));
    let reply = Reply::saying(status, &why);
    if status == Status::NOT_ALLOWED { reply.field("Allow", "GET, HEAD") } else { reply }
}

/// Reads what the client still sends after our end, until it closes too or for two seconds: its unread bytes would turn our close into
/// a reset that takes the end of the reply with it.
pub fn drain(exchange: &mut Exchange) -> ServeResult {
    let mut buffer = exchange.buffer();
    exchange.limit_reading(LINGER);
    let begun = exchange.recorder().now();
    let mut drained = 0;
    loop {
        match exchange.recv(&mut buffer)? {
            Received::Bytes { .. } if exchange.recorder().now().since(begun) < LINGER && drained < DRAINED_MAX => {
                drained += buffer.plaintext().len() as u64;
            }
            Received::Stopped => return Ok(Ended::Stopped),
            Received::PeerFinished | Received::Bytes { .. } | Received::TimedOut => return Ok(Ended::Finished),
        }
    }
}
