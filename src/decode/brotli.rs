//! br undone (RFC 7932).
//!
//! In scope: its end, and what follows it. Out of scope: the decoding itself, which is a library's.
//!
//! How much the library makes of a corrupt stream before it notices depends on how the stream was split; so it is given the bytes
//! in steps of one size, whatever the pieces in which they come.

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

use super::coding::CodingFault;
use super::decoder::{Out, Stop};

/// So many bytes are taken in at a time.
const STEP: usize = 512;
/// So many bytes are made at a time.
const PIECE: usize = 64 * 1024;

/// A stream being decoded.
pub(super) struct Brotli {
    state: Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>,
    /// Bytes that are not a whole step yet.
    held: Vec<u8>,
    taken: u64,
    made: usize,
    is_over: bool,
    buffer: Vec<u8>,
}

impl Brotli {
    pub(super) fn new() -> Self {
        let alloc = StandardAlloc::default;
        let state = Box::new(BrotliState::new_strict(alloc(), alloc(), alloc()));
        Self { state, held: Vec::with_capacity(STEP), taken: 0, made: 0, is_over: false, buffer: vec![0; PIECE] }
    }

    /// Bytes taken in so far.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// Takes in `bytes` and hands out what comes of them.
    pub(super) fn push<E>(&mut self, bytes: &[u8], out: &mut Out<'_, E>) -> Result<(), Stop<E>> {
        let (first, rest) = bytes.split_at_checked(STEP - self.held.len()).unwrap_or((bytes, &[]));
        self.held.extend_from_slice(first);
        if self.held.len() < STEP {
            return Ok(());
        }
        self.decode_held(out)?;
        let (steps, rest) = rest.as_chunks::<STEP>();
        for step in steps {
            self.decode(step, out)?;
        }
        self.held.extend_from_slice(rest);
        Ok(())
    }

    /// No more bytes come.
    pub(super) fn finish<E>(&mut self, out: &mut Out<'_, E>) -> Result<(), Stop<E>> {
        self.decode_held(out)?;
        if self.is_over || self.taken == 0 { Ok(()) } else { Err(CodingFault::Truncated.into()) }
    }

    fn decode_held<E>(&mut self, out: &mut Out<'_, E>) -> Result<(), Stop<E>> {
        let mut held = std::mem::take(&mut self.held);
        let decoded = self.decode(&held, out);
        held.clear();
        self.held = held;
        decoded
    }

    fn decode<E>(&mut self, step: &[u8], out: &mut Out<'_, E>) -> Result<(), Stop<E>> {
        let mut rest = step;
        loop {
            if self.is_over {
                return if rest.is_empty() { Ok(()) } else { Err(CodingFault::Trailing.into()) };
            }
            let (mut left, mut used, mut room, mut count) = (rest.len(), 0, self.buffer.len(), 0);
            let buffer = &mut self.buffer;
            let result = BrotliDecompressStream(
                &mut left,
                &mut used,
                rest,
                &mut room,
                &mut count,
                buffer,
                &mut self.made,
                &mut self.state,
            );
            self.taken += used as u64;
            rest = rest.get(used..).unwrap_or_default();
            out(self.buffer.get(..count).unwrap_or_default())?;
            match result {
                BrotliResult::ResultSuccess => self.is_over = true,
                BrotliResult::NeedsMoreOutput => {}
                BrotliResult::NeedsMoreInput => return Ok(()),
                BrotliResult::ResultFailure => return Err(CodingFault::Corrupt.into()),
            }
        }
    }
}
