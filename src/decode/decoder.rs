//! Codings that lie over each other, undone as a stream.
//!
//! In scope: their order, and the bound on what comes out. Out of scope: each coding itself. Memory does not grow with the bytes.
//! An empty stream is an empty content, whatever the coding, as browsers have it.

use super::brotli::Brotli;
use super::coding::{Coding, CodingError, CodingFault};
use super::inflate::Inflate;
use super::zstd::Zstd;

/// Less output than this is never too much for its input: a short input may well make a thousand times as much.
const RATIO_FLOOR: u64 = 16 * 1024 * 1024;

/// How much may come out of codings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// So many bytes in all.
    pub bytes: u64,
    /// So many times the coded bytes, once it is more than 16 MiB.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1024 * 1024 * 1024, ratio: 1000 }
    }
}

/// Who takes what comes out.
pub(super) type Out<'a, E> = dyn FnMut(&[u8]) -> Result<(), Stop<E>> + 'a;

/// Why bytes were not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnpackError<E> {
    /// A coding could not be undone.
    Coding(CodingError),
    /// The receiver's own reason.
    Out(E),
}

/// The same, while it is still within a layer, of which only the layer itself knows where it stands.
#[derive(Debug)]
pub(super) enum Stop<E> {
    Fault(CodingFault),
    Layer(CodingError),
    Out(E),
}

impl<E> From<CodingFault> for Stop<E> {
    fn from(fault: CodingFault) -> Self {
        Self::Fault(fault)
    }
}

/// One coding being undone.
enum Undo {
    Inflate(Inflate),
    Brotli(Brotli),
    Zstd(Box<Zstd>),
}

struct Layer {
    coding: Coding,
    undo: Undo,
}

/// The codings of one body being undone.
pub struct Decoder {
    /// The outermost first.
    layers: Vec<Layer>,
    limits: Limits,
    coded: u64,
    decoded: u64,
    error: Option<CodingError>,
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").field("coded", &self.coded).field("decoded", &self.decoded).finish_non_exhaustive()
    }
}

impl Decoder {
    /// Undoes `codings`, which are told in the order in which they were applied.
    #[must_use]
    pub fn new(codings: &[Coding], limits: Limits) -> Self {
        let layers = codings.iter().rev().map(|coding| Layer::new(*coding)).collect();
        Self { layers, limits, coded: 0, decoded: 0, error: None }
    }

    /// Takes in the next coded bytes and hands out what comes of them. After an error it does nothing but tell it again.
    ///
    /// # Errors
    /// What is wrong with the bytes, or what `out` returns. What came out before has been handed out.
    pub fn push<E>(
        &mut self,
        bytes: &[u8],
        out: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), UnpackError<E>> {
        if let Some(error) = &self.error {
            return Err(UnpackError::Coding(error.clone()));
        }
        self.coded += bytes.len() as u64;
        let Self { layers, limits, coded, decoded, .. } = self;
        let pushed = push(layers, bytes, &mut bounded(*limits, *coded, decoded, out));
        self.remember(pushed)
    }

    /// The coded bytes are over; hands out what is left.
    ///
    /// # Errors
    /// As [`Decoder::push`]; also if a coding is not at its end.
    pub fn finish<E>(&mut self, out: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), UnpackError<E>> {
        if let Some(error) = &self.error {
            return Err(UnpackError::Coding(error.clone()));
        }
        let Self { layers, limits, coded, decoded, .. } = self;
        let finished = finish(layers, &mut bounded(*limits, *coded, decoded, out));
        self.remember(finished)
    }

    fn remember<E>(&mut self, result: Result<(), Stop<E>>) -> Result<(), UnpackError<E>> {
        let error = match result {
            Ok(()) => return Ok(()),
            Err(Stop::Out(error)) => return Err(UnpackError::Out(error)),
            Err(Stop::Layer(error)) => error,
            // Without a layer there is none to be at fault but the bound.
            Err(Stop::Fault(fault)) => CodingError { coding: Coding::Gzip, at: self.coded, fault },
        };
        self.error = Some(error.clone());
        Err(UnpackError::Coding(error))
    }
}

/// `out` behind the bound.
fn bounded<'a, E>(
    limits: Limits,
    coded: u64,
    decoded: &'a mut u64,
    out: &'a mut impl FnMut(&[u8]) -> Result<(), E>,
) -> impl FnMut(&[u8]) -> Result<(), Stop<E>> + 'a {
    let dense = coded.saturating_mul(limits.ratio).max(RATIO_FLOOR);
    let most = limits.bytes.min(dense);
    move |bytes| {
        let room = usize::try_from(most.saturating_sub(*decoded)).unwrap_or(usize::MAX);
        let allowed = bytes.get(..room).unwrap_or(bytes);
        if !allowed.is_empty() {
            *decoded += allowed.len() as u64;
            out(allowed).map_err(Stop::Out)?;
        }
        if allowed.len() < bytes.len() { Err(CodingFault::TooLong(most).into()) } else { Ok(()) }
    }
}

/// Pushes `bytes` through all layers.
fn push<E>(layers: &mut [Layer], bytes: &[u8], out: &mut Out<'_, E>) -> Result<(), Stop<E>> {
    if bytes.is_empty() {
        return Ok(());
    }
    let Some((layer, inner)) = layers.split_first_mut() else { return out(bytes) };
    match layer.push(bytes, &mut |piece| push(inner, piece, out)) {
        Err(Stop::Fault(fault)) => Err(Stop::Layer(layer.error(fault))),
        pushed => pushed,
    }
}

/// Ends all layers, the outermost first.
fn finish<E>(layers: &mut [Layer], out: &mut Out<'_, E>) -> Result<(), Stop<E>> {
    let Some((layer, inner)) = layers.split_first_mut() else { return Ok(()) };
    match layer.finish(&mut |piece| push(inner, piece, out)) {
        Err(Stop::Fault(fault)) => return Err(Stop::Layer(layer.error(fault))),
        finished => finished?,
    }
    finish(inner, out)
}

impl Layer {
    fn new(coding: Coding) -> Self {
        let undo = match coding {
            Coding::Gzip => Undo::Inflate(Inflate::gzip()),
            Coding::Deflate => Undo::Inflate(Inflate::deflate()),
            Coding::Brotli => Undo::Brotli(Brotli::new()),
            Coding::Zstd => Undo::Zstd(Box::new(Zstd::new())),
        };
        Self { coding, undo }
    }

    fn push<E>(&mut self, bytes: &[u8], out: &mut Out<'_, E>) -> Result<(), Stop<E>> {
        match &mut self.undo {
            Undo::Inflate(inflate) => inflate.push(bytes, out),
            Undo::Brotli(brotli) => brotli.push(bytes, out),
            Undo::Zstd(zstd) => zstd.push(bytes, out),
        }
    }

    fn finish<E>(&mut self, out: &mut Out<'_, E>) -> Result<(), Stop<E>> {
        match &mut self.undo {
            Undo::Inflate(inflate) => inflate.finish().map_err(Stop::Fault),
            Undo::Brotli(brotli) => brotli.finish(out),
            Undo::Zstd(zstd) => zstd.finish().map_err(Stop::Fault),
        }
    }

    fn error(&self, fault: CodingFault) -> CodingError {
        let at = match &self.undo {
            Undo::Inflate(inflate) => inflate.taken(),
            Undo::Brotli(brotli) => brotli.taken(),
            Undo::Zstd(zstd) => zstd.taken(),
        };
        CodingError { coding: self.coding, at, fault }
    }
}
