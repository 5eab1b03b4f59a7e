//! What lies between two messages of a direction.
//!
//! In scope: the empty lines before a request line, which are skipped (RFC 9112 §2.2).
//! Nothing of the kind is allowed before a status line. Out of scope: what follows.

use super::message_kind::Side;

/// The place between two messages, and what was skipped there.
#[derive(Debug)]
pub(super) struct Gap {
    side: Side,
    /// Offset of the first byte skipped.
    blank: Option<u64>,
    /// Offset of a CR whose LF is still to come.
    cr: Option<u64>,
}

/// What stopped the skipping.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The bytes ran out.
    More,
    /// The next byte is the first of a message. `blank` is where empty lines before it began.
    Begins { blank: Option<u64> },
    /// The next byte should have been the LF to the CR at `cr`.
    BareCr { cr: u64 },
}

impl Gap {
    pub(super) fn new(side: Side) -> Self {
        Self { side, blank: None, cr: None }
    }

    /// Skips what it can of `bytes`, the first of which lies at `at`. Returns how many
    /// bytes it skipped and why it stopped.
    pub(super) fn skip(&mut self, bytes: &[u8], at: u64) -> (usize, Stop) {
        for (used, (&byte, here)) in bytes.iter().zip(at..).enumerate() {
            match (byte, self.cr, self.side) {
                (b'\n', _, Side::Requests) => self.cr = None,
                (_, Some(cr), _) => return (used, Stop::BareCr { cr }),
                (b'\r', None, Side::Requests) => self.cr = Some(here),
                _ => return (used, Stop::Begins { blank: self.blank }),
            }
            self.blank.get_or_insert(here);
        }
        (bytes.len(), Stop::More)
    }
}
