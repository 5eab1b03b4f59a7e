//! Undoes brotli (RFC 7932).
//!
//! In scope: where the stream ends, and what was decoded before an error. Out of scope: large windows, which are no
//! part of the RFC.

use std::fmt;

use brotli_decompressor::{
    BrotliDecoderErrorCode, BrotliDecompressStream, BrotliResult, BrotliState, SliceWrapper, StandardAlloc,
};

use super::codec::{Fault, Step};
use super::coding_error::CodingFault;
use super::guard::guarded;

/// How many bytes are decoded at a time. Where the decoder notices an error depends on how its input was split, so it
/// gets the same pieces whatever the split was.
const PIECE: usize = 1024;

/// A brotli stream being decoded.
pub(super) struct Brotli {
    inner: BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    piece: [u8; PIECE],
    /// How many bytes the piece has.
    gathered: usize,
    /// How many of them the decoder has read.
    read: usize,
    /// Offset of the first byte of the piece.
    start: u64,
    /// Whether the piece is whole and being decoded.
    is_ready: bool,
    is_over: bool,
    /// Where the next byte to be salvaged lies in the ring buffer; `None` before an error.
    salvaged: Option<usize>,
}

impl Default for Brotli {
    fn default() -> Self {
        let alloc = StandardAlloc::default;
        Self {
            inner: BrotliState::new_strict(alloc(), alloc(), alloc()),
            piece: [0; PIECE],
            gathered: 0,
            read: 0,
            start: 0,
            is_ready: false,
            is_over: false,
            salvaged: None,
        }
    }
}

impl Brotli {
    pub(super) fn step(&mut self, input: &[u8], buffer: &mut [u8]) -> Step {
        if self.is_over && !input.is_empty() {
            return Step::fault(self.at(), CodingFault::TrailingGarbage);
        }
        if self.is_ready {
            return self.decode(buffer);
        }
        let room = self.piece.get_mut(self.gathered..).unwrap_or_default();
        let used = room.len().min(input.len());
        for (to, from) in room.iter_mut().zip(input) {
            *to = *from;
        }
        self.gathered += used;
        self.is_ready = self.gathered == PIECE;
        Step { more: self.is_ready, ..Step::used(used) }
    }

    /// Decodes what has been gathered; at last says what is wrong with an end here.
    pub(super) fn end(&mut self, buffer: &mut [u8]) -> Step {
        self.is_ready |= self.gathered > 0;
        if self.is_ready {
            let step = self.decode(buffer);
            return Step { more: step.fault.is_none(), ..step };
        }
        if self.is_over || self.at() == 0 {
            return Step::default();
        }
        Step::fault(self.at(), CodingFault::Truncated)
    }

    /// Hands out what lies in the ring buffer after an error.
    pub(super) fn salvage(&mut self, buffer: &mut [u8]) -> usize {
        let Some(from) = self.salvaged else { return 0 };
        let end = usize::try_from(self.inner.pos).unwrap_or(0);
        let left = self.inner.ringbuffer.slice().get(from..end).unwrap_or_default();
        let made = left.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(left) {
            *to = *from;
        }
        self.salvaged = Some(from + made);
        made
    }

    /// Offset of the next byte the decoder will read.
    fn at(&self) -> u64 {
        self.start + self.read as u64
    }

    fn decode(&mut self, buffer: &mut [u8]) -> Step {
        let (mut left, mut read) = (self.gathered - self.read, self.read);
        let (mut room, mut made, mut total) = (buffer.len(), 0, 0);
        let piece = self.piece.get(..self.gathered).unwrap_or_default();
        let inner = &mut self.inner;
        let result = guarded(|| {
            BrotliDecompressStream(&mut left, &mut read, piece, &mut room, &mut made, buffer, &mut total, inner)
        });
        self.read = read;
        let mut step = Step { made, more: true, ..Step::default() };
        match result {
            Ok(BrotliResult::NeedsMoreOutput) => {}
            Ok(BrotliResult::NeedsMoreInput) => self.next_piece(),
            Ok(BrotliResult::ResultSuccess) if left > 0 => {
                step.fault = Some(Fault { at: self.at(), kind: CodingFault::TrailingGarbage });
            }
            Ok(BrotliResult::ResultSuccess) => {
                self.is_over = true;
                self.next_piece();
            }
            Ok(BrotliResult::ResultFailure) => step.fault = Some(self.fail(corrupt(self.inner.error_code))),
            Err(panicked) => step.fault = Some(self.fail(panicked)),
        }
        step
    }

    fn next_piece(&mut self) {
        self.start += self.gathered as u64;
        self.gathered = 0;
        self.read = 0;
        self.is_ready = false;
    }

    /// Notes where the decoder stopped handing out.
    fn fail(&mut self, kind: CodingFault) -> Fault {
        let size = u64::try_from(self.inner.ringbuffer_size).unwrap_or(0);
        let written = self.inner.partial_pos_out.checked_sub(self.inner.rb_roundtrips.saturating_mul(size));
        self.salvaged = written.and_then(|written| usize::try_from(written).ok());
        // Noticed when the input is used up, and then the decoder does not say that it is.
        if matches!(self.inner.error_code, BrotliDecoderErrorCode::BROTLI_DECODER_ERROR_FORMAT_BLOCK_LENGTH_1) {
            self.read = self.gathered;
        }
        Fault { at: self.at(), kind }
    }
}

impl fmt::Debug for Brotli {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Brotli").field("at", &self.at()).field("is_over", &self.is_over).finish_non_exhaustive()
    }
}

/// The fault in the words of the decoder, such as `FORMAT_DISTANCE`.
fn corrupt(code: BrotliDecoderErrorCode) -> CodingFault {
    let name = format!("{code:?}");
    CodingFault::corrupt(name.strip_prefix("BROTLI_DECODER_ERROR_").unwrap_or(&name))
}
