//! Coded streams, whole and split, good and bad.
//!
//! What comes out, and what is wrong, must be the same however the stream was split.

mod bounds;
mod faults;
mod random;
mod streams;

use std::convert::Infallible;
use std::io::Write;

use super::{Coding, CodingError, Decoder, Limits, UnpackError};

/// What came out, and what was wrong.
pub(super) type Undone = (Vec<u8>, Option<CodingError>);

/// `plain`, coded.
pub(super) fn coded(coding: Coding, plain: &[u8]) -> Vec<u8> {
    let level = flate2::Compression::default();
    match coding {
        Coding::Gzip => written(flate2::write::GzEncoder::new(Vec::new(), level), plain).finish().unwrap(),
        Coding::Deflate => written(flate2::write::ZlibEncoder::new(Vec::new(), level), plain).finish().unwrap(),
        Coding::Brotli => written(brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22), plain).into_inner(),
        Coding::Zstd => {
            let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
            encoder.include_checksum(true).unwrap();
            written(encoder, plain).finish().unwrap()
        }
    }
}

pub(super) fn raw_deflate(plain: &[u8]) -> Vec<u8> {
    written(flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default()), plain).finish().unwrap()
}

fn written<W: Write>(mut encoder: W, plain: &[u8]) -> W {
    encoder.write_all(plain).unwrap();
    encoder
}

/// `pieces` undone.
pub(super) fn undone<'a>(codings: &[Coding], pieces: impl IntoIterator<Item = &'a [u8]>) -> Undone {
    let mut decoder = Decoder::new(codings, Limits::default());
    let mut all = Vec::new();
    let mut out = |bytes: &[u8]| {
        all.extend_from_slice(bytes);
        Ok::<_, Infallible>(())
    };
    let mut error = None;
    for piece in pieces {
        if let Err(UnpackError::Coding(told)) = decoder.push(piece, &mut out) {
            error.get_or_insert(told);
        }
    }
    if let Err(UnpackError::Coding(told)) = decoder.finish(&mut out) {
        error.get_or_insert(told);
    }
    (all, error)
}

/// The same whole, split in two at every byte, and byte by byte.
#[track_caller]
pub(super) fn undone_all_ways(codings: &[Coding], bytes: &[u8]) -> Undone {
    let whole = undone(codings, [bytes]);
    for cut in 1..bytes.len() {
        let (before, after) = bytes.split_at(cut);
        assert_eq!(undone(codings, [before, after]), whole, "split at {cut}");
    }
    assert_eq!(undone(codings, bytes.chunks(1)), whole, "byte by byte");
    whole
}

pub(super) const ALL: [Coding; 4] = [Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd];
