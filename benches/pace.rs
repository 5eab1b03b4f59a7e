//! What the pace costs while it runs: a look at it, beside a call that receives 1,024 bytes over a real socket with everything recorded.
//! The pace is looked at once a call, so the ratio of the two is its share.
//!
//! `cargo bench --bench pace`

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a bench says what it expects with them"
)]

use std::hint::black_box;
use std::io::Write;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use socketscope::capture::Clock;
use socketscope::net::{ClientSpec, Engine, Pace, Target};

/// Bytes of a run.
const BYTES: usize = 64 * 1024 * 1024;

/// How long receiving takes, and by how many calls.
fn received() -> (Duration, u64) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = Target::parse(&listener.local_addr().unwrap().to_string()).unwrap();
    let peer = thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let piece = vec![b'x'; 256 * 1024];
        (0..BYTES / piece.len()).for_each(|_| stream.write_all(&piece).unwrap());
    });
    let (engine, reports) = Engine::new(Clock::start(), || {});
    let begun = Instant::now();
    let spec = ClientSpec { request: Vec::new(), ..ClientSpec::tutorial(target) };
    let (_handle, mut session) = engine.client(spec).unwrap();
    while !session.is_over() {
        session.apply(reports.recv().unwrap());
    }
    peer.join().unwrap();
    let connection = session.connections.first().unwrap();
    assert_eq!(connection.received.bytes, BYTES as u64);
    (begun.elapsed(), connection.received.calls)
}

fn bench(criterion: &mut Criterion) {
    let pace = Pace::default();
    criterion.bench_function("a look at the pace", |bencher| bencher.iter(|| black_box(black_box(&pace).mode())));
    criterion.bench_function("a recv of 1024, recorded", |bencher| {
        bencher.iter_custom(|times| {
            let (mut took, mut calls) = (Duration::ZERO, 0);
            while calls < times {
                let (time, count) = received();
                (took, calls) = (took + time, calls + count);
            }
            took.mul_f64(times as f64 / calls as f64)
        });
    });
}

criterion_group! { name = benches; config = Criterion::default().sample_size(10); targets = bench }
criterion_main!(benches);
