//! How fast replies are read: the reader on bodies of each framing, and what takes chunks and gzip off. No socket, no spool.
//!
//! `cargo bench --bench reader`

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench says what it expects with them")]

use std::convert::Infallible;
use std::hint::black_box;
use std::io::Write as _;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flate2::Compression;
use flate2::write::GzEncoder;
use socketscope::decode::{Coding, Limits, Unpack};
use socketscope::http::{Framing, MessageEnd, ParseEvent, Reader};

/// So many bytes come at a time.
const SLICE: usize = 64 * 1024;
/// The content of a body.
const CONTENT: usize = 256 * 1024 * 1024;
/// The content of one that is decoded, or has very small chunks.
const LESS: usize = 32 * 1024 * 1024;

/// A body in chunks of `size` bytes.
fn chunked(content: usize, size: usize) -> Vec<u8> {
    let mut chunk = format!("{size:x}\r\n").into_bytes();
    chunk.extend(vec![b'x'; size]);
    chunk.extend(b"\r\n");
    let mut body = chunk.repeat(content / size);
    body.extend(b"0\r\n\r\n");
    body
}

/// Reads a whole reply, `body` in slices.
fn read(head: &str, body: &[u8], found: &mut Vec<ParseEvent>) {
    let mut reader = Reader::responses();
    found.clear();
    reader.push(head.as_bytes(), found);
    for slice in body.chunks(SLICE) {
        reader.push(black_box(slice), found);
    }
    reader.finish(found);
    assert!(matches!(found.last(), Some(ParseEvent::End { how: MessageEnd::Complete, .. })));
}

fn readers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("the reader");
    group.sample_size(10);
    let status = "HTTP/1.1 200 OK\r\n";
    let length = format!("{status}Content-Length: {CONTENT}\r\n\r\n");
    let chunks = format!("{status}Transfer-Encoding: chunked\r\n\r\n");
    for (name, head, body) in [
        ("Content-Length", &length, vec![b'x'; CONTENT]),
        ("chunks of 64 KiB", &chunks, chunked(CONTENT, SLICE)),
        ("chunks of 100 bytes", &chunks, chunked(LESS, 100)),
    ] {
        let mut found = Vec::new();
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| read(head, &body, &mut found)));
    }
    group.finish();
}

/// Unpacks a whole body, which comes in slices; returns how many bytes it holds.
fn unpack(mut unpack: Unpack, body: &[u8]) -> usize {
    let mut count = 0;
    let mut out = |bytes: &[u8]| -> Result<(), Infallible> {
        count += black_box(bytes).len();
        Ok(())
    };
    body.chunks(SLICE).try_for_each(|slice| unpack.push(slice, &mut out)).unwrap();
    unpack.finish(&mut out).unwrap();
    count
}

/// So many bytes that look like a text: lines that are alike.
fn text(length: usize) -> Vec<u8> {
    let line = |i: usize| format!("<tr><td>{i}</td><td>line {} of a page that says little</td></tr>\n", i * i % 9973);
    (0..).flat_map(|i| line(i).into_bytes()).take(length).collect()
}

fn unpacking(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("unpacking");
    group.sample_size(10);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(&text(LESS)).unwrap();
    let gzip = encoder.finish().unwrap();
    let gunzip = || Unpack::unframed().with_codings(&[Coding::Gzip], Limits::default());
    group.throughput(Throughput::Bytes(LESS as u64));
    group.bench_function("gzip, by what comes out", |bencher| {
        bencher.iter(|| assert_eq!(unpack(gunzip(), &gzip), LESS));
    });
    for (name, size) in [("chunks of 64 KiB", SLICE), ("chunks of 100 bytes", 100)] {
        let body = chunked(LESS, size);
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| unpack(Unpack::new(Framing::Chunked), &body)));
    }
    group.finish();
}

criterion_group!(benches, readers, unpacking);
criterion_main!(benches);
