//! Follows a body to its end without looking into it (RFC 9112 §6.3 and §8).
//!
//! In scope: how many of the bytes that come are still body, and what the end of the
//! direction means for it. This is where chunks will be read (§7.1). Out of scope: the
//! bytes' meaning.

use super::found::End;
use super::framing::{Framing, UntilClose};

/// A body that is not over.
#[derive(Debug)]
pub(super) enum Body {
    /// This many bytes are still to come; at least one.
    Counted(u64),
    /// Chunks, whose end is not looked for.
    Chunked,
    /// It runs until the direction ends.
    UntilClose(UntilClose),
}

impl Body {
    /// The body that `framing` announces; `None` when it has no byte.
    pub(super) fn new(framing: Framing) -> Option<Body> {
        match framing {
            Framing::None(_) | Framing::ContentLength(0) => None,
            Framing::ContentLength(bytes) => Some(Body::Counted(bytes)),
            Framing::Chunked => Some(Body::Chunked),
            Framing::UntilClose(why) => Some(Body::UntilClose(why)),
        }
    }

    /// Takes the next bytes; returns how many of them belong to it, and whether it is
    /// over with these. Takes no longer for many bytes than for few.
    pub(super) fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        let Body::Counted(left) = self else {
            return (bytes.len(), false);
        };
        let used = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
        *left -= used as u64;
        (used, *left == 0)
    }

    /// What it means that the direction ends here, in order or not.
    pub(super) fn close(&self, orderly: bool) -> End {
        match self {
            Body::Counted(left) => End::Missing(*left),
            _ if !orderly => End::Cut,
            Body::UntilClose(UntilClose::ResponseWithout | UntilClose::ResponseCoding) => End::Complete,
            Body::UntilClose(UntilClose::RequestCoding | UntilClose::BadLength) | Body::Chunked => End::Unknown,
        }
    }
}
