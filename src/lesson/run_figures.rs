//! The figures of a run.
//!
//! In scope: figures of a session and of its sockets in the system's table, at the moment of the question. The runs of scenes have few
//! calls and bytes, so their logs are read whole, up to a bound. Out of scope: which figures there are (see `figure`).

use std::time::Duration;

use super::figure::Figure;
use super::figure_value::FigureValue;
use crate::capture::kernel::{Reading, TcpState, WatchedSocket};
use crate::capture::{
    ByteStream, Call, CallKind, Connection, ConnectionState, Ended, Message, Moment, Operation, Outcome, PendingCall,
    Session, ThreadRecord,
};
use crate::http::{Framing, Span};
use crate::net::kernel::Table;

/// The most calls of a log that are read.
const CALLS_MAX: usize = 200_000;
/// The most bytes of a body that are read.
const BODY_MAX: u64 = 4 * 1024 * 1024;

/// A run whose figures are asked for.
#[derive(Clone, Copy)]
pub struct RunFigures<'a> {
    /// The run.
    pub session: &'a Session,
    /// The present.
    pub now: Moment,
}

impl<'a> RunFigures<'a> {
    /// The value of `figure`. Returns `None` if there is nothing to observe yet.
    pub fn figure(&self, figure: Figure) -> Option<FigureValue> {
        let number = |count: usize| Some(FigureValue::Number(count as u64));
        match figure {
            Figure::Port => self.port().map(|port| FigureValue::Number(port.into())),
            Figure::Listening => {
                let listener = self.session.listener.as_ref();
                Some(FigureValue::yes(listener.is_some_and(|it| it.address.is_some() && it.thread.ended.is_none())))
            }
            Figure::Connected => number(self.connections().filter(|connection| connection.peer.is_some()).count()),
            Figure::Open => {
                number(self.connections().filter(|connection| connection.state() == ConnectionState::Open).count())
            }
            Figure::LocalPorts => {
                let mut ports: Vec<u16> = self.connections().filter_map(|it| Some(it.local?.port())).collect();
                ports.sort_unstable();
                ports.dedup();
                number(ports.len())
            }
            Figure::Ends => {
                let ends = self.connections().filter_map(|it| Some(format!("{} – {}", it.local?, it.peer?)));
                Some(FigureValue::Word(ends.collect::<Vec<_>>().join("; ")))
            }
            Figure::Sends => Some(FigureValue::Number(self.connections().map(|it| it.sent.calls).sum())),
            Figure::Reads => Some(FigureValue::Number(self.connections().map(|it| it.received.calls).sum())),
            Figure::Sent => Some(FigureValue::Number(self.connections().map(|it| it.sent.bytes).sum())),
            Figure::Received => Some(FigureValue::Number(self.connections().map(|it| it.received.bytes).sum())),
            Figure::ShortReads => {
                number(self.reads().iter().filter(|call| call.got > 0 && call.got < call.asked).count())
            }
            Figure::LargestRead => self.reads().iter().map(|call| FigureValue::Number(call.got.into())).max_by(by_size),
            Figure::EndReads => {
                number(self.reads().iter().filter(|call| call.outcome == Outcome::PeerFinished).count())
            }
            Figure::Blocked => Some(FigureValue::word(self.blocked().map_or("none", |blocked| blocked.kind.name()))),
            Figure::BlockedFor => self.blocked().map(|blocked| FigureValue::Time(self.now.since(blocked.since))),
            Figure::State => Some(FigureValue::word(self.state())),
            Figure::Ended => {
                Some(FigureValue::word(self.thread()?.ended.map_or("not-yet", |(_, how)| Ended::name(how))))
            }
            Figure::Failed => Some(FigureValue::word(self.failure().map_or("none", |(call, _)| call))),
            Figure::Cause => Some(FigureValue::word(self.failure().map_or("none", |(_, cause)| cause))),
            Figure::SendingEnded => Some(FigureValue::yes(self.connection()?.sending_ended)),
            Figure::Round => self.round().map(FigureValue::Time),
            Figure::Connecting => {
                let calls = calls(self.thread()?);
                calls.iter().rfind(|call| call.kind == CallKind::Connect).map(|call| FigureValue::Time(took(call)))
            }
            Figure::SplitCharacters => number(self.split_characters()?),
            Figure::Status
            | Figure::Framing
            | Figure::Body
            | Figure::BodyWhole
            | Figure::Characters
            | Figure::SeparatorReads => self.of_reply(figure),
            Figure::Kernel | Figure::Queue => kernel_figure(self.session, figure),
        }
    }

    fn connections(&self) -> impl Iterator<Item = &'a Connection> {
        self.session.connections.iter()
    }

    /// A client's connection, or a server's newest one.
    fn connection(&self) -> Option<&'a Connection> {
        self.session.newest()
    }

    /// The record of a client's thread, or that of a server's newest connection, or else that of the listener.
    fn thread(&self) -> Option<&'a ThreadRecord> {
        let of_connection = self.connection().map(|connection| &connection.thread);
        of_connection.or_else(|| self.session.listener.as_ref().map(|listener| &listener.thread))
    }

    fn port(&self) -> Option<u16> {
        let listening = self.session.listener.as_ref().map(|listener| listener.address.map(|address| address.port()));
        listening.unwrap_or_else(|| Some(self.connection()?.local?.port()))
    }

    fn blocked(&self) -> Option<&'a PendingCall> {
        let blocked = &self.thread()?.blocked;
        // While a send blocks, a recv may wait on a thread of its own.
        blocked.iter().find(|blocked| blocked.kind == CallKind::Send).or_else(|| blocked.first())
    }

    fn state(&self) -> &'static str {
        match self.connection().map(Connection::state) {
            None | Some(ConnectionState::Preparing) => "preparing",
            Some(ConnectionState::Open) => "open",
            Some(ConnectionState::Closed(_)) => "closed",
        }
    }

    fn failure(&self) -> Option<(&'static str, &'static str)> {
        let of_listener = || self.session.listener.as_ref()?.thread.failure.as_ref();
        let of_connection = self.connection().and_then(|connection| connection.thread.failure.as_ref());
        let failure = of_connection.or_else(of_listener)?;
        let call = match failure.operation {
            Operation::Call(kind) => kind.name(),
            _ => "other",
        };
        Some((call, failure.cause.name()))
    }

    fn reads(&self) -> Vec<Call> {
        let all = self.connections().flat_map(|connection| calls(&connection.thread));
        all.filter(|call| call.kind == CallKind::Recv).collect()
    }

    /// The median time from the first send since the last answer to the next recv that brought bytes.
    fn round(&self) -> Option<Duration> {
        let (mut rounds, mut asked) = (Vec::new(), None);
        let mut all = calls(self.thread()?);
        all.sort_by_key(Call::ended);
        for call in all.iter().filter(|call| call.got > 0) {
            match call.kind {
                CallKind::Send => _ = asked.get_or_insert(call.begun),
                CallKind::Recv => rounds.extend(asked.take().map(|since| call.ended().since(since))),
                _ => {}
            }
        }
        rounds.sort_unstable();
        rounds.get(rounds.len() / 2).copied()
    }

    fn reply(&self) -> Option<(&'a ByteStream, &'a Message)> {
        let stream = &self.connection()?.received;
        Some((stream, stream.messages.iter().rev().find(|message| !message.is_interim())?))
    }

    fn of_reply(&self, figure: Figure) -> Option<FigureValue> {
        let (stream, message) = self.reply()?;
        Some(match figure {
            Figure::Status => FigureValue::Number(message.head.status()?.into()),
            Figure::Framing => FigureValue::word(match message.framing {
                Framing::None(_) => "none",
                Framing::Chunked => "chunked",
                Framing::ContentLength(_) => "length",
                Framing::UntilClose(_) => "close",
            }),
            Figure::Body => FigureValue::Number(stream.content(message).len()),
            Figure::BodyWhole => FigureValue::yes(message.is_complete()),
            Figure::Characters => {
                let content = stream.content(message);
                let bytes = content.read(Span::new(0, content.len().min(BODY_MAX))).ok()?;
                FigureValue::Number(std::str::from_utf8(&bytes).ok()?.chars().count() as u64)
            }
            Figure::SeparatorReads => {
                let end = message.head.span.end;
                let separator = Span::new(end.saturating_sub(4), end);
                let brought = |call: &Call| call.span().start < separator.end && call.span().end > separator.start;
                let reads = self.reads();
                FigureValue::Number(reads.iter().filter(|call| call.got > 0 && brought(call)).count() as u64)
            }
            _ => return None,
        })
    }

    /// How many reads begin within a character of UTF-8.
    fn split_characters(&self) -> Option<usize> {
        let stream = &self.connection()?.received;
        let is_within = |call: &&Call| {
            let mut byte = [0];
            let read = stream.spool.read_at(call.offset, &mut byte);
            call.got > 0 && matches!((read, byte), (Ok(1), [0x80..=0xbf]))
        };
        Some(
            calls(&self.connection()?.thread)
                .iter()
                .filter(|call| call.kind == CallKind::Recv)
                .filter(is_within)
                .count(),
        )
    }
}

/// The figure in the system's table of sockets, which is read once: of a client's connection, of a server's newest connection, or of its
/// listening socket. Returns `None` where the table says nothing.
fn kernel_figure(session: &Session, figure: Figure) -> Option<FigureValue> {
    match figure {
        Figure::Kernel => {
            let connection = session.newest()?;
            let (local, peer) = connection.local.zip(connection.peer)?;
            match Table::open().look(WatchedSocket::Connection { local, peer }) {
                // A socket that stands in no table is closed.
                Reading::Ends { own, .. } => {
                    Some(FigureValue::word(own.map_or(TcpState::Closed, |end| end.sample.state).name()))
                }
                Reading::AcceptQueue(_) | Reading::Unavailable(_) => None,
            }
        }
        Figure::Queue => {
            let address = session.listener.as_ref()?.address?;
            match Table::open().look(WatchedSocket::Listener(address)) {
                Reading::AcceptQueue(queue) => Some(FigureValue::Number(queue?.waiting.into())),
                Reading::Ends { .. } | Reading::Unavailable(_) => None,
            }
        }
        _ => None,
    }
}

fn by_size(one: &FigureValue, other: &FigureValue) -> std::cmp::Ordering {
    one.compare(other).unwrap_or(std::cmp::Ordering::Equal)
}

fn took(call: &Call) -> Duration {
    Duration::from_nanos(call.took)
}

fn calls(thread: &ThreadRecord) -> Vec<Call> {
    let count = usize::try_from(thread.call_count).unwrap_or(CALLS_MAX).min(CALLS_MAX);
    thread.calls.range(0, count).unwrap_or_default()
}
