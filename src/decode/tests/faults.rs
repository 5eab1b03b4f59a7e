//! Streams that are cut, corrupt, or followed by something.

use super::{ALL, coded, undone, undone_all_ways};
use crate::decode::{Coding, CodingError, CodingFault};

const PLAIN: &[u8] = b"It was the best of times, it was the worst of times, it was the age of wisdom";

#[test]
fn a_stream_that_is_cut_is_told() {
    for coding in ALL {
        let bytes = coded(coding, PLAIN);
        for end in 1..bytes.len() {
            let (plain, error) = undone(&[coding], [&bytes[..end]]);
            let error = error.unwrap_or_else(|| panic!("{coding:?} cut at {end} is taken for whole"));
            assert_eq!((error.coding, error.fault), (coding, CodingFault::Truncated), "{coding:?} cut at {end}");
            assert!(PLAIN.starts_with(&plain) && error.at <= end as u64);
        }
    }
}

#[test]
fn what_follows_a_stream_is_told_with_its_place() {
    for coding in ALL {
        let bytes = coded(coding, PLAIN);
        for garbage in [&b"garbage"[..], b"x", b"\x1f\x8c garbage"] {
            let all = [&bytes, garbage].concat();
            let (plain, error) = undone_all_ways(&[coding], &all);
            let error = error.unwrap_or_else(|| panic!("{coding:?}: nothing is told of {garbage:?}"));
            assert_eq!((plain.as_slice(), error.fault), (PLAIN, expected(coding, garbage)), "{coding:?} {garbage:?}");
            assert!(error.at.abs_diff(bytes.len() as u64) <= garbage.len() as u64, "{error:?}");
        }
    }
}

/// Frames of zstd begin with four bytes; fewer are the beginning of one.
fn expected(coding: Coding, garbage: &[u8]) -> CodingFault {
    if coding == Coding::Zstd && garbage.len() < 4 { CodingFault::Truncated } else { CodingFault::Trailing }
}

#[test]
fn no_byte_can_change_unseen_where_there_is_a_checksum() {
    for coding in ALL {
        let bytes = coded(coding, PLAIN);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut bad = bytes.clone();
                bad[at] ^= 1 << bit;
                let (plain, error) = undone(&[coding], [bad.as_slice()]);
                let has_checksum = coding != Coding::Brotli;
                assert!(error.is_some() || plain == PLAIN || !has_checksum, "{coding:?}: byte {at}, bit {bit}");
                assert_eq!(undone(&[coding], bad.chunks(1)), (plain, error), "{coding:?}: byte {at}, bit {bit}");
            }
        }
    }
}

#[test]
fn an_inner_coding_has_its_own_place() {
    let inner = [coded(Coding::Gzip, PLAIN).as_slice(), b"!"].concat();
    let codings = [Coding::Gzip, Coding::Brotli];
    let (plain, error) = undone_all_ways(&codings, &coded(Coding::Brotli, &inner));
    let at = inner.len() as u64 - 1;
    assert_eq!(plain, PLAIN);
    assert_eq!(error, Some(CodingError { coding: Coding::Gzip, at, fault: CodingFault::Trailing }));
}

#[test]
fn what_is_no_coding_at_all_is_corrupt() {
    for coding in [Coding::Gzip, Coding::Zstd, Coding::Deflate] {
        let (plain, error) = undone_all_ways(&[coding], b"<!DOCTYPE html><html></html>");
        assert_eq!((plain.len(), error.map(|error| error.fault)), (0, Some(CodingFault::Corrupt)), "{coding:?}");
    }
}
