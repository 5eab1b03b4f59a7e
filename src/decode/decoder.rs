//! All codings of one body, undone in one pass.
//!
//! In scope: the order of the codings, the end of the stream, and that no call has an effect after an error. Out of scope: one coding (see
//! `layer`).

use super::coding::{Coding, LAYERS_MAX};
use super::coding_error::{CodingError, CodingFault, PushError};
use super::layer::Layer;
use super::limits::{Allowance, Limits};

/// A body being decoded.
///
/// A body of 0 bytes is decoded to 0 bytes in any coding, as browsers and curl do, although no coding has an empty stream.
///
/// Zero bytes after gzip data are passed over, as gzip(1) does. Nothing else may follow a stream.
///
/// Bytes are decoded as far as they go, and those of zstd as far as whole blocks go. So bytes that a server flushes come out at once.
///
/// Servers name codings that a body does not have. A body passes such a coding unchanged if its first bytes can't be in the coding, or if
/// it is text. Brotli, and deflate without zlib, begin with any bytes. There a body passes unchanged too if it has a fault in its first KiB
/// before any byte has come out. [`Decoder::passed_over`] names the coding.
///
/// Memory for each coding: a buffer of 64 KiB, and the memory of the codec: about 48 KiB for gzip and deflate, and up to 17 MiB for brotli
/// and zstd, as the stream demands.
pub struct Decoder {
    /// The layers, that of the coding that was applied last first.
    layers: Vec<Layer>,
    limits: Limits,
    /// Bytes read.
    coded: u64,
    /// What every later call returns: the error that ended the body, or nothing once it has been finished or its reader has failed.
    over: Option<Result<(), CodingError>>,
}

impl Decoder {
    /// A decoder of a body with these codings, in the order in which they were applied, as Content-Encoding lists them. The codings are
    /// undone from the last to the first. Without a coding all bytes pass unchanged and unbounded.
    ///
    /// # Errors
    /// [`CodingFault::TooManyLayers`] for more than [`LAYERS_MAX`].
    pub fn new(codings: &[Coding], limits: Limits) -> Result<Self, CodingError> {
        if let Some(&coding) = codings.get(LAYERS_MAX) {
            return Err(CodingError { coding, layer: LAYERS_MAX, at: 0, kind: CodingFault::TooManyLayers });
        }
        let layers = codings.iter().enumerate().rev();
        let layers = layers.map(|(index, &coding)| Layer::new(coding, index)).collect();
        Ok(Self { layers, limits, coded: 0, over: None })
    }

    /// The coding that the body is not in and passed unchanged. Of several such codings, the one that was applied last.
    pub fn passed_over(&self) -> Option<Coding> {
        self.layers.iter().find_map(Layer::passed_over)
    }

    /// Reads the next bytes and hands out the decoded ones, in pieces of at most 64 KiB. An empty piece says that a layer got input. Much
    /// input can go in while no byte comes out, and `out` can end that with an error too.
    ///
    /// # Errors
    /// A fault in the body, after everything decoded before it has been handed out. Every later call returns the same error, and hands out
    /// nothing more. Or an error of `out`. Later calls then have no effect, nor has a call after [`Decoder::finish`].
    pub fn push<E>(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), PushError<E>> {
        if let Some(over) = &self.over {
            return over.clone().map_err(PushError::Coding);
        }
        let pushed = self.push_open(bytes, out);
        self.note(pushed)
    }

    /// Ends the coded stream and hands out the bytes left.
    ///
    /// # Errors
    /// Those of [`Decoder::push`], and [`CodingFault::Truncated`] for a stream that is not whole.
    pub fn finish<E>(&mut self, out: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), PushError<E>> {
        if let Some(over) = &self.over {
            return over.clone().map_err(PushError::Coding);
        }
        let allowance = self.limits.allowance(Limits::piece_end(self.coded.saturating_sub(1)));
        let ended = end(&mut self.layers, &allowance, out);
        self.over = Some(Ok(()));
        self.note(ended)
    }

    fn push_open<E>(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), PushError<E>> {
        if self.layers.is_empty() && !bytes.is_empty() {
            return out(bytes).map_err(PushError::Out);
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
            Err(PushError::Out(_)) => self.over = Some(Ok(())),
            Err(PushError::Coding(error)) => self.over = Some(Err(error.clone())),
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

/// Ends the input of the layers after one that failed, so that they hand out the bytes that they keep.
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
    // The first error is returned. An error of a later layer follows from it.
    match end(after, allowance, out) {
        Err(PushError::Out(error)) => Err(PushError::Out(error)),
        Ok(()) | Err(PushError::Coding(_)) => Err(error),
    }
}
