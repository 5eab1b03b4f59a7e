//! One connected socket: its two directions, its calls, its state.

use core::net::SocketAddr;

use super::message::MessagesMax;
use crate::capture::{
    ByteStream, CALL_SIZE, CallKind, CallLog, ConnectionId, Direction, DiskFull, Ended, Event, Message, Opened,
    Progress, Rejection, Spool, StreamLayer, ThreadRecord, TlsEvent, TlsLayer,
};
use crate::http::Span;

/// What servers write in a reply with the status 400 when their port wants TLS: nginx, Apache, Go.
const TLS_WANTED: [&str; 3] =
    ["plain HTTP request was sent to HTTPS port", "speaking plain HTTP to an SSL", "sent an HTTP request to an HTTPS"];
/// How many bytes of a body are searched for such a text.
const TLS_WANTED_WITHIN: u64 = 2048;

/// How far a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    /// Not connected yet: resolving or connecting.
    Preparing,
    /// Connected; both sides may send.
    Open,
    /// Over.
    Closed(Ended),
}

/// One connection.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Its number in the session.
    pub id: ConnectionId,
    /// Its calls.
    pub thread: ThreadRecord,
    /// Our end.
    pub local: Option<SocketAddr>,
    /// The other end.
    pub peer: Option<SocketAddr>,
    /// From us to the peer.
    pub sent: ByteStream,
    /// From the peer to us.
    pub received: ByteStream,
    /// Whether our side has shut its sending down.
    pub sending_ended: bool,
    /// Whether the peer has.
    pub receiving_ended: bool,
    /// The newest request that was answered with an error of the server's own, and why.
    pub rejection: Option<Rejection>,
    /// The TLS under its bytes, if there is one.
    pub tls: Option<Box<TlsLayer>>,
}

impl Connection {
    pub(crate) fn new(id: ConnectionId, opened: Opened) -> Self {
        let Opened { at, thread, calls, sent, received } = opened;
        Self {
            id,
            thread: ThreadRecord::new(thread, at, calls),
            local: None,
            peer: None,
            sent: ByteStream::new(sent, at),
            received: ByteStream::new(received, at),
            sending_ended: false,
            receiving_ended: false,
            rejection: None,
            tls: None,
        }
    }

    /// The bytes that went in `direction`.
    pub fn stream(&self, direction: Direction) -> &ByteStream {
        direction.of(&self.sent, &self.received)
    }

    /// The bytes of `direction` in `layer`, and how many of them have been reported. Without TLS there is only one layer.
    pub fn bytes(&self, direction: Direction, layer: StreamLayer) -> (&Spool, u64) {
        let stream = self.stream(direction);
        let under = self.tls.as_ref().filter(|_| layer == StreamLayer::Wire).map(|tls| tls.wire(direction));
        under.unwrap_or((&stream.spool, stream.kept()))
    }

    /// The first byte of `direction` in `layer` that is shown: those before were cleared away.
    pub fn first_byte(&self, direction: Direction, layer: StreamLayer) -> u64 {
        match &self.tls {
            Some(tls) if layer == StreamLayer::Wire => tls.first_byte(direction),
            _ => self.stream(direction).first_byte,
        }
    }

    /// The calls with the bytes of `layer` that they carried.
    pub fn calls(&self, layer: StreamLayer) -> &CallLog {
        match &self.tls {
            Some(tls) if layer == StreamLayer::Plain => &tls.plain_calls,
            _ => &self.thread.calls,
        }
    }

    /// How far it has come.
    pub fn state(&self) -> ConnectionState {
        match (self.thread.ended, self.peer) {
            (Some((_, how)), _) => ConnectionState::Closed(how),
            (None, None) => ConnectionState::Preparing,
            (None, Some(_)) => ConnectionState::Open,
        }
    }

    /// How many bytes its spools and its log keep.
    pub fn kept_bytes(&self) -> u64 {
        let calls = self.thread.call_count * CALL_SIZE as u64;
        self.sent.kept() + self.received.kept() + calls
    }

    /// Whether it waits in recv with nothing more to come before the peer or the user ends it.
    pub fn is_waiting_in_recv(&self) -> bool {
        self.thread.blocked.iter().any(|blocked| blocked.kind == CallKind::Recv)
    }

    /// Forgets what `shown` shows, which is this connection as it was.
    pub(super) fn clear(&mut self, shown: &Self) {
        self.thread.first_call = shown.thread.call_count;
        self.sent.clear(&shown.sent);
        self.received.clear(&shown.received);
        if let (Some(tls), Some(shown)) = (&mut self.tls, &shown.tls) {
            tls.clear(shown);
        }
    }

    /// Why it waits for room on the disk, while it does.
    pub fn disk_full(&self) -> Option<&DiskFull> {
        self.received.disk_full.as_deref().or(self.sent.disk_full.as_deref()).filter(|_| self.thread.ended.is_none())
    }

    /// Whether the peer's answer says that its port speaks TLS: it is an alert of TLS, or an error that says so in words.
    pub fn hints_at_tls(&self) -> bool {
        if self.tls.is_some() || self.received.bytes == 0 {
            return false;
        }
        match self.received.messages.last() {
            None => matches!(self.start(Span::new(0, 2)).as_slice(), [21, 3]),
            Some(reply) if reply.head.status() == Some(400) => self.wants_tls(reply),
            Some(_) => false,
        }
    }

    fn wants_tls(&self, reply: &Message) -> bool {
        let body = reply.body(self.received.kept());
        let start = self.start(Span::new(body.start, body.end.min(body.start + TLS_WANTED_WITHIN)));
        TLS_WANTED.iter().any(|said| memchr::memmem::find(&start, said.as_bytes()).is_some())
    }

    fn start(&self, span: Span) -> Vec<u8> {
        // What can't be read hints at nothing; its bytes tell why when they are looked at.
        self.received.spool.read(span).unwrap_or_default()
    }

    /// Bytes of memory that its messages take.
    pub(super) fn messages_memory(&self) -> u64 {
        self.sent.memory + self.received.memory
    }

    /// Takes in `event`; of `max`, this connection may have all that is for all.
    pub(crate) fn apply(&mut self, event: Event, max: &MessagesMax) {
        match event {
            Event::Connected { local, peer } => {
                self.local = Some(local);
                self.peer = Some(peer);
            }
            Event::Found { direction, found } => {
                let (stream, other) = match direction {
                    Direction::Sent => (&mut self.sent, &self.received),
                    Direction::Received => (&mut self.received, &self.sent),
                };
                let memory = max.memory.min(max.memory_of_all.saturating_sub(other.memory));
                stream.found(found, &MessagesMax { memory, ..*max });
            }
            Event::SendingEnded => self.sending_ended = true,
            Event::ReceivingEnded => self.receiving_ended = true,
            Event::Rejected(rejection) => self.rejection = Some(rejection),
            Event::DiskWait { direction, disk_full } => {
                direction.of(&mut self.sent, &mut self.received).disk_full = disk_full.map(Box::new);
            }
            Event::Tls(event) => self.tls_event(event),
            Event::Progress(progress) => {
                self.count(progress);
                self.thread.apply(event);
            }
            _ => self.thread.apply(event),
        }
    }

    fn tls_event(&mut self, event: TlsEvent) {
        match (event, &mut self.tls) {
            (TlsEvent::Begun { at, sent, received, plain_calls }, _) => {
                self.tls = Some(Box::new(TlsLayer::new(at, sent, received, plain_calls)));
            }
            (TlsEvent::Done { at, facts }, Some(tls)) => tls.done = Some((at, facts)),
            (TlsEvent::CloseNotify, Some(tls)) => tls.close_notify = true,
            (TlsEvent::EndedUnsaid, Some(tls)) => tls.ended_unsaid = true,
            (_, None) => {}
        }
    }

    fn count(&mut self, progress: Progress) {
        if let Some(tls) = &mut self.tls {
            tls.count(progress.sent_under, progress.received_under);
        }
        self.sent.count(progress.sent, progress.sends, progress.sent_content);
        self.received.count(progress.received, progress.reads, progress.received_content);
        self.sent.crossed(&progress.sent_burst, progress.sent_turn_times);
        self.received.crossed(&progress.received_burst, progress.received_turn_times);
    }
}
