//! Tables of what the order of connections is.

use core::net::{IpAddr, SocketAddr};

use crate::capture::{
    Burst, Cause, ConnectionId, ConnectionState, Ended, Event, Failure, Moment, Opened, Operation, Progress, Report,
    Role, Session, SessionId, SocketId,
};
use crate::view::{ConnectionColumn, ConnectionQuery, ConnectionStates, RowTexts, has_failed, ordered, rate};

const SECOND: u64 = 1_000_000_000;
const NOW: Moment = Moment(100 * SECOND);

/// One connection, as it is told.
struct Told {
    id: u32,
    peer: &'static str,
    opened: u64,
    sent: u64,
    received: (u64, u64),
    ended: Option<(u64, Ended)>,
    failed: bool,
}

fn session(told: &[Told]) -> Session {
    let mut session = Session::new(SessionId(1), Role::Server);
    for one in told {
        let (at, thread) = (Moment(one.opened * SECOND), format!("connection {} {}", one.id, one.peer));
        let opened = Opened { at, thread, ..Opened::default() };
        let peer: SocketAddr = one.peer.parse().unwrap();
        let local = SocketAddr::new(peer.ip(), 9999);
        let (received, reads) = one.received;
        let at = Moment(NOW.0 - SECOND / 2);
        let burst = Burst { calls: reads, bytes: received, begun: at, first: at, last: at, ..Burst::default() };
        let received_burst = burst;
        let progress = Progress { sent: one.sent, received, reads, received_burst, ..Progress::default() };
        let mut events =
            vec![Event::Opened(Box::new(opened)), Event::Connected { local, peer }, Event::Progress(progress)];
        if one.failed {
            let (operation, cause) = (Operation::StartThread, Cause::Reset);
            events.push(Event::Failed(Failure { operation, subject: None, cause, system: None }));
        }
        if let Some((at, how)) = one.ended {
            events.push(Event::Ended { at: Moment(at * SECOND), how });
        }
        let socket = SocketId::Connection(ConnectionId(one.id));
        session.apply(Report { session: SessionId(1), socket, events });
    }
    session
}

fn four() -> Session {
    let told =
        |id, peer, opened, sent, received, ended| Told { id, peer, opened, sent, received, ended, failed: false };
    session(&[
        told(1, "10.0.0.9:5000", 10, 700, (50, 2), None),
        told(2, "10.0.0.10:4000", 20, 5, (9_000, 9), Some((95, Ended::Finished))),
        Told { failed: true, ..told(3, "192.168.1.7:1", 30, 5, (50, 1), Some((31, Ended::Failed))) },
        told(4, "10.0.0.9:5001", 40, 90, (0, 0), None),
    ])
}

fn order(session: &Session, query: &ConnectionQuery) -> Vec<u32> {
    let named = |address: IpAddr| (address == IpAddr::from([10, 0, 0, 9])).then_some("Zoë");
    let state = |state: ConnectionState| if matches!(state, ConnectionState::Closed(_)) { "over" } else { "open" };
    let said = RowTexts { name: &named, state: &state, now: NOW };
    ordered(session.connections.iter(), query, &said).iter().map(|id| id.0).collect()
}

#[test]
fn each_column_sorts_and_once_more_the_other_way_round() {
    use ConnectionColumn::*;
    let session = four();
    for (by, up, down) in [
        (Number, [1, 2, 3, 4], [4, 3, 2, 1]),
        // Those without a name stand behind the others.
        (Name, [1, 4, 2, 3], [2, 3, 1, 4]),
        (State, [1, 4, 2, 3], [3, 2, 1, 4]),
        // By the address as a number, not as a text.
        (Peer, [1, 4, 2, 3], [3, 2, 4, 1]),
        (Local, [1, 4, 2, 3], [3, 2, 1, 4]),
        (Sent, [2, 3, 4, 1], [1, 4, 2, 3]),
        (Received, [4, 1, 3, 2], [2, 1, 3, 4]),
        (Reads, [4, 3, 1, 2], [2, 1, 3, 4]),
        // What is over has no rate.
        (Rate, [2, 3, 4, 1], [1, 2, 3, 4]),
        (Age, [3, 4, 2, 1], [1, 2, 4, 3]),
        (Thread, [1, 2, 3, 4], [4, 3, 2, 1]),
    ] {
        let mut query = ConnectionQuery::default();
        if by != Number {
            query.sort(by);
        }
        assert_eq!(order(&session, &query), up, "{by:?}");
        query.sort(by);
        assert_eq!(order(&session, &query), down, "{by:?} reversed");
        query.sort(by);
        assert_eq!(order(&session, &query), up, "{by:?} again");
    }
}

#[test]
fn a_text_and_a_state_leave_others_out() {
    let session = four();
    let query = |text: &str, states| ConnectionQuery { text: text.into(), states, ..ConnectionQuery::default() };
    for (text, states, found) in [
        ("", ConnectionStates::All, &[1, 2, 3, 4][..]),
        ("", ConnectionStates::Open, &[1, 4]),
        ("", ConnectionStates::Closed, &[2, 3]),
        ("", ConnectionStates::Failed, &[3]),
        ("10.0", ConnectionStates::All, &[1, 2, 4]),
        (" ZOË ", ConnectionStates::All, &[1, 4]),
        ("over", ConnectionStates::All, &[2, 3]),
        ("connection 2", ConnectionStates::All, &[2]),
        (":500", ConnectionStates::All, &[1, 4]),
        ("10.0", ConnectionStates::Closed, &[2]),
        ("nobody", ConnectionStates::All, &[]),
    ] {
        let query = query(text, states);
        assert_eq!(order(&session, &query), found, "{text} {states:?}");
        assert_eq!(query.leaves_out(), found.len() < 4, "{text} {states:?}");
    }
}

#[test]
fn a_rate_is_that_of_an_open_connection_and_a_failure_is_told_from_an_end() {
    let session = four();
    let rates: Vec<_> = session.connections.iter().map(|connection| rate(connection, NOW)).collect();
    assert!(rates[0].is_some_and(|rate| rate > 20.0) && rates[1].is_none());
    assert_eq!(session.connections.iter().map(has_failed).collect::<Vec<_>>(), [false, false, true, false]);
}
