//! The bytes of one direction of a connection, and what was read in them.
//!
//! In scope: which bytes and messages are kept, which of them are shown, where the body of a message lies. Out of scope: how messages
//! are found (`http`), and what the calls were.

use super::message::MessagesMax;
use crate::capture::{Burst, Content, DiskFull, Message, Moment, Rate, Spool, TurnTimes};
use crate::http::{Framing, MessageEnd, ParseEvent, Span, Unreadable};

/// The bytes that went in one direction of a connection, and what was read in them.
#[derive(Clone, Debug)]
pub struct ByteStream {
    /// The bytes.
    pub spool: Spool,
    /// How many bytes have been reported.
    pub bytes: u64,
    /// The first byte that is shown: the bytes before it were cleared away.
    pub first_byte: u64,
    /// How many calls of send or recv carried the bytes.
    pub calls: u64,
    /// The HTTP messages in it that are kept, the oldest first.
    pub messages: Vec<Message>,
    /// How many messages were only counted, as there was no room for them.
    pub unkept_messages: u64,
    /// The newest message, if it is only counted.
    unkept: Option<UnkeptMessage>,
    /// The bytes of memory that the messages take.
    pub(super) memory: u64,
    /// Where and why the bytes can't be read as HTTP.
    pub unreadable: Option<(u64, Unreadable)>,
    /// Where bytes begin that belong to no message.
    pub surplus: Option<u64>,
    /// How much crossed the socket, and when: with TLS, the encrypted bytes.
    pub rate: Rate,
    /// When the end that sends them spoke.
    pub turn_times: Option<TurnTimes>,
    /// Why the next call waits for room on the disk, while it does.
    pub disk_full: Option<Box<DiskFull>>,
    /// How the newest message ended that was cleared away, unless that was an interim one.
    pub cleared_end: Option<MessageEnd>,
}

/// What is known of a message that is only counted, while it is the newest.
#[derive(Clone, Copy, Debug)]
struct UnkeptMessage {
    is_interim: bool,
    /// How it ended, once it has.
    end: Option<MessageEnd>,
}

impl ByteStream {
    pub(super) fn new(spool: Spool, since: Moment) -> Self {
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
            cleared_end: None,
        }
    }

    pub(super) fn found(&mut self, found: ParseEvent, max: &MessagesMax) {
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
    pub fn is_whole(&self) -> bool {
        self.newest_end().flatten() == Some(MessageEnd::Complete)
    }

    /// Whether the newest message has not ended.
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

    pub(super) fn crossed(&mut self, burst: &Burst, turn_times: Option<TurnTimes>) {
        self.rate.take_in(burst);
        self.turn_times = turn_times;
    }

    /// How many of its bytes are kept: all, or as many as may be. Those after were only counted.
    pub fn kept(&self) -> u64 {
        self.bytes.min(self.spool.len())
    }

    /// Whether all its bytes are kept.
    pub fn is_kept(&self) -> bool {
        self.kept() == self.bytes
    }

    /// The bytes that are shown: all that are kept, or those since it was cleared.
    pub fn shown(&self) -> Span {
        Span::new(self.first_byte.min(self.kept()), self.kept())
    }

    /// The part of the body of `message`, one of its messages, that is kept.
    pub fn kept_body(&self, message: &Message) -> Span {
        let body = message.body(self.bytes);
        Span::new(body.start.min(self.kept()), body.end.min(self.kept()))
    }

    /// Whether all of the body of `message` that has come is kept.
    pub fn keeps_body(&self, message: &Message) -> bool {
        self.kept_body(message) == message.body(self.bytes)
    }

    /// The content of the body of `message`, one of its messages.
    pub fn content<'a>(&'a self, message: &'a Message) -> Content<'a> {
        let marks = (message.framing == Framing::Chunked).then_some(message.marks.as_slice());
        let body = self.kept_body(message);
        let len = if marks.is_some() { message.content } else { body.len() };
        Content::new(&self.spool, body, marks, len)
    }

    /// Forgets the bytes and the messages that `shown` shows, which is this direction as it was.
    pub(super) fn clear(&mut self, shown: &Self) {
        self.first_byte = shown.bytes;
        // A message that is still arriving is the last one, and stays.
        let ended = shown.messages.iter().take_while(|message| message.end.is_some()).count();
        for message in self.messages.drain(..ended.min(self.messages.len())) {
            self.memory -= message.memory();
            let end = message.end.map(|(_, how)| how).filter(|_| !message.is_interim());
            self.cleared_end = end.or(self.cleared_end.take());
        }
        self.unkept_messages -= shown.unkept_messages.min(self.unkept_messages);
        self.surplus = self.surplus.filter(|_| shown.surplus.is_none());
    }

    pub(super) fn count(&mut self, bytes: u64, calls: u64, content: u64) {
        self.bytes = bytes;
        self.calls = calls;
        // What is kept has ended when a message comes that is only counted.
        let arriving = self.messages.last_mut().filter(|message| message.end.is_none());
        if let Some(message) = arriving {
            message.content = content;
        }
    }
}
