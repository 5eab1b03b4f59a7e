//! All layers of one body, taken off in one pass.
//!
//! In scope: the order of the layers. Out of scope: the layers themselves.

use encoding_rs::Encoding;

use super::charset::to_utf8::ToUtf8;
use super::coding::{Coding, codings_of};
use super::coding_error::PushError;
use super::decoder::Decoder;
use super::limits::Limits;
use crate::http::{ChunkBoundary, ChunkReader, ChunkStep, Framing, Head};

/// How far a body is unpacked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stage {
    /// As it came over the wire, with the framing of chunks.
    Wire,
    /// Without its framing, but coded.
    Framed,
    /// Without its codings.
    #[default]
    Decoded,
}

/// A body being unpacked.
#[derive(Debug)]
pub struct Unpack {
    frame: Frame,
    decoder: Option<Decoder>,
    text: Option<Box<ToUtf8>>,
}

/// How the body is told from what follows it.
#[derive(Debug)]
enum Frame {
    Chunks(Box<ChunkReader>),
    /// So many bytes of it are still to come.
    Counted(u64),
    UntilClose,
    /// It is over, or its chunks can't be followed any more.
    Over,
}

impl Unpack {
    /// A body that is framed by `framing`, from its first byte on.
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        let frame = match framing {
            Framing::None(_) => Frame::Over,
            Framing::Chunked => Frame::Chunks(Box::new(ChunkReader::new(ChunkBoundary { wire: 0, data: 0 }))),
            Framing::ContentLength(length) => Frame::Counted(length),
            Framing::UntilClose(_) => Frame::UntilClose,
        };
        Self { frame, decoder: None, text: None }
    }

    /// Bytes that are all of the body.
    #[must_use]
    pub fn unframed() -> Self {
        Self { frame: Frame::UntilClose, decoder: None, text: None }
    }

    /// The body whose head is `head` and which is framed by `framing`, up to `stage`. Codings that can't be undone stay.
    #[must_use]
    pub fn body(head: &Head, framing: Framing, stage: Stage, limits: Limits) -> Self {
        match stage {
            Stage::Wire => Self::unframed(),
            Stage::Framed => Self::new(framing),
            Stage::Decoded => Self::new(framing).with_codings(&codings_of(head, framing).unwrap_or_default(), limits),
        }
    }

    /// Undoes `codings` as well, which are told in the order in which they were applied.
    #[must_use]
    pub fn with_codings(mut self, codings: &[Coding], limits: Limits) -> Self {
        // More layers than can be undone stay, as unknown ones do.
        self.decoder =
            Some(codings).filter(|codings| !codings.is_empty()).and_then(|codings| Decoder::new(codings, limits).ok());
        self
    }

    /// Turns what is left from `encoding` into UTF-8.
    #[must_use]
    pub fn with_text(mut self, encoding: &'static Encoding) -> Self {
        self.text = Some(Box::new(ToUtf8::new(encoding)));
        self
    }

    /// Whether there is anything to take off but the bytes after the body.
    #[must_use]
    pub fn has_layers(&self) -> bool {
        matches!(self.frame, Frame::Chunks(_)) || self.decoder.is_some() || self.text.is_some()
    }

    /// The coding that the body turned out not to be in, as [`Decoder::passed_over`] has it.
    #[must_use]
    pub fn passed_over(&self) -> Option<Coding> {
        self.decoder.as_ref().and_then(Decoder::passed_over)
    }

    /// Takes in the next bytes and hands out what they hold. Bytes after the end of the body are passed over. Pieces may be empty, as
    /// those of [`Decoder::push`] are.
    ///
    /// # Errors
    /// A coding that can't be undone, or what `out` returns.
    pub fn push<E>(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), PushError<E>> {
        let Self { frame, decoder, text } = self;
        let mut inner = |bytes: &[u8]| match decoder {
            None => to_text(text, bytes, out).map_err(PushError::Out),
            Some(decoder) => decoder.push(bytes, &mut |bytes| to_text(text, bytes, out)),
        };
        match frame {
            Frame::Over => Ok(()),
            Frame::UntilClose => inner(bytes),
            Frame::Counted(left) => {
                let count = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                *left -= count as u64;
                inner(bytes.get(..count).unwrap_or_default())
            }
            Frame::Chunks(chunks) => {
                if dechunk(chunks, bytes, &mut inner)? {
                    *frame = Frame::Over;
                }
                Ok(())
            }
        }
    }

    /// No more bytes come.
    ///
    /// # Errors
    /// As [`Unpack::push`]; also if a coding is not at its end.
    pub fn finish<E>(&mut self, out: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), PushError<E>> {
        let Self { decoder, text, .. } = self;
        let finished = match decoder {
            Some(decoder) => decoder.finish(&mut |bytes| to_text(text, bytes, out)),
            None => Ok(()),
        };
        if let Some(text) = text {
            text.finish(&mut |text| out(text.as_bytes())).map_err(PushError::Out)?;
        }
        finished
    }
}

fn to_text<E>(
    text: &mut Option<Box<ToUtf8>>,
    bytes: &[u8],
    out: &mut impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    match text {
        Some(text) if !bytes.is_empty() => text.push(bytes, &mut |text| out(text.as_bytes())),
        _ => out(bytes),
    }
}

/// Hands out the data in `bytes`; returns whether there is no more.
fn dechunk<E>(chunks: &mut ChunkReader, bytes: &[u8], out: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<bool, E> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let used = match chunks.step(rest) {
            ChunkStep::Framing(used) => used,
            ChunkStep::Data(used) => {
                out(rest.get(..used).unwrap_or_default())?;
                used
            }
            ChunkStep::Last(..) | ChunkStep::Fault(..) => return Ok(true),
        };
        rest = rest.get(used..).unwrap_or_default();
    }
    Ok(false)
}
