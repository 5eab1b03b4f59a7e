//! Whole streams and the bytes that they are decoded to.
//!
//! Every stream is decoded whole, split in two at every byte, and byte by byte. The bytes must be the same each time.

mod bombs;
mod brotli;
mod damage;
mod deflate;
mod gzip;
mod nested;
mod not_coded;
mod random;
mod zstd;

use std::convert::Infallible;
use std::io::{Read, Write};

use flate2::Compression;
use flate2::bufread::{DeflateEncoder, GzEncoder, ZlibEncoder};

use super::coding_error::OVERLONG;
use super::{Coding, CodingError, CodingFault, Decoder, Limits, PushError};

/// The bytes that came out of a stream, and the error that ended it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) bytes: Vec<u8>,
    pub(super) passed_over: Option<Coding>,
    pub(super) result: Result<(), CodingError>,
}

impl Outcome {
    /// Demands that there is no error.
    #[track_caller]
    pub(super) fn is(&self, bytes: &[u8]) {
        assert_eq!((&self.result, self.passed_over), (&Ok(()), None));
        assert!(self.bytes == bytes, "{} bytes instead of {}", self.bytes.len(), bytes.len());
    }

    /// Demands that the bytes passed this coding as they are.
    #[track_caller]
    pub(super) fn passes(&self, bytes: &[u8], coding: Coding) {
        assert_eq!((&self.result, self.passed_over), (&Ok(()), Some(coding)));
        assert_eq!(self.bytes, bytes);
    }

    /// Demands these bytes, and then this fault at this offset in the layer at fault.
    #[track_caller]
    pub(super) fn fails(&self, bytes: &[u8], name: &str, at: u64) {
        let error = self.result.as_ref().unwrap_err();
        assert_eq!((error.kind.name(), error.at), (name, at), "{error:?}");
        assert_eq!(self.bytes, bytes);
    }

    /// Whether the same stream gave the same result in another split, as far as [`OVERLONG`] allows.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        let overlong = |outcome: &Self| match &outcome.result {
            Err(error) if error.kind == CodingFault::corrupt(OVERLONG) => Some(error.layer),
            _ => None,
        };
        match (overlong(self), overlong(other)) {
            (Some(layer), Some(same)) if layer == same => {
                self.bytes.starts_with(&other.bytes) || other.bytes.starts_with(&self.bytes)
            }
            _ => self == other,
        }
    }

    /// The part of the result that a failed test shows.
    pub(super) fn told(&self) -> String {
        format!("{} bytes, {:?}, {:?}", self.bytes.len(), self.passed_over, self.result)
    }

    pub(super) fn name(&self) -> &'static str {
        self.result.as_ref().map_or_else(|error| error.kind.name(), |()| "fine")
    }
}

/// The result of a stream that is split at these places, which are in ascending order.
pub(super) fn split(codings: &[Coding], coded: &[u8], limits: Limits, cuts: &[usize]) -> Outcome {
    let mut decoder = Decoder::new(codings, limits).unwrap();
    let mut bytes = Vec::new();
    let mut out = |piece: &[u8]| -> Result<(), Infallible> {
        bytes.extend_from_slice(piece);
        Ok(())
    };
    let mut result = Ok(());
    let mut from = 0;
    for &cut in cuts.iter().chain([&coded.len()]) {
        let pushed = decoder.push(&coded[from..cut], &mut out);
        if result.is_err() {
            assert_eq!(pushed, result, "an error stays");
        }
        result = pushed;
        from = cut;
    }
    let finished = decoder.finish(&mut out);
    assert!(result.is_ok() || finished == result, "an error stays");
    let result = finished.map_err(|error| match error {
        PushError::Coding(error) => error,
        PushError::Out(never) => match never {},
    });
    Outcome { bytes, passed_over: decoder.passed_over(), result }
}

/// The result of a stream that is not split.
pub(super) fn whole(codings: &[Coding], coded: &[u8]) -> Outcome {
    split(codings, coded, Limits::default(), &[])
}

/// The result of a stream, which is the same however the stream is split.
#[track_caller]
pub(super) fn decoded(codings: &[Coding], coded: &[u8]) -> Outcome {
    let outcome = whole(codings, coded);
    for cut in 1..coded.len() {
        let other = split(codings, coded, Limits::default(), &[cut]);
        assert!(other.agrees(&outcome), "split at {cut}: {:?} {:?}", other.result, outcome.result);
    }
    let other = bytewise(codings, coded);
    assert!(other.agrees(&outcome), "byte by byte: {:?} {:?}", other.result, outcome.result);
    outcome
}

/// The result of a stream that is pushed byte by byte.
pub(super) fn bytewise(codings: &[Coding], coded: &[u8]) -> Outcome {
    let all: Vec<usize> = (1..coded.len()).collect();
    split(codings, coded, Limits::default(), &all)
}

/// The bytes in each of the codings, one after the other.
pub(super) fn encoded(codings: &[Coding], bytes: &[u8]) -> Vec<u8> {
    codings.iter().fold(bytes.to_vec(), |bytes, coding| match coding {
        Coding::Gzip => gzip(&bytes),
        Coding::Deflate => zlib(&bytes),
        Coding::Brotli => brotli(&bytes, 5, 22),
        Coding::Zstd => zstd(&bytes),
    })
}

/// All that an encoder of flate2 hands out.
fn all_of(mut encoder: impl Read) -> Vec<u8> {
    let mut coded = Vec::new();
    encoder.read_to_end(&mut coded).unwrap();
    coded
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    all_of(GzEncoder::new(bytes, Compression::new(6)))
}

pub(super) fn zlib(bytes: &[u8]) -> Vec<u8> {
    all_of(ZlibEncoder::new(bytes, Compression::new(6)))
}

/// Deflate data alone.
pub(super) fn raw(bytes: &[u8]) -> Vec<u8> {
    all_of(DeflateEncoder::new(bytes, Compression::new(6)))
}

pub(super) fn brotli(bytes: &[u8], quality: u32, window_bits: u32) -> Vec<u8> {
    let mut encoder = ::brotli::CompressorWriter::new(Vec::new(), 4096, quality, window_bits);
    encoder.write_all(bytes).unwrap();
    encoder.into_inner()
}

/// A frame with a checksum.
pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut context = zstd_safe::CCtx::create();
    context.set_parameter(zstd_safe::CParameter::ChecksumFlag(true)).unwrap();
    let mut coded = Vec::with_capacity(zstd_safe::compress_bound(bytes.len()));
    context.compress2(&mut coded, bytes).unwrap();
    coded
}

/// This number of bytes of text: words that come again in another order.
pub(super) fn text(length: usize) -> Vec<u8> {
    const WORDS: [&str; 12] = [
        "socket ",
        "byte ",
        "<div class=\"row\">",
        "the ",
        "\r\n",
        "window ",
        "1024 ",
        "of ",
        "stream",
        "a ",
        "z",
        "é ",
    ];
    let mut seed = 1;
    let words = std::iter::from_fn(|| {
        seed = noise(seed);
        WORDS
            .get(usize::try_from(seed >> 40).unwrap() % 16)
            .map_or_else(|| Some(seed.to_string()), |word| Some((*word).to_owned()))
    });
    words.flat_map(String::into_bytes).take(length).collect()
}

/// A text of many lines. Other programs wrote the coded streams that hold it.
pub(super) fn lines() -> Vec<u8> {
    let line = |i: usize| format!("line {i} of a text that says little, {} times\n", i * i);
    (0..40).flat_map(|i| line(i).into_bytes()).collect()
}

/// The bytes of lines of hexadecimal digits.
pub(super) fn bytes(digits: &[&str]) -> Vec<u8> {
    let digits = digits.concat();
    let pairs = (0..digits.len()).step_by(2).map(|at| &digits[at..at + 2]);
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// The number after this one in a series without a pattern.
pub(super) fn noise(number: u64) -> u64 {
    number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407)
}

/// The offset at which two streams begin to differ.
pub(super) fn common(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

#[test]
fn no_bytes_are_no_bytes() {
    for coding in Coding::ALL {
        decoded(&[coding], b"").is(b"");
    }
    decoded(&Coding::ALL, b"").is(b"");
}

#[test]
fn without_codings_bytes_pass() {
    decoded(&[], b"plain").is(b"plain");
    assert_eq!(split(&[], &[7; 9000], Limits { bytes: 10, ratio: 0 }, &[]).bytes.len(), 9000);
}

#[test]
fn every_coding_is_undone() {
    for coding in Coding::ALL {
        for length in [0, 1, 5, 1000, 3000] {
            decoded(&[coding], &encoded(&[coding], &text(length))).is(&text(length));
        }
        whole(&[coding], &encoded(&[coding], &text(3_000_000))).is(&text(3_000_000));
        bytewise(&[coding], &encoded(&[coding], &text(200_000))).is(&text(200_000));
    }
}

#[test]
fn the_reader_of_the_bytes_can_stop() {
    let coded = gzip(&text(1000));
    let mut decoder = Decoder::new(&[Coding::Gzip], Limits::default()).unwrap();
    assert_eq!(decoder.push(&coded, &mut |_| Err("full")), Err(PushError::Out("full")));
    let mut out = |_: &[u8]| -> Result<(), &str> { panic!("nothing more comes") };
    assert_eq!(decoder.push(&coded, &mut out), Ok(()));
    assert_eq!(decoder.finish(&mut out), Ok(()));
}

#[test]
fn nothing_is_taken_in_after_the_end() {
    let mut decoder = Decoder::new(&[Coding::Zstd], Limits::default()).unwrap();
    let mut out = |_: &[u8]| -> Result<(), Infallible> { panic!("nothing comes") };
    assert_eq!(decoder.finish(&mut out), Ok(()));
    assert_eq!(decoder.push(b"anything", &mut out), Ok(()));
    assert_eq!(decoder.finish(&mut out), Ok(()));
}

#[test]
fn names_are_keys() {
    let kinds = [
        CodingFault::Corrupt("x".to_owned()),
        CodingFault::Truncated,
        CodingFault::TrailingGarbage,
        CodingFault::Checksum,
        CodingFault::Length,
        CodingFault::Window { bytes: 1 },
        CodingFault::TooLong { limit: 1 },
        CodingFault::TooDense { ratio: 1 },
        CodingFault::TooManyLayers,
    ];
    let names: std::collections::BTreeSet<&str> = kinds.iter().map(CodingFault::name).collect();
    assert_eq!(names.len(), kinds.len());
    assert!(names.iter().all(|name| name.chars().all(|letter| letter == '-' || letter.is_ascii_lowercase())));
}
