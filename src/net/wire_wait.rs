//! How a recv waits: not at all if something is there, then for the age of a batch, then as long as the user allows.

use std::io::{self, Read};
use std::time::Duration;

use super::Wire;
use crate::capture::{CallKind, Failure, Moment, Operation, Subject};
use crate::net::recorder::BATCH_AGE;

impl Wire {
    /// One read that may have to wait long; meanwhile it needs no room for what comes.
    pub(super) fn read_at_last(&self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        let asked = std::mem::take(buffer).len();
        let waited = self.line.stream.peek(&mut [0]);
        *buffer = buffer_of(asked);
        waited.and_then(|_| (&*self.line.stream).read(buffer))
    }

    /// Receives if that need not block; `None` if it must, or fails.
    #[cfg(unix)]
    pub(super) fn recv_at_once(&self, buffer: &mut [u8]) -> Option<usize> {
        use rustix::net::{RecvFlags, recv};
        recv(&*self.line.stream, buffer, RecvFlags::DONTWAIT).ok().map(|(count, _)| count)
    }

    /// Elsewhere there is no flag for it.
    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "as on Unix")]
    pub(super) fn recv_at_once(&self, _: &mut [u8]) -> Option<usize> {
        None
    }

    /// Waits only for the age of a batch until it has been told that recv blocks, then as long as the user allows.
    pub(super) fn set_wait(&mut self, begun: Moment, is_told: bool) -> Result<(), Failure> {
        let left = || {
            self.read_timeout
                .map(|limit| limit.saturating_sub(self.line.recorder.now().since(begun)).max(Duration::from_millis(1)))
        };
        let wait = if is_told { left() } else { Some(BATCH_AGE) };
        if wait == self.wait {
            return Ok(());
        }
        let subject = Some(Subject::Address(self.line.peer));
        self.line
            .stream
            .set_read_timeout(wait)
            .map_err(|error| Failure::of(Operation::Call(CallKind::Recv), subject, &error))?;
        self.wait = wait;
        Ok(())
    }

    pub(super) fn is_too_long(&self, begun: Moment) -> bool {
        self.read_timeout.is_some_and(|limit| self.line.recorder.now().since(begun) >= limit)
    }
}

/// A buffer of `size` bytes. The system's allocator keeps rooms up to 1,032 bytes for the thread that lets go of them (glibc), which who
/// waits does not need; so it has more.
pub fn buffer_of(size: usize) -> Vec<u8> {
    let mut buffer = vec![0; size.max(1040)];
    buffer.truncate(size);
    buffer
}

/// Whether a call has come back because its time was over.
pub(super) fn is_time_out(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
