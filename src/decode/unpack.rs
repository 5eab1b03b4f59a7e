//! All layers of one body, undone in one pass.
//!
//! In scope: the order of the layers. Out of scope: each layer.

use encoding_rs::Encoding;

use super::charset::to_utf8::ToUtf8;
use super::coding::{Coding, codings_of};
use super::coding_error::PushError;
use super::decoder::Decoder;
use super::limits::Limits;
use crate::http::{ChunkBoundary, ChunkReader, ChunkStep, Framing, Head};

/// How many layers of a body are undone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stage {
    /// None: the body as it came over the wire, with the framing of chunks.
    Wire,
    /// The framing of chunks.
    Framed,
    /// The framing of chunks and the codings.
    #[default]
    Decoded,
}

/// A body whose layers are being undone.
pub struct Unpack {
    delimiter: Delimiter,
    decoder: Option<Decoder>,
    text: Option<Box<ToUtf8>>,
}

/// How the end of the body is found.
enum Delimiter {
    Chunks(Box<ChunkReader>),
    /// The number of bytes that are still to come.
    Counted(u64),
    UntilClose,
    /// The body has ended, or its chunks can't be followed further.
    Over,
}

impl Unpack {
    /// A body that `framing` delimits, from its first byte on.
    pub fn new(framing: Framing) -> Self {
        let delimiter = match framing {
            Framing::None(_) => Delimiter::Over,
            Framing::Chunked => Delimiter::Chunks(Box::new(ChunkReader::new(ChunkBoundary { wire: 0, data: 0 }))),
            Framing::ContentLength(length) => Delimiter::Counted(length),
            Framing::UntilClose(_) => Delimiter::UntilClose,
        };
        Self { delimiter, decoder: None, text: None }
    }

    /// A body to which all bytes belong.
    pub fn unframed() -> Self {
        Self { delimiter: Delimiter::UntilClose, decoder: None, text: None }
    }

    /// The body whose head is `head` and which `framing` delimits, up to `stage`. Codings that can't be undone stay.
    pub fn body(head: &Head, framing: Framing, stage: Stage, limits: Limits) -> Self {
        match stage {
            Stage::Wire => Self::unframed(),
            Stage::Framed => Self::new(framing),
            Stage::Decoded => Self::new(framing).with_codings(&codings_of(head, framing).unwrap_or_default(), limits),
        }
    }

    /// Undoes `codings` as well, which come in the order in which they were applied.
    #[must_use]
    pub fn with_codings(mut self, codings: &[Coding], limits: Limits) -> Self {
        // Too many codings stay, as unknown ones do.
        self.decoder =
            Some(codings).filter(|codings| !codings.is_empty()).and_then(|codings| Decoder::new(codings, limits).ok());
        self
    }

    /// Turns the decoded bytes from `encoding` into UTF-8.
    #[must_use]
    pub fn with_text(mut self, encoding: &'static Encoding) -> Self {
        self.text = Some(Box::new(ToUtf8::new(encoding)));
        self
    }

    /// Whether there is a layer to undo.
    pub fn has_layers(&self) -> bool {
        matches!(self.delimiter, Delimiter::Chunks(_)) || self.decoder.is_some() || self.text.is_some()
    }

    /// The coding that the body is not in, as in [`Decoder::passed_over`].
    pub fn passed_over(&self) -> Option<Coding> {
        self.decoder.as_ref().and_then(Decoder::passed_over)
    }

    /// Reads the next bytes and hands out those without layers. Bytes after the end of the body are passed over. Pieces may be empty, as
    /// those of [`Decoder::push`] are.
    ///
    /// # Errors
    /// A coding that can't be undone, or an error of `out`.
    pub fn push<E>(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), PushError<E>> {
        let Self { delimiter, decoder, text } = self;
        let mut inner = |bytes: &[u8]| match decoder {
            None => to_text(text, bytes, out).map_err(PushError::Out),
            Some(decoder) => decoder.push(bytes, &mut |bytes| to_text(text, bytes, out)),
        };
        match delimiter {
            Delimiter::Over => Ok(()),
            Delimiter::UntilClose => inner(bytes),
            Delimiter::Counted(left) => {
                let count = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                *left -= count as u64;
                inner(bytes.get(..count).unwrap_or_default())
            }
            Delimiter::Chunks(chunks) => {
                if dechunk(chunks, bytes, &mut inner)? {
                    *delimiter = Delimiter::Over;
                }
                Ok(())
            }
        }
    }

    /// Ends the body.
    ///
    /// # Errors
    /// Those of [`Unpack::push`], and a coding that is not at its end.
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

/// Hands out the data of the chunks in `bytes`. Returns whether the body has ended.
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
