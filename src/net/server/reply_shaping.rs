//! What a responder has besides the calls of its wire: what was read in them, a size for its recvs; and what is sent as the faults of the
//! server want it: late, in small pieces, cut.
//!
//! In scope: carrying out the [`Step`]s of a [`Shaping`] on whatever a server's connection sends, whichever thread sends it: a responder,
//! a relay that carries back, a user who types. Out of scope: which faults there are (`fault`).

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::connection::Branch;
use super::faults::{Conduct, Faults, Shaping, Step, Then};
use super::responder::{Leave, Responding};
use crate::capture::{CallKind, Ended, Failure, Operation};
use crate::http::ParseEvent;
use crate::net::record::Stop;
use crate::net::socket::sending_half::is_hung_up;
use crate::net::socket::{Received, SendingHalf, Wire};
use crate::net::spec::{RECV_SIZE_MAX, Serving};

/// As the tutorial has it.
const RECV_SIZE: usize = 1024;

/// So often a connection that neither receives nor sends any more is looked at: a reset makes no call return then.
const LOOK: Duration = Duration::from_millis(100);

/// What the responder of a wire has besides its calls.
pub struct Serves {
    /// How the connection is served, if it is a server's.
    serving: Option<Arc<Serving>>,
    /// How many bytes each recv asks for.
    recv_size: usize,
    /// Where further records begin.
    branch: Option<Branch>,
}

impl Default for Serves {
    fn default() -> Self {
        Self { serving: None, recv_size: RECV_SIZE, branch: None }
    }
}

impl SendingHalf {
    /// Sends a part of what is said as the faults want it; once a cut has come, nothing more. The caller has the turn.
    pub(crate) fn send_shaped(&self, shaping: &mut Shaping, bytes: &[u8]) -> Result<(), Failure> {
        let mut rest = bytes;
        while !rest.is_empty() && self.shared.cut.get().is_none() {
            match shaping.next(rest.len()) {
                Step::Pause(time) => self.wait(time, CallKind::Send)?,
                Step::End(then) => self.cut(shaping, then)?,
                Step::Send(count) => {
                    let (now, later) = rest.split_at_checked(count).unwrap_or((rest, &[]));
                    self.send_now(now)?;
                    rest = later;
                }
            }
        }
        match shaping.cut_is_due() {
            Some(then @ (Then::Close | Then::Reset | Then::Stall)) => self.cut(shaping, then),
            Some(Then::Pause(_)) | None => Ok(()),
        }
    }

    /// From now on nothing is sent. An end that comes then may be put off.
    fn cut(&self, shaping: &Shaping, then: Then) -> Result<(), Failure> {
        if self.shared.cut.set(then).is_err() || then == Then::Stall {
            return Ok(());
        }
        self.wait(shaping.before_the_end(), CallKind::Close)
    }

    /// Ends the connection, if a cut is to end it: its responder may wait for something else.
    pub(crate) fn end_at_cut(&self) {
        match self.shared.cut.get() {
            Some(Then::Close) => self.shared.stopper.stop(),
            Some(Then::Reset) => self.shared.stopper.stop_by(Stop::Reset),
            Some(Then::Stall | Then::Pause(_)) | None => {}
        }
    }

    /// Pauses before a call.
    ///
    /// # Errors
    /// If the connection is over by then.
    pub(crate) fn wait(&self, time: Duration, before: CallKind) -> Result<(), Failure> {
        if time.is_zero() {
            return Ok(());
        }
        self.recorder.flush();
        let is_over = || self.shared.is_over.load(Ordering::Acquire);
        if self.shared.stopper.pause_unless(time, is_over) || is_over() {
            return Err(self.ended_early(before));
        }
        Ok(())
    }
}

impl Wire {
    /// The same, with recvs of `size` bytes.
    #[must_use]
    pub fn receiving(mut self, size: usize) -> Self {
        self.serves.recv_size = size.clamp(1, RECV_SIZE_MAX);
        self
    }

    /// The same, for a server's connection that is served so. Further records begin at `branch`.
    #[must_use]
    pub(crate) fn of_server(mut self, serving: Arc<Serving>, branch: Branch) -> Self {
        if serving.faults.shape_the_reply() {
            *self.line.shared.order() = Some(Box::new(Shaping::new(serving.faults.clone())));
        }
        self = self.receiving(serving.recv_size);
        self.serves.serving = Some(serving);
        self.serves.branch = Some(branch);
        self
    }

    /// How the connection is served, if it is a server's.
    pub(crate) fn serving(&self) -> Option<&Arc<Serving>> {
        self.serves.serving.as_ref()
    }

    /// Where a responder begins further records.
    pub(crate) fn branch(&self) -> Option<&Branch> {
        self.serves.branch.as_ref()
    }

    /// A buffer for its recvs.
    #[must_use]
    pub fn buffer(&self) -> Vec<u8> {
        vec![0; self.serves.recv_size]
    }

    /// From now on what is read in the bytes of the peer is handed to [`Wire::overheard`], too.
    pub fn listen_in(&self) {
        self.recorder().listen_in();
    }

    /// Moves to `found` what was read in the bytes of the peer that came last.
    pub fn overheard(&self, found: &mut Vec<ParseEvent>) {
        self.recorder().overheard(found);
    }

    /// Bytes of content in the body of the newest message of the peer.
    #[must_use]
    pub fn content_received(&self) -> u64 {
        self.recorder().content_received()
    }

    /// Whether bytes of the peer have come that no recv has taken; to close then would be a reset.
    #[must_use]
    pub fn has_unread(&self) -> bool {
        self.line.has_unread()
    }

    /// Serves the connection, with the faults that are asked for.
    ///
    /// # Errors
    /// Why it broke off.
    pub(crate) fn serve(&mut self, serving: &Serving) -> Responding {
        let Faults { conduct, before_close, .. } = serving.faults;
        let served = match conduct {
            Conduct::Serve => serving.responder.serve(self),
            Conduct::CloseUnread => Ok(Ended::Finished),
            Conduct::NeverAnswer => self.read_to_the_end(),
        };
        let has_waited = self.line.shared.has_finished.load(Ordering::Acquire) || self.line.shared.cut.get().is_some();
        if served.is_ok() && !before_close.is_zero() && !has_waited && self.pause(before_close) {
            return Err(Leave::Stopped);
        }
        match self.line.shared.cut.get() {
            Some(_) if matches!(served, Err(Leave::Failed(_))) && !self.stopper().is_stopped() => served,
            Some(Then::Close | Then::Reset) => Err(Leave::OnPurpose),
            Some(Then::Stall) if matches!(served, Ok(Ended::PeerFinished)) => Err(Leave::OnPurpose),
            _ => served,
        }
    }

    /// What goes wrong on purpose.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.serves.serving.as_ref().map(|serving| serving.faults.clone()).unwrap_or_default()
    }

    /// Sends a part of a reply.
    ///
    /// # Errors
    /// Why it broke off: with [`Leave::OnPurpose`] at a cut.
    pub fn reply(&mut self, bytes: &[u8]) -> Result<(), Leave> {
        self.unreported = true;
        self.line.send_in_order(bytes)?;
        match self.line.shared.cut.get() {
            None => return Ok(()),
            Some(Then::Reset) => self.reset_at_close()?,
            Some(Then::Stall) => drop(self.read_to_the_end()?),
            Some(Then::Close | Then::Pause(_)) => {}
        }
        Err(Leave::OnPurpose)
    }

    /// Receives until the peer has finished, and answers nothing.
    ///
    /// # Errors
    /// The failure that ended it.
    pub fn read_to_the_end(&mut self) -> Responding {
        let mut buffer = self.buffer();
        loop {
            match self.recv(&mut buffer)? {
                Received::Bytes { .. } => {}
                other => return Ok(other.ended()),
            }
        }
    }

    /// The peer has finished sending, and may still be told something: stays until our side has finished, too, or until the connection is
    /// lost or idle for too long.
    ///
    /// # Errors
    /// The failure that ended it.
    pub fn stay(&mut self) -> Responding {
        self.recorder().flush();
        let (shared, stream) = (Arc::clone(&self.line.shared), Arc::clone(&self.line.stream));
        // What a fault has cut has no end of its own.
        let is_over = || shared.has_finished.load(Ordering::Acquire) || shared.cut.get().is_some();
        let begun = self.recorder().now();
        while !is_over() {
            if self.read_timeout.is_some_and(|limit| self.recorder().now().since(begun) >= limit) {
                return Ok(Ended::TimedOut);
            }
            if is_hung_up(&stream) && !shared.stopper.is_stopped() {
                // A shutdown of our own that is under way hangs up, too, and has said so when its turn is over.
                drop(shared.order());
                if is_over() {
                    continue;
                }
                // It is gone with what was sent to it last; who sent that may have been told.
                let lost = stream.take_error().ok().flatten();
                let operation = Operation::Call(CallKind::Send);
                return lost
                    .map_or(Ok(Ended::Failed), |error| Err(Failure::of(operation, shared.subject(), &error).into()));
            }
            if shared.stopper.pause_unless(LOOK, is_over) {
                return Err(Leave::Stopped);
            }
        }
        Ok(Ended::PeerFinished)
    }
}
