//! The hits of a search are those of a naive search over the whole, whatever the pieces and however the bytes come.

mod growing;
mod naive;
mod patterns;

use crate::capture::{Pattern, Spool, SpoolWriter};
use crate::http::Span;

use super::scanner::Scanner;

/// All hits of `pattern` in `bytes`, as (start, end), read `piece` bytes at a time.
fn scan(pattern: &Pattern, bytes: &[u8], piece: usize) -> Vec<(u64, u64)> {
    let mut scanner = Scanner::new(pattern.clone(), 0, piece, std::sync::Arc::default());
    let (source, mut hits) = (Spool::of(bytes), Vec::new());
    while scanner.step(&source, bytes.len() as u64, &mut hits).unwrap() {}
    hits.extend(scanner.rest());
    ends(&hits)
}

fn ends(hits: &[Span]) -> Vec<(u64, u64)> {
    hits.iter().map(|hit| (hit.start, hit.end)).collect()
}
