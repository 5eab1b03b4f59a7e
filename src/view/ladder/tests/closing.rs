//! The opening and the end of a connection, as they follow from the calls.

use super::*;

/// From, to, and when.
type Crossing = (Option<u64>, Option<u64>, [Option<u64>; 2]);

/// Every arrow of a kind, as the entries that it goes from and to, with when it left and was taken.
fn arrows_of(ladder: &Ladder<'_>, carried: ArrowKind) -> Vec<Crossing> {
    let rows = ladder.read(0, 1_000).unwrap();
    let entry = |tip: &ArrowEnd| if let ArrowEnd::Call { entry, .. } = tip { Some(*entry) } else { None };
    let at = |tip: &ArrowEnd| match tip {
        ArrowEnd::Call { at, .. } | ArrowEnd::System { at, .. } => Some(at.0),
        ArrowEnd::Open(_) => None,
    };
    let of = arrows(&rows).into_iter().filter(|arrow| arrow.kind == carried);
    of.map(|arrow| (entry(&arrow.from), entry(&arrow.to), [at(&arrow.from), at(&arrow.to)])).collect()
}

fn no_arrow_ends_before_it_begins(ladder: &Ladder<'_>) {
    let rows = ladder.read(0, 1_000).unwrap();
    for arrow in arrows(&rows) {
        if let (ArrowEnd::Call { row: a, at: from, .. }, ArrowEnd::Call { row: b, at: to, .. }) = (arrow.from, arrow.to)
        {
            assert!(a <= b && from <= to, "{arrow:?}");
        }
    }
}

#[test]
fn the_handshake_is_over_when_connect_returns_however_late_accept_is() {
    let client = client().sends(30, 31, 4).connection();
    // The accept comes long after.
    let mut server = server().takes(900_001, 900_002, 4).connection();
    server.thread.opened = Moment(900_000);
    for ladder in [Ladder::new(&client, Role::Client, Some(&server)), Ladder::new(&client, Role::Client, None)] {
        assert_eq!(arrows_of(&ladder, ArrowKind::Syn), [(Some(0), None, [Some(10), Some(15)])]);
        assert_eq!(arrows_of(&ladder, ArrowKind::SynAck), [(None, Some(0), [Some(15), Some(20)])]);
        // In rows, it is within the row of connect.
        let rows = ladder.read(0, 10).unwrap();
        let row = rows.iter().find(|row| row.call.kind == CallKind::Connect).unwrap().row as f64;
        let places = arrows(&rows).into_iter().filter_map(|arrow| match arrow.to {
            ArrowEnd::System { row, .. } if arrow.kind == ArrowKind::Syn => Some(row),
            ArrowEnd::Call { row, .. } if arrow.kind == ArrowKind::SynAck => Some(row),
            _ => None,
        });
        assert!(places.collect::<Vec<_>>().iter().all(|place| (row..=row + 1.0).contains(place)));
    }
    // Accept takes what is there: nothing goes to it.
    let ladder = Ladder::new(&server, Role::Server, None);
    assert_eq!(arrows_of(&ladder, ArrowKind::Syn), []);
}

#[test]
fn the_fin_of_a_stop_leaves_from_the_call_that_was_stopped() {
    let client = client().takes(30, 70, 0).comes_back(Outcome::Stopped).call(CallKind::Close, 90, 91);
    let client = client.then(Event::Ended { at: Moment(91), how: Ended::Stopped }).connection();
    let server = server().takes(21, 75, 0).comes_back(Outcome::PeerFinished).call(CallKind::Close, 80, 81).connection();
    for (own, role, other) in [(&client, Role::Client, &server), (&server, Role::Server, &client)] {
        let ladder = Ladder::new(own, role, Some(other));
        assert_eq!(arrows_of(&ladder, ArrowKind::FinOfStop), [(Some(1), Some(1), [Some(70), Some(75)])]);
        // Only the server's close says it anew.
        assert_eq!(arrows_of(&ladder, ArrowKind::Fin), [(Some(2), None, [Some(80), None])]);
        assert_eq!(matched(&ladder, Role::Client, 2), None);
        no_arrow_ends_before_it_begins(&ladder);
    }
}

#[test]
fn who_is_told_before_the_stopped_call_has_come_back_is_told_no_earlier_than_that() {
    let client = client().takes(30, 70, 0).comes_back(Outcome::Stopped).call(CallKind::Close, 90, 91).connection();
    let server = server().takes(21, 66, 0).comes_back(Outcome::PeerFinished).connection();
    let ladder = Ladder::new(&client, Role::Client, Some(&server));
    assert_eq!(arrows_of(&ladder, ArrowKind::FinOfStop), [(Some(1), Some(1), [Some(66), Some(66)])]);
    no_arrow_ends_before_it_begins(&ladder);
}

#[test]
fn a_stop_between_two_calls_is_told_before_the_close() {
    let client = client().sends(30, 31, 4).call(CallKind::Close, 90, 91).connection();
    let server = server().takes(21, 40, 4).takes(41, 66, 0).comes_back(Outcome::PeerFinished).connection();
    let ladder = Ladder::new(&client, Role::Client, Some(&server));
    assert_eq!(matched(&ladder, Role::Client, 2), None);
    assert_eq!(arrows_of(&ladder, ArrowKind::FinOfStop), [(None, Some(2), [None, Some(66)])]);
}

#[test]
fn after_a_reset_nothing_is_said_any_more() {
    let fin = |client: &Connection, server: &Connection| {
        let ladder = Ladder::new(client, Role::Client, Some(server));
        (arrows_of(&ladder, ArrowKind::Fin).len(), arrows_of(&ladder, ArrowKind::Rst).len())
    };
    let resets = server().call(CallKind::Close, 50, 51).connection();
    for cause in [Cause::Reset, Cause::BrokenPipe] {
        let failed = client().sends(30, 31, 4).takes(32, 60, 0).fails(cause).call(CallKind::Close, 70, 71).connection();
        assert!(matched(&Ladder::new(&failed, Role::Client, Some(&resets)), Role::Client, 3).is_none());
        assert!(matched(&Ladder::new(&failed, Role::Client, None), Role::Client, 3).is_none());
    }
    let failed = client().sends(30, 31, 4).takes(32, 60, 0).fails(Cause::Reset).call(CallKind::Close, 70, 71);
    assert_eq!(fin(&failed.connection(), &resets), (0, 1));
    // A send and a recv of two threads fail by the same reset.
    let both = client().sends(30, 31, 4).takes(32, 60, 0).fails(Cause::Reset).call(CallKind::Send, 33, 61);
    let both = both.fails(Cause::Reset).connection();
    assert_eq!(fin(&both, &resets), (0, 1));
    assert_eq!(fin(&both, &server().connection()), (0, 1));
    // The other end was reset by its user before this one closed, which has not noticed.
    let reset = server().call(CallKind::Close, 50, 51).then(Event::Ended { at: Moment(51), how: Ended::Reset });
    let unaware = client().sends(30, 31, 4).call(CallKind::Close, 70, 71).connection();
    assert_eq!(fin(&unaware, &reset.connection()), (0, 1));
}

#[test]
fn what_a_listener_of_this_program_has_not_accepted_is_known_to_wait() {
    let client = client().sends(30, 31, 5).connection();
    let ladder = Ladder::new(&client, Role::Client, None).unaccepted(true);
    for entry in [0, 1] {
        assert_eq!(matched(&ladder, Role::Client, entry).unwrap().open.unwrap().0, Unmatched::NotYet);
    }
    let server = server().connection();
    assert!(!Ladder::new(&client, Role::Client, Some(&server)).unaccepted(true).is_unaccepted());
}

#[test]
fn the_systems_acknowledge_the_handshake_and_each_fin() {
    let client = client().sends(30, 31, 4).call(CallKind::Shutdown, 40, 41).takes(42, 70, 0);
    let client = client.comes_back(Outcome::PeerFinished).call(CallKind::Close, 71, 72).connection();
    let server = server().takes(21, 35, 4).takes(36, 45, 0).comes_back(Outcome::PeerFinished);
    let server = server.call(CallKind::Close, 60, 61).connection();
    let ladder = Ladder::new(&client, Role::Client, Some(&server));
    let rows = ladder.read(0, 1_000).unwrap();
    let acks: Vec<_> = arrows(&rows).into_iter().filter(|arrow| arrow.kind == ArrowKind::Ack).collect();
    // Of connect by the client's system, of its FIN by the server's, of the server's FIN by the client's.
    let sides: Vec<Role> = acks.iter().map(|arrow| arrow.side).collect();
    assert_eq!(sides.iter().filter(|side| **side == Role::Client).count(), 2, "{acks:?}");
    assert_eq!(sides.iter().filter(|side| **side == Role::Server).count(), 1, "{acks:?}");
    for arrow in &acks {
        let (ArrowEnd::System { row: from, .. }, ArrowEnd::System { row: to, .. }) = (arrow.from, arrow.to) else {
            panic!("a call has to do with {arrow:?}");
        };
        assert!(from < to && arrow.kind.is_by_system());
    }
    // Where the other end is not known, nobody knows whether a FIN was acknowledged.
    let alone = Ladder::new(&client, Role::Client, None);
    let rows = alone.read(0, 1_000).unwrap();
    assert_eq!(arrows(&rows).iter().filter(|arrow| arrow.kind == ArrowKind::Ack).count(), 1);
}
