//! A frame of the window while it shows a session of 1,000,000 chunks: layout, drawing, and the tree for a screen reader; not the
//! pixels. A client receives a million bytes, one a recv, from a socket on loopback, and then each view is drawn again and again.
//!
//! `cargo bench --bench frame`

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench says what it expects with them")]

mod support;

use std::io::Write as _;

use criterion::{Criterion, criterion_group, criterion_main};
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use socketscope::ui::App;
use support::{peer, received};

const CHUNKS: usize = 1_000_000;

fn window() -> Harness<'static, App> {
    let address = peer(|mut socket| {
        let head = "HTTP/1.1 200 OK\r\n\r\n";
        let fox = b"the quick brown fox jumps over the lazy dog\n".iter().copied();
        let body: Vec<u8> = fox.cycle().take(CHUNKS - head.len()).collect();
        socket.write_all(head.as_bytes()).unwrap();
        socket.write_all(&body).unwrap();
    });
    let (mut window, _) = received(&address, 1);
    assert!(window.state().client_connection().unwrap().received.calls >= CHUNKS as u64);
    window.run_steps(200);
    window
}

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a frame of 1,000,000 chunks");
    let mut window = window();
    for tab in ["Body", "Bytes", "Timing", "Ladder", "Kernel", "Head"] {
        window.get_all_by_label(tab).next().unwrap().click();
        window.run_steps(8);
        group.bench_function(tab, |bencher| bencher.iter(|| window.step()));
    }
    window.get_by_label("Program").click();
    window.run_steps(8);
    group.bench_function("Head, and the program", |bencher| bencher.iter(|| window.step()));
    window.get_by_label("Program").click();
    window.get_by_label("Filter").click();
    window.run_steps(4);
    window.get_by_role_and_label(Role::TextInput, "At least so many bytes").set_text_value_accesskit("1");
    while window.query_by_label_contains("Shown 1,000,").is_none() {
        window.step();
    }
    group.bench_function("Calls, filtered", |bencher| bencher.iter(|| window.step()));
    group.finish();
}

criterion_group!(benches, frames);
criterion_main!(benches);
