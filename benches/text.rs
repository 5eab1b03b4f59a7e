//! Counting the rows of a text, and a frame of the Body tab at the far end of a body of 1 GiB: layout, drawing, and the tree for a
//! screen reader; not the pixels.
//!
//! `cargo bench --bench text`

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench says what it expects with them")]

mod support;

use std::hint::black_box;
use std::io::Write as _;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use socketscope::ui::App;
use socketscope::view::{HighlightIndex, LineIndex, Markup, Wrap};
use support::{peer, received};

const BODY: usize = 1 << 30;
const PIECE: usize = 256 * 1024;
const END: &[u8] = b"\nTHE END";

fn text(line: &str) -> Vec<u8> {
    line.bytes().cycle().take(16 << 20).collect()
}

fn index(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rows of 16 MiB");
    group.throughput(Throughput::Bytes(16 << 20)).sample_size(20);
    let fox = "the quick brown fox jumps over the lazy dog, again\n";
    let texts = [
        ("lines of ASCII", text(fox)),
        ("long lines of ASCII", text(&format!("{}\n", fox.trim().repeat(100)))),
        ("Chinese", text("百度一下，你就知道。这是一行中文，没有什么特别的内容。\n")),
    ];
    for (name, text) in &texts {
        for (how, wrap) in [("wrapped", Wrap::Columns(150)), ("not wrapped", Wrap::Off)] {
            group.bench_function(format!("{name}, {how}"), |bencher| {
                bencher.iter(|| {
                    let mut index = LineIndex::new(wrap);
                    text.chunks(PIECE).for_each(|piece| index.feed(piece));
                    black_box(index.rows())
                });
            });
        }
    }
    let json = text("{\"name\": \"some text\", \"value\": 12345, \"list\": [true, null]},\n");
    group.bench_function("states of JSON", |bencher| {
        bencher.iter(|| {
            let mut highlights = HighlightIndex::new(Markup::Json);
            json.chunks(PIECE).for_each(|piece| highlights.feed(piece));
            black_box(highlights.before(1 << 20))
        });
    });
    group.finish();
}

/// A window that shows the end of a body that repeats `line`.
fn window(content_type: &'static str, line: &'static str) -> Harness<'static, App> {
    let address = peer(move |mut socket| {
        write!(socket, "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {BODY}\r\n\r\n").unwrap();
        let block = text(line);
        let mut left = BODY - END.len();
        while left > 0 {
            let count = left.min(block.len());
            socket.write_all(block.get(..count).unwrap()).unwrap();
            left -= count;
        }
        socket.write_all(END).unwrap();
    });
    let (mut harness, bell) = received(&address, 256 * 1024);
    // A click gives the text the focus; End follows it while its rows are counted.
    let at = harness.get_all_by_label("Word wrap").next().unwrap().rect().center() + egui::vec2(0.0, 100.0);
    harness.hover_at(at);
    harness.drag_at(at);
    harness.step();
    harness.drop_at(at);
    harness.run_steps(4);
    harness.key_press(egui::Key::End);
    loop {
        harness.run_steps(3);
        if harness.query_by_label("THE END").is_some() {
            return harness;
        }
        let _ = bell.recv_timeout(Duration::from_millis(100));
    }
}

fn frames(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a frame at the end of 1 GiB");
    let plain = "the quick brown fox jumps over the lazy dog, up to the end\n";
    let json = "{\"name\": \"some text\", \"value\": 12345, \"list\": [true, null]},\n";
    for (content_type, line) in [("text/plain", plain), ("application/json", json)] {
        let mut window = window(content_type, line);
        group.bench_function(content_type, |bencher| bencher.iter(|| window.step()));
    }
    group.finish();
}

criterion_group!(benches, index, frames);
criterion_main!(benches);
