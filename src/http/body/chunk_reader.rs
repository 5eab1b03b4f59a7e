//! Reads the HTTP chunks of a body (RFC 9112 §7.1), without keeping their data.
//!
//! In scope: which bytes are data and which are framing, the bounds on sizes, and what is against the standard. Out of scope: what
//! extensions mean, and the trailer fields themselves (see `trailers`). Used once as the bytes come, and again wherever the data
//! of a body is read out of the bytes that were kept.

use super::chunk_fault::ChunkFault;
use super::trailers::{TrailerReader, Trailers, Trailing};
use crate::http::head::offset_slice::Part;
use crate::http::violation::{Violation, ViolationKind};

/// The longest line with a chunk's size and extensions, in bytes with its line end.
pub const CHUNK_LINE_MAX: usize = 16 * 1024;
/// Framing that a body may have beyond what its chunks account for, in bytes (RFC 9112 §7.1.1 asks for a limit on extensions): to find
/// some data, so much framing and no more may have to be passed over.
pub const CHUNK_EXCESS_MAX: u64 = 256 * 1024;
/// What the line of a chunk's size accounts for, in bytes; and each byte of data for so many.
const LINE_USUAL: u64 = 16;
const DATA_USUAL: u64 = 2;
/// A chunk has less than 2^63 bytes.
const SIZE_MAX: u64 = i64::MAX as u64;

/// A place between two chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChunkBoundary {
    /// Offset in the direction: where the line with a chunk's size begins.
    pub wire: u64,
    /// How many bytes of data lie before it.
    pub data: u64,
}

/// A reader of chunks.
#[derive(Debug)]
pub struct ChunkReader {
    /// Offset of the next byte.
    at: u64,
    /// Bytes of data so far.
    data: u64,
    /// Bytes of lines that nothing accounts for.
    excess: u64,
    state: State,
    /// What was reported: of each kind only the first is, as a body may have millions of chunks.
    reported: Vec<ViolationKind>,
    fresh: Vec<Violation>,
}

#[derive(Debug)]
enum State {
    /// Within the line of a size; what has come of it.
    Line(Vec<u8>),
    /// Within data, of which so much is to come: at least one byte.
    Data(u64),
    /// After data.
    DataEnd,
    /// After data and a CR.
    DataCr,
    Trailers(Box<TrailerReader>),
    Over,
}

/// What the next bytes are.
#[derive(Debug, PartialEq, Eq)]
pub enum ChunkStep {
    /// So many bytes of data.
    Data(usize),
    /// So many bytes of sizes, line ends and trailers.
    Framing(usize),
    /// So many bytes of framing, and with them the last chunk and its trailers are over.
    Last(usize, Trailers),
    /// The byte at this offset can't stand there, or one too many. Nothing was used.
    Fault(ChunkFault, u64),
}

impl ChunkReader {
    /// A reader that goes on from `mark`; a body begins at a mark without data before it.
    pub fn new(mark: ChunkBoundary) -> Self {
        let state = State::Line(Vec::new());
        Self { at: mark.wire, data: mark.data, excess: 0, state, reported: Vec::new(), fresh: Vec::new() }
    }

    /// Bytes of data so far.
    pub fn data(&self) -> u64 {
        self.data
    }

    /// How many bytes of the present chunk's data are still to come; 0 where none are.
    pub fn left(&self) -> u64 {
        if let State::Data(left) = self.state { left } else { 0 }
    }

    /// The place where it stands, if that is between two chunks.
    pub fn mark(&self) -> Option<ChunkBoundary> {
        let is_between = matches!(&self.state, State::Line(line) if line.is_empty());
        is_between.then_some(ChunkBoundary { wire: self.at, data: self.data })
    }

    /// Passes over up to `count` bytes of the present chunk's data without seeing them; returns how many.
    pub fn skip(&mut self, count: u64) -> u64 {
        let skipped = count.min(self.left());
        self.pass(skipped);
        skipped
    }

    /// What is against the standard, of each kind the first, since this was asked last.
    pub fn take_violations(&mut self) -> impl Iterator<Item = Violation> + '_ {
        self.fresh.drain(..)
    }

    /// Reads some of `bytes`, which are not empty. After [`ChunkStep::Last`] and [`ChunkStep::Fault`] it must not be used.
    pub fn step(&mut self, bytes: &[u8]) -> ChunkStep {
        match &mut self.state {
            State::Line(_) => self.line(bytes),
            State::Data(left) => {
                let count = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                self.pass(count as u64);
                ChunkStep::Data(count)
            }
            State::DataEnd | State::DataCr => self.data_end(bytes),
            State::Trailers(reader) => match reader.push(bytes) {
                Trailing::More => self.framing(bytes.len()),
                Trailing::Fault(fault, at) => ChunkStep::Fault(fault, at),
                Trailing::Whole(used, trailers, violations) => {
                    violations.into_iter().for_each(|violation| self.report(violation.at, violation.kind));
                    self.at += used as u64;
                    self.state = State::Over;
                    ChunkStep::Last(used, trailers)
                }
            },
            State::Over => ChunkStep::Framing(bytes.len()),
        }
    }

    fn pass(&mut self, count: u64) {
        let State::Data(left) = &mut self.state else { return };
        *left -= count;
        if *left == 0 {
            self.state = State::DataEnd;
        }
        self.at += count;
        self.data += count;
        self.excess = self.excess.saturating_sub(count.saturating_mul(DATA_USUAL));
    }

    fn framing(&mut self, used: usize) -> ChunkStep {
        self.at += used as u64;
        ChunkStep::Framing(used)
    }

    /// Gathers the line of a size, and reads it when it is whole.
    fn line(&mut self, bytes: &[u8]) -> ChunkStep {
        let State::Line(gathered) = &mut self.state else { return ChunkStep::Framing(0) };
        let begun = gathered.len();
        if begun == 0 && bytes.first().is_some_and(|byte| !byte.is_ascii_hexdigit()) {
            return ChunkStep::Fault(ChunkFault::BadSize, self.at);
        }
        let allowed = bytes.get(..CHUNK_LINE_MAX - begun).unwrap_or(bytes);
        let Some(feed) = memchr::memchr(b'\n', allowed) else {
            if begun + bytes.len() >= CHUNK_LINE_MAX {
                return ChunkStep::Fault(ChunkFault::LineTooLong, self.at - begun as u64 + CHUNK_LINE_MAX as u64);
            }
            gathered.extend_from_slice(bytes);
            return self.framing(bytes.len());
        };
        let last = allowed.get(..=feed).unwrap_or(allowed);
        let start = self.at - begun as u64;
        if begun == 0 {
            return self.size(last, start, last.len());
        }
        gathered.extend_from_slice(last);
        let whole = std::mem::take(gathered);
        self.size(&whole, start, last.len())
    }

    /// Reads the whole line of a size, of which the last `used` bytes are new.
    fn size(&mut self, line: &[u8], start: u64, used: usize) -> ChunkStep {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let (text, is_lone) = text.strip_suffix(b"\r").map_or((text, true), |text| (text, false));
        let digits = text.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(text.len());
        let (digits, rest) = text.split_at_checked(digits).unwrap_or((text, &[]));
        let Some(size) = hexadecimal(digits) else { return ChunkStep::Fault(ChunkFault::SizeTooLarge, start) };
        let at = start + digits.len() as u64;
        let extension = Part::new(rest, at).trim_start().bytes;
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
        if is_lone {
            self.report(start + text.len() as u64, ViolationKind::LoneLf);
        }
        for (at, kind) in Part::new(text, start).bad_bytes() {
            self.report(at, kind);
        }
        let end = start + line.len() as u64;
        self.state = if size == 0 { State::Trailers(Box::new(TrailerReader::new(end))) } else { State::Data(size) };
        self.framing(used)
    }

    fn data_end(&mut self, bytes: &[u8]) -> ChunkStep {
        match (bytes.first(), &self.state) {
            (Some(b'\r'), State::DataEnd) => self.state = State::DataCr,
            (Some(b'\n'), state) => {
                if matches!(state, State::DataEnd) {
                    self.report(self.at, ViolationKind::LoneLf);
                }
                self.state = State::Line(Vec::new());
            }
            _ => return ChunkStep::Fault(ChunkFault::NoLineEnd, self.at),
        }
        self.framing(1)
    }

    fn report(&mut self, at: u64, kind: ViolationKind) {
        if !self.reported.contains(&kind) {
            self.reported.push(kind);
            self.fresh.push(Violation { at, kind });
        }
    }
}

/// `None` from 2^63 on.
fn hexadecimal(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0_u64, |sum, &byte| {
        let digit = u64::from(char::from(byte).to_digit(16)?);
        sum.checked_mul(16)?.checked_add(digit).filter(|sum| *sum <= SIZE_MAX)
    })
}
