//! Small streams of much.

use std::io::Write;

use super::{brotli, encoded, gzip, split, whole};
use crate::decode::Coding::{self, Brotli, Deflate, Gzip, Zstd};
use crate::decode::{CodingFault, Limits, PushError};

/// What a body of less than 4096 bytes may become.
const DENSE: u64 = 4096 * 1000;

/// How many bytes came, and then which fault where.
fn burst(codings: &[Coding], coded: &[u8], limits: Limits) -> (u64, CodingFault, usize, u64) {
    let mut decoder = super::Decoder::new(codings, limits).unwrap();
    let mut count = 0;
    let mut out = |piece: &[u8]| -> Result<(), ()> {
        count += piece.len() as u64;
        Ok(())
    };
    let error = decoder.push(coded, &mut out).and_then(|()| decoder.finish(&mut out)).unwrap_err();
    let PushError::Coding(error) = error else { panic!("{error:?}") };
    (count, error.kind, error.layer, error.at)
}

/// A zstd frame of a gibibyte of zeros.
fn zstd_bomb() -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3];
    for _ in 0..8192 {
        frame.extend_from_slice(&[2, 0, 0x10, 0]);
    }
    frame.extend_from_slice(&[1, 0, 0]);
    frame
}

#[test]
fn a_gibibyte_of_zeros_is_refused_early() {
    let limits = Limits::default();
    let dense = CodingFault::TooDense { ratio: 1000 };
    let (count, kind, layer, at) = burst(&[Zstd], &zstd_bomb(), limits);
    assert_eq!((count, kind, layer, at), (DENSE, dense.clone(), 0, 0));

    let mut encoder = ::brotli::CompressorWriter::new(Vec::new(), 1 << 16, 5, 24);
    for _ in 0..256 {
        encoder.write_all(&vec![0; 1 << 20]).unwrap();
    }
    let coded = encoder.into_inner();
    assert!(coded.len() < 4096);
    assert_eq!(burst(&[Brotli], &coded, limits), (DENSE, dense.clone(), 0, 0));

    // Deflate can't do much more than 1000 to one, so that takes a while.
    let member = gzip(&vec![0; 40 << 20]);
    let (count, kind, layer, at) = burst(&[Gzip], &member.repeat(5), limits);
    assert_eq!((kind, layer), (dense.clone(), 0));
    assert!(count < 180 << 20 && count == (at + 4096) * 1000, "{count} {at}");
    // Twice coded it has little to hide.
    let coded = encoded(&[Gzip, Gzip], &vec![0; 40 << 20]);
    assert_eq!(burst(&[Gzip, Gzip], &coded, limits), (DENSE, dense, 0, 0));
}

#[test]
fn what_hides_between_layers_is_refused() {
    // A short text, and zero bytes after it that gzip passes over.
    let inner = [gzip(b"short"), vec![0; 30 << 20]].concat();
    let coded = brotli(&inner, 5, 22);
    let dense = CodingFault::TooDense { ratio: 1000 };
    assert_eq!(burst(&[Gzip, Brotli], &coded, Limits::default()), (5, dense, 1, 0));
}

#[test]
fn the_bound_is_exact_and_can_be_raised() {
    let content = vec![b'a'; 5_000_000];
    for coding in [Gzip, Deflate, Brotli, Zstd] {
        let coded = encoded(&[coding], &content);
        let limits = Limits { bytes: 5_000_000, ratio: u64::MAX };
        split(&[coding], &coded, limits, &[]).is(&content);
        let less = Limits { bytes: 4_999_999, ..limits };
        let kind = CodingFault::TooLong { limit: 4_999_999 };
        let piece = (coded.len() as u64 - 1) / 4096 * 4096;
        let (count, found, layer, at) = burst(&[coding], &coded, less);
        assert_eq!((count, found, layer), (4_999_999, kind, 0));
        assert!(at == piece || at + 4096 == piece, "{at} {piece}");
    }
}

#[test]
fn a_bound_is_passed_at_the_same_place_for_every_split() {
    let content = super::text(60_000);
    for codings in [&[Gzip][..], &[Deflate], &[Brotli], &[Zstd], &[Brotli, Gzip], &[Gzip, Brotli]] {
        let coded = encoded(codings, &content);
        for limits in
            [Limits { bytes: 31_234, ratio: 1000 }, Limits { bytes: 1 << 30, ratio: 2 }, Limits { bytes: 0, ratio: 0 }]
        {
            let outcome = split(codings, &coded, limits, &[]);
            assert!(content.starts_with(&outcome.bytes) && outcome.result.is_err());
            for step in [1, 7, 100, 4095, 4096, 4097] {
                let cuts: Vec<usize> = (0..coded.len()).step_by(step).collect();
                assert!(split(codings, &coded, limits, &cuts) == outcome, "{codings:?} {limits:?} {step}");
            }
        }
    }
    whole(&[Gzip], &gzip(&content)).is(&content);
}

#[test]
fn what_comes_to_nothing_is_ended_by_who_takes_the_pieces() {
    // The name of a file that never ends, of 30 MB, in less than a kilobyte.
    let inner = [&[0x1f, 0x8b, 8, 1 << 3, 0, 0, 0, 0, 0, 255][..], &[b'a'; 30_000_000]].concat();
    let coded = brotli(&inner, 5, 22);
    assert!(coded.len() < 1024, "{}", coded.len());
    let mut decoder = super::Decoder::new(&[Gzip, Brotli], Limits::NONE).unwrap();
    let mut asked = 0;
    let mut out = |piece: &[u8]| {
        assert_eq!(piece, b"");
        asked += 1;
        if asked < 10 { Ok(()) } else { Err("enough") }
    };
    let ended = decoder.push(&coded, &mut out).and_then(|()| decoder.finish(&mut out));
    assert_eq!(ended, Err(PushError::Out("enough")));
}
