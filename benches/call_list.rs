//! The filtering of 10,000,000 calls of one connection: with a filter that few pass, with one that all pass, and folded.
//!
//! `cargo bench --bench call_list`

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench says what it expects with them")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use crossbeam_channel::bounded;
use socketscope::capture::{
    Call, CallFilter, CallKind, CallListJob, CallListSpec, CallLogWriter, CallScope, ConnectionId, DiskQuota, Event,
    Moment, Opened, Outcome, Progress, Report, Role, Session, SessionId, SocketId, Spool,
};

const CALLS: u64 = 10_000_000;
const PLACES: u32 = 100;

/// Reports `calls` calls of one connection, `step` nanoseconds apart.
fn connection(session: &mut Session, id: u32, calls: u64, step: u64) {
    let (mut writer, log) = CallLogWriter::new();
    for i in 0..calls {
        let got = if i % 1000 == 0 { 517 } else { 1024 };
        let begun = Moment(i * step + u64::from(id));
        let (kind, outcome) = (CallKind::Recv, Outcome::Done);
        writer.append(&Call { kind, outcome, begun, took: 20, asked: 1024, got, offset: i * 1024, note: 0 }).unwrap();
    }
    writer.finish().unwrap();
    let (sent, received) = (Spool::default(), Spool::default());
    let opened = Opened { at: Moment(0), thread: "bench".into(), calls: log, sent, received };
    let progress = Progress { calls, ..Progress::default() };
    let events = vec![Event::Opened(Box::new(opened)), Event::Progress(progress)];
    session.apply(Report { session: SessionId(1), socket: SocketId::Connection(ConnectionId(id)), events });
    session.applied_until = Moment(u64::MAX - 1);
}

/// Filters until every call has been looked at; returns how many passed.
fn job(session: &Session, spec: &CallListSpec) -> u64 {
    let (bell, rung) = bounded(1);
    let wake = move || {
        let _ = bell.try_send(());
    };
    let mut job = CallListJob::start(spec.clone(), &DiskQuota::default(), wake).unwrap();
    loop {
        job.update(session, &|_| String::new());
        let state = job.state();
        if state.taken == CALLS {
            return state.passed;
        }
        rung.recv().unwrap();
    }
}

fn lists(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a list of 10,000,000 calls");
    group.sample_size(10).throughput(Throughput::Elements(CALLS));
    let mut one = Session::new(SessionId(1), Role::Server);
    connection(&mut one, 1, CALLS, 100);
    let mut many = Session::new(SessionId(1), Role::Server);
    (1..=PLACES).for_each(|id| connection(&mut many, id, CALLS / u64::from(PLACES), 100));
    let scope = CallScope::One(SocketId::Connection(ConnectionId(1)));
    let few = CallFilter { most: Some(1000), ..CallFilter::default() };
    let text = CallFilter { text: "recv(1024".into(), ..CallFilter::default() };
    for (name, session, scope, filter, fold) in [
        ("few pass", &one, scope, few, false),
        ("all pass", &one, scope, text, false),
        ("folded", &one, scope, CallFilter::default(), true),
        ("of 100 connections", &many, CallScope::All, CallFilter::default(), false),
    ] {
        let spec = CallListSpec { scope, filter, fold };
        group.bench_function(name, |bencher| bencher.iter(|| job(session, &spec)));
    }
    group.finish();
}

criterion_group!(benches, lists);
criterion_main!(benches);
