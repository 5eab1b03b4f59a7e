//! Which kind of message a direction carries, and how such a message begins.
//!
//! In scope: telling, byte by byte, what cannot be a start line (RFC 9112 §3 and §4).
//! Out of scope: the rest of the start line, which is read when it is whole.

use super::characters::is_tchar;

/// The kind of message a direction carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Requests,
    Responses,
}

/// What one more byte makes of the beginning of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    /// Good so far.
    Goes,
    /// This byte makes it a beginning: a method and a space, or `HTTP/`.
    Done,
    /// No message begins like this.
    Refused,
}

impl Side {
    /// Judges the byte at `position`, counted from the first of the message, when all
    /// before it were judged [`Opening::Goes`].
    pub(crate) fn opening(self, position: usize, byte: u8) -> Opening {
        match self {
            Side::Requests => match byte {
                b' ' if position > 0 => Opening::Done,
                _ if is_tchar(byte) => Opening::Goes,
                _ => Opening::Refused,
            },
            Side::Responses => match b"HTTP/".get(position) {
                Some(b'/') if byte == b'/' => Opening::Done,
                // In any case, as curl and browsers read it; the start line says what is odd.
                Some(&letter) if byte.eq_ignore_ascii_case(&letter) => Opening::Goes,
                _ => Opening::Refused,
            },
        }
    }
}
