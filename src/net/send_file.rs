//! Bytes of a file that nobody looks at go from it to the socket within the kernel, see sendfile(2).
//!
//! In scope: parts of bodies past what is kept of a connection. In the record each is a send of so many bytes, which it is to the peer.
//! Where there is no such call, nothing is sent this way.

use std::fs::File;
#[cfg(target_os = "linux")]
use std::time::Duration;

use super::sending_half::SendingHalf;
use crate::capture::Failure;

/// A call sends as many bytes as keep it busy for a few milliseconds, so that the record neither costs much nor lags behind: between
/// so many,
#[cfg(target_os = "linux")]
const LEAST: u64 = 256 * 1024;
/// and so many.
#[cfg(target_os = "linux")]
const MOST: u64 = 8 * 1024 * 1024;
/// It sends more if it took less than this, and less if it took ten times as long.
#[cfg(target_os = "linux")]
const SHORT: Duration = Duration::from_millis(8);

impl SendingHalf {
    /// Sends `length` bytes of `file` from where it stands, if they need not be looked at; whether it did.
    ///
    /// # Errors
    /// The failure of the call, of reading the file, or of keeping the record.
    #[cfg(target_os = "linux")]
    pub fn send_unseen(&self, file: &File, length: u64) -> Result<bool, Failure> {
        use std::io;

        use crate::capture::{CallKind, Operation, Subject};

        if self.tls.is_some() || !self.recorder.only_counts_sent() {
            return Ok(false);
        }
        let (mut left, mut piece) = (length, LEAST);
        while left > 0 {
            let asked = usize::try_from(left.min(piece)).unwrap_or(usize::MAX);
            if !self.has_turn(CallKind::Send, asked) {
                return Err(self.is_no_more());
            }
            let begun = self.recorder.now();
            self.recorder.blocked(CallKind::Send, asked, begun);
            match rustix::fs::sendfile(&*self.stream, file, None, asked) {
                Ok(0) => {
                    let error = io::ErrorKind::UnexpectedEof.into();
                    return Err(Failure::of(Operation::ReadFile, None, &error));
                }
                Ok(count) => {
                    self.recorder.sent_unseen(begun, asked, count)?;
                    left -= count as u64;
                    piece = next(piece, self.recorder.now().since(begun));
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => {
                    let subject = Some(Subject::Address(self.peer));
                    return Err(Failure::of(Operation::Call(CallKind::Send), subject, &error.into()));
                }
            }
        }
        Ok(true)
    }

    /// Nothing is sent this way.
    ///
    /// # Errors
    /// None.
    #[cfg(not(target_os = "linux"))]
    pub fn send_unseen(&self, _: &File, _: u64) -> Result<bool, Failure> {
        Ok(false)
    }
}

/// How many bytes the next call is to send, if one for `piece` took so long.
#[cfg(target_os = "linux")]
fn next(piece: u64, took: Duration) -> u64 {
    if took < SHORT {
        (piece * 2).min(MOST)
    } else if took > 10 * SHORT {
        (piece / 2).max(LEAST)
    } else {
        piece
    }
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_neither_short_nor_long_if_that_can_be() {
        let milliseconds = Duration::from_millis;
        assert_eq!(next(LEAST, milliseconds(0)), 2 * LEAST);
        assert_eq!(next(MOST, milliseconds(0)), MOST);
        assert_eq!(next(MOST, milliseconds(20)), MOST);
        assert_eq!(next(MOST, milliseconds(500)), MOST / 2);
        assert_eq!(next(LEAST, milliseconds(10_000)), LEAST);
    }
}
