//! All layers of one body, taken off in one pass.
//!
//! In scope: the order of the layers. Out of scope: the layers themselves.

use crate::http::{Chunks, Framing, Mark, Piece};

/// A body being unpacked.
#[derive(Debug)]
pub struct Unpack {
    frame: Frame,
}

/// How the body is told from what follows it.
#[derive(Debug)]
enum Frame {
    Chunks(Box<Chunks>),
    /// So many bytes of it are still to come.
    Counted(u64),
    UntilClose,
    /// It is over, or its chunks can't be followed any more.
    Over,
}

impl Unpack {
    /// A body that is framed by `framing`, to be unpacked from its first byte on.
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        let frame = match framing {
            Framing::None(_) => Frame::Over,
            Framing::Chunked => Frame::Chunks(Box::new(Chunks::new(Mark { wire: 0, data: 0 }))),
            Framing::ContentLength(length) => Frame::Counted(length),
            Framing::UntilClose(_) => Frame::UntilClose,
        };
        Self { frame }
    }

    /// Whether there is anything to take off.
    #[must_use]
    pub fn has_layers(&self) -> bool {
        matches!(self.frame, Frame::Chunks(_))
    }

    /// Takes in the next bytes and hands out what they hold. Bytes after the end of the body are passed over.
    ///
    /// # Errors
    /// What `out` returns.
    pub fn push<E>(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        match &mut self.frame {
            Frame::Over => Ok(()),
            Frame::UntilClose => out(bytes),
            Frame::Counted(left) => {
                let count = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                *left -= count as u64;
                out(bytes.get(..count).unwrap_or_default())
            }
            Frame::Chunks(chunks) => {
                if dechunk(chunks, bytes, out)? {
                    self.frame = Frame::Over;
                }
                Ok(())
            }
        }
    }
}

/// Hands out the data in `bytes`; returns whether there is no more.
fn dechunk<E>(chunks: &mut Chunks, bytes: &[u8], out: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<bool, E> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let used = match chunks.step(rest) {
            Piece::Framing(used) => used,
            Piece::Data(used) => {
                out(rest.get(..used).unwrap_or_default())?;
                used
            }
            Piece::Last(..) | Piece::Fault(..) => return Ok(true),
        };
        rest = rest.get(used..).unwrap_or_default();
    }
    Ok(false)
}
