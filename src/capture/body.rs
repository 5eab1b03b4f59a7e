//! A body to be read from its beginning to its end, by a job on a thread of its own.
//!
//! In scope: which bytes of a spool it is, and what is to be taken off. Out of scope: reading it here and there (see
//! [`Content`](super::Content)).

use std::io;

use super::{Direction, Message, Spool};
use crate::decode::Unpack;
use crate::http::{Framing, Span};

/// So many bytes are read at a time.
const PIECE: usize = 256 * 1024;

/// A body, or any other part of a direction.
#[derive(Clone, Debug)]
pub struct Body {
    spool: Spool,
    wire: Span,
    /// What is to be taken off.
    framing: Framing,
}

/// Why a body could not be handed out.
#[derive(Debug)]
pub enum PourError<E> {
    /// The spool could not be read.
    Spool(io::Error),
    /// The receiver's own reason.
    Out(E),
}

impl Body {
    /// The content of `message`, which is one of those of `direction`, as far as it has come.
    #[must_use]
    pub fn content(message: &Message, direction: &Direction) -> Self {
        Self { spool: direction.spool.clone(), wire: message.body(direction.bytes), framing: message.framing }
    }

    /// The bytes of `wire` as they are.
    #[must_use]
    pub fn wire(spool: Spool, wire: Span) -> Self {
        Self { spool, wire, framing: Framing::ContentLength(wire.len()) }
    }

    /// How many bytes have to be read for it: never fewer than it has itself without its codings.
    #[must_use]
    pub fn wire_len(&self) -> u64 {
        self.wire.len()
    }

    /// Hands it out piece by piece to `out`, which also learns how many bytes have been read for it. If the spool ends before the
    /// body does, fewer bytes are handed out than were asked for.
    ///
    /// # Errors
    /// The failure of the spool, or what `out` returns.
    pub fn pour<E>(&self, mut out: impl FnMut(&[u8], u64) -> Result<(), E>) -> Result<(), PourError<E>> {
        let mut unpack = Unpack::new(self.framing);
        let mut piece = vec![0; PIECE];
        let mut at = self.wire.start;
        while at < self.wire.end {
            let size = usize::try_from(self.wire.end - at).unwrap_or(PIECE).min(PIECE);
            let buffer = piece.get_mut(..size).unwrap_or_default();
            let count = self.spool.read_at(at, buffer).map_err(PourError::Spool)?;
            if count == 0 {
                break;
            }
            at += count as u64;
            let read = at - self.wire.start;
            unpack
                .push(buffer.get(..count).unwrap_or_default(), &mut |bytes| out(bytes, read))
                .map_err(PourError::Out)?;
        }
        Ok(())
    }
}
