//! One coding being undone, whichever it is.
//!
//! In scope: what all of them have in common. Out of scope: the buffers, the counting and the bounds (see `layer`).

use super::brotli::Brotli;
use super::coding::Coding;
use super::coding_error::CodingFault;
use super::deflate::Deflate;
use super::gzip::Gzip;
use super::zstd::Zstd;

/// A stream being decoded.
#[derive(Debug)]
pub(super) enum Codec {
    Gzip(Box<Gzip>),
    Deflate(Box<Deflate>),
    Brotli(Box<Brotli>),
    Zstd(Box<Zstd>),
}

/// What one step did.
#[derive(Debug, Default)]
pub(super) struct Step {
    /// Bytes of input used.
    pub(super) used: usize,
    /// Bytes of output made.
    pub(super) made: usize,
    /// Whether the next step can go on even without input.
    pub(super) more: bool,
    /// What ended the stream, if anything did. What was made comes before it.
    pub(super) fault: Option<Fault>,
}

/// Something wrong with the stream.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// Offset in the coded stream.
    pub(super) at: u64,
    pub(super) kind: CodingFault,
}

impl Codec {
    pub(super) fn new(coding: Coding) -> Self {
        match coding {
            Coding::Gzip => Self::Gzip(Box::default()),
            Coding::Deflate => Self::Deflate(Box::default()),
            Coding::Brotli => Self::Brotli(Box::default()),
            Coding::Zstd => Self::Zstd(Box::default()),
        }
    }

    /// Uses some of `input` and fills some of `buffer`, which is not empty. After a fault it must not be called.
    pub(super) fn step(&mut self, input: &[u8], buffer: &mut [u8]) -> Step {
        match self {
            Self::Gzip(gzip) => gzip.step(input, buffer),
            Self::Deflate(deflate) => deflate.step(input, buffer),
            Self::Brotli(brotli) => brotli.step(input, buffer),
            Self::Zstd(zstd) => zstd.step(input, buffer),
        }
    }

    /// What is wrong with an end here; nothing is if the stream is whole.
    pub(super) fn end(&self) -> Option<Fault> {
        match self {
            Self::Gzip(gzip) => gzip.end(),
            Self::Deflate(deflate) => deflate.end(),
            Self::Brotli(brotli) => brotli.end(),
            Self::Zstd(zstd) => zstd.end(),
        }
    }

    /// Fills some of `buffer` with what was decoded before a fault and is still kept; returns how much, 0 at last.
    /// After it only itself may be called.
    pub(super) fn salvage(&mut self, buffer: &mut [u8]) -> usize {
        match self {
            Self::Gzip(_) | Self::Deflate(_) | Self::Zstd(_) => 0,
            Self::Brotli(brotli) => brotli.salvage(buffer),
        }
    }
}

impl Step {
    /// A step that only used so many bytes.
    pub(super) fn used(used: usize) -> Self {
        Self { used, ..Self::default() }
    }

    /// A step that did nothing, or ended the stream.
    pub(super) fn of(fault: Option<Fault>) -> Self {
        Self { fault, ..Self::default() }
    }

    /// A step that ended the stream.
    pub(super) fn fault(at: u64, kind: CodingFault) -> Self {
        Self::of(Some(Fault { at, kind }))
    }
}
