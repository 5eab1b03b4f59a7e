//! Reads the HTTP chunks of a body (RFC 9112 §7.1), without keeping their data.
//!
//! In scope: which bytes are data and which are framing, the bounds on sizes, and what is against the standard. Out of scope: what
//! extensions mean, and the trailer fields (see `trailers`). A body is read once as its bytes come, and again where its data are read out
//! of the bytes that were kept.

use super::chunk_fault::ChunkFault;
use super::trailers::{TrailerReader, TrailerStep, Trailers};
use crate::http::head::offset_slice::OffsetSlice;
use crate::http::violation::{Violation, ViolationKind};

/// The longest line with a chunk's size and extensions, in bytes, with its line end.
pub const CHUNK_LINE_MAX: usize = 16 * 1024;
/// The most bytes of framing that a body may have beyond `LINE_USUAL` a chunk and `DATA_USUAL` a byte of data. RFC 9112 §7.1.1 asks
/// for a limit on extensions. The limit bounds the framing that is passed over to find some data.
pub const CHUNK_EXCESS_MAX: u64 = 256 * 1024;
/// The bytes of framing that are usual for the line of a chunk's size.
const LINE_USUAL: u64 = 16;
/// The bytes of framing that are usual for one byte of data.
const DATA_USUAL: u64 = 2;
/// The largest chunk, in bytes.
const SIZE_MAX: u64 = i64::MAX as u64;

/// A place between two chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChunkBoundary {
    /// Offset in the direction at which the line with a chunk's size begins.
    pub wire: u64,
    /// How many bytes of data lie before the boundary.
    pub data: u64,
}

/// A reader of chunks.
#[derive(Debug)]
pub struct ChunkReader {
    /// Offset of the next byte.
    at: u64,
    /// Bytes of data so far.
    data: u64,
    /// Bytes of framing beyond the usual ones.
    excess: u64,
    state: ChunkState,
    /// The kinds of violations that were reported. Only the first violation of a kind is reported, as a body may have millions of chunks.
    reported: Vec<ViolationKind>,
    new_violations: Vec<Violation>,
}

#[derive(Debug)]
enum ChunkState {
    /// Within the line of a size; the bytes of the line so far.
    Line(Vec<u8>),
    /// Within data; the number of bytes that are still to come: at least one.
    Data(u64),
    /// After the data of a chunk.
    DataEnd,
    /// After the data of a chunk and a CR.
    DataCr,
    Trailers(Box<TrailerReader>),
    Over,
}

/// What the next bytes are.
#[derive(Debug, PartialEq, Eq)]
pub enum ChunkStep {
    /// This number of bytes is data.
    Data(usize),
    /// This number of bytes is sizes, line ends and trailers.
    Framing(usize),
    /// This number of bytes is framing, and with them the last chunk and its trailers are whole.
    Last(usize, Trailers),
    /// The byte at this offset can't stand there, or is one too many. Nothing was used.
    Fault(ChunkFault, u64),
}

impl ChunkReader {
    /// A reader that begins at `boundary`. At the beginning of a body there are no data before the boundary.
    pub fn new(boundary: ChunkBoundary) -> Self {
        let state = ChunkState::Line(Vec::new());
        Self {
            at: boundary.wire,
            data: boundary.data,
            excess: 0,
            state,
            reported: Vec::new(),
            new_violations: Vec::new(),
        }
    }

    /// Bytes of data so far.
    pub fn data(&self) -> u64 {
        self.data
    }

    /// How many bytes of the present chunk's data are still to come: 0 outside of data.
    pub fn left(&self) -> u64 {
        if let ChunkState::Data(left) = self.state { left } else { 0 }
    }

    /// The place of the next byte, if that is between two chunks.
    pub fn boundary(&self) -> Option<ChunkBoundary> {
        let is_between = matches!(&self.state, ChunkState::Line(line) if line.is_empty());
        is_between.then_some(ChunkBoundary { wire: self.at, data: self.data })
    }

    /// Passes over up to `count` bytes of the present chunk's data without seeing them; returns how many.
    pub fn skip(&mut self, count: u64) -> u64 {
        let skipped = count.min(self.left());
        self.pass(skipped);
        skipped
    }

    /// The violations found since the last call of this function: of each kind the first in the body.
    pub fn take_violations(&mut self) -> impl Iterator<Item = Violation> + '_ {
        self.new_violations.drain(..)
    }

    /// Reads some of `bytes`, which are not empty. After [`ChunkStep::Last`] and [`ChunkStep::Fault`] the reader must not be used.
    pub fn step(&mut self, bytes: &[u8]) -> ChunkStep {
        match &mut self.state {
            ChunkState::Line(_) => self.line(bytes),
            ChunkState::Data(left) => {
                let count = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                self.pass(count as u64);
                ChunkStep::Data(count)
            }
            ChunkState::DataEnd | ChunkState::DataCr => self.data_end(bytes),
            ChunkState::Trailers(reader) => match reader.push(bytes) {
                TrailerStep::More => self.framing(bytes.len()),
                TrailerStep::Fault(fault, at) => ChunkStep::Fault(fault, at),
                TrailerStep::Whole(used, trailers, violations) => {
                    violations.into_iter().for_each(|violation| self.report(violation.at, violation.kind));
                    self.at += used as u64;
                    self.state = ChunkState::Over;
                    ChunkStep::Last(used, trailers)
                }
            },
            ChunkState::Over => ChunkStep::Framing(bytes.len()),
        }
    }

    fn pass(&mut self, count: u64) {
        let ChunkState::Data(left) = &mut self.state else { return };
        *left -= count;
        if *left == 0 {
            self.state = ChunkState::DataEnd;
        }
        self.at += count;
        self.data += count;
        self.excess = self.excess.saturating_sub(count.saturating_mul(DATA_USUAL));
    }

    fn framing(&mut self, used: usize) -> ChunkStep {
        self.at += used as u64;
        ChunkStep::Framing(used)
    }

    /// Collects the line of a size, and reads it when it is whole.
    fn line(&mut self, bytes: &[u8]) -> ChunkStep {
        let ChunkState::Line(collected) = &mut self.state else { return ChunkStep::Framing(0) };
        let begun = collected.len();
        if begun == 0 && bytes.first().is_some_and(|byte| !byte.is_ascii_hexdigit()) {
            return ChunkStep::Fault(ChunkFault::BadSize, self.at);
        }
        let allowed = bytes.get(..CHUNK_LINE_MAX - begun).unwrap_or(bytes);
        let Some(lf) = memchr::memchr(b'\n', allowed) else {
            if begun + bytes.len() >= CHUNK_LINE_MAX {
                return ChunkStep::Fault(ChunkFault::LineTooLong, self.at - begun as u64 + CHUNK_LINE_MAX as u64);
            }
            collected.extend_from_slice(bytes);
            return self.framing(bytes.len());
        };
        let last = allowed.get(..=lf).unwrap_or(allowed);
        let start = self.at - begun as u64;
        if begun == 0 {
            return self.size(last, start, last.len());
        }
        collected.extend_from_slice(last);
        let whole = std::mem::take(collected);
        self.size(&whole, start, last.len())
    }

    /// Reads the whole line of a size. The last `used` bytes of the line are new.
    fn size(&mut self, line: &[u8], start: u64, used: usize) -> ChunkStep {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let (text, is_lone_lf) = text.strip_suffix(b"\r").map_or((text, true), |text| (text, false));
        let digits = text.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(text.len());
        let (digits, rest) = text.split_at_checked(digits).unwrap_or((text, &[]));
        let Some(size) = hexadecimal(digits) else { return ChunkStep::Fault(ChunkFault::SizeTooLarge, start) };
        let at = start + digits.len() as u64;
        let extension = OffsetSlice::new(rest, at).trim_start().bytes;
        match extension.first() {
            None if rest.is_empty() => {}
            None => self.report(at, ViolationKind::PaddedChunkSize),
            Some(b';') => {}
            Some(_) => return ChunkStep::Fault(ChunkFault::BadSize, at + (rest.len() - extension.len()) as u64),
        }
        self.excess = (self.excess + line.len() as u64).saturating_sub(LINE_USUAL);
        if self.excess > CHUNK_EXCESS_MAX {
            return ChunkStep::Fault(ChunkFault::TooMuchFraming, start);
        }
        if is_lone_lf {
            self.report(start + text.len() as u64, ViolationKind::LoneLf);
        }
        for (at, kind) in OffsetSlice::new(text, start).bad_bytes() {
            self.report(at, kind);
        }
        let end = start + line.len() as u64;
        self.state =
            if size == 0 { ChunkState::Trailers(Box::new(TrailerReader::new(end))) } else { ChunkState::Data(size) };
        self.framing(used)
    }

    fn data_end(&mut self, bytes: &[u8]) -> ChunkStep {
        match (bytes.first(), &self.state) {
            (Some(b'\r'), ChunkState::DataEnd) => self.state = ChunkState::DataCr,
            (Some(b'\n'), state) => {
                if matches!(state, ChunkState::DataEnd) {
                    self.report(self.at, ViolationKind::LoneLf);
                }
                self.state = ChunkState::Line(Vec::new());
            }
            _ => return ChunkStep::Fault(ChunkFault::NoLineEnd, self.at),
        }
        self.framing(1)
    }

    fn report(&mut self, at: u64, kind: ViolationKind) {
        if !self.reported.contains(&kind) {
            self.reported.push(kind);
            self.new_violations.push(Violation { at, kind });
        }
    }
}

/// The number that `digits` are, or `None` from 2^63 on.
fn hexadecimal(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0_u64, |sum, &byte| {
        let digit = u64::from(char::from(byte).to_digit(16)?);
        sum.checked_mul(16)?.checked_add(digit).filter(|sum| *sum <= SIZE_MAX)
    })
}
