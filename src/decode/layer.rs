//! One coding of a body: its codec, its buffer, its counts.
//!
//! In scope: moving bytes through a codec, the bounds, and passing on bytes that are not coded. Out of scope: finding out whether bytes are
//! coded (see `first_bytes`), and the other codings of the body (see `decoder`).

use std::convert::Infallible;

use super::codec::codec;
use super::codec::step::{Codec, CodecFault};
use super::coding::Coding;
use super::coding_error::{CodingError, CodingFault, PushError};
use super::first_bytes::{FIRST_BYTES, FirstBytes, first_bytes, is_text};
use super::limits::{Allowance, Limits};

/// The reader of the decoded bytes of a layer: the next layer, or the reader of the body.
pub(super) type Out<'a, E> = &'a mut dyn FnMut(&[u8]) -> Result<(), PushError<E>>;

/// The size of the buffer of each layer, in bytes.
const BUFFER: usize = 64 * 1024;
/// A fault within this number of bytes, before any byte has come out, may show that the input is not coded.
const KEPT: u64 = 1024;

/// A coding being undone.
pub(super) struct Layer {
    coding: Coding,
    /// The index of the coding in the order in which the codings were applied.
    index: usize,
    codec: Box<dyn Codec>,
    buffer: Box<[u8]>,
    /// Bytes of input so far.
    fed: u64,
    /// Bytes of output so far.
    made: u64,
    /// Whether an error was returned.
    is_failed: bool,
    kind: InputKind,
}

/// Whether the input is in the coding that the head names.
enum InputKind {
    /// Not yet decided. Holds the input so far, of which the codec has got nothing.
    Undecided(Vec<u8>),
    /// The input may be coded. Holds the input so far, as no byte has come out yet.
    MaybeCoded(Vec<u8>),
    Coded,
    /// The input is not coded, and passes unchanged.
    NotCoded,
}

impl Layer {
    pub(super) fn new(coding: Coding, index: usize) -> Self {
        Self {
            coding,
            index,
            codec: codec(coding),
            buffer: vec![0; BUFFER].into(),
            fed: 0,
            made: 0,
            is_failed: false,
            kind: InputKind::Undecided(Vec::new()),
        }
    }

    /// The coding, if the input is not in it.
    pub(super) fn passed_over(&self) -> Option<Coding> {
        matches!(self.kind, InputKind::NotCoded).then_some(self.coding)
    }

    /// Whether `error` comes from this layer and not from one after it.
    pub(super) fn is_at_fault<E>(&self, error: &PushError<E>) -> bool {
        matches!(error, PushError::Coding(error) if error.layer == self.index)
    }

    /// Decodes the next bytes and hands out the decoded ones. After an error a call has no effect.
    ///
    /// # Errors
    /// A fault in the bytes, after everything decoded before it has been handed out; or an error of `out`.
    pub(super) fn push<E>(&mut self, bytes: &[u8], allowance: &Allowance, out: Out<'_, E>) -> Result<(), PushError<E>> {
        let InputKind::Undecided(start) = &mut self.kind else { return self.take(bytes, allowance, out) };
        let room = FIRST_BYTES.saturating_sub(start.len()).min(bytes.len());
        let (first, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        start.extend_from_slice(first);
        let kind = match first_bytes(self.coding, start) {
            FirstBytes::TooFew => return Ok(()),
            FirstBytes::MaybeCoded => InputKind::MaybeCoded(Vec::new()),
            FirstBytes::Coded => InputKind::Coded,
            FirstBytes::NotCoded => InputKind::NotCoded,
        };
        self.take_start(kind, allowance, out)?;
        self.take(rest, allowance, out)
    }

    /// Reads the first bytes, whose kind is now known.
    fn take_start<E>(&mut self, kind: InputKind, allowance: &Allowance, out: Out<'_, E>) -> Result<(), PushError<E>> {
        match std::mem::replace(&mut self.kind, kind) {
            InputKind::Undecided(start) => self.take(&start, allowance, out),
            _ => Ok(()),
        }
    }

    fn take<E>(&mut self, bytes: &[u8], allowance: &Allowance, out: Out<'_, E>) -> Result<(), PushError<E>> {
        let mut rest = bytes;
        while !rest.is_empty() && !self.is_failed {
            if matches!(self.kind, InputKind::NotCoded) {
                return self.pass(rest, out);
            }
            // No input goes beyond the end of a piece, so that a bound is passed at the same place for every split.
            let room = usize::try_from(Limits::piece_end(self.fed) - self.fed).unwrap_or(usize::MAX);
            let (piece, after) = rest.split_at_checked(room).unwrap_or((rest, &[]));
            self.keep(piece);
            self.push_piece(piece, allowance, out)?;
            self.fed += piece.len() as u64;
            rest = after;
        }
        Ok(())
    }

    /// Keeps the input as long as it may turn out not to be coded.
    fn keep(&mut self, piece: &[u8]) {
        match &mut self.kind {
            InputKind::MaybeCoded(kept) if self.made == 0 && self.fed < KEPT => kept.extend_from_slice(piece),
            InputKind::MaybeCoded(_) => self.kind = InputKind::Coded,
            _ => {}
        }
    }

    /// Passes on bytes that are not coded. They have no bound of their own, as they are no more than the body.
    fn pass<E>(&mut self, bytes: &[u8], out: Out<'_, E>) -> Result<(), PushError<E>> {
        out(bytes)?;
        self.made += bytes.len() as u64;
        Ok(())
    }

    fn push_piece<E>(&mut self, piece: &[u8], allowance: &Allowance, out: Out<'_, E>) -> Result<(), PushError<E>> {
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

    /// Ends the input and hands out the bytes left. After an error a call has no effect.
    ///
    /// # Errors
    /// A stream that is not whole, after everything decoded has been handed out; or an error of `out`.
    pub(super) fn end<E>(&mut self, allowance: &Allowance, out: Out<'_, E>) -> Result<(), PushError<E>> {
        if let InputKind::Undecided(start) = &self.kind {
            let is_not_coded = is_text(start) && !self.is_whole(start, allowance);
            let kind = if is_not_coded { InputKind::NotCoded } else { InputKind::Coded };
            self.take_start(kind, allowance, out)?;
        }
        match self.codec.end() {
            Some(fault) if !self.is_failed && !matches!(self.kind, InputKind::NotCoded) => {
                self.fail(fault, allowance, out)
            }
            _ => Ok(()),
        }
    }

    /// Whether `bytes`, at most [`FIRST_BYTES`], are a whole stream.
    fn is_whole(&self, bytes: &[u8], allowance: &Allowance) -> bool {
        let mut trial = Self { kind: InputKind::Coded, ..Self::new(self.coding, self.index) };
        let mut out = |_: &[u8]| Ok::<(), PushError<Infallible>>(());
        trial.push(bytes, allowance, &mut out).and_then(|()| trial.end(allowance, &mut out)).is_ok()
    }

    /// Hands out the bytes that were decoded before a fault and that the codec still keeps.
    fn salvage<E>(&mut self, allowance: &Allowance, out: Out<'_, E>) -> Result<(), PushError<E>> {
        loop {
            match self.codec.salvage(&mut self.buffer) {
                0 => return Ok(()),
                made => self.hand_out(made, allowance, out)?,
            }
        }
    }

    /// Ends the stream with `fault`, or passes the input on if the fault shows that it is not coded.
    ///
    /// # Errors
    /// The error for `fault`, or an error before it.
    fn fail<E>(&mut self, fault: CodecFault, allowance: &Allowance, out: Out<'_, E>) -> Result<(), PushError<E>> {
        self.salvage(allowance, out)?;
        let is_early = fault.at < KEPT && self.made == 0;
        match &mut self.kind {
            InputKind::MaybeCoded(kept) if is_early && fault.kind.may_be_of_uncoded() => {
                let kept = std::mem::take(kept);
                self.kind = InputKind::NotCoded;
                self.pass(&kept, out)
            }
            _ => Err(self.error(fault).into()),
        }
    }

    /// Hands out the first `made` bytes of the buffer, as far as `allowance` goes.
    fn hand_out<E>(&mut self, made: usize, allowance: &Allowance, out: Out<'_, E>) -> Result<(), PushError<E>> {
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
