//! Ways by table: what is known, and the steps that follow from it.

use super::TcpState::{
    CloseWait, Closed, Established, FinWait1, FinWait2, LastAck, Listen, SynReceived, SynSent, TimeWait,
};
use super::*;
use crate::capture::{Call, CallKind, Connection, ConnectionId, Ended, Event, Moment, Opened, Outcome};

const SECOND: u64 = 1_000_000_000;

fn did(at: u64, event: TcpEvent) -> Evidence {
    Evidence { at: Moment(at), is_timed: true, what: Fact::Did(event) }
}

fn saw(at: u64, state: TcpState) -> Evidence {
    Evidence { at: Moment(at), is_timed: true, what: Fact::Saw(Some(state)) }
}

fn gone(at: u64) -> Evidence {
    Evidence { at: Moment(at), is_timed: true, what: Fact::Saw(None) }
}

/// The states, each with a mark: `=` seen, `~` deduced from a call, `?` neither.
fn told(evidence: Vec<Evidence>) -> String {
    let path = StatePath::of(evidence);
    let first = path.transitions.first().and_then(|transition| transition.from).map_or("", TcpState::name);
    let transition = |transition: &Transition| {
        let mark = match (transition.seen, transition.event) {
            (true, _) => '=',
            (false, Some(_)) => '~',
            (false, None) => '?',
        };
        format!(" {mark}{}", transition.to.name())
    };
    first.to_owned() + &path.transitions.iter().map(transition).collect::<String>()
}

#[test]
fn what_is_known_makes_the_way() {
    use TcpEvent::{Accepted, Connected, Connecting, NotConnected, OtherEnded, PeerEnded, Reset, ShutDown};
    let shut = TcpEvent::Closed;
    for (evidence, way) in [
        (vec![], ""),
        (vec![did(1, Connecting)], "CLOSED ~SYN_SENT"),
        (vec![did(1, Connecting), did(2, NotConnected)], "CLOSED ~SYN_SENT ~CLOSED"),
        (vec![did(1, Connecting), did(2, Connected)], "CLOSED ~SYN_SENT ~ESTABLISHED"),
        (vec![did(1, Accepted)], "LISTEN ?SYN_RCVD ~ESTABLISHED"),
        (vec![did(1, Accepted), saw(2, Established)], "LISTEN ?SYN_RCVD =ESTABLISHED"),
        // The order in which it is told does not matter.
        (vec![saw(2, Established), did(1, Accepted)], "LISTEN ?SYN_RCVD =ESTABLISHED"),
        (vec![saw(5, CloseWait)], " =CLOSE_WAIT"),
        // The peer ends first,
        (
            vec![did(1, Accepted), did(2, PeerEnded), did(3, shut), gone(4)],
            "LISTEN ?SYN_RCVD ~ESTABLISHED ~CLOSE_WAIT ~LAST_ACK =CLOSED",
        ),
        // or we do,
        (
            vec![
                did(1, Connecting),
                did(2, Connected),
                did(3, ShutDown),
                did(4, PeerEnded),
                did(5, shut),
                saw(6, TimeWait),
            ],
            "CLOSED ~SYN_SENT ~ESTABLISHED ~FIN_WAIT1 ?FIN_WAIT2 =TIME_WAIT",
        ),
        // and the kernel tells more than the calls.
        (
            vec![did(1, Accepted), did(2, ShutDown), saw(3, FinWait2), saw(4, TimeWait), gone(60 * SECOND)],
            "LISTEN ?SYN_RCVD ~ESTABLISHED ~FIN_WAIT1 =FIN_WAIT2 =TIME_WAIT =CLOSED",
        ),
        // The other end's FIN had come, though nobody had read it.
        (
            vec![did(1, Accepted), did(2, OtherEnded), did(3, shut)],
            "LISTEN ?SYN_RCVD ~ESTABLISHED ~CLOSE_WAIT ~LAST_ACK",
        ),
        // A close that sent a reset leaves nothing behind: there was no FIN_WAIT1.
        (vec![did(1, Accepted), did(2, shut), gone(3)], "LISTEN ?SYN_RCVD ~ESTABLISHED =CLOSED"),
        (vec![did(1, Accepted), did(2, shut), gone(70 * SECOND)], "LISTEN ?SYN_RCVD ~ESTABLISHED ~FIN_WAIT1 =CLOSED"),
        (vec![did(1, Accepted), did(2, Reset), gone(3)], "LISTEN ?SYN_RCVD ~ESTABLISHED =CLOSED"),
        // What was seen overrides what was deduced.
        (vec![did(1, Accepted), did(2, shut), saw(3, LastAck)], "LISTEN ?SYN_RCVD ~ESTABLISHED ?CLOSE_WAIT =LAST_ACK"),
        (vec![did(1, Accepted), did(2, Reset), saw(3, Established)], "LISTEN ?SYN_RCVD =ESTABLISHED"),
        (vec![saw(1, FinWait2), did(2, shut), did(3, PeerEnded)], " =FIN_WAIT2 ~TIME_WAIT"),
    ] {
        assert_eq!(told(evidence.clone()), way, "{evidence:?}");
    }
}

#[test]
fn a_call_names_the_step_that_was_seen_before_it_came_back() {
    let path = StatePath::of(vec![did(1, TcpEvent::Accepted), saw(2, FinWait1), did(3, TcpEvent::Closed)]);
    let last = path.transitions.last().unwrap();
    assert_eq!((last.to, last.event, last.seen, last.at), (FinWait1, Some(TcpEvent::Closed), true, Some(Moment(2))));
}

#[test]
fn a_leap_is_no_arrow() {
    let path = StatePath::of(vec![did(1, TcpEvent::Accepted), gone(2)]);
    let arrows: Vec<_> =
        path.transitions.iter().map(|transition| (transition.from, transition.to, transition.is_arrow())).collect();
    let expected =
        [(Some(Listen), SynReceived, true), (Some(SynReceived), Established, true), (Some(Established), Closed, false)];
    assert_eq!(arrows, expected);
    assert!(path.is_seen());
    assert_eq!((path.now(), SynSent.path_to(FinWait2).is_some()), (Some(Closed), true));
}

fn connection(events: Vec<Event>) -> Connection {
    let opened = Opened { at: Moment(5), ..Opened::default() };
    let mut connection = Connection::new(ConnectionId(1), opened);
    events.into_iter().for_each(|event| connection.apply(event, &Default::default()));
    connection
}

fn connected() -> Event {
    Event::Connected { local: ([127, 0, 0, 1], 1).into(), peer: ([127, 0, 0, 1], 2).into() }
}

fn call(kind: CallKind, at: u64, outcome: Outcome) -> Call {
    Call { kind, begun: Moment(at), took: 2, outcome, ..Call::default() }
}

#[test]
fn calls_say_what_they_did() {
    let connect = |at, outcome| call(CallKind::Connect, at, outcome);
    let ended = |how| vec![connected(), Event::Ended { at: Moment(90), how }];
    let done = Outcome::Done;
    let finished = call(CallKind::Recv, 20, Outcome::PeerFinished);
    for (events, calls, way) in [
        (vec![], vec![], ""),
        (vec![connected()], vec![], "LISTEN ?SYN_RCVD ~ESTABLISHED"),
        (vec![], vec![connect(6, Outcome::Failed)], "CLOSED ~SYN_SENT ~CLOSED"),
        // The first address did not answer.
        (vec![connected()], vec![connect(6, Outcome::Failed), connect(9, done)], "CLOSED ~SYN_SENT ~ESTABLISHED"),
        (
            ended(Ended::PeerFinished),
            vec![connect(6, done), finished, call(CallKind::Close, 30, done)],
            "CLOSED ~SYN_SENT ~ESTABLISHED ~CLOSE_WAIT ~LAST_ACK",
        ),
        (
            ended(Ended::Finished),
            vec![call(CallKind::Shutdown, 10, done), finished, call(CallKind::Close, 30, done)],
            "LISTEN ?SYN_RCVD ~ESTABLISHED ~FIN_WAIT1 ?FIN_WAIT2 ~TIME_WAIT",
        ),
        (ended(Ended::Reset), vec![call(CallKind::Close, 30, done)], "LISTEN ?SYN_RCVD ~ESTABLISHED ~CLOSED"),
        (ended(Ended::OnPurpose), vec![call(CallKind::Close, 30, done)], "LISTEN ?SYN_RCVD ~ESTABLISHED"),
        // A shutdown in the middle of a long log.
        (vec![connected(), Event::SendingEnded], vec![], "LISTEN ?SYN_RCVD ~ESTABLISHED ~FIN_WAIT1"),
        (
            vec![connected(), Event::SendingEnded],
            vec![finished],
            "LISTEN ?SYN_RCVD ~ESTABLISHED ~FIN_WAIT1 ?FIN_WAIT2 ~TIME_WAIT",
        ),
    ] {
        assert_eq!(told(tcp_events(&connection(events), &calls)), way, "{calls:?}");
    }
}
