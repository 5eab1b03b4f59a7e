//! All layers of one body, taken off in one pass.
//!
//! In scope: the order of the layers. Out of scope: the layers themselves.

use crate::http::{Chunks, Framing, Mark, Piece};

/// A body being unpacked.
#[derive(Debug)]
pub struct Unpack {
    /// The framing of chunks; `None` if there is none.
    chunks: Option<Chunks>,
    is_over: bool,
}

impl Unpack {
    /// A body that is framed by `framing`, to be unpacked from its first byte on.
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        let chunks = (framing == Framing::Chunked).then(|| Chunks::new(Mark { wire: 0, data: 0 }));
        Self { chunks, is_over: false }
    }

    /// Takes in the next bytes and hands out what they hold. After the last chunk, and after a faulty one, it does nothing.
    ///
    /// # Errors
    /// What `out` returns.
    pub fn push<E>(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let Some(chunks) = &mut self.chunks else { return out(bytes) };
        let mut rest = bytes;
        while !rest.is_empty() && !self.is_over {
            let used = match chunks.step(rest) {
                Piece::Framing(used) => used,
                Piece::Data(used) => {
                    out(rest.get(..used).unwrap_or_default())?;
                    used
                }
                Piece::Last(..) | Piece::Fault(..) => {
                    self.is_over = true;
                    return Ok(());
                }
            };
            rest = rest.get(used..).unwrap_or_default();
        }
        Ok(())
    }
}
