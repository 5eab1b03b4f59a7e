//! How fast a spool is searched, by the job that the window uses: its thread, its reading, and the keeping of its hits.
//!
//! `cargo bench --bench search`

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench says what it expects with them")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use crossbeam_channel::bounded;
use encoding_rs::{GBK, UTF_8};
use socketscope::capture::{Pattern, Search, Spool, SpoolWriter};

/// How many bytes are searched: their lines are fewer than the hits that a search keeps.
const CONTENT: usize = 32 * 1024 * 1024;

/// Lines that are alike, of which the last holds what stands nowhere else.
fn text() -> Vec<u8> {
    let line = |i: usize| format!("line {i} of a page that says little, and {} more words\n", i * i % 9973);
    let mut text: Vec<u8> = (0..).flat_map(|i| line(i).into_bytes()).take(1024 * 1024).collect();
    text = text.repeat(CONTENT / text.len());
    text.extend(b"the needle, \xc4\xe3\n");
    text
}

fn spool_of(bytes: &[u8]) -> Spool {
    let (mut writer, spool) = SpoolWriter::temporary();
    bytes.chunks(1024 * 1024).for_each(|piece| writer.append(piece).unwrap());
    writer.finish().unwrap();
    spool
}

/// Searches the whole; returns the number of hits.
fn search(spool: &Spool, pattern: &Pattern) -> usize {
    let (bell, rung) = bounded(1);
    let wake = move || {
        let _ = bell.try_send(());
    };
    let search = Search::start(spool.clone(), 0, pattern.clone(), wake).unwrap();
    search.set_end(spool.len(), true);
    loop {
        let progress = search.progress();
        if progress.is_over {
            return progress.hits.len();
        }
        rung.recv().unwrap();
    }
}

fn searches(criterion: &mut Criterion) {
    let spool = spool_of(&text());
    let mut group = criterion.benchmark_group("searching");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(spool.len()));
    for (name, pattern, is_common) in [
        ("a rare text", Pattern::text("needle", UTF_8, false), false),
        ("a rare text in any case", Pattern::text("NEEDLE", UTF_8, true), false),
        ("a rare text in GBK", Pattern::text("你", GBK, false), false),
        ("a text in every line", Pattern::text("line ", UTF_8, false), true),
        ("a text in every line, in any case", Pattern::text("LINE ", UTF_8, true), true),
        ("hex with wildcards", Pattern::hex("6e ?? ?? 64 6c 65"), false),
        ("an expression in every line", Pattern::regex("[0-9]+ more", false), true),
    ] {
        let pattern = pattern.unwrap();
        group.bench_function(name, |bencher| {
            bencher.iter(|| assert_eq!(search(&spool, &pattern) > 1000, is_common));
        });
    }
    group.finish();
}

criterion_group!(benches, searches);
criterion_main!(benches);
