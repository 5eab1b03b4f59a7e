//! The phases and the results of connections that went all the ways that connections go.

use std::time::Duration;

use super::connections::run_result::{ResultClass, RunResult, Verdict};
use super::phases::{EarlyEnd, HEAD_CALLS, Phase, PhaseKind, phases, sum_by_kind, total, widths};
use crate::capture::{
    Call, CallKind, CallLog, ConnectionId, Ended, Event, Failure, Moment, Note, Operation, Outcome, PendingCall,
    Progress, Report, Role, Session, SessionId, SocketId, Spool, Subject, TlsEvent, TurnTimes,
};
use crate::http::Reader;

/// All moments here are in milliseconds.
const MS: u64 = 1_000_000;
const NOW: Moment = Moment(1_000 * MS);

fn at(ms: u64) -> Moment {
    Moment(ms * MS)
}

/// A connection that began at 0.
struct Told {
    session: Session,
    head: Vec<Call>,
    progress: Progress,
}

impl Told {
    fn of(role: Role) -> Self {
        let mut told =
            Self { session: Session::new(SessionId(1), role), head: Vec::new(), progress: Progress::default() };
        told.tell(Event::Opened(Box::default()));
        told
    }

    fn tell(&mut self, event: Event) {
        let socket = SocketId::Connection(ConnectionId(1));
        self.session.apply(Report { session: SessionId(1), socket, events: vec![event] });
    }

    fn call(mut self, kind: CallKind, begun: u64, ended: u64, outcome: Outcome) -> Self {
        let note = u32::try_from(self.head.len()).unwrap() + 1;
        let subject = Some(Subject::Address(address(note)));
        self.tell(Event::Note(Note { subject, ..Note::default() }));
        let took = (ended - begun) * MS;
        self.head.push(Call { kind, outcome, begun: at(begun), took, asked: 0, got: 0, offset: 0, note });
        self
    }

    /// Resolved at 10, connected at 30.
    fn connected(self) -> Self {
        self.call(CallKind::Resolve, 0, 10, Outcome::Done).call(CallKind::Socket, 10, 11, Outcome::Done).call(
            CallKind::Connect,
            11,
            30,
            Outcome::Done,
        )
    }

    fn sent(mut self, begun: u64, first: u64, turn: u64, last: u64) -> Self {
        self.progress.sent_turn_times =
            Some(TurnTimes { begun: at(begun), first: at(first), turn: at(turn), last: at(last) });
        self.tell(Event::Progress(self.progress));
        self
    }

    fn received(mut self, begun: u64, first: u64, turn: u64, last: u64) -> Self {
        self.progress.received_turn_times =
            Some(TurnTimes { begun: at(begun), first: at(first), turn: at(turn), last: at(last) });
        self.tell(Event::Progress(self.progress));
        self
    }

    fn blocked(mut self, kind: CallKind, since: u64) -> Self {
        self.tell(Event::CallBlocked(PendingCall { kind, asked: 0, since: at(since) }));
        self
    }

    /// A whole message in a direction.
    fn message(self, direction: crate::capture::Direction, text: &[u8]) -> Self {
        let told = self.found(direction, text);
        let connection = told.session.newest().unwrap();
        assert!(connection.stream(direction).messages.iter().all(|message| message.is_complete()));
        told
    }

    /// What is read in `text`, the beginning of a message in a direction.
    fn found(mut self, direction: crate::capture::Direction, text: &[u8]) -> Self {
        let mut reader = if text.starts_with(b"HTTP") { Reader::responses() } else { Reader::requests() };
        let mut found = Vec::new();
        reader.push(text, &mut found);
        found.into_iter().for_each(|found| self.tell(Event::Found { direction, found }));
        self
    }

    fn failed(mut self, operation: Operation) -> Self {
        self.tell(Event::Failed(Failure::timed_out(operation, None, Duration::ZERO)));
        self
    }

    fn ended(mut self, ms: u64, how: Ended) -> Self {
        self.tell(Event::Ended { at: at(ms), how });
        self
    }

    fn phases(&self) -> Vec<Phase> {
        phases(self.session.newest().unwrap(), self.session.role, &self.head, NOW)
    }

    /// Each phase with its begin and its time; `…` if it goes on.
    fn line(&self) -> String {
        let text = |phase: &Phase| {
            let (begun, took) = (phase.begun.0 / MS, phase.took.as_millis());
            let end = match (phase.is_going_on, phase.against) {
                (true, _) => "…",
                (false, Some(EarlyEnd::Failed)) => "!",
                (false, Some(EarlyEnd::TimedOut)) => "?",
                (false, Some(EarlyEnd::Stopped)) => "#",
                (false, None) => "",
            };
            format!("{} {begun}+{took}{end}", phase.kind.name())
        };
        self.phases().iter().map(text).collect::<Vec<_>>().join(", ")
    }
}

fn address(port: u32) -> core::net::SocketAddr {
    format!("127.0.0.1:{port}").parse().unwrap()
}

fn client() -> Told {
    Told::of(Role::Client)
}

fn server() -> Told {
    Told::of(Role::Server)
}

const REPLY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

#[test]
fn a_client_goes_from_resolve_to_receive() {
    use crate::capture::Direction::Received;
    let asked = || client().connected().sent(40, 41, 45, 45);
    for (told, expected) in [
        (client(), ""),
        (client().blocked(CallKind::Resolve, 1), "resolve 1+999…"),
        (client().call(CallKind::Resolve, 0, 9, Outcome::Failed).ended(9, Ended::Failed), "resolve 0+9!"),
        (client().call(CallKind::Resolve, 0, 9, Outcome::Stopped).ended(9, Ended::Stopped), "resolve 0+9#"),
        (
            client()
                .call(CallKind::Resolve, 0, 10, Outcome::Done)
                .call(CallKind::Socket, 10, 11, Outcome::Done)
                .blocked(CallKind::Connect, 11),
            "resolve 0+10, connect 10+990…",
        ),
        (client().connected(), "resolve 0+10, connect 10+20, wait 30+970…"),
        (client().connected().blocked(CallKind::Send, 40), "resolve 0+10, connect 10+20, send 40+960…"),
        (asked(), "resolve 0+10, connect 10+20, send 40+5, wait 45+955…"),
        (asked().blocked(CallKind::Send, 46), "resolve 0+10, connect 10+20, send 40+960…"),
        (asked().ended(500, Ended::TimedOut), "resolve 0+10, connect 10+20, send 40+5, wait 45+455?"),
        (asked().ended(500, Ended::PeerFinished), "resolve 0+10, connect 10+20, send 40+5, wait 45+455"),
        (asked().received(45, 300, 300, 400), "resolve 0+10, connect 10+20, send 40+5, wait 45+255, receive 300+700…"),
        (
            asked().received(45, 300, 300, 400).message(Received, REPLY),
            "resolve 0+10, connect 10+20, send 40+5, wait 45+255, receive 300+100",
        ),
        (
            asked().received(45, 300, 300, 400).message(Received, REPLY).ended(900, Ended::Stopped),
            "resolve 0+10, connect 10+20, send 40+5, wait 45+255, receive 300+100",
        ),
        (
            asked().received(45, 300, 300, 400).ended(900, Ended::Stopped),
            "resolve 0+10, connect 10+20, send 40+5, wait 45+255, receive 300+600#",
        ),
        (
            asked().received(45, 300, 300, 400).ended(900, Ended::PeerFinished),
            "resolve 0+10, connect 10+20, send 40+5, wait 45+255, receive 300+100",
        ),
    ] {
        assert_eq!(told.line(), expected);
    }
}

#[test]
fn a_send_that_fails_is_a_failed_send() {
    let told =
        client().connected().sent(40, 41, 45, 45).failed(Operation::Call(CallKind::Send)).ended(90, Ended::Failed);
    assert_eq!(told.line(), "resolve 0+10, connect 10+20, send 40+50!");
}

#[test]
fn an_answer_that_comes_while_the_request_is_sent_ends_its_phase() {
    let told = client().connected().sent(40, 41, 60, 300).received(40, 60, 60, 200);
    assert_eq!(told.line(), "resolve 0+10, connect 10+20, send 40+20, wait 60+0, receive 60+940…");
    // The record of the send may stand after that of its answer.
    let told = client().connected().sent(40, 61, 61, 61).received(41, 60, 60, 60);
    assert_eq!(told.line(), "resolve 0+10, connect 10+20, send 40+20, wait 60+0, receive 60+940…");
}

#[test]
fn a_peer_that_speaks_first_is_waited_for_without_a_send() {
    let told = client().connected().received(31, 50, 50, 70).sent(100, 101, 101, 120);
    assert_eq!(told.line(), "resolve 0+10, connect 10+20, wait 30+20, receive 50+950…");
}

#[test]
fn addresses_that_failed_before_are_counted() {
    let told = client()
        .call(CallKind::Resolve, 0, 10, Outcome::Done)
        .call(CallKind::Socket, 10, 11, Outcome::Done)
        .call(CallKind::Connect, 11, 15, Outcome::Failed)
        .call(CallKind::Socket, 15, 16, Outcome::Failed)
        .call(CallKind::Socket, 16, 17, Outcome::Done)
        .call(CallKind::Connect, 17, 25, Outcome::TimedOut);
    let refused = "resolve 0+10, attempts 10+6!, connect 16+9?";
    assert_eq!(told.line(), refused);
    let told = told.call(CallKind::Socket, 25, 26, Outcome::Done);
    assert_eq!(told.line(), refused, "the next address is not tried yet");
    let told = told.call(CallKind::Connect, 26, 30, Outcome::Done);
    assert_eq!(told.line(), "resolve 0+10, attempts 10+15?, connect 25+5, wait 30+970…");
    let attempts = told.phases().remove(1);
    assert_eq!((attempts.attempts, attempts.addresses), (3, vec![address(3), address(4), address(6)]));
}

#[test]
fn a_log_that_begins_with_nothing_but_failures_is_cut_where_it_is() {
    let mut told = client().call(CallKind::Resolve, 0, 10, Outcome::Done);
    for _ in 1..HEAD_CALLS / 2 {
        told = told.call(CallKind::Socket, 10, 10, Outcome::Done).call(CallKind::Connect, 10, 10, Outcome::Failed);
    }
    assert_eq!(told.line(), "resolve 0+10, attempts 10+0!, connect 10+0!");
    assert_eq!(told.phases()[1].addresses.len(), 16);
}

#[test]
fn tls_stands_between_connect_and_send() {
    let (sent, received, plain_calls) = (Spool::default(), Spool::default(), CallLog::default());
    let begun = TlsEvent::Begun { at: at(31), sent, received, plain_calls };
    let mut told = client().connected();
    told.tell(Event::Tls(begun));
    assert_eq!(told.line(), "resolve 0+10, connect 10+20, tls 31+969…");
    let told = told.ended(90, Ended::Failed);
    assert_eq!(told.line(), "resolve 0+10, connect 10+20, tls 31+59!");
}

#[test]
fn a_server_waits_receives_prepares_and_sends() {
    use crate::capture::Direction::{Received, Sent};
    let asked = || server().received(1, 20, 50, 50);
    for (told, expected) in [
        (server(), "wait 0+1000…"),
        (server().ended(70, Ended::PeerFinished), "wait 0+70"),
        (server().ended(70, Ended::Stopped), "wait 0+70#"),
        (asked(), "wait 0+20, receive 20+980…"),
        (asked().message(Received, REQUEST), "wait 0+20, receive 20+30, prepare 50+950…"),
        (asked().blocked(CallKind::Send, 80), "wait 0+20, receive 20+30, prepare 50+30, send 80+920…"),
        (asked().sent(80, 81, 81, 90), "wait 0+20, receive 20+30, prepare 50+30, send 80+10"),
        (
            asked().sent(80, 81, 81, 90).blocked(CallKind::Send, 91),
            "wait 0+20, receive 20+30, prepare 50+30, send 80+920…",
        ),
        (asked().message(Sent, REPLY).sent(80, 81, 81, 90), "wait 0+20, receive 20+30, prepare 50+30, send 80+10"),
        (asked().ended(60, Ended::PeerFinished), "wait 0+20, receive 20+30"),
        (
            asked().sent(80, 81, 81, 90).failed(Operation::Call(CallKind::Send)).ended(95, Ended::Failed),
            "wait 0+20, receive 20+30, prepare 50+30, send 80+15!",
        ),
    ] {
        assert_eq!(told.line(), expected);
    }
}

#[test]
fn a_server_that_speaks_first_sends_waits_and_receives() {
    let told = server().sent(5, 6, 7, 90).received(8, 50, 50, 80);
    assert_eq!(told.line(), "send 5+2, wait 7+43, receive 50+950…");
    assert_eq!(server().blocked(CallKind::Send, 5).line(), "send 5+995…");
}

#[test]
fn phases_of_many_connections_are_summed_by_kind() {
    let quick = server().received(1, 20, 50, 50).sent(80, 81, 81, 90);
    let slow = server().received(1, 60, 70, 70);
    let sums = sum_by_kind([quick.phases(), slow.phases()].concat());
    let facts = |sum: &super::PhaseSum| (sum.kind, sum.count, sum.total.as_millis(), sum.longest.as_millis());
    assert_eq!(
        sums.iter().map(facts).collect::<Vec<_>>(),
        [
            (PhaseKind::Wait, 2, 80, 60),
            (PhaseKind::Receive, 2, 970, 940),
            (PhaseKind::Prepare, 1, 30, 30),
            (PhaseKind::Send, 1, 10, 10),
        ]
    );
    assert_eq!(sums[0].mean(), Duration::from_millis(40));
    assert_eq!(total(&quick.phases()), Duration::from_millis(90));
}

#[test]
fn parts_of_a_bar_are_in_proportion_but_never_invisible() {
    let ms = Duration::from_millis;
    for (times, expected) in [
        (vec![], vec![]),
        (vec![ms(0)], vec![100.0]),
        (vec![ms(0), ms(0)], vec![50.0, 50.0]),
        (vec![ms(3), ms(1)], vec![75.0, 25.0]),
        (vec![ms(1), ms(999), ms(0)], vec![4.0, 92.0, 4.0]),
        // What the small ones need makes the next one small, too.
        (vec![ms(0), ms(40), ms(960)], vec![4.0, 4.0, 92.0]),
        (vec![ms(1); 50], vec![2.0; 50]),
    ] {
        let found = widths(&times, 100.0, 4.0);
        assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-3), "{times:?}: {found:?}");
        assert_eq!(found.len(), expected.len());
    }
}

#[test]
fn the_result_is_the_status_or_else_the_state() {
    use crate::capture::Direction::{Received, Sent};
    let open = || {
        let mut told = client().connected();
        told.tell(Event::Connected { local: address(1), peer: address(2) });
        told
    };
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi";
    let (reset, refused) = (std::io::ErrorKind::ConnectionReset, std::io::ErrorKind::ConnectionRefused);
    let failed = |kind: std::io::ErrorKind| {
        let mut told = open();
        told.tell(Event::Failed(Failure::of(Operation::Call(CallKind::Recv), None, &kind.into())));
        told.ended(70, Ended::Failed)
    };
    for (told, verdict, class, bytes, ms) in [
        (client(), Verdict::Connecting, ResultClass::Pending, 0, 1_000),
        (open(), Verdict::Open, ResultClass::Pending, 0, 1_000),
        (open().received(45, 50, 50, 60).message(Received, REPLY), Verdict::Status(200), ResultClass::Success, 2, 60),
        (server().sent(45, 50, 50, 65).message(Sent, REPLY), Verdict::Status(200), ResultClass::Success, 2, 65),
        (open().found(Received, cut), Verdict::Status(200), ResultClass::Pending, 0, 1_000),
        (open().message(Sent, REQUEST).ended(80, Ended::PeerFinished), Verdict::Closed, ResultClass::Closed, 0, 80),
        (open().ended(80, Ended::TimedOut), Verdict::TimedOut, ResultClass::Error, 0, 80),
        (failed(reset), Verdict::Reset, ResultClass::Error, 0, 70),
        (failed(refused), Verdict::Failed, ResultClass::Error, 0, 70),
    ] {
        let result = RunResult::of(told.session.newest().unwrap(), None, NOW);
        let time = Duration::from_millis(ms);
        assert_eq!(result, RunResult { verdict, class, bytes, time });
    }
}
