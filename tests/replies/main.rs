//! Hundreds of raw replies, sound and broken, and the expected findings of each.
//!
//! In scope: framing, heads, codings and character encodings, the same however the bytes come: whole, split in two anywhere, byte by
//! byte, and one byte a write over a real socket. The expected findings were taken from the standards, not from the program. Out of scope:
//! requests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what it expects with them"
)]

mod escapes;
mod reading;
#[path = "../support/mod.rs"]
mod support;
mod table;
mod wire;

use std::collections::BTreeSet;

use reading::Reading;
use table::{FILES, Reply, replies};

/// About the most places at which a reply is split in two.
const PLACES: usize = 600;
/// A reply that becomes longer than this is split at fewer places.
const LONG: usize = 1 << 20;

fn all() -> Vec<Reply> {
    FILES.iter().flat_map(|(_, file)| replies(file)).collect()
}

/// Where a reply is split in two: everywhere, or in a long one at its beginning, its end, and around line ends and marks.
fn places(reply: &Reply, whole: &Reading) -> Vec<usize> {
    let length = reply.bytes.len();
    let most = if whole.messages.iter().any(|message| message.decoded.0.len() > LONG) { PLACES / 20 } else { PLACES };
    if length <= most {
        return (1..length).collect();
    }
    let is_end = |at: &usize| matches!(reply.bytes[*at], b'\r' | b'\n') || at.is_multiple_of(4096);
    let near = (1..length).filter(is_end).chain(reply.marks.iter().copied());
    let near: Vec<usize> = near.flat_map(|at| [at.saturating_sub(1), at, at + 1]).collect();
    let step = near.len() / (most / 2) + 1;
    let edges = (1..most / 4).chain(length - most / 4..length);
    let places: BTreeSet<usize> = near.into_iter().step_by(step).chain(edges).collect();
    places.into_iter().filter(|at| (1..length).contains(at)).collect()
}

fn split_anywhere(name: &str) {
    let (_, file) = FILES.iter().find(|file| file.0 == name).expect("the file is known");
    let mut differences = Vec::new();
    for reply in replies(file) {
        let whole = Reading::of(&reply, &[]);
        if let Some(difference) = reply.difference(whole.lines()) {
            differences.push(difference);
            continue;
        }
        whole.assert_sound(&reply);
        for at in places(&reply, &whole) {
            assert_eq!(Reading::of(&reply, &[at]), whole, "{} split at {at}", reply.name);
        }
        let everywhere: Vec<usize> = (1..reply.bytes.len()).collect();
        assert_eq!(Reading::of(&reply, &everywhere), whole, "{} byte by byte", reply.name);
    }
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.concat());
}

/// One test a file, so that they run side by side.
macro_rules! files {
    ($($name:ident),*) => {
        $(#[test]
        fn $name() {
            split_anywhere(stringify!($name));
        })*

        #[test]
        fn every_file_is_read() {
            let tested = [$(stringify!($name)),*];
            assert_eq!(FILES.iter().map(|file| file.0).collect::<Vec<_>>(), tested);
        }
    };
}

files!(lengths, chunks, heads, sequences, cuts, bounds, codings, layers, charsets);

#[test]
fn one_byte_a_write_over_a_socket() {
    let differences = wire::differences(&all());
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.concat());
}

#[test]
fn names_are_unique_and_many() {
    let replies = all();
    let names: BTreeSet<&str> = replies.iter().map(|reply| reply.name.as_str()).collect();
    assert_eq!(names.len(), replies.len(), "a name comes twice");
    assert!(names.len() >= 200, "only {}", names.len());
}
