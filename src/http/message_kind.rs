//! Which kind of message a direction carries, and with which bytes such a message begins.
//!
//! In scope: finding, byte by byte, what cannot be a start line (RFC 9112 §3 and §4). Out of scope: the rest of the start line, which is
//! read when the line is whole.

use super::characters::is_tchar;

/// The kind of message a direction carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageKind {
    Request,
    Response,
}

/// Whether the bytes so far can begin a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StartCheck {
    /// The bytes so far can begin a message.
    Possible,
    /// The bytes so far do begin a message: they are a method and a space, or `HTTP/`.
    Certain,
    /// No message begins with these bytes.
    Impossible,
}

impl MessageKind {
    /// Checks the byte at `position`, counted from the first byte of the message. All bytes before it were
    /// [`StartCheck::Possible`].
    pub(crate) fn check_start(self, position: usize, byte: u8) -> StartCheck {
        match self {
            MessageKind::Request => match byte {
                b' ' if position > 0 => StartCheck::Certain,
                _ if is_tchar(byte) => StartCheck::Possible,
                _ => StartCheck::Impossible,
            },
            MessageKind::Response => match b"HTTP/".get(position) {
                Some(b'/') if byte == b'/' => StartCheck::Certain,
                // Curl and browsers read the letters in any case. The start line reports a violation.
                Some(&letter) if byte.eq_ignore_ascii_case(&letter) => StartCheck::Possible,
                _ => StartCheck::Impossible,
            },
        }
    }
}
