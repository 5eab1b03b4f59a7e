//! One coding being undone, whichever it is.
//!
//! In scope: what all of them have in common. Out of scope: the buffers, the counting and the bounds (see `layer`).

pub(crate) mod brotli;
pub(crate) mod catch_panic;
pub(crate) mod deflate;
pub(crate) mod gzip;
pub(crate) mod gzip_header;
pub(crate) mod inflater;
pub(crate) mod zstd;
pub(crate) mod zstd_frame;

use super::coding::Coding;
use super::coding_error::CodingFault;
use brotli::Brotli;
use deflate::Deflate;
use gzip::Gzip;
use zstd::Zstd;

/// A stream being decoded.
#[derive(Debug)]
pub(crate) enum Codec {
    Gzip(Box<Gzip>),
    Deflate(Box<Deflate>),
    Brotli(Box<Brotli>),
    Zstd(Box<Zstd>),
}

/// What one step did.
#[derive(Debug, Default)]
pub(crate) struct Step {
    /// Bytes of input used.
    pub(crate) used: usize,
    /// Bytes of output made.
    pub(crate) made: usize,
    /// Whether the next step can go on even without input.
    pub(crate) more: bool,
    /// What ended the stream, if anything did. What was made comes before it.
    pub(crate) fault: Option<Fault>,
}

/// Something wrong with the stream.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// Offset in the coded stream.
    pub(crate) at: u64,
    pub(crate) kind: CodingFault,
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

    /// Uses some of `input` and fills some of `buffer`, which is not empty. After a fault it must not be called.
    pub(crate) fn step(&mut self, input: &[u8], buffer: &mut [u8]) -> Step {
        match self {
            Self::Gzip(gzip) => gzip.step(input, buffer),
            Self::Deflate(deflate) => deflate.step(input, buffer),
            Self::Brotli(brotli) => brotli.step(input, buffer),
            Self::Zstd(zstd) => zstd.step(input, buffer),
        }
    }

    /// What is wrong with an end here; nothing is if the stream is whole.
    pub(crate) fn end(&self) -> Option<Fault> {
        match self {
            Self::Gzip(gzip) => gzip.end(),
            Self::Deflate(deflate) => deflate.end(),
            Self::Brotli(brotli) => brotli.end(),
            Self::Zstd(zstd) => zstd.end(),
        }
    }

    /// Fills some of `buffer` with what was decoded before a fault and is still kept; returns how much, 0 at last.
    /// After it only itself may be called.
    pub(crate) fn salvage(&mut self, buffer: &mut [u8]) -> usize {
        match self {
            Self::Gzip(_) | Self::Deflate(_) | Self::Zstd(_) => 0,
            Self::Brotli(brotli) => brotli.salvage(buffer),
        }
    }
}

impl Step {
    /// A step that only used so many bytes.
    pub(crate) fn used(used: usize) -> Self {
        Self { used, ..Self::default() }
    }

    /// A step that did nothing, or ended the stream.
    pub(crate) fn of(fault: Option<Fault>) -> Self {
        Self { fault, ..Self::default() }
    }

    /// A step that ended the stream.
    pub(crate) fn fault(at: u64, kind: CodingFault) -> Self {
        Self::of(Some(Fault { at, kind }))
    }
}
