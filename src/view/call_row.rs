//! One call as a row: what stands in the columns of the Calls list and in a terminal.

use std::time::Duration;

use super::visible::visible;
use crate::capture::{Call, CallKind, Direction, Failure, Moment, Outcome, Subject, ThreadRecord};
use crate::http::Span;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallRow {
    /// Its number in the log, from 1.
    pub number: u64,
    /// When it was made, since the moment that times count from.
    pub begun: Duration,
    /// When it came back.
    pub ended: Duration,
    /// How long it took.
    pub took: Duration,
    /// Which call.
    pub kind: CallKind,
    /// Its arguments, as one would write them in a program.
    pub arguments: String,
    /// For send and recv: the bytes asked for.
    pub asked: Option<u32>,
    /// For send and recv: the bytes that it carried; `None` if it carried none because it failed, ran out of time or was stopped, since
    /// an error is no 0.
    pub got: Option<u32>,
    /// How it came back.
    pub outcome: Outcome,
    /// Addresses that it returned.
    pub result: String,
    /// For send and recv: the direction.
    pub direction: Option<Direction>,
    /// What it was done to.
    pub subject: Option<Subject>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// For send and recv: its bytes in the direction's spool.
    pub span: Option<Span>,
}

impl CallRow {
    /// The row for `call`, number `number` of `thread`, with times since `since`.
    pub fn new(number: u64, call: &Call, thread: &ThreadRecord, since: Moment) -> Self {
        let note = thread.note(call);
        let direction = Direction::BOTH.into_iter().find(|direction| call.kind == CallKind::from(*direction));
        let has_count = call.got > 0 || matches!(call.outcome, Outcome::Done | Outcome::PeerFinished);
        Self {
            number,
            begun: call.begun.since(since),
            ended: call.ended().since(since),
            took: Duration::from_nanos(call.took),
            kind: call.kind,
            arguments: visible(&call.arguments(note)).into_owned(),
            asked: direction.map(|_| call.asked),
            got: direction.filter(|_| has_count).map(|_| call.got),
            outcome: call.outcome,
            result: visible(&call.returned(note)).into_owned(),
            direction,
            span: direction.map(|_| Span::new(call.offset, call.offset + u64::from(call.got))),
            subject: note.and_then(|note| note.subject.clone()),
            failure: note.and_then(|note| note.failure.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{Event, Note, Report, Role, Session, SessionId, SocketId};

    fn thread(notes: Vec<Note>) -> Session {
        let mut session = Session::new(SessionId(1), Role::Server);
        let mut events = vec![Event::Opened(Box::default())];
        events.extend(notes.into_iter().map(Event::Note));
        session.apply(Report { session: SessionId(1), socket: SocketId::Listener, events });
        session
    }

    fn row(kind: CallKind, note: Note) -> CallRow {
        row_of(kind, Outcome::Done, 517, note)
    }

    fn row_of(kind: CallKind, outcome: Outcome, got: u32, note: Note) -> CallRow {
        let session = thread(vec![note]);
        let call = Call { kind, outcome, begun: Moment(1_000_005), took: 2, asked: 1024, got, offset: 100, note: 1 };
        CallRow::new(7, &call, &session.listener.unwrap().thread, Moment(5))
    }

    #[test]
    fn arguments_are_written_as_in_a_program() {
        let name = Some(Subject::Name { host: "www.baidu.com".into(), port: 80 });
        let v4 = Some(Subject::Address("127.0.0.1:9999".parse().unwrap()));
        let v6 = Some(Subject::Address("[::1]:80".parse().unwrap()));
        for (kind, subject, arguments) in [
            (CallKind::Resolve, name, "\"www.baidu.com\", 80"),
            (CallKind::Socket, v4.clone(), "AF_INET, SOCK_STREAM"),
            (CallKind::Socket, v6.clone(), "AF_INET6, SOCK_STREAM"),
            (CallKind::Connect, v6, "[::1]:80"),
            (CallKind::Bind, v4.clone(), "127.0.0.1:9999"),
            (CallKind::Listen, None, "1024"),
            (CallKind::Recv, None, "1024"),
            (CallKind::Shutdown, None, "SHUT_WR"),
            (CallKind::Close, v4, ""),
        ] {
            let note = Note { subject, ..Note::default() };
            assert_eq!(row(kind, note).arguments, arguments);
        }
    }

    #[test]
    fn an_error_is_no_count_of_bytes() {
        let got = |outcome, got| row_of(CallKind::Recv, outcome, got, Note::default()).got;
        assert_eq!(got(Outcome::PeerFinished, 0), Some(0));
        assert_eq!(got(Outcome::Done, 0), Some(0));
        for outcome in [Outcome::TimedOut, Outcome::Failed, Outcome::Stopped] {
            assert_eq!((got(outcome, 0), got(outcome, 5)), (None, Some(5)), "{outcome:?}");
        }
    }

    #[test]
    fn a_recv_names_its_bytes_and_a_connect_none() {
        let recv = row(CallKind::Recv, Note::default());
        assert_eq!((recv.asked, recv.got, recv.direction), (Some(1024), Some(517), Some(Direction::Received)));
        assert_eq!(recv.span, Some(Span::new(100, 617)));
        assert_eq!(recv.begun, Duration::from_millis(1));
        let connect = row(CallKind::Connect, Note::default());
        assert_eq!((connect.asked, connect.span, connect.direction), (None, None, None));
    }

    #[test]
    fn a_name_with_control_characters_is_marked() {
        let subject = Some(Subject::Name { host: "a\u{1b}b".into(), port: 1 });
        assert_eq!(row(CallKind::Resolve, Note { subject, ..Note::default() }).arguments, "\"a␛b\", 1");
    }
}
