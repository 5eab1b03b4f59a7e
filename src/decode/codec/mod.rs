//! The decoder of one coding, whichever coding that is.
//!
//! In scope: what all codecs have in common. Out of scope: the buffers, the counting and the bounds (see `layer`).

pub(crate) mod brotli;
pub(crate) mod catch_panic;
pub(crate) mod deflate;
pub(crate) mod gzip;
pub(crate) mod gzip_header;
pub(crate) mod inflater;
pub(crate) mod step;
pub(crate) mod zstd;
pub(crate) mod zstd_frame;

use super::coding::Coding;
use brotli::Brotli;
use deflate::Deflate;
use gzip::Gzip;
use step::{CodecFault, CodecStep};
use zstd::Zstd;

/// A decoder of one stream.
#[derive(Debug)]
pub(crate) enum Codec {
    Gzip(Box<Gzip>),
    Deflate(Box<Deflate>),
    Brotli(Box<Brotli>),
    Zstd(Box<Zstd>),
}

impl Codec {
    pub(crate) fn new(coding: Coding) -> Self {
        match coding {
            Coding::Gzip => Self::Gzip(Box::default()),
            Coding::Deflate => Self::Deflate(Box::default()),
            Coding::Brotli => Self::Brotli(Box::default()),
            Coding::Zstd => Self::Zstd(Box::default()),
        }
    }

    /// Uses some of `input` and fills some of `buffer`, which is not empty. After a fault this function must not be called.
    pub(crate) fn step(&mut self, input: &[u8], buffer: &mut [u8]) -> CodecStep {
        match self {
            Self::Gzip(gzip) => gzip.step(input, buffer),
            Self::Deflate(deflate) => deflate.step(input, buffer),
            Self::Brotli(brotli) => brotli.step(input, buffer),
            Self::Zstd(zstd) => zstd.step(input, buffer),
        }
    }

    /// The fault of a stream that ends here. Returns `None` for a whole stream.
    pub(crate) fn end(&self) -> Option<CodecFault> {
        match self {
            Self::Gzip(gzip) => gzip.end(),
            Self::Deflate(deflate) => deflate.end(),
            Self::Brotli(brotli) => brotli.end(),
            Self::Zstd(zstd) => zstd.end(),
        }
    }

    /// Fills some of `buffer` with bytes that were decoded before a fault and are still kept. Returns how many: 0 once there are none left.
    /// After this function no other may be called.
    pub(crate) fn salvage(&mut self, buffer: &mut [u8]) -> usize {
        match self {
            Self::Gzip(_) | Self::Deflate(_) | Self::Zstd(_) => 0,
            Self::Brotli(brotli) => brotli.salvage(buffer),
        }
    }
}
