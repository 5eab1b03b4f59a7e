//! The bytes between two messages of a direction.
//!
//! In scope: the empty lines before a request line, which a server skips (RFC 9112 §2.2). A client skips none before a status line.
//! Out of scope: the message that follows.

use super::message_kind::MessageKind;

/// The place between two messages, and the bytes skipped there.
#[derive(Debug)]
pub(super) struct BetweenMessages {
    kind: MessageKind,
    /// Offset of the first byte skipped.
    empty_line: Option<u64>,
    /// Offset of a CR whose LF is still to come.
    cr: Option<u64>,
}

/// Why the skipping of empty lines stopped.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SkipStop {
    /// The bytes ran out.
    OutOfBytes,
    /// The next byte is the first of a message. `empty_line` is the offset of the first empty line before the message.
    MessageBegins { empty_line: Option<u64> },
    /// The next byte should have been the LF to the CR at `cr`.
    BareCr { cr: u64 },
}

impl BetweenMessages {
    pub(super) fn new(kind: MessageKind) -> Self {
        Self { kind, empty_line: None, cr: None }
    }

    /// Skips empty lines at the start of `bytes`, the first of which lies at `at`. Returns how many bytes were skipped and why the
    /// skipping stopped.
    pub(super) fn skip(&mut self, bytes: &[u8], at: u64) -> (usize, SkipStop) {
        for (used, (&byte, here)) in bytes.iter().zip(at..).enumerate() {
            match (byte, self.cr, self.kind) {
                (b'\n', _, MessageKind::Request) => self.cr = None,
                (_, Some(cr), _) => return (used, SkipStop::BareCr { cr }),
                (b'\r', None, MessageKind::Request) => self.cr = Some(here),
                _ => return (used, SkipStop::MessageBegins { empty_line: self.empty_line }),
            }
            self.empty_line.get_or_insert(here);
        }
        (bytes.len(), SkipStop::OutOfBytes)
    }
}
