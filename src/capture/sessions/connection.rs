//! One connected socket: its two directions, its calls, its state.

use core::net::SocketAddr;

use super::message::MessagesMax;
use crate::capture::{
    Burst, CALL_SIZE, CallKind, CallLog, ConnectionId, Direction, DiskFull, Ended, Event, Message, Moment, Opened,
    Progress, Rate, Rejection, Spool, StreamLayer, ThreadRecord, TlsEvent, TlsLayer, TurnTimes,
};
use crate::http::{MessageEnd, ParseEvent, Span, Unreadable};

/// The bytes of one direction and what was read in them.
#[derive(Clone, Debug)]
pub struct ByteStream {
    /// The bytes.
    pub spool: Spool,
    /// How many of them have been reported.
    pub bytes: u64,
    /// Those before this one are not shown any more.
    pub first_byte: u64,
    /// The calls that carried them: sends or reads.
    pub calls: u64,
    /// The HTTP messages in it that are kept, the oldest first.
    pub messages: Vec<Message>,
    /// How many others there were: they are only counted, as there was no room for them.
    pub unkept_messages: u64,
    /// The newest message, if it is one of those.
    unkept: Option<UnkeptMessage>,
    /// Bytes of memory that the messages take.
    memory: u64,
    /// Where and why the bytes can't be read as HTTP.
    pub unreadable: Option<(u64, Unreadable)>,
    /// Where bytes begin that belong to no message.
    pub surplus: Option<u64>,
    /// How much crossed the socket, and when: with TLS, the encrypted bytes.
    pub rate: Rate,
    /// When it said something.
    pub turn_times: Option<TurnTimes>,
    /// Why its next call waits for room on the disk, while it does.
    pub disk_full: Option<Box<DiskFull>>,
    /// How the newest message ended that is forgotten, unless that was an interim one.
    pub forgotten: Option<MessageEnd>,
}

/// What is known of a message that is only counted, while it is the newest.
#[derive(Clone, Copy, Debug)]
struct UnkeptMessage {
    is_interim: bool,
    /// How it ended, once it has.
    end: Option<MessageEnd>,
}

impl ByteStream {
    fn new(spool: Spool, since: Moment) -> Self {
        Self {
            spool,
            bytes: 0,
            first_byte: 0,
            calls: 0,
            messages: Vec::new(),
            unkept_messages: 0,
            unkept: None,
            memory: 0,
            unreadable: None,
            surplus: None,
            rate: Rate::new(since),
            turn_times: None,
            disk_full: None,
            forgotten: None,
        }
    }

    fn found(&mut self, found: ParseEvent, max: &MessagesMax) {
        let room = max.memory.saturating_sub(self.memory);
        match found {
            ParseEvent::Head { head, framing } => {
                let message = Message::new(head, framing);
                if self.messages.len() < max.count && message.memory() <= room {
                    self.memory += message.memory();
                    self.messages.push(message);
                    self.unkept = None;
                } else {
                    self.unkept = Some(UnkeptMessage { is_interim: message.is_interim(), end: None });
                    self.unkept_messages += 1;
                }
            }
            ParseEvent::Unreadable { at, why, .. } => self.unreadable = Some((at, why)),
            ParseEvent::Surplus { at } => self.surplus = Some(at),
            found => match (&mut self.unkept, self.messages.last_mut()) {
                // What belongs to a message that is only counted is nothing of those that are kept.
                (Some(unkept), _) => {
                    if let ParseEvent::End { how, .. } = found {
                        unkept.end = Some(how);
                    }
                }
                (None, Some(message)) => {
                    let before = message.memory();
                    message.found(found, self.spool.len(), room);
                    self.memory = self.memory + message.memory() - before;
                }
                (None, None) => {}
            },
        }
    }

    /// Whether the newest message has ended, kept or not, and is whole.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.newest_end().flatten() == Some(MessageEnd::Complete)
    }

    /// Whether the newest message has not ended.
    #[must_use]
    pub fn is_arriving(&self) -> bool {
        self.newest_end() == Some(None)
    }

    /// The end of the newest message, if that is only counted and no interim one.
    pub(super) fn unkept_end(&self) -> Option<Option<MessageEnd>> {
        self.unkept.filter(|unkept| !unkept.is_interim).map(|unkept| unkept.end)
    }

    /// How the newest message ended, kept or not; `None` if there is none.
    fn newest_end(&self) -> Option<Option<MessageEnd>> {
        match self.unkept {
            Some(unkept) => Some(unkept.end),
            None => self.messages.last().map(|message| message.end.map(|(_, how)| how)),
        }
    }

    fn crossed(&mut self, burst: &Burst, turn_times: Option<TurnTimes>) {
        self.rate.take_in(burst);
        self.turn_times = spoken;
    }

    /// How many of its bytes are kept: all, or as many as may be. Those after were only counted.
    #[must_use]
    pub fn kept(&self) -> u64 {
        self.bytes.min(self.spool.len())
    }

    /// Whether all its bytes are kept.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.kept() == self.bytes
    }

    /// The bytes that are shown: all that are kept, or those since it was cleared.
    #[must_use]
    pub fn shown(&self) -> Span {
        Span::new(self.first_byte.min(self.kept()), self.kept())
    }

    /// Forgets the bytes and the messages that `shown` shows, which is this direction as it was.
    fn clear(&mut self, shown: &Self) {
        self.first_byte = shown.bytes;
        // A message that is still arriving is the last one, and stays.
        let ended = shown.messages.iter().take_while(|message| message.end.is_some()).count();
        for message in self.messages.drain(..ended.min(self.messages.len())) {
            self.memory -= message.memory();
            let end = message.end.map(|(_, how)| how).filter(|_| !message.is_interim());
            self.forgotten = end.or(self.forgotten.take());
        }
        self.unkept_messages -= shown.unkept_messages.min(self.unkept_messages);
        self.surplus = self.surplus.filter(|_| shown.surplus.is_none());
    }

    fn count(&mut self, bytes: u64, calls: u64, content: u64) {
        self.bytes = bytes;
        self.calls = calls;
        // What is kept has ended when a message comes that is only counted.
        let arriving = self.messages.last_mut().filter(|message| message.end.is_none());
        if let Some(message) = arriving {
            message.content = content;
        }
    }
}

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

    /// The direction `direction`.
    #[must_use]
    pub fn stream(&self, direction: Direction) -> &ByteStream {
        match direction {
            Direction::Sent => &self.sent,
            Direction::Received => &self.received,
        }
    }

    /// The bytes of `direction` in `layer`, and how many of them have been reported. Without TLS there is only one layer.
    #[must_use]
    pub fn bytes(&self, direction: Direction, layer: StreamLayer) -> (&Spool, u64) {
        let stream = self.stream(direction);
        let under = self.tls.as_ref().filter(|_| layer == StreamLayer::Wire).map(|tls| tls.wire(direction));
        under.unwrap_or((&stream.spool, stream.kept()))
    }

    /// The first byte of `direction` in `layer` that is shown: those before were cleared away.
    #[must_use]
    pub fn first_byte(&self, direction: Direction, layer: StreamLayer) -> u64 {
        match &self.tls {
            Some(tls) if layer == StreamLayer::Wire => tls.first_byte(direction),
            _ => self.stream(direction).first_byte,
        }
    }

    /// The calls with the bytes of `layer` that they carried.
    #[must_use]
    pub fn calls(&self, layer: StreamLayer) -> &CallLog {
        match &self.tls {
            Some(tls) if layer == StreamLayer::Plain => &tls.plain_calls,
            _ => &self.thread.calls,
        }
    }

    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> ConnectionState {
        match (self.thread.ended, self.peer) {
            (Some((_, how)), _) => ConnectionState::Closed(how),
            (None, None) => ConnectionState::Preparing,
            (None, Some(_)) => ConnectionState::Open,
        }
    }

    /// How many bytes its spools and its log keep.
    #[must_use]
    pub fn kept_bytes(&self) -> u64 {
        let calls = self.thread.call_count * CALL_SIZE as u64;
        self.sent.kept() + self.received.kept() + calls
    }

    /// Whether it waits in recv with nothing more to come before the peer or the user ends it.
    #[must_use]
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
    #[must_use]
    pub fn disk_full(&self) -> Option<&DiskFull> {
        self.received.disk_full.as_deref().or(self.sent.disk_full.as_deref()).filter(|_| self.thread.ended.is_none())
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
            Event::DiskWait { direction: Direction::Sent, disk_full } => self.sent.disk_full = disk_full.map(Box::new),
            Event::DiskWait { direction: Direction::Received, disk_full } => {
                self.received.disk_full = disk_full.map(Box::new)
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
