//! One coding of a body: its decoder, its buffer, its counts.
//!
//! In scope: moving bytes through a decoder, and the bounds. Out of scope: what comes before and after it (see
//! `decoder`).

use super::codec::{Codec, Fault};
use super::coding::Coding;
use super::coding_error::{CodingError, CodingFault, PushError};
use super::limits::{Allowance, Limits};

/// The size of the buffer of each layer, in bytes.
const BUFFER: usize = 64 * 1024;

/// A coding being undone.
#[derive(Debug)]
pub(super) struct Layer {
    coding: Coding,
    /// Its index in the order in which the codings were applied.
    index: usize,
    codec: Codec,
    buffer: Box<[u8]>,
    /// Bytes of input so far.
    fed: u64,
    /// Bytes of output so far.
    made: u64,
    /// Whether an error was returned.
    is_failed: bool,
}

impl Layer {
    pub(super) fn new(coding: Coding, index: usize) -> Self {
        Self {
            coding,
            index,
            codec: Codec::new(coding),
            buffer: vec![0; BUFFER].into(),
            fed: 0,
            made: 0,
            is_failed: false,
        }
    }

    /// Bytes handed out so far.
    pub(super) fn made(&self) -> u64 {
        self.made
    }

    /// Whether this error is of this layer and not of one after it.
    pub(super) fn is_at_fault<E>(&self, error: &PushError<E>) -> bool {
        matches!(error, PushError::Coding(error) if error.layer == self.index)
    }

    /// Decodes the next bytes and hands out what they hold; after an error it does nothing.
    ///
    /// # Errors
    /// What is wrong with them, after all that was decoded before has been handed out; or what `out` returns.
    pub(super) fn push<E>(
        &mut self,
        bytes: &[u8],
        allowance: &Allowance,
        out: &mut impl FnMut(&[u8]) -> Result<(), PushError<E>>,
    ) -> Result<(), PushError<E>> {
        let mut rest = bytes;
        while !rest.is_empty() && !self.is_failed {
            // Input that ends where a piece does makes the place where a bound is passed the same for every split.
            let room = usize::try_from(Limits::piece_end(self.fed) - self.fed).unwrap_or(usize::MAX);
            let (piece, after) = rest.split_at_checked(room).unwrap_or((rest, &[]));
            self.push_piece(piece, allowance, out)?;
            self.fed += piece.len() as u64;
            rest = after;
        }
        Ok(())
    }

    fn push_piece<E>(
        &mut self,
        piece: &[u8],
        allowance: &Allowance,
        out: &mut impl FnMut(&[u8]) -> Result<(), PushError<E>>,
    ) -> Result<(), PushError<E>> {
        let mut rest = piece;
        loop {
            let step = self.codec.step(rest, &mut self.buffer);
            self.hand_out(step.made, allowance, out)?;
            if let Some(fault) = step.fault {
                return Err(self.fail(fault, allowance, out));
            }
            rest = rest.get(step.used..).unwrap_or_default();
            if step.more {
                continue;
            }
            if rest.is_empty() {
                return Ok(());
            }
            if step.used == 0 && step.made == 0 {
                let kind = CodingFault::corrupt("the decoder does not go on");
                return Err(self.fail(Fault { at: self.piece_start(), kind }, allowance, out));
            }
        }
    }

    /// Ends the input and hands out what is left; after an error it does nothing.
    ///
    /// # Errors
    /// That the stream is not whole, after all that was decoded has been handed out; or what `out` returns.
    pub(super) fn end<E>(
        &mut self,
        allowance: &Allowance,
        out: &mut impl FnMut(&[u8]) -> Result<(), PushError<E>>,
    ) -> Result<(), PushError<E>> {
        while !self.is_failed {
            let step = self.codec.end(&mut self.buffer);
            self.hand_out(step.made, allowance, out)?;
            if let Some(fault) = step.fault {
                return Err(self.fail(fault, allowance, out));
            }
            if !step.more {
                break;
            }
        }
        Ok(())
    }

    /// Hands out what was decoded before a fault and is still kept.
    fn salvage<E>(
        &mut self,
        allowance: &Allowance,
        out: &mut impl FnMut(&[u8]) -> Result<(), PushError<E>>,
    ) -> Result<(), PushError<E>> {
        loop {
            match self.codec.salvage(&mut self.buffer) {
                0 => return Ok(()),
                made => self.hand_out(made, allowance, out)?,
            }
        }
    }

    /// The error for `fault`, or the one that comes before it.
    fn fail<E>(
        &mut self,
        fault: Fault,
        allowance: &Allowance,
        out: &mut impl FnMut(&[u8]) -> Result<(), PushError<E>>,
    ) -> PushError<E> {
        match self.salvage(allowance, out) {
            Ok(()) => self.error(fault).into(),
            Err(earlier) => earlier,
        }
    }

    /// Hands out what the first `made` bytes of the buffer are, as far as allowed.
    fn hand_out<E>(
        &mut self,
        made: usize,
        allowance: &Allowance,
        out: &mut impl FnMut(&[u8]) -> Result<(), PushError<E>>,
    ) -> Result<(), PushError<E>> {
        let room = usize::try_from(allowance.most.saturating_sub(self.made)).unwrap_or(usize::MAX);
        let allowed = self.buffer.get(..made.min(room)).unwrap_or_default();
        if !allowed.is_empty() {
            out(allowed)?;
            self.made += allowed.len() as u64;
        }
        if made <= room {
            return Ok(());
        }
        Err(self.error(Fault { at: self.piece_start(), kind: allowance.beyond.clone() }).into())
    }

    fn piece_start(&self) -> u64 {
        self.fed / Limits::PIECE * Limits::PIECE
    }

    fn error(&mut self, fault: Fault) -> CodingError {
        self.is_failed = true;
        CodingError { coding: self.coding, layer: self.index, at: fault.at, kind: fault.kind }
    }
}
