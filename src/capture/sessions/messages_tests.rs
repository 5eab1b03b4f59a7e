//! What is kept of messages when there is room for few: whatever comes, each is kept whole or only counted.

use proptest::prelude::*;

use super::message::MessagesMax;
use crate::capture::{
    ByteStream, ConnectionId, Direction, Ended, Event, Moment, Opened, Progress, Report, Role, Session, SessionId,
    SocketId, Spool, SpoolWriter,
};
use crate::http::{ParseEvent, Reader};

/// What takes so little in the body of one message is kept without asking for room: a violation of each kind.
const BESIDE: u64 = 1024;

/// What happens next on a connection.
#[derive(Clone, Debug)]
enum Step {
    /// More bytes come in a direction: how many.
    Bytes(Direction, usize),
    /// It ends.
    End,
    /// What is shown is remembered.
    Look,
    /// What was shown when it was looked at last is cleared away, or what is shown now.
    Clear { now: bool },
}

/// A request with `fields` fields, and a body of one of four kinds.
fn request(fields: usize, body: u8) -> Vec<u8> {
    let fields = "a:\r\n".repeat(fields);
    let body = match body {
        0 => "\r\n".into(),
        1 => "Content-Length: 3\r\n\r\nabc".into(),
        2 => "Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\n0\r\n\r\n".to_string(),
        _ => format!("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n{}\r\n", "t: x\r\n".repeat(fields.len() / 4)),
    };
    format!("GET / HTTP/1.1\r\n{fields}{body}").into_bytes()
}

/// One direction as it really is.
struct Real {
    /// What is still to come.
    rest: Vec<u8>,
    reader: Reader,
    spool: SpoolWriter,
    /// Where each message began that was reported, and where it ended.
    messages: Vec<(u64, Option<u64>)>,
    bytes: u64,
}

/// A connection as it really is: what it sends and what it receives.
struct Peer {
    directions: [Real; 2],
    is_over: bool,
    was_cleared: bool,
}

fn at(direction: Direction) -> usize {
    usize::from(direction == Direction::Received)
}

/// A session, and what it was told.
struct Run {
    session: Session,
    shown: Session,
    peers: Vec<Peer>,
}

impl Run {
    fn new(max: MessagesMax, streams: Vec<Vec<u8>>) -> Self {
        let mut session = Session::new(SessionId(1), Role::Server);
        (session.messages_max, session.closed_max) = (max, 2);
        let mut run = Self { shown: session.clone(), session, peers: Vec::new() };
        for stream in streams {
            let real = || {
                let (spool, reading) = SpoolWriter::temporary();
                let (rest, reader) = (stream.clone(), Reader::requests());
                (Real { rest, reader, spool, messages: Vec::new(), bytes: 0 }, reading)
            };
            let ((sent, sent_spool), (received, received_spool)) = (real(), real());
            run.peers.push(Peer { directions: [sent, received], is_over: false, was_cleared: false });
            run.open(run.peers.len() - 1, sent_spool, received_spool);
        }
        run
    }

    fn open(&mut self, peer: usize, sent: Spool, received: Spool) {
        let opened = Opened { sent, received, ..Opened::default() };
        self.tell(peer, vec![Event::Opened(Box::new(opened))]);
    }

    fn tell(&mut self, peer: usize, events: Vec<Event>) {
        let socket = SocketId::Connection(ConnectionId(peer as u32 + 1));
        self.session.apply(Report { session: SessionId(1), socket, events });
    }

    fn go(&mut self, peer: usize, step: &Step) {
        match *step {
            Step::Bytes(direction, count) if !self.peers[peer].is_over => self.bytes(peer, direction, count),
            Step::End if !self.peers[peer].is_over => {
                self.peers[peer].is_over = true;
                self.tell(peer, vec![Event::Ended { at: Moment(1), how: Ended::Finished }]);
            }
            Step::Look => self.shown = self.session.clone(),
            Step::Clear { now } => {
                if now {
                    self.shown = self.session.clone();
                }
                self.session.clear(&self.shown);
                self.peers.iter_mut().for_each(|peer| peer.was_cleared = true);
            }
            _ => {}
        }
        self.check();
    }

    fn bytes(&mut self, peer: usize, direction: Direction, count: usize) {
        let real = &mut self.peers[peer].directions[at(direction)];
        let bytes: Vec<u8> = real.rest.drain(..count.min(real.rest.len())).collect();
        real.spool.append(&bytes).unwrap();
        real.spool.flush().unwrap();
        real.bytes += bytes.len() as u64;
        let mut found = Vec::new();
        real.reader.push(&bytes, &mut found);
        for found in &found {
            match found {
                ParseEvent::Head { head, .. } => real.messages.push((head.span.start, None)),
                ParseEvent::End { at, .. } => real.messages.last_mut().unwrap().1 = Some(*at),
                _ => {}
            }
        }
        let [sent, received] = &self.peers[peer].directions;
        let contents = (sent.reader.content(), received.reader.content());
        let (sent, received) = (sent.bytes, received.bytes);
        let progress =
            Progress { sent, received, sent_content: contents.0, received_content: contents.1, ..Progress::default() };
        let events = found.into_iter().map(|found| Event::Found { direction, found });
        self.tell(peer, events.chain([Event::Progress(progress)]).collect());
    }

    fn check(&self) {
        let max = self.session.messages_max;
        let mut memory = 0;
        for connection in self.session.connections.iter() {
            let peer = &self.peers[connection.id.0 as usize - 1];
            for direction in Direction::BOTH {
                let stream = connection.stream(direction);
                check(stream, &peer.directions[at(direction)], peer.was_cleared, &max);
                memory += stream.messages.iter().map(crate::capture::Message::memory).sum::<u64>();
            }
        }
        assert_eq!(memory, self.session.messages_memory());
        let beside = BESIDE * 2 * self.session.connections.len() as u64;
        assert!(memory <= max.memory_of_all + beside, "{memory}");
    }
}

fn check(stream: &ByteStream, real: &Real, was_cleared: bool, max: &MessagesMax) {
    let kept = &stream.messages;
    for message in kept {
        let start = message.head.span.start;
        let (_, end) = real.messages.iter().find(|(at, _)| *at == start).unwrap();
        assert_eq!(message.end.map(|(at, _)| at), *end, "what is kept has ended if its end was told");
    }
    for pair in kept.windows(2) {
        assert!(pair[0].body(stream.bytes).end <= pair[1].head.span.start, "no message overlaps another");
    }
    assert!(kept.len() <= max.count);
    let memory = kept.iter().map(crate::capture::Message::memory).sum::<u64>();
    assert!(memory <= max.memory + BESIDE, "{memory}");
    let count = kept.len() as u64 + stream.unkept_messages;
    let came = real.messages.len() as u64;
    if was_cleared {
        assert!(count <= came);
    } else {
        assert_eq!(count, came);
        let arrives = real.messages.last().is_some_and(|(_, end)| end.is_none());
        assert_eq!(stream.is_arriving(), arrives);
    }
}

fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
    let direction = prop_oneof![Just(Direction::Sent), Just(Direction::Received)];
    let step = prop_oneof![
        20 => (direction, 1_usize..120).prop_map(|(direction, count)| Step::Bytes(direction, count)),
        1 => Just(Step::End),
        1 => Just(Step::Look),
        1 => any::<bool>().prop_map(|now| Step::Clear { now }),
    ];
    prop::collection::vec((0_usize..4, step), 0..150)
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    let request = (0_usize..12, 0_u8..4).prop_map(|(fields, body)| request(fields, body));
    prop::collection::vec(request, 0..20).prop_map(|requests| requests.concat())
}

proptest! {
    #[test]
    fn a_message_is_kept_whole_or_only_counted(
        count in 1_usize..6,
        memory in 0_u64..6000,
        memory_of_all in 0_u64..12_000,
        streams in prop::collection::vec(stream(), 4),
        steps in steps(),
    ) {
        let mut run = Run::new(MessagesMax { count, memory, memory_of_all }, streams);
        for (peer, step) in steps {
            run.go(peer, &step);
        }
    }
}

#[test]
fn a_stranger_who_sends_the_smallest_fields_does_not_fill_the_memory() {
    let request = request(990, 0);
    let count = 3 * 1024 * 1024 / request.len();
    let mut run = Run::new(MessagesMax::default(), vec![request.repeat(count); 6]);
    for peer in 0..6 {
        while !run.peers[peer].directions[at(Direction::Received)].rest.is_empty() {
            run.bytes(peer, Direction::Received, 4 * 1024 * 1024);
        }
    }
    run.check();
    let stream = |peer: u32| &run.session.connection(ConnectionId(peer + 1)).unwrap().received;
    let kept = (0..6).map(|peer| stream(peer).messages.len()).collect::<Vec<_>>();
    let each = stream(0).messages[0].memory();
    assert!(each > 5 * request.len() as u64, "{each}");
    assert!(kept[0] as u64 <= 16 * 1024 * 1024 / each && kept[5] < 4, "{kept:?}");
}
