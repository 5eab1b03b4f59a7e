//! Undoes deflate: the zlib format (RFC 1950), or deflate data alone (RFC 1951) as some servers send them (RFC 9110 §8.4.1.2).
//!
//! In scope: telling both apart. Out of scope: the data (see `inflater`).
//!
//! Two bytes that are a zlib header decide for zlib. Such bytes can begin deflate data too, but only a stored block, whose length comes
//! twice in the first five bytes. If the length does, and zlib fails before a byte is decoded, the data are read again as deflate.

use super::inflater::Inflater;
use super::step::{Codec, CodecFault, CodecStep};
use crate::decode::coding_error::CodingFault;

/// How many bytes are kept to be read again. The header of the first block is smaller, and zlib reads no more before it decodes a byte.
const KEPT_MAX: usize = 1024;

/// A zlib stream or deflate data being decoded.
pub(crate) struct Deflate {
    state: DeflateState,
    /// The first bytes, while they may have to be read again.
    kept: Vec<u8>,
    /// How many bytes of `kept` have been read.
    replayed: usize,
}

enum DeflateState {
    /// Not yet known.
    Unknown,
    Data {
        inflater: Inflater,
        /// Whether the data are read as zlib and may be deflate alone.
        is_either: bool,
    },
    /// After the last byte, at this offset.
    Over(u64),
}

impl Default for Deflate {
    fn default() -> Self {
        Self { state: DeflateState::Unknown, kept: Vec::new(), replayed: 0 }
    }
}

impl Codec for Deflate {
    fn step(&mut self, input: &[u8], buffer: &mut [u8]) -> CodecStep {
        match &self.state {
            DeflateState::Unknown => self.look(input),
            DeflateState::Data { .. } if self.replayed < self.kept.len() => self.replay(buffer),
            DeflateState::Data { .. } => self.data(input, buffer),
            DeflateState::Over(_) if input.is_empty() => CodecStep::default(),
            DeflateState::Over(at) => CodecStep::fault(*at, CodingFault::TrailingGarbage),
        }
    }

    fn end(&self) -> Option<CodecFault> {
        let at = match &self.state {
            DeflateState::Unknown if self.kept.is_empty() => return None,
            DeflateState::Over(_) => return None,
            DeflateState::Unknown => self.kept.len() as u64,
            DeflateState::Data { inflater, .. } => inflater.at(),
        };
        Some(CodecFault { at, kind: CodingFault::Truncated })
    }
}

impl Deflate {
    /// Collects the first bytes until the format is known.
    fn look(&mut self, input: &[u8]) -> CodecStep {
        let Some(&byte) = input.first() else { return CodecStep::default() };
        self.kept.push(byte);
        let (is_zlib, is_either) = match *self.kept.as_slice() {
            [method] if !is_zlib_method(method) => (false, false),
            [method, flags] if !is_zlib_header(method, flags) => (false, false),
            [_, low, high, not_low, not_high] => (true, low == !not_low && high == !not_high),
            _ => return CodecStep::used(1),
        };
        self.state = DeflateState::Data { inflater: Inflater::new(is_zlib, 0), is_either };
        CodecStep { more: true, ..CodecStep::used(1) }
    }

    /// Reads the bytes of `kept`.
    fn replay(&mut self, buffer: &mut [u8]) -> CodecStep {
        let DeflateState::Data { inflater, is_either } = &mut self.state else { return CodecStep::default() };
        let kept = self.kept.get(self.replayed..).unwrap_or_default();
        let mut inflated = inflater.step(kept, buffer);
        self.replayed += inflated.step.used;
        inflated.step.used = 0;
        if inflated.step.fault.is_some() && *is_either && inflater.is_fresh() {
            return self.read_again();
        }
        if inflated.is_over {
            return self.over_within_kept(inflated.step);
        }
        CodecStep { more: inflated.step.fault.is_none(), ..inflated.step }
    }

    /// Ends a stream that ended within `kept`. The rest of `kept` is garbage.
    fn over_within_kept(&mut self, step: CodecStep) -> CodecStep {
        let at = self.replayed as u64;
        self.state = DeflateState::Over(at);
        let is_rest = self.replayed < self.kept.len();
        let fault = is_rest.then_some(CodecFault { at, kind: CodingFault::TrailingGarbage });
        CodecStep { fault, more: false, ..step }
    }

    fn data(&mut self, input: &[u8], buffer: &mut [u8]) -> CodecStep {
        let DeflateState::Data { inflater, is_either } = &mut self.state else { return CodecStep::default() };
        let inflated = inflater.step(input, buffer);
        if *is_either {
            self.kept.extend_from_slice(input.get(..inflated.step.used).unwrap_or_default());
            self.replayed = self.kept.len();
            *is_either = inflater.is_fresh() && self.kept.len() <= KEPT_MAX;
            if inflated.step.fault.is_some() && *is_either {
                return CodecStep { used: inflated.step.used, ..self.read_again() };
            }
        }
        if inflated.is_over {
            self.state = DeflateState::Over(inflater.at());
        }
        inflated.step
    }

    /// Begins anew with deflate data alone.
    fn read_again(&mut self) -> CodecStep {
        self.replayed = 0;
        self.state = DeflateState::Data { inflater: Inflater::new(false, 0), is_either: false };
        CodecStep { more: true, ..CodecStep::default() }
    }
}

/// Whether a byte says that deflate with a window of at most 32 KiB follows (RFC 1950 §2.2).
fn is_zlib_method(method: u8) -> bool {
    method & 0x0f == 8 && method >> 4 <= 7
}

/// Whether two bytes are the header of the zlib format.
pub(crate) fn is_zlib_header(method: u8, flags: u8) -> bool {
    is_zlib_method(method) && u16::from_be_bytes([method, flags]).is_multiple_of(31)
}
