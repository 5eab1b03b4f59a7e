//! All codings of one body, undone in one pass.
//!
//! In scope: their order, the end of the stream, and that nothing happens after an error. Out of scope: each coding
//! (see `layer`).

use super::coding::{Coding, LAYERS_MAX};
use super::coding_error::{CodingError, CodingFault, PushError};
use super::layer::Layer;
use super::limits::{Allowance, Limits};

/// A body being decoded.
///
/// A body of 0 bytes is decoded to 0 bytes whatever its codings, as browsers and curl do, though no coding has an empty
/// stream.
///
/// After gzip data zero bytes are passed over, as gzip(1) does. Nothing else may follow a stream.
///
/// Bytes are decoded as far as they go, and those of zstd as far as whole blocks go, so what a server flushes comes out at once.
///
/// Servers name codings that a body does not have. A body that can't be in one, by the bytes that the format begins with or as it is
/// text, passes that coding as it is; so does one that is wrong in its first KiB before anything has come out, if the format begins
/// with anything (br, and deflate alone). [`Decoder::passed_over`] tells that.
///
/// Memory for each coding: a buffer of 64 KiB, and what the decoder needs: about 48 KiB for gzip and deflate, and as
/// the stream asks for, up to 17 MiB for br and zstd.
#[derive(Debug)]
pub struct Decoder {
    /// The coding that was applied last comes first.
    layers: Vec<Layer>,
    limits: Limits,
    /// Bytes taken in.
    coded: u64,
    /// Bytes handed out while there is no layer.
    plain: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    Open,
    Finished,
    /// Whoever takes the bytes failed.
    Abandoned,
    Failed(CodingError),
}

impl Decoder {
    /// A decoder of a body with these codings, in the order in which they were applied, as Content-Encoding lists them;
    /// they are undone from the last to the first. With none of them bytes pass unchanged and unbounded.
    ///
    /// # Errors
    /// [`CodingFault::TooManyLayers`] for more than [`LAYERS_MAX`].
    pub fn new(codings: &[Coding], limits: Limits) -> Result<Self, CodingError> {
        if let Some(&coding) = codings.get(LAYERS_MAX) {
            return Err(CodingError { coding, layer: LAYERS_MAX, at: 0, kind: CodingFault::TooManyLayers });
        }
        let layers = codings.iter().enumerate().rev();
        let layers = layers.map(|(index, &coding)| Layer::new(coding, index)).collect();
        Ok(Self { layers, limits, coded: 0, plain: 0, state: State::Open })
    }

    /// Bytes taken in so far; of the push that failed, not all need to be.
    #[must_use]
    pub fn coded(&self) -> u64 {
        self.coded
    }

    /// Bytes handed out so far.
    #[must_use]
    pub fn decoded(&self) -> u64 {
        self.layers.last().map_or(self.plain, Layer::made)
    }

    /// The coding that the body turned out not to be in, and was passed on as it was; of several the one that was applied last.
    #[must_use]
    pub fn passed_over(&self) -> Option<Coding> {
        self.layers.iter().find_map(Layer::passed_over)
    }

    /// Takes in the next bytes and hands out what they hold, in pieces of at most 64 KiB. An empty piece holds nothing; it says that a
    /// layer was given something, which may be very much of which nothing comes out: who takes the pieces can end that as well.
    ///
    /// # Errors
    /// What is wrong with the body; everything decoded before that has been handed out. The same error comes from every
    /// later call, and nothing more is handed out. Or what `out` returns; later calls do nothing then. After
    /// [`Decoder::finish`] nothing is taken in any more either.
    pub fn push<E>(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), PushError<E>> {
        match &self.state {
            State::Open => {}
            State::Finished | State::Abandoned => return Ok(()),
            State::Failed(error) => return Err(error.clone().into()),
        }
        let pushed = self.push_open(bytes, out);
        self.note(pushed)
    }

    /// Takes in the end of the coded stream and hands out what is left.
    ///
    /// # Errors
    /// As [`Decoder::push`]; above all [`CodingFault::Truncated`] for a stream that is not whole.
    pub fn finish<E>(&mut self, out: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), PushError<E>> {
        match &self.state {
            State::Open => {}
            State::Finished | State::Abandoned => return Ok(()),
            State::Failed(error) => return Err(error.clone().into()),
        }
        let allowance = self.limits.allowance(Limits::piece_end(self.coded.saturating_sub(1)));
        let ended = end(&mut self.layers, &allowance, out);
        self.state = State::Finished;
        self.note(ended)
    }

    fn push_open<E>(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), PushError<E>> {
        if self.layers.is_empty() && !bytes.is_empty() {
            out(bytes).map_err(PushError::Out)?;
            self.coded += bytes.len() as u64;
            self.plain = self.coded;
            return Ok(());
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let piece_end = Limits::piece_end(self.coded);
            let room = usize::try_from(piece_end - self.coded).unwrap_or(usize::MAX);
            let (piece, after) = rest.split_at_checked(room).unwrap_or((rest, &[]));
            self.coded += piece.len() as u64;
            feed(&mut self.layers, piece, &self.limits.allowance(piece_end), out)?;
            rest = after;
        }
        Ok(())
    }

    fn note<E>(&mut self, result: Result<(), PushError<E>>) -> Result<(), PushError<E>> {
        match &result {
            Ok(()) => {}
            Err(PushError::Out(_)) => self.state = State::Abandoned,
            Err(PushError::Coding(error)) => self.state = State::Failed(error.clone()),
        }
        result
    }
}

/// Moves bytes through the layers.
fn feed<E>(
    layers: &mut [Layer],
    bytes: &[u8],
    allowance: &Allowance,
    out: &mut impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), PushError<E>> {
    let Some((layer, after)) = layers.split_first_mut() else { return out(bytes).map_err(PushError::Out) };
    out(&[]).map_err(PushError::Out)?;
    let pushed = layer.push(bytes, allowance, &mut |piece: &[u8]| feed(after, piece, allowance, out));
    end_after(layer, after, pushed, allowance, out)
}

/// Ends the input of one layer after the other.
fn end<E>(
    layers: &mut [Layer],
    allowance: &Allowance,
    out: &mut impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), PushError<E>> {
    let Some((layer, after)) = layers.split_first_mut() else { return Ok(()) };
    let ended = layer.end(allowance, &mut |piece: &[u8]| feed(after, piece, allowance, out));
    end_after(layer, after, ended, allowance, out)?;
    end(after, allowance, out)
}

/// Ends the input of the layers after one that failed, so that they hand out what they keep.
fn end_after<E>(
    layer: &Layer,
    after: &mut [Layer],
    result: Result<(), PushError<E>>,
    allowance: &Allowance,
    out: &mut impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), PushError<E>> {
    let Err(error) = result else { return Ok(()) };
    if !layer.is_at_fault(&error) {
        return Err(error);
    }
    // What else is wrong then is of no interest, as that error came first.
    match end(after, allowance, out) {
        Err(PushError::Out(error)) => Err(PushError::Out(error)),
        Ok(()) | Err(PushError::Coding(_)) => Err(error),
    }
}
