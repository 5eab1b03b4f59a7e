//! A frame of the window while it shows a server with 10,000 open connections: the table as it comes, sorted while bytes arrive, and
//! the lanes of the threads. Layout, drawing, and the tree for a screen reader; not the pixels.
//!
//! `cargo bench --bench connections`

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench says what it expects with them")]

mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use crossbeam_channel::{Receiver, Sender, bounded};
use egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use socketscope::capture::{
    Burst, CallLog, Clock, ConnectionId, Event, Moment, Opened, Progress, Report, SessionId, SocketId, Spool,
};
use socketscope::net::Engine;
use socketscope::settings::{ServerForm, Settings};
use socketscope::ui::App;

const CONNECTIONS: u32 = 10_000;

/// A window whose server's run is told, and where it is told.
struct Told {
    window: Harness<'static, App>,
    reports: Sender<Report>,
    clock: Clock,
    _unheard: Receiver<Report>,
}

fn opened(thread: String, at: Moment) -> Event {
    let (calls, sent, received) = (CallLog::default(), Spool::default(), Spool::default());
    Event::Opened(Box::new(Opened { at, thread, calls, sent, received }))
}

impl Told {
    fn new() -> Self {
        let clock = Clock::start();
        let (engine, unheard) = Engine::new(clock, || {});
        let (sender, reports) = bounded(1024);
        let settings = Settings { server: ServerForm { port: 0, ..ServerForm::default() }, ..Settings::default() };
        let mut window = support::window(engine, reports, settings);
        window.step();
        window.get_by_label("Server").click();
        window.run_steps(4);
        window.key_press(Key::F5);
        window.run_steps(4);
        let mut told = Self { window, reports: sender, clock, _unheard: unheard };
        told.tell(SocketId::Listener, vec![opened("listener 1".into(), Moment(0))]);
        for number in 1..=CONNECTIONS {
            let peer = ([10, 0, (number / 250) as u8, (number % 250) as u8], 50_000).into();
            let connected = Event::Connected { local: ([10, 1, 1, 1], 9999).into(), peer };
            let thread = format!("connection {number} {peer}");
            let events = vec![opened(thread, clock.now()), connected, told.progress(number)];
            told.tell(SocketId::Connection(ConnectionId(number)), events);
            while told.reports.len() > 500 {
                told.window.step();
            }
        }
        while told.window.query_by_label_contains("10,000 open").is_none() {
            told.window.step();
        }
        told
    }

    fn tell(&self, socket: SocketId, events: Vec<Event>) {
        self.reports.send(Report { session: SessionId(1), socket, events }).unwrap();
    }

    fn progress(&self, number: u32) -> Event {
        let received = u64::from(number.wrapping_mul(2_654_435_761) >> 12);
        let mut received_burst = Burst::default();
        received_burst.add(self.clock.now(), self.clock.now(), 1_024);
        Event::Progress(Progress { received, reads: 1, received_burst, ..Progress::default() })
    }

    /// A frame in which 100 connections have news.
    fn step(&mut self, round: &mut u32) {
        for _ in 0..100 {
            *round = *round % CONNECTIONS + 1;
            let progress = self.progress(round.wrapping_mul(7_919) % CONNECTIONS);
            self.tell(SocketId::Connection(ConnectionId(*round)), vec![progress]);
        }
        while self.reports.len() > 500 {
            self.window.step();
        }
        self.window.step();
    }

    fn click(&mut self, label: &str) {
        self.window.get_by_label(label).click();
        self.window.run_steps(4);
    }
}

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a frame of 10,000 connections");
    let (mut told, mut round) = (Told::new(), 0);
    group.bench_function("quiet", |bencher| bencher.iter(|| told.window.step()));
    group.bench_function("with news", |bencher| bencher.iter(|| told.step(&mut round)));
    for column in ["Received", "Rate", "Peer"] {
        told.click(&format!("Sort by {column}"));
        let name = format!("with news, by {}", column.to_lowercase());
        group.bench_function(name, |bencher| bencher.iter(|| told.step(&mut round)));
    }
    told.click("Threads");
    group.bench_function("threads, with news", |bencher| bencher.iter(|| told.step(&mut round)));
    group.finish();
}

criterion_group!(benches, frames);
criterion_main!(benches);
