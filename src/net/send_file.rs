//! Bytes of a file that nobody looks at go from it to the socket within the kernel, see sendfile(2).
//!
//! In scope: parts of bodies past what is kept of a connection. In the record each is a send of so many bytes, which it is to the peer.
//! Where there is no such call, nothing is sent this way.

use std::fs::File;

use super::sending_half::SendingHalf;
use crate::capture::Failure;

/// So many bytes at a time.
#[cfg(target_os = "linux")]
const PIECE: u64 = 1024 * 1024;

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
        let mut left = length;
        while left > 0 {
            let asked = usize::try_from(left.min(PIECE)).unwrap_or(usize::MAX);
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
