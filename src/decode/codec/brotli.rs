//! Undoes brotli (RFC 7932).
//!
//! In scope: where the stream ends, and the bytes decoded before an error. Out of scope: large windows, which the RFC does not have.

use brotli_decompressor::{
    BrotliDecoderErrorCode, BrotliDecompressStream, BrotliResult, BrotliState, SliceWrapper, StandardAlloc,
};

use super::catch_panic::catch_panic;
use super::step::{Codec, CodecFault, CodecStep};
use crate::decode::coding_error::{CodingFault, OVERLONG};

/// A brotli stream being decoded.
pub(crate) struct Brotli {
    inner: BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    /// Offset of the next byte the decoder will be given.
    at: u64,
    is_over: bool,
    /// Where the next byte to be salvaged lies in the ring buffer. `None` before an error.
    salvaged: Option<usize>,
}

impl Default for Brotli {
    fn default() -> Self {
        let alloc = StandardAlloc::default;
        Self { inner: BrotliState::new_strict(alloc(), alloc(), alloc()), at: 0, is_over: false, salvaged: None }
    }
}

impl Codec for Brotli {
    fn step(&mut self, input: &[u8], buffer: &mut [u8]) -> CodecStep {
        if self.is_over {
            return if input.is_empty() {
                CodecStep::default()
            } else {
                CodecStep::fault(self.at, CodingFault::TrailingGarbage)
            };
        }
        // While the decoder has bytes of an earlier call left, it gets one byte at a time. So it is known which bytes it has read.
        let piece = if self.inner.buffer_length > 0 { input.get(..1).unwrap_or_default() } else { input };
        self.decode(piece, buffer)
    }

    fn end(&self) -> Option<CodecFault> {
        let is_whole = self.is_over || self.at == 0;
        (!is_whole).then_some(CodecFault { at: self.at, kind: CodingFault::Truncated })
    }

    /// Hands out the bytes that lie in the ring buffer after an error.
    fn salvage(&mut self, buffer: &mut [u8]) -> usize {
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
}

impl Brotli {
    fn decode(&mut self, input: &[u8], buffer: &mut [u8]) -> CodecStep {
        let (mut left, mut read) = (input.len(), 0);
        let (mut room, mut made, mut total) = (buffer.len(), 0, 0);
        let inner = &mut self.inner;
        let result = catch_panic(|| {
            BrotliDecompressStream(&mut left, &mut read, input, &mut room, &mut made, buffer, &mut total, inner)
        });
        self.at += read as u64;
        let mut step = CodecStep { made, ..CodecStep::used(read) };
        match result {
            Ok(BrotliResult::NeedsMoreOutput) => step.more = true,
            // The decoder does not say whether it has more bytes to hand out.
            Ok(BrotliResult::NeedsMoreInput) => step.more = made == buffer.len(),
            Ok(BrotliResult::ResultSuccess) => self.is_over = true,
            Ok(BrotliResult::ResultFailure) => {
                let kind = corrupt(self.inner.error_code);
                step.fault = Some(self.fail(kind, input.len()));
            }
            Err(panicked) => step.fault = Some(self.fail(panicked, input.len())),
        }
        step
    }

    /// Stores where the decoder stopped handing out. `given` is the number of bytes that it got last.
    fn fail(&mut self, kind: CodingFault, given: usize) -> CodecFault {
        let size = u64::try_from(self.inner.ringbuffer_size).unwrap_or(0);
        let written = self.inner.partial_pos_out.checked_sub(self.inner.rb_roundtrips.saturating_mul(size));
        self.salvaged = written.and_then(|written| usize::try_from(written).ok());
        let reader = &self.inner.br;
        // The decoder was at bytes of earlier calls, and does not say how many of them it has read.
        let is_within_kept = (reader.next_in + reader.avail_in) as usize != given;
        let unread = if is_within_kept { reader.avail_in + reader.bit_pos_ / 8 } else { 0 };
        CodecFault { at: self.at.saturating_sub(u64::from(unread)), kind }
    }
}

/// The fault in the words of the decoder, such as `FORMAT_DISTANCE`. The number behind `FORMAT_BLOCK_LENGTH` is left out: it names a place
/// in the decoder's code, which depends on how the input was split.
fn corrupt(code: BrotliDecoderErrorCode) -> CodingFault {
    let name = format!("{code:?}");
    let name = name.strip_prefix("BROTLI_DECODER_ERROR_").unwrap_or(&name);
    CodingFault::corrupt(if name.starts_with(OVERLONG) { OVERLONG } else { name })
}
