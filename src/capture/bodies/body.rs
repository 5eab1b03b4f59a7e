//! A body to be read from its beginning to its end, by a job on a thread of its own.
//!
//! In scope: which bytes of a spool it is, and what is to be taken off. Out of scope: reading it here and there (see
//! [`Content`](crate::capture::Content)).

use std::io;

use crate::capture::{ByteStream, Message, Spool};
use crate::decode::{Coding, CodingError, Limits, PushError, Stage, Unpack};
use crate::http::Span;

/// How many bytes are read at a time.
const PIECE: usize = 256 * 1024;

/// A body, or any other part of a direction.
#[derive(Clone, Debug)]
pub struct Body {
    spool: Spool,
    pub(crate) wire: Span,
    message: Option<Message>,
    stage: Stage,
    limits: Limits,
}

/// Why a body was not handed out to its end.
#[derive(Debug)]
pub enum BodyReadError<E> {
    /// The spool could not be read.
    Spool(io::Error),
    /// A coding could not be undone.
    Coding(CodingError),
    /// The receiver's own reason.
    Out(E),
}

impl Body {
    /// The body of `message`, which is one of those of `stream`, as far as it has come, unpacked up to `stage`.
    pub fn of(message: &Message, stream: &ByteStream, stage: Stage, limits: Limits) -> Self {
        let wire = stream.kept_body(message);
        Self { spool: stream.spool.clone(), wire, message: Some(message.clone()), stage, limits }
    }

    /// The bytes of `wire` as they are.
    pub fn wire(spool: Spool, wire: Span) -> Self {
        Self { spool, wire, message: None, stage: Stage::Wire, limits: Limits::default() }
    }

    /// Hands it out piece by piece to `out`, which also learns how many bytes have been read for it. If the spool ends before the
    /// body does, fewer bytes are handed out than were asked for. Pieces may be empty, as those of [`Unpack::push`] are. Returns the
    /// coding that it turned out not to be in, as [`Unpack::passed_over`] has it. Fails with the failure of the spool, a coding that can't
    /// be undone, or what `out` returns. What came before has been handed out.
    pub fn read_pieces<E>(
        &self,
        mut out: impl FnMut(&[u8], u64) -> Result<(), E>,
    ) -> Result<Option<Coding>, BodyReadError<E>> {
        let mut unpack = self.unpack();
        let mut piece = vec![0; PIECE];
        let mut at = self.wire.start;
        while at < self.wire.end {
            let size = usize::try_from(self.wire.end - at).unwrap_or(PIECE).min(PIECE);
            let buffer = piece.get_mut(..size).unwrap_or_default();
            let count = self.spool.read_at(at, buffer).map_err(BodyReadError::Spool)?;
            if count == 0 {
                break;
            }
            at += count as u64;
            let read = at - self.wire.start;
            unpack.push(buffer.get(..count).unwrap_or_default(), &mut |bytes| out(bytes, read))?;
        }
        unpack.finish(&mut |bytes| out(bytes, self.wire.len()))?;
        Ok(unpack.passed_over())
    }

    fn unpack(&self) -> Unpack {
        match &self.message {
            Some(message) => Unpack::body(&message.head, message.framing, self.stage, self.limits),
            None => Unpack::unframed(),
        }
    }
}

impl<E> From<PushError<E>> for BodyReadError<E> {
    fn from(error: PushError<E>) -> Self {
        match error {
            PushError::Coding(error) => Self::Coding(error),
            PushError::Out(error) => Self::Out(error),
        }
    }
}
