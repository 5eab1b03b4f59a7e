//! A copy of a body in another form, in a spool of its own, made while the body arrives.
//!
//! In scope: writing what comes out of its layers where it can be read by offset. Out of scope: the thread (see
//! [`Follower`](crate::capture::Follower)), the layers (`decode`), and what is shown of the copy.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::capture::{Failure, Follower, FollowerState, JobProgress, Processor, Spool, SpoolWriter};
use crate::decode::Unpack;

/// A copy in the making. Dropping it ends its thread and waits for it.
#[derive(Debug)]
pub struct DecodedBody {
    spool: Spool,
    follower: Follower<Copier>,
}

/// How far a copy has come; what has been made are the bytes of it that can be read.
pub type CopyState = FollowerState<u64>;

impl DecodedBody {
    /// Starts to copy the bytes of `source` from `start` on through `unpack`; `wake` is called when there is more to see.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub fn start(source: Spool, start: u64, unpack: Unpack, wake: impl Fn() + Send + 'static) -> Result<Self, Failure> {
        let (writer, spool) = SpoolWriter::on(source.disk());
        let follower = Follower::start("decode", (source, start), unpack, Copier(writer), wake)?;
        Ok(Self { spool, follower })
    }

    /// Tells that the source may be read up to `end`, and whether that is all.
    pub fn tell(&self, end: u64, is_over: bool) {
        self.follower.tell(end, is_over);
    }

    /// Stops it where it is, or lets it go on from there.
    pub fn stop(&self, is_stopped: bool) {
        self.follower.stop(is_stopped);
    }

    /// The copy.
    #[must_use]
    pub fn spool(&self) -> &Spool {
        &self.spool
    }

    /// How far it has come.
    #[must_use]
    pub fn copied(&self) -> Arc<CopyState> {
        self.follower.state()
    }

    /// How far it has come, if it was stopped, or has been at work without a pause for longer than `patience`.
    #[must_use]
    pub fn progress_after(&self, patience: Duration) -> Option<JobProgress> {
        self.follower.progress_after(patience)
    }
}

struct Copier(SpoolWriter);

impl Processor for Copier {
    type Output = u64;

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.append(bytes)
    }

    fn output(&mut self) -> io::Result<u64> {
        self.0.flush()?;
        Ok(self.0.len())
    }
}
