//! Ladders of connections that are told call by call.

mod closing;

use proptest::prelude::*;

use super::*;
use crate::capture::{
    Call, CallKind, CallLogWriter, Cause, Connection, ConnectionId, Direction, Ended, Event, Failure, Moment, Note,
    Opened, Operation, Outcome, Progress, Report, Role, Session, SessionId, SocketId, Spool, SpoolWriter, TlsEvent,
};
use crate::http::Span;

/// One end as it is put together.
struct Told {
    role: Role,
    calls: Vec<Call>,
    notes: Vec<Note>,
    events: Vec<Event>,
    offsets: [u64; 2],
    tls: bool,
}

impl Told {
    fn new(role: Role) -> Self {
        Self { role, calls: Vec::new(), notes: Vec::new(), events: Vec::new(), offsets: [0; 2], tls: false }
    }

    fn call(mut self, kind: CallKind, begun: u64, ended: u64) -> Self {
        self.calls.push(Call { kind, begun: Moment(begun), took: ended - begun, ..Call::default() });
        self
    }

    fn carries(mut self, direction: Direction, begun: u64, ended: u64, got: u32) -> Self {
        let offset = &mut self.offsets[usize::from(direction == Direction::Received)];
        let call = Call {
            kind: direction.into(),
            begun: Moment(begun),
            took: ended - begun,
            asked: got.max(1),
            got,
            ..Call::default()
        };
        self.calls.push(Call { offset: *offset, ..call });
        *offset += u64::from(got);
        self
    }

    fn sends(self, begun: u64, ended: u64, got: u32) -> Self {
        self.carries(Direction::Sent, begun, ended, got)
    }

    fn takes(self, begun: u64, ended: u64, got: u32) -> Self {
        self.carries(Direction::Received, begun, ended, got)
    }

    fn comes_back(mut self, outcome: Outcome) -> Self {
        self.calls.last_mut().unwrap().outcome = outcome;
        self
    }

    fn fails(mut self, cause: Cause) -> Self {
        let failure = Failure { operation: Operation::Call(CallKind::Recv), subject: None, cause, system: None };
        self.notes.push(Note { failure: Some(failure), ..Note::default() });
        self.calls.last_mut().unwrap().note = self.notes.len() as u32;
        self.comes_back(Outcome::Failed)
    }

    fn then(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    fn connection(self) -> Connection {
        let (mut writer, log) = CallLogWriter::new();
        self.calls.iter().for_each(|call| writer.append(call).unwrap());
        writer.flush().unwrap();
        let spool = |bytes: u64| {
            let (mut writer, spool) = SpoolWriter::temporary();
            writer.append(&vec![b'.'; bytes as usize]).unwrap();
            writer.flush().unwrap();
            spool
        };
        let [sent, received] = self.offsets;
        let (id, socket) = (SessionId(1), SocketId::Connection(ConnectionId(1)));
        let plain = |bytes| if self.tls { Spool::default() } else { spool(bytes) };
        let opened =
            Opened { at: Moment(1), thread: "told".into(), calls: log, sent: plain(sent), received: plain(received) };
        let [client, server] = [50_000, 80].map(|port| core::net::SocketAddr::from(([127, 0, 0, 1], port)));
        let (local, peer) = if self.role == Role::Client { (client, server) } else { (server, client) };
        let mut events = vec![Event::Opened(Box::new(opened)), Event::Connected { local, peer }];
        events.extend(self.notes.into_iter().map(Event::Note));
        if self.tls {
            let (sent, received) = (spool(sent), spool(received));
            let begun = TlsEvent::Begun { at: Moment(1), sent, received, plain_calls: CallLogWriter::new().1 };
            events.push(Event::Tls(begun));
        }
        let (in_plain, under) = if self.tls { ([0; 2], [sent, received]) } else { ([sent, received], [0; 2]) };
        events.push(Event::Progress(Progress {
            calls: self.calls.len() as u64,
            sent: in_plain[0],
            received: in_plain[1],
            sent_under: under[0],
            received_under: under[1],
            ..Progress::default()
        }));
        events.extend(self.events);
        let mut session = Session::new(id, self.role);
        session.apply(Report { session: id, socket, events });
        session.connections.iter().next().unwrap().clone()
    }
}

fn client() -> Told {
    Told::new(Role::Client).call(CallKind::Connect, 10, 20)
}

fn server() -> Told {
    Told::new(Role::Server)
}

/// Every arrow, as the numbers of the entries that it goes from and to, with how many bytes.
fn crossings(ladder: &Ladder<'_>, side: Role) -> Vec<(Option<u64>, Option<u64>, u64)> {
    let rows = ladder.read(0, 1_000).unwrap();
    let entry = |tip: &ArrowEnd| match tip {
        ArrowEnd::Call { entry, .. } => Some(*entry),
        ArrowEnd::System { .. } | ArrowEnd::Open(_) => None,
    };
    let mut found: Vec<_> = arrows(&rows)
        .iter()
        .filter(|arrow| arrow.side == side)
        .filter_map(|arrow| match arrow.kind {
            ArrowKind::Bytes(span) => Some((entry(&arrow.from), entry(&arrow.to), span.len())),
            _ => None,
        })
        .collect();
    found.sort_unstable();
    found
}

/// What a call has to do with calls of the other end.
fn matched(ladder: &Ladder<'_>, side: Role, entry: u64) -> Option<Match> {
    let rows = ladder.read(0, 1_000).unwrap();
    rows.into_iter().find(|row| (row.side, row.entry) == (side, entry)).unwrap().matched
}

#[test]
fn four_sends_are_taken_by_one_recv() {
    let client = client().sends(30, 31, 7).sends(32, 33, 5).sends(34, 35, 5).sends(36, 37, 4).connection();
    let server = server().takes(21, 50, 21).connection();
    let expected = vec![(Some(1), Some(1), 7), (Some(2), Some(1), 5), (Some(3), Some(1), 5), (Some(4), Some(1), 4)];
    // Both ends see the same.
    for (own, role, other) in [(&client, Role::Client, &server), (&server, Role::Server, &client)] {
        let ladder = Ladder::new(own, role, Some(other));
        assert_eq!(crossings(&ladder, Role::Client), expected);
        assert_eq!(matched(&ladder, Role::Server, 1).unwrap().with.len(), 4);
        assert_eq!(ladder.rows(), 7);
    }
}

#[test]
fn one_send_is_taken_by_three_and_the_rest_by_none_yet() {
    let client = client().sends(30, 31, 30).connection();
    let server = server().takes(21, 40, 10).takes(41, 50, 10).takes(51, 60, 4).connection();
    let ladder = Ladder::new(&client, Role::Client, Some(&server));
    let expected = [(Some(1), None, 6), (Some(1), Some(1), 10), (Some(1), Some(2), 10), (Some(1), Some(3), 4)];
    assert_eq!(crossings(&ladder, Role::Client), expected);
    let matched = matched(&ladder, Role::Client, 1).unwrap();
    let parts: Vec<_> = matched.with.iter().map(|with| (with.part.unwrap(), with.number)).collect();
    assert_eq!(parts, [(Span::new(0, 10), Some(0)), (Span::new(10, 20), Some(1)), (Span::new(20, 24), Some(2))]);
    assert_eq!(matched.open, Some((Unmatched::NotYet, ArrowKind::Bytes(Span::new(24, 30)))));
}

#[test]
fn a_send_that_more_calls_took_than_are_told_names_the_first_and_the_last() {
    let client = client().sends(30, 31, 100).connection();
    let server = (0..100).fold(server(), |told, i| told.takes(100 + i * 2, 101 + i * 2, 1)).connection();
    let ladder = Ladder::new(&client, Role::Client, Some(&server));
    let matched = matched(&ladder, Role::Client, 1).unwrap();
    let numbers: Vec<_> = matched.with.iter().map(|with| with.number).collect();
    assert_eq!((numbers, matched.is_many, matched.open), (vec![Some(0), Some(99)], true, None));
    // Each recv that is in view knows where its byte came from, and no arrow is there twice.
    assert_eq!(crossings(&ladder, Role::Client).len(), 100);
}

#[test]
fn a_recv_stands_below_the_send_that_it_took_though_it_came_back_before_it() {
    let client = client().sends(30, 60, 5).connection();
    let server = server().takes(21, 45, 5).connection();
    let ladder = Ladder::new(&client, Role::Client, Some(&server));
    let rows = ladder.read(0, 10).unwrap();
    let order: Vec<_> = rows.iter().map(|row| (row.row, row.side, row.call.kind)).collect();
    let expected = [
        (0, Role::Server, CallKind::Accept),
        (1, Role::Client, CallKind::Connect),
        (2, Role::Client, CallKind::Send),
        (3, Role::Server, CallKind::Recv),
    ];
    assert_eq!(order, expected);
    // The send began in its row and came back below the recv, which had waited since before the send.
    assert_eq!((rows[2].stretch, rows[3].stretch), ((2.5, 4.0), (2.0, 3.5)));
}

#[test]
fn without_the_other_end_only_our_own_calls_are_known() {
    let client = client().sends(30, 31, 60).takes(32, 50, 500).takes(51, 52, 0).comes_back(Outcome::PeerFinished);
    let client = client.call(CallKind::Close, 60, 61).connection();
    let ladder = Ladder::new(&client, Role::Client, None);
    assert_eq!(ladder.rows(), 5);
    assert_eq!(crossings(&ladder, Role::Client), [(Some(1), None, 60)]);
    assert_eq!(crossings(&ladder, Role::Server), [(None, Some(2), 500)]);
    let open = |entry| matched(&ladder, Role::Client, entry).unwrap().open.unwrap();
    assert_eq!(open(0), (Unmatched::Elsewhere, ArrowKind::Syn));
    assert_eq!(open(1).0, Unmatched::Elsewhere);
    assert_eq!(open(3), (Unmatched::Elsewhere, ArrowKind::Fin));
    assert_eq!(open(4), (Unmatched::Elsewhere, ArrowKind::Fin));
}

#[test]
fn the_opening_goes_to_accept_and_the_end_to_the_recv_that_returned_0() {
    let client = client().sends(30, 31, 4).call(CallKind::Shutdown, 32, 33).takes(34, 60, 9).takes(61, 70, 0);
    let client = client.comes_back(Outcome::PeerFinished).call(CallKind::Close, 71, 72).connection();
    let server = server().takes(21, 40, 4).takes(41, 42, 0).comes_back(Outcome::PeerFinished).sends(43, 44, 9);
    let server = server.call(CallKind::Close, 50, 51).connection();
    let ladder = Ladder::new(&client, Role::Client, Some(&server));
    let partner = |side, entry| {
        let matched = matched(&ladder, side, entry)?;
        Some((matched.kind, matched.is_out, matched.with.first()?.entry))
    };
    assert_eq!(partner(Role::Client, 0), Some((ArrowKind::Syn, true, 0)));
    assert_eq!(partner(Role::Server, 0), Some((ArrowKind::Syn, false, 0)));
    assert_eq!(partner(Role::Client, 2), Some((ArrowKind::Fin, true, 2)));
    assert_eq!(partner(Role::Server, 2), Some((ArrowKind::Fin, false, 2)));
    // The server's close tells the same; the client's tells nothing that its shutdown has not.
    assert_eq!(partner(Role::Server, 4), Some((ArrowKind::Fin, true, 4)));
    assert_eq!(partner(Role::Client, 4), Some((ArrowKind::Fin, false, 4)));
    assert_eq!(matched(&ladder, Role::Client, 5), None);
}

#[test]
fn a_reset_goes_from_the_close_to_the_call_that_failed() {
    let client = client().sends(30, 31, 4).takes(32, 60, 0).fails(Cause::Reset).connection();
    let server = server().call(CallKind::Close, 50, 51).connection();
    let ladder = Ladder::new(&client, Role::Client, Some(&server));
    let told = matched(&ladder, Role::Server, 1).unwrap();
    assert_eq!((told.kind, told.is_out, told.with[0].entry), (ArrowKind::Rst, true, 2));
    let noticed = matched(&ladder, Role::Client, 2).unwrap();
    assert_eq!((noticed.kind, noticed.is_out, noticed.with[0].entry), (ArrowKind::Rst, false, 1));
    let rows = ladder.read(0, 10).unwrap();
    assert_eq!(arrows(&rows).iter().filter(|arrow| arrow.kind == ArrowKind::Rst).count(), 1);
    // That our own close was one is known before the other end notices.
    let ended = Event::Ended { at: Moment(60), how: Ended::Reset };
    let alone = Told::new(Role::Server).call(CallKind::Close, 50, 51).then(ended).connection();
    let ladder = Ladder::new(&alone, Role::Server, None);
    assert_eq!(matched(&ladder, Role::Server, 1).unwrap().open, Some((Unmatched::Elsewhere, ArrowKind::Rst)));
}

#[test]
fn a_refused_connection_is_answered_by_a_reset_and_closes_nothing() {
    let refused = Told::new(Role::Client).call(CallKind::Connect, 10, 20).fails(Cause::Refused).connection();
    let ladder = Ladder::new(&refused, Role::Client, None);
    let matched = matched(&ladder, Role::Client, 0).unwrap();
    assert_eq!((matched.is_out, matched.open), (false, Some((Unmatched::Elsewhere, ArrowKind::Rst))));
}

#[test]
fn under_tls_the_bytes_are_those_that_crossed_the_socket() {
    let told = |told: Told| Told { tls: true, ..told };
    let client = told(client()).sends(30, 31, 517).takes(32, 60, 1_300).connection();
    let server = told(server()).takes(21, 40, 500).takes(41, 42, 17).sends(43, 44, 1_300).connection();
    let ladder = Ladder::new(&client, Role::Client, Some(&server));
    assert_eq!(crossings(&ladder, Role::Client), [(Some(1), Some(1), 500), (Some(1), Some(2), 17)]);
    assert_eq!(crossings(&ladder, Role::Server), [(Some(3), Some(2), 1_300)]);
}

#[test]
fn what_waits_stands_below_all_others_and_reaches_up_to_where_it_began() {
    let blocked =
        |kind, since| Event::CallBlocked(crate::capture::PendingCall { kind, asked: 1_024, since: Moment(since) });
    let client = client().sends(30, 31, 4).then(blocked(CallKind::Recv, 32)).connection();
    let server = server().takes(21, 40, 4).then(blocked(CallKind::Recv, 41)).connection();
    let ladder = Ladder::new(&client, Role::Client, Some(&server));
    let waiting = ladder.read(0, 10).unwrap();
    let waiting: Vec<_> = waiting.iter().filter(|row| row.state == CallState::InProgress).collect();
    assert_eq!(
        waiting.iter().map(|row| (row.side, row.row)).collect::<Vec<_>>(),
        [(Role::Client, 4), (Role::Server, 5)]
    );
    assert_eq!(waiting[0].stretch, (3.0, 5.0));
    assert_eq!(waiting[1].stretch, (4.0, 6.0));
}

#[test]
fn a_call_that_reaches_into_view_from_below_is_there() {
    // One recv of the server waits while the client sends a thousand times.
    let client = (0..1_000).fold(client(), |told, i| told.sends(30 + i * 2, 31 + i * 2, 1)).connection();
    let server = server().takes(21, 5_000, 1_000).connection();
    let ladder = Ladder::new(&client, Role::Client, Some(&server));
    let rows = ladder.read(500, 20).unwrap();
    let recv = rows.iter().find(|row| row.call.kind == CallKind::Recv).unwrap();
    assert!(recv.stretch.0 < 500.0 && recv.stretch.1 > 520.0, "{:?}", recv.stretch);
    assert!(rows.len() < 100);
}

#[test]
fn more_calls_than_can_be_told_apart_are_folded() {
    const READS: u64 = 41_377;
    let reads = |told| (0..READS).fold(told, |told: Told, i| told.takes(1_000 + i * 10, 1_005 + i * 10, 3));
    let server = reads(server().takes(21, 40, 8).sends(41, 42, 5)).call(CallKind::Close, 900_000, 900_001).connection();
    let ladder = Ladder::new(&server, Role::Server, None);
    let timed = ladder.timed(Moment(0), Moment(1_000_000)).unwrap();
    let singles = timed.rows.len() as u64;
    assert!(singles <= 40, "{singles}");
    let [folded] = timed.folded.as_slice() else { panic!("{:?}", timed.folded) };
    assert_eq!((&folded.kinds[..], folded.is_exact), (&[CallKind::Recv][..], true));
    // The accept is an entry, too.
    assert_eq!(folded.count + singles, READS + 4);
    assert_eq!(folded.bytes, Some(folded.count * 3));
    // Zoomed in, each stands for itself.
    let timed = ladder.timed(Moment(10_000), Moment(11_000)).unwrap();
    assert_eq!((timed.folded.len(), timed.rows.iter().filter(|row| row.call.kind == CallKind::Recv).count()), (0, 101));
}

#[test]
fn calls_of_both_kinds_in_turn_are_folded_as_what_they_are() {
    let server = (0..5_000)
        .fold(server(), |told: Told, i| told.takes(100 + i * 10, 102 + i * 10, 1).sends(104 + i * 10, 106 + i * 10, 1));
    let server = server.connection();
    let timed = Ladder::new(&server, Role::Server, None).timed(Moment(0), Moment(1_000_000)).unwrap();
    let kinds: std::collections::HashSet<_> = timed.folded.iter().map(|folded| folded.kinds.len()).collect();
    assert_eq!(kinds, [2].into());
    assert!(timed.folded.iter().all(|folded| folded.bytes.is_none()));
    assert_eq!(timed.folded.iter().map(|folded| folded.count).sum::<u64>() + timed.rows.len() as u64, 10_001);
}

#[test]
fn a_connection_that_a_server_made_is_a_clients() {
    let connection = Told::new(Role::Server).call(CallKind::Connect, 10, 20).connection();
    assert_eq!(LadderEnd::of(&connection, Role::Server).side, Role::Client);
    assert_eq!(Ladder::new(&connection, Role::Server, None).own, Role::Client);
}

/// Sizes of sends, and of the reads that take the same bytes.
fn sizes() -> impl Strategy<Value = (Vec<u32>, Vec<u32>)> {
    let sizes = || proptest::collection::vec(1_u32..40, 1..20);
    (sizes(), sizes()).prop_map(|(sends, mut reads)| {
        let total: u32 = sends.iter().sum();
        let mut left = total;
        reads.retain_mut(|read| {
            *read = (*read).min(left);
            left -= *read;
            *read > 0
        });
        if left > 0 {
            reads.push(left);
        }
        (sends, reads)
    })
}

proptest! {
    #[test]
    fn at_every_split_each_byte_goes_from_its_send_to_its_recv((sends, reads) in sizes()) {
        let client = sends.iter().zip(0..).fold(client(), |told, (size, i)| told.sends(30 + i * 2, 31 + i * 2, *size));
        let server = reads.iter().zip(0..).fold(server(), |told, (size, i)| told.takes(200 + i * 2, 201 + i * 2, *size));
        let (client, server) = (client.connection(), server.connection());
        // Entry numbers count the connect, and the accept.
        let owner = |sizes: &[u32]| -> Vec<u64> {
            let each = sizes.iter().zip(1..);
            each.flat_map(|(size, entry)| std::iter::repeat_n(entry, *size as usize)).collect()
        };
        let mut expected = std::collections::BTreeMap::new();
        for pair in owner(&sends).into_iter().zip(owner(&reads)) {
            *expected.entry(pair).or_insert(0_u64) += 1;
        }
        let expected: Vec<_> = expected.into_iter().map(|((from, to), bytes)| (Some(from), Some(to), bytes)).collect();
        prop_assert_eq!(&crossings(&Ladder::new(&client, Role::Client, Some(&server)), Role::Client), &expected);
        prop_assert_eq!(&crossings(&Ladder::new(&server, Role::Server, Some(&client)), Role::Client), &expected);
    }

    #[test]
    fn rows_are_the_same_wherever_one_begins_to_read(ours in proptest::collection::vec((0_u64..5, 0_u64..9), 0..60),
                                                     theirs in proptest::collection::vec((0_u64..5, 0_u64..9), 0..60)) {
        let told = |told: Told, calls: &[(u64, u64)]| {
            let mut at = 20;
            calls.iter().fold(told, |told, (gap, took)| {
                // Two threads: one call may have begun before others that came back before it.
                at += gap;
                let begun = at - took;
                if (gap + took) % 2 == 0 { told.sends(begun, at, 1) } else { told.takes(begun, at, 1) }
            }).connection()
        };
        let (client, server) = (told(client(), &ours), told(server(), &theirs));
        let ladder = Ladder::new(&client, Role::Client, Some(&server));
        let all = ladder.read(0, 1_000).unwrap();
        prop_assert_eq!(all.len() as u64, ladder.rows());
        prop_assert!(all.iter().zip(0..).all(|(row, number)| row.row == number));
        prop_assert!(all.is_sorted_by_key(|row| row.order_time) && all.iter().all(|row| row.at() <= row.order_time));
        for row in &all {
            prop_assert_eq!(ladder.row_of(row.side, row.entry).unwrap(), row.row);
            let before = all.iter().filter(|other| other.side == row.side && other.row < row.row).count() as u64;
            prop_assert_eq!(ladder.entries_before(row.side, row.row).unwrap(), before);
            let part = ladder.read(row.row, 1).unwrap();
            let same = part.iter().find(|other| other.row == row.row).unwrap();
            prop_assert_eq!((same.side, same.entry, &same.matched), (row.side, row.entry, &row.matched));
        }
    }
}
