//! A body without its layers, in a spool of its own, made while the body arrives.
//!
//! In scope: writing what comes out of the layers, so that it can be read by offset. Out of scope: the thread (see
//! [`Follower`](crate::capture::Follower)), the layers (`decode`), what is shown of the decoded body.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::capture::{Failure, Follower, FollowerState, JobProgress, Processor, Spool, SpoolWriter};
use crate::decode::Unpack;

/// A decoded body in the making. Dropping it ends its thread.
#[derive(Debug)]
pub struct DecodedBody {
    spool: Spool,
    follower: Follower<SpoolAppender>,
}

/// How far the decoding has come. The output is the number of bytes that can be read.
pub type DecodingState = FollowerState<u64>;

impl DecodedBody {
    /// Starts to decode the bytes of `source` from `start` on through `unpack`; `wake` is called when there is more to see. Fails if the
    /// system has no thread left.
    pub fn start(source: Spool, start: u64, unpack: Unpack, wake: impl Fn() + Send + 'static) -> Result<Self, Failure> {
        let (writer, spool) = SpoolWriter::on(source.disk());
        let follower = Follower::start("decode", (source, start), unpack, SpoolAppender(writer), wake)?;
        Ok(Self { spool, follower })
    }

    /// Says that the source may be read up to `end`, and whether that is all.
    pub fn set_end(&self, end: u64, is_over: bool) {
        self.follower.set_end(end, is_over);
    }

    /// Stops the thread where it is, or lets it go on from there.
    pub fn stop(&self, is_stopped: bool) {
        self.follower.stop(is_stopped);
    }

    /// The decoded bytes.
    pub fn spool(&self) -> &Spool {
        &self.spool
    }

    /// How far it has come.
    pub fn state(&self) -> Arc<DecodingState> {
        self.follower.state()
    }

    /// How far it has come, if it was stopped, or has been at work without a pause for longer than `patience`.
    pub fn progress_after(&self, patience: Duration) -> Option<JobProgress> {
        self.follower.progress_after(patience)
    }
}

struct SpoolAppender(SpoolWriter);

impl Processor for SpoolAppender {
    type Output = u64;

    fn process(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.append(bytes)
    }

    fn output(&mut self) -> io::Result<u64> {
        self.0.flush()?;
        Ok(self.0.len())
    }
}
