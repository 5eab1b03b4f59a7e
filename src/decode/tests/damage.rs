//! Streams that break off, and streams with a wrong byte.

use super::{Outcome, brotli, bytewise, decoded, encoded, raw, text, whole, zlib};
use crate::decode::Coding::{self, Brotli, Deflate, Gzip, Zstd};

/// The coded text, and whether a checksum guards it.
fn streams(content: &[u8]) -> Vec<(Coding, Vec<u8>, bool)> {
    vec![
        (Gzip, encoded(&[Gzip], content), true),
        (Deflate, zlib(content), true),
        (Deflate, raw(content), false),
        (Brotli, brotli(content, 9, 22), false),
        (Brotli, brotli(content, 1, 10), false),
        (Zstd, encoded(&[Zstd], content), true),
    ]
}

#[test]
fn every_stream_that_breaks_off_is_truncated() {
    for (coding, coded, _) in streams(&text(400)) {
        for end in 1..coded.len() {
            let Outcome { bytes, passed_over, result } = decoded(&[coding], &coded[..end]);
            if passed_over.is_some() {
                // The first bytes alone may be a text.
                assert!(end < 3 && bytes == coded[..end]);
                continue;
            }
            let error = result.unwrap_err();
            assert_eq!((error.kind.name(), error.at), ("truncated", end as u64), "{coding:?}");
            assert!(text(400).starts_with(&bytes));
        }
    }
}

#[test]
fn every_wrong_byte_is_noticed_where_a_checksum_is() {
    let content = text(300);
    for (coding, coded, is_guarded) in streams(&content) {
        for at in 0..coded.len() {
            let before = whole(&[coding], &coded[..at]);
            let before = if before.passed_over.is_some() { Vec::new() } else { before.bytes };
            for bits in [1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80, 0xff] {
                let mut bad = coded.clone();
                bad[at] ^= bits;
                let outcome = whole(&[coding], &bad);
                let other = bytewise(&[coding], &bad);
                assert!(other.agrees(&outcome), "{coding:?} {at} {bits} {} {}", other.told(), outcome.told());
                assert!(outcome.bytes.starts_with(&before), "{coding:?} {at} {bits}");
                let is_told = outcome.result.is_err() || outcome.passed_over.is_some();
                assert!(outcome.passed_over.is_none() || outcome.bytes == bad);
                let is_wrong = !is_told && outcome.bytes != content;
                assert!(!(is_guarded && is_wrong), "{coding:?} {at} {bits}");
            }
        }
    }
}

#[test]
fn noise_is_no_stream_and_passes() {
    let mut seed = 7;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        seed = super::noise(seed);
        (seed >> 56) as u8
    })
    .take(100)
    .collect();
    for coding in Coding::ALL {
        decoded(&[coding], &noise).passes(&noise, coding);
    }
}
