//! The job against a naive filter, fold and merge; by table where the order of reports matters.

use std::collections::BTreeMap;
use std::time::Duration;

use crossbeam_channel::Receiver;
use proptest::prelude::*;

use super::*;
use crate::capture::jobs::waker;
use crate::capture::{
    Call, CallKind, CallLogWriter, Cause, ConnectionId, Direction, DiskQuota, Ended, Event, Failure, Moment, Note,
    Opened, Operation, Outcome, Progress, Report, Role, Session, SessionId, SocketId, Subject, SystemError,
};

const LIMIT: Duration = Duration::from_secs(20);
const MS: u64 = 1_000_000;

/// A session that is filled call by call, as the threads of a run would.
struct Run {
    session: Session,
    logs: BTreeMap<u32, CallLogWriter>,
}

fn socket(number: u32) -> SocketId {
    if number == 0 { SocketId::Listener } else { SocketId::Connection(ConnectionId(number)) }
}

impl Run {
    fn new() -> Self {
        Self { session: Session::new(SessionId(1), Role::Server), logs: BTreeMap::new() }
    }

    fn tell(&mut self, number: u32, events: Vec<Event>) {
        self.session.apply(Report { session: SessionId(1), socket: socket(number), events });
    }

    fn open(&mut self, number: u32) {
        let (writer, calls) = CallLogWriter::new();
        self.logs.insert(number, writer);
        self.tell(number, vec![Event::Opened(Box::new(Opened { calls, ..Opened::default() }))]);
    }

    fn add(&mut self, number: u32, calls: &[Call]) {
        let log = self.logs.get_mut(&number).unwrap();
        calls.iter().for_each(|call| log.append(call).unwrap());
        log.flush().unwrap();
        let progress = Progress { calls: log.len(), ..Progress::default() };
        self.tell(number, vec![Event::Progress(progress)]);
    }

    fn note(&mut self, number: u32, note: Note) {
        self.tell(number, vec![Event::Note(note)]);
    }

    fn end(&mut self, number: u32) {
        self.tell(number, vec![Event::Ended { at: Moment(0), how: Ended::Finished }]);
    }
}

/// A job and its wake-ups.
struct Job {
    job: CallListJob,
    wakes: Receiver<()>,
}

fn say(note: &Note) -> String {
    note.failure.as_ref().map(|failure| format!("Said: {:?}", failure.cause)).unwrap_or_default()
}

impl Job {
    fn start(scope: CallScope, filter: CallFilter, fold: bool) -> Self {
        let (wake, wakes) = waker();
        let job = CallListJob::start(CallListSpec { scope, filter, fold }, &DiskQuota::default(), wake).unwrap();
        Self { job, wakes }
    }

    /// Tells what is new and waits until `done`.
    fn until(&mut self, session: &Session, done: impl Fn(&CallListJob, &CallListState) -> bool) {
        loop {
            let more = self.job.update(session, &say);
            let state = self.job.state();
            assert_eq!(state.failure, None);
            if !more && done(&self.job, &state) {
                return;
            }
            if !more {
                self.wakes.recv_timeout(LIMIT).unwrap();
            }
        }
    }

    /// All rows, once every call has been looked at.
    fn rows(&mut self, session: &Session) -> Vec<(u32, u64, u32)> {
        self.until(session, |job, state| state.taken == job.calls());
        self.seen()
    }

    fn seen(&self) -> Vec<(u32, u64, u32)> {
        let state = self.job.state();
        let rows = self.job.rows(&state, 0, usize::MAX / 64).unwrap();
        assert_eq!(rows.len() as u64, state.len());
        rows.iter().map(|row| (row::socket_number(row.socket), row.first, row.count)).collect()
    }
}

fn call(kind: CallKind, ended: u64, asked: u32, got: u32) -> Call {
    Call { kind, outcome: Outcome::Done, begun: Moment(ended - 1), took: 1, asked, got, offset: 0, note: 0 }
}

fn recv(ended: u64, got: u32) -> Call {
    call(CallKind::Recv, ended, 1024, got)
}

#[test]
fn each_part_of_the_filter_lets_through_what_it_says() {
    let failed = Call { outcome: Outcome::Failed, note: 2, ..recv(4, 0) };
    let connect = Call { note: 1, ..call(CallKind::Connect, 1, 0, 0) };
    let ended = Call { outcome: Outcome::PeerFinished, ..recv(5, 0) };
    let calls = [connect, call(CallKind::Send, 2, 5, 5), recv(3, 517), failed, ended];
    let mut run = Run::new();
    run.open(1);
    let peer: core::net::SocketAddr = "10.0.0.9:8080".parse().unwrap();
    run.tell(1, vec![Event::Connected { local: peer, peer }]);
    run.note(1, Note { subject: Some(Subject::Address("10.0.0.7:99".parse().unwrap())), ..Note::default() });
    let system = SystemError { code: Some(104), text: "Connection reset by peer".into() };
    let operation = Operation::Call(CallKind::Recv);
    let failure = Failure { operation, subject: None, cause: Cause::Reset, system: Some(system) };
    run.note(1, Note { failure: Some(failure), ..Note::default() });
    run.add(1, &calls);
    let of = CallFilter::default;
    let text = |text: &str| CallFilter { text: text.into(), ..of() };
    let mut no_recv = CallKinds::ALL;
    no_recv.set(CallKind::Recv, false);
    let said = CallOutcomes::of(|outcome| outcome == Outcome::PeerFinished);
    for (filter, passed) in [
        (of(), vec![0, 1, 2, 3, 4]),
        (CallFilter { kinds: no_recv, ..of() }, vec![0, 1]),
        (CallFilter { direction: Some(Direction::Sent), ..of() }, vec![1]),
        (CallFilter { least: Some(5), ..of() }, vec![1, 2]),
        (CallFilter { most: Some(5), ..of() }, vec![1, 3, 4]),
        (CallFilter { least: Some(6), most: Some(517), ..of() }, vec![2]),
        (CallFilter { outcome: OutcomeFilter::Failures, ..of() }, vec![3]),
        (CallFilter { outcome: OutcomeFilter::Only(Outcome::PeerFinished), ..of() }, vec![4]),
        (text("RECV(10"), vec![2, 3, 4]),
        (text("connect(10.0.0.7"), vec![0]),
        (text("said: reset"), vec![3]),
        (text("0.9:80"), vec![1, 2, 3, 4]),
        (CallFilter { outcomes_with_text: said, ..text("finished sending") }, vec![4]),
        (text("nowhere"), vec![]),
    ] {
        let name = format!("{filter:?}");
        let mut job = Job::start(CallScope::One(socket(1)), filter, false);
        let rows: Vec<_> = job.rows(&run.session).into_iter().map(|(_, first, _)| first).collect();
        assert_eq!(rows, passed, "{name}");
        assert_eq!(job.job.state().passed, passed.len() as u64, "{name}");
    }
}

#[test]
fn like_calls_become_one_row_which_grows_while_it_is_the_last() {
    let mut run = Run::new();
    run.open(1);
    run.add(1, &[recv(1, 10), recv(2, 10)]);
    let mut job = Job::start(CallScope::One(socket(1)), CallFilter::default(), true);
    assert_eq!(job.rows(&run.session), [(1, 0, 2)]);
    let noted = Call { note: 1, ..recv(4, 10) };
    run.add(1, &[recv(3, 10), noted, recv(5, 10), call(CallKind::Send, 6, 1024, 10), recv(7, 11), recv(8, 11)]);
    assert_eq!(job.rows(&run.session), [(1, 0, 3), (1, 3, 1), (1, 4, 1), (1, 5, 1), (1, 6, 2)]);
    let state = job.job.state();
    for (number, row) in [(0, 0), (2, 0), (3, 1), (7, 4)] {
        assert_eq!(job.job.row_of(&state, socket(1), number, Moment(0)).unwrap(), Some(row));
    }
    assert_eq!(job.job.row_of(&state, socket(1), 8, Moment(0)).unwrap(), None);
}

#[test]
fn a_call_that_is_reported_late_still_stands_where_it_belongs() {
    let mut run = Run::new();
    run.open(1);
    run.open(2);
    let mut job = Job::start(CallScope::All, CallFilter::default(), false);
    run.add(1, &[recv(10 * MS, 1), recv(150 * MS, 1)]);
    run.session.applied_until = Moment(160 * MS);
    job.until(&run.session, |job, state| job.calls() == 2 && state.holds_back && state.taken == 1);
    assert_eq!(job.seen(), [(1, 0, 1)], "what may come before the second call is not known yet");
    run.add(2, &[recv(140 * MS, 1)]);
    run.session.applied_until = Moment(250 * MS);
    assert_eq!(job.rows(&run.session), [(1, 0, 1), (2, 0, 1), (1, 1, 1)]);
    let state = job.job.state();
    let row = |number, at| job.job.row_of(&state, socket(number), u64::from(2 - number), Moment(at)).unwrap();
    assert_eq!((row(1, 150 * MS), row(2, 140 * MS)), (Some(2), Some(1)));
}

#[test]
fn when_all_threads_have_ended_nothing_is_held_back() {
    let mut run = Run::new();
    run.open(0);
    run.open(1);
    run.add(0, &[call(CallKind::Accept, 5, 0, 0)]);
    run.add(1, &[recv(6, 1)]);
    run.end(0);
    let mut job = Job::start(CallScope::All, CallFilter::default(), false);
    job.until(&run.session, |job, state| job.calls() == 2 && state.holds_back);
    run.end(1);
    assert_eq!(job.rows(&run.session), [(0, 0, 1), (1, 0, 1)]);
}

#[test]
fn a_source_that_comes_later_is_merged_in() {
    let mut run = Run::new();
    run.open(1);
    run.add(1, &[recv(1, 1)]);
    run.end(1);
    run.session.applied_until = Moment(1000 * MS);
    let mut job = Job::start(CallScope::All, CallFilter::default(), false);
    assert_eq!(job.rows(&run.session), [(1, 0, 1)]);
    run.open(2);
    run.add(2, &[recv(2, 1)]);
    assert_eq!(job.rows(&run.session), [(1, 0, 1), (2, 0, 1)]);
}

#[test]
fn ten_thousand_connections_are_merged_by_time() {
    const COUNT: u32 = 10_000;
    let mut run = Run::new();
    run.session.applied_until = Moment(u64::MAX - 1);
    for number in 1..=COUNT {
        run.open(number);
        // The later it opened, the earlier its first call, and the later its second.
        let first = u64::from(COUNT - number) + 1;
        run.add(number, &[recv(first, 1), recv(1_000_000 + u64::from(number), 1)]);
    }
    let mut job = Job::start(CallScope::All, CallFilter::default(), false);
    let rows = job.rows(&run.session);
    let expected = (1..=COUNT).rev().map(|number| (number, 0, 1)).chain((1..=COUNT).map(|number| (number, 1, 1)));
    assert!(rows.into_iter().eq(expected));
}

/// One call of the random test: of which place, how long after the one before it came back, its likeness, how late it is reported.
#[derive(Clone, Debug)]
struct Step {
    socket: u32,
    after: u64,
    kind: CallKind,
    got: u32,
    lag: u64,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kinds = prop_oneof![Just(CallKind::Recv), Just(CallKind::Recv), Just(CallKind::Send), Just(CallKind::Accept)];
    let step = (0_u32..4, 0_u64..30, kinds, 0_u32..3, 0_u64..90).prop_map(|(socket, after, kind, got, lag)| Step {
        socket,
        after,
        kind,
        got,
        lag,
    });
    prop::collection::vec(step, 0..120)
}

/// The rows that a naive list finds: everything sorted, then filtered, then folded.
fn naive(calls: &BTreeMap<u32, Vec<Call>>, filter: &CallFilter, fold: bool) -> Vec<(u32, u64, u32)> {
    let mut all = Vec::new();
    for (socket, calls) in calls {
        all.extend((0..).zip(calls).map(|(number, call)| (call.ended(), *socket, number, *call)));
    }
    all.sort_by_key(|(at, socket, number, _)| (*at, *socket, *number));
    let mut rows: Vec<(u32, u64, u32, Call)> = Vec::new();
    for (_, socket, number, call) in all {
        let is_way = filter.direction.is_none_or(|direction| call.kind == CallKind::from(direction));
        let is_size = filter.least.is_none_or(|least| call.kind != CallKind::Accept && call.got >= least);
        if !is_way || !is_size {
            continue;
        }
        match rows.last_mut() {
            Some((last, first, count, like))
                if fold
                    && (*last, *first + u64::from(*count)) == (socket, number)
                    && (like.kind, like.asked, like.got) == (call.kind, call.asked, call.got) =>
            {
                *count += 1;
            }
            _ => rows.push((socket, number, 1, call)),
        }
    }
    rows.into_iter().map(|(socket, first, count, _)| (socket, first, count)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rows_stand_in_the_order_of_their_moments_however_late_a_call_is_known(
        steps in prop::collection::vec((0_u32..4, 0_u64..30, 0_u64..400), 0..120),
        fold: bool,
    ) {
        let mut run = Run::new();
        (0..4).for_each(|number| run.open(number));
        let mut job = Job::start(CallScope::All, CallFilter::default(), fold);
        let (mut waiting, mut now) = (BTreeMap::<(u64, usize), (u32, Call)>::new(), 1);
        let (mut due, mut told) = ([0; 4], Vec::new());
        for (number, (socket, after, lag)) in steps.into_iter().enumerate() {
            now += after * MS;
            let due = &mut due[socket as usize];
            *due = (now + lag * MS).max(*due);
            waiting.insert((*due, number), (socket, recv(now, 1)));
            let later = waiting.split_off(&(now + 1, 0));
            for (socket, call) in std::mem::replace(&mut waiting, later).into_values() {
                run.add(socket, &[call]);
                told.push(call.ended());
            }
            run.session.applied_until = Moment(now);
            // What is known by now is written, so that what is known later is late.
            let settled = told.iter().filter(|at| at.0 + 100 * MS <= now).count() as u64;
            job.until(&run.session, |_, state| state.taken >= settled);
        }
        waiting.into_values().for_each(|(socket, call)| run.add(socket, &[call]));
        (0..4).for_each(|number| run.end(number));
        job.rows(&run.session);
        let rows = job.job.rows(&job.job.state(), 0, usize::MAX / 64).unwrap();
        prop_assert!(rows.is_sorted_by_key(|row| row.at));
        for row in &rows {
            let owner = match row.socket {
                SocketId::Listener => &run.session.listener.as_ref().unwrap().thread,
                SocketId::Connection(id) => &run.session.connection(id).unwrap().thread,
            };
            prop_assert!(owner.calls.at(row.first).unwrap().unwrap().ended() <= row.at);
        }
    }

    #[test]
    fn the_job_finds_what_a_naive_filter_finds(
        steps in steps(),
        direction in prop_oneof![Just(None), Just(Some(Direction::Received))],
        least in prop_oneof![Just(None), Just(Some(1_u32))],
        fold: bool,
    ) {
        let filter = CallFilter { direction, least, ..CallFilter::default() };
        let mut calls: BTreeMap<u32, Vec<Call>> = BTreeMap::new();
        let mut run = Run::new();
        (0..4).for_each(|number| run.open(number));
        let mut job = Job::start(CallScope::All, filter.clone(), fold);
        // What has happened and is not reported yet, with the moment of its report; a thread's reports are in order.
        let mut waiting: Vec<(u64, u32, Call)> = Vec::new();
        let mut now = 1;
        for step in steps {
            now += step.after * MS;
            let made = call(step.kind, now, 8, step.got);
            calls.entry(step.socket).or_default().push(made);
            let earlier = waiting.iter().filter(|(_, socket, _)| *socket == step.socket).map(|(due, ..)| *due).max();
            waiting.push(((now + step.lag * MS).max(earlier.unwrap_or(0)), step.socket, made));
            for (_, socket, call) in waiting.iter().filter(|(due, ..)| *due <= now) {
                run.add(*socket, &[*call]);
            }
            waiting.retain(|(due, ..)| *due > now);
            run.session.applied_until = Moment(now);
            job.job.update(&run.session, &say);
        }
        waiting.iter().for_each(|(_, socket, call)| run.add(*socket, &[*call]));
        (0..4).for_each(|number| run.end(number));
        prop_assert_eq!(job.rows(&run.session), naive(&calls, &filter, fold));
    }
}
