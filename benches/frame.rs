//! A frame of the window while it shows a session of 1,000,000 chunks: layout, drawing, and the tree for a screen reader; not the
//! pixels. A client receives a million bytes, one a recv, from a socket on loopback, and then each view is drawn again and again.
//!
//! `cargo bench --bench frame`

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench says what it expects with them")]

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use criterion::{Criterion, criterion_group, criterion_main};
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use socketscope::capture::{Clock, ConnectionState};
use socketscope::net::Engine;
use socketscope::settings::{ClientForm, Language, Settings};
use socketscope::ui::{App, Parts, PictureDecoder};
use support::NoDialog;

const CHUNKS: usize = 1_000_000;

fn peer() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let script = move || {
        let (mut socket, _) = listener.accept().unwrap();
        assert!(socket.read(&mut [0; 4096]).unwrap() > 0);
        let head = "HTTP/1.1 200 OK\r\n\r\n";
        let body: Vec<u8> = b"the quick brown fox jumps over the lazy dog\n"
            .iter()
            .copied()
            .cycle()
            .take(CHUNKS - head.len())
            .collect();
        socket.write_all(head.as_bytes()).unwrap();
        socket.write_all(&body).unwrap();
    };
    thread::Builder::new().name("peer".into()).spawn(script).unwrap();
    address
}

fn window(address: &str) -> Harness<'static, App> {
    let client = ClientForm { recv_size: 1, ..ClientForm::of(address) };
    let settings = Settings { client, ..Settings::default() };
    let make = move |cc: &mut eframe::CreationContext<'static>| {
        let (engine, reports) = Engine::new(Clock::start(), || {});
        let (language, dialog) = (Language::English, Box::new(NoDialog));
        let pictures = PictureDecoder::of_this_program();
        App::new(
            &cc.egui_ctx,
            Parts {
                engine,
                reports,
                settings,
                folder: None,
                is_first: false,
                notice: None,
                language,
                dialog,
                pictures,
            },
        )
    };
    let setup = socketscope::ui::install_fonts;
    let mut harness = Harness::builder().with_size([1920.0, 1080.0]).with_context_setup(setup).build_eframe(make);
    harness.step();
    harness.get_by_label("Run").click();
    while !harness.state().client_connection().is_some_and(|c| matches!(c.state(), ConnectionState::Closed(_))) {
        harness.step();
    }
    assert!(harness.state().client_connection().unwrap().received.calls >= CHUNKS as u64);
    harness.run_steps(200);
    harness
}

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a frame of 1,000,000 chunks");
    let mut window = window(&peer());
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
