//! The decoder of one coding, whichever coding that is.
//!
//! In scope: which codec undoes which coding. Out of scope: the buffers, the counting and the bounds (see `layer`).

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
use step::Codec;
use zstd::Zstd;

/// A decoder of a stream in `coding`.
pub(crate) fn codec(coding: Coding) -> Box<dyn Codec> {
    match coding {
        Coding::Gzip => Box::<Gzip>::default(),
        Coding::Deflate => Box::<Deflate>::default(),
        Coding::Brotli => Box::<Brotli>::default(),
        Coding::Zstd => Box::<Zstd>::default(),
    }
}
