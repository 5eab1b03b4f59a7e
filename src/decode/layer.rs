//! One coding of a body: its decoder, its buffer, its counts.
//!
//! In scope: moving bytes through a decoder, the bounds, and passing bytes on that are not coded at all. Out of scope: how that
//! shows (see `begin`), and what comes before and after it (see `decoder`).

use std::convert::Infallible;

use super::codec::Codec;
use super::codec::step::CodecFault;
use super::coding::Coding;
use super::coding_error::{CodingError, CodingFault, PushError};
use super::first_bytes::{BEGIN, Begin, begin, is_text};
use super::limits::{Allowance, Limits};

/// The size of the buffer of each layer, in bytes.
const BUFFER: usize = 64 * 1024;
/// Bytes that are wrong within so many, before anything has come out, may be in no coding at all.
const KEPT: u64 = 1024;

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
    nature: Nature,
}

/// Whether the input is coded as it is said to be.
#[derive(Debug)]
enum Nature {
    /// That is still to be seen; the input so far, which the decoder has not got yet.
    Unseen(Vec<u8>),
    /// It may be; the input so far, as nothing has come of it yet.
    Likely(Vec<u8>),
    Coded,
    /// It is not, and passes as it is.
    Alien,
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
            nature: Nature::Unseen(Vec::new()),
        }
    }

    /// The coding that its input turned out not to be in.
    pub(super) fn passed_over(&self) -> Option<Coding> {
        matches!(self.nature, Nature::Alien).then_some(self.coding)
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
        let Nature::Unseen(start) = &mut self.nature else { return self.take(bytes, allowance, out) };
        let room = BEGIN.saturating_sub(start.len()).min(bytes.len());
        let (first, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        start.extend_from_slice(first);
        let nature = match begin(self.coding, start) {
            Begin::Unknown => return Ok(()),
            Begin::Likely => Nature::Likely(Vec::new()),
            Begin::Coded => Nature::Coded,
            Begin::Alien => Nature::Alien,
        };
        self.take_start(nature, allowance, out)?;
        self.take(rest, allowance, out)
    }

    /// Takes in the first bytes, now that their nature is known.
    fn take_start<E>(
        &mut self,
        nature: Nature,
        allowance: &Allowance,
        out: &mut impl FnMut(&[u8]) -> Result<(), PushError<E>>,
    ) -> Result<(), PushError<E>> {
        match std::mem::replace(&mut self.nature, nature) {
            Nature::Unseen(start) => self.take(&start, allowance, out),
            _ => Ok(()),
        }
    }

    fn take<E>(
        &mut self,
        bytes: &[u8],
        allowance: &Allowance,
        out: &mut impl FnMut(&[u8]) -> Result<(), PushError<E>>,
    ) -> Result<(), PushError<E>> {
        let mut rest = bytes;
        while !rest.is_empty() && !self.is_failed {
            if matches!(self.nature, Nature::Alien) {
                return self.pass(rest, out);
            }
            // Input that ends where a piece does makes the place where a bound is passed the same for every split.
            let room = usize::try_from(Limits::piece_end(self.fed) - self.fed).unwrap_or(usize::MAX);
            let (piece, after) = rest.split_at_checked(room).unwrap_or((rest, &[]));
            self.keep(piece);
            self.push_piece(piece, allowance, out)?;
            self.fed += piece.len() as u64;
            rest = after;
        }
        Ok(())
    }

    /// Keeps the input, as long as it may turn out not to be coded.
    fn keep(&mut self, piece: &[u8]) {
        match &mut self.nature {
            Nature::Likely(kept) if self.made == 0 && self.fed < KEPT => kept.extend_from_slice(piece),
            Nature::Likely(_) => self.nature = Nature::Coded,
            _ => {}
        }
    }

    /// Hands on bytes that are not coded. What they are of bounds them.
    fn pass<E>(
        &mut self,
        bytes: &[u8],
        out: &mut impl FnMut(&[u8]) -> Result<(), PushError<E>>,
    ) -> Result<(), PushError<E>> {
        out(bytes)?;
        self.made += bytes.len() as u64;
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
                return self.fail(fault, allowance, out);
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
                return self.fail(CodecFault { at: self.piece_start(), kind }, allowance, out);
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
        if let Nature::Unseen(start) = &self.nature {
            let is_alien = is_text(start) && !self.is_whole(start, allowance);
            let nature = if is_alien { Nature::Alien } else { Nature::Coded };
            self.take_start(nature, allowance, out)?;
        }
        match self.codec.end() {
            Some(fault) if !self.is_failed && !matches!(self.nature, Nature::Alien) => self.fail(fault, allowance, out),
            _ => Ok(()),
        }
    }

    /// Whether `bytes`, which are few, are a whole stream.
    fn is_whole(&self, bytes: &[u8], allowance: &Allowance) -> bool {
        let mut trial = Self { nature: Nature::Coded, ..Self::new(self.coding, self.index) };
        let mut out = |_: &[u8]| Ok::<(), PushError<Infallible>>(());
        trial.push(bytes, allowance, &mut out).and_then(|()| trial.end(allowance, &mut out)).is_ok()
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

    /// Passes on what is not coded at all.
    ///
    /// # Errors
    /// The error for `fault`, or the one that comes before it.
    fn fail<E>(
        &mut self,
        fault: CodecFault,
        allowance: &Allowance,
        out: &mut impl FnMut(&[u8]) -> Result<(), PushError<E>>,
    ) -> Result<(), PushError<E>> {
        self.salvage(allowance, out)?;
        let is_early = fault.at < KEPT && self.made == 0;
        match &mut self.nature {
            Nature::Likely(kept) if is_early && fault.kind.is_of_alien() => {
                let kept = std::mem::take(kept);
                self.nature = Nature::Alien;
                self.pass(&kept, out)
            }
            _ => Err(self.error(fault).into()),
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
        Err(self.error(CodecFault { at: self.piece_start(), kind: allowance.beyond.clone() }).into())
    }

    fn piece_start(&self) -> u64 {
        self.fed / Limits::PIECE * Limits::PIECE
    }

    fn error(&mut self, fault: CodecFault) -> CodingError {
        self.is_failed = true;
        CodingError { coding: self.coding, layer: self.index, at: fault.at, kind: fault.kind }
    }
}
