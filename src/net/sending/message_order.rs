//! The order of the messages of one connection, and how they go out.
//!
//! In scope: that no message is cut by another, whichever thread sends it; carrying out the [`SendStep`]s of a [`Shaping`]; what a cut leaves
//! of it all. Out of scope: the calls.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use super::shaping::{CutAction, SendStep, Shape, Shaping};
use crate::capture::{CallKind, Failure};
use crate::net::record::Stop;
use crate::net::socket::SendingHalf;

/// The order, which all that send on a connection share.
#[derive(Default)]
pub struct MessageOrder {
    /// How messages go out, if not as they are. Held from the first send of a message to the record of its last one, so that the record has
    /// messages in the order in which they left.
    shaping: Mutex<Option<Box<Shaping>>>,
    /// How what is sent has been cut, once it has.
    cut: OnceLock<CutAction>,
}

impl MessageOrder {
    /// An order of messages that go out in this shape.
    pub fn shaped(shape: Shape) -> Self {
        let shaping = (shape != Shape::default()).then(|| Box::new(Shaping::new(shape)));
        Self { shaping: Mutex::new(shaping), cut: OnceLock::new() }
    }

    /// Waits until no message is being sent.
    fn lock(&self) -> MutexGuard<'_, Option<Box<Shaping>>> {
        self.shaping.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the messages and the shutdown that are under way are over.
    pub fn wait(&self) {
        drop(self.lock());
    }

    /// How what is sent has been cut, once it has. Nothing more is sent then.
    pub fn cut(&self) -> Option<CutAction> {
        self.cut.get().copied()
    }

    /// Sends all of `bytes` by `half`, after what other threads are sending. Where a cut comes, the end is the caller's.
    pub fn send(&self, half: &SendingHalf, bytes: &[u8]) -> Result<(), Failure> {
        match &mut *self.lock() {
            Some(shaping) => self.send_shaped(half, shaping, bytes),
            None => half.send(bytes),
        }
    }

    fn send_shaped(&self, half: &SendingHalf, shaping: &mut Shaping, bytes: &[u8]) -> Result<(), Failure> {
        let mut rest = bytes;
        while !rest.is_empty() && self.cut().is_none() {
            match shaping.next(rest.len()) {
                SendStep::Pause(time) => pause(half, time, CallKind::Send)?,
                SendStep::Cut(action) => self.make_cut(half, shaping, action)?,
                SendStep::Send(count) => {
                    let (now, later) = rest.split_at_checked(count).unwrap_or((rest, &[]));
                    half.send(now)?;
                    rest = later;
                }
            }
        }
        match shaping.cut_is_due() {
            Some(action @ (CutAction::Close | CutAction::Reset | CutAction::Stall)) => {
                self.make_cut(half, shaping, action)
            }
            Some(CutAction::Pause(_)) | None => Ok(()),
        }
    }

    /// From now on nothing is sent. An end that comes then may be put off.
    fn make_cut(&self, half: &SendingHalf, shaping: &Shaping, action: CutAction) -> Result<(), Failure> {
        if self.cut.set(action).is_err() || action == CutAction::Stall {
            return Ok(());
        }
        pause(half, shaping.before_close(), CallKind::Close)
    }

    /// Ends the connection, if a cut is to end it: its responder may wait for something else.
    pub fn stop_at_cut(&self, half: &SendingHalf) {
        match self.cut() {
            Some(CutAction::Close) => half.stop().stop(),
            Some(CutAction::Reset) => half.stop().stop_by(Stop::Reset),
            Some(CutAction::Stall | CutAction::Pause(_)) | None => {}
        }
    }

    /// Ends the sending side of `half`, after what other threads are sending, and as late as the shaping wants it. What has been cut has no end.
    pub fn shutdown(&self, half: &SendingHalf) -> Result<(), Failure> {
        let shaping = self.lock();
        if self.cut().is_some() {
            return Ok(());
        }
        if let Some(shaping) = &*shaping {
            pause(half, shaping.before_close(), CallKind::Shutdown)?;
        }
        half.shutdown()
    }
}

/// Pauses before a call. Fails if the connection is over by then.
fn pause(half: &SendingHalf, time: Duration, before: CallKind) -> Result<(), Failure> {
    if time.is_zero() {
        return Ok(());
    }
    half.recorder.flush();
    let is_over = || half.state.is_over();
    if half.stop().pause_unless(time, is_over) || is_over() {
        return Err(half.state.ended_early(before));
    }
    Ok(())
}
