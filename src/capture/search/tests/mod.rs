//! The hits of a search are those of a naive search over the whole, whatever the pieces and however the bytes come.

mod growing;
mod naive;
mod patterns;

use crate::capture::{Pattern, Spool, SpoolWriter};
use crate::http::Span;

use super::scanner::Scanner;

fn spool_of(bytes: &[u8]) -> Spool {
    let (mut writer, spool) = SpoolWriter::temporary();
    writer.append(bytes).unwrap();
    writer.flush().unwrap();
    spool
}

/// All hits of `pattern` in `bytes`, as (start, end), read `piece` bytes at a time.
fn scan(pattern: &Pattern, bytes: &[u8], piece: usize) -> Vec<(u64, u64)> {
    let mut scanner = Scanner::new(pattern.clone(), 0, piece);
    let (source, mut hits) = (spool_of(bytes), Vec::new());
    while scanner.step(&source, bytes.len() as u64, &mut hits).unwrap() {}
    hits.extend(scanner.rest());
    ends(&hits)
}

fn ends(hits: &[Span]) -> Vec<(u64, u64)> {
    hits.iter().map(|hit| (hit.start, hit.end)).collect()
}
