//! What a responder has besides the calls of its wire: what was read in them, a size for its recvs, and replies as the faults of the
//! server want them: late, in small pieces, cut.
//!
//! In scope: carrying out the [`Step`]s of a [`Shaping`] on a [`Wire`]. Out of scope: which faults there are (`fault`).

use std::fs::File;
use std::time::Duration;

use super::fault::{Conduct, Faults, Shaping, Step, Then};
use super::responder::{Leave, Responder, Responding};
use super::served::Branch;
use super::spec::RECV_SIZE_MAX;
use super::wire::{Received, Wire, buffer_of};
use crate::capture::Ended;
use crate::http::Found;

/// As the tutorial has it.
const RECV_SIZE: usize = 1024;

/// What the responder of a wire has besides its calls.
pub(super) struct Serves {
    /// How replies go out, if not as they are.
    shaping: Option<Box<Shaping>>,
    /// What goes wrong on purpose, if anything does.
    faults: Option<Box<Faults>>,
    /// How many bytes each recv asks for.
    recv_size: usize,
    /// Where further records begin.
    branch: Option<Branch>,
}

impl Default for Serves {
    fn default() -> Self {
        Self { shaping: None, faults: None, recv_size: RECV_SIZE, branch: None }
    }
}

impl Wire {
    /// The same, with recvs of `size` bytes.
    #[must_use]
    pub fn receiving(mut self, size: usize) -> Self {
        self.serves.recv_size = size.clamp(1, RECV_SIZE_MAX);
        self
    }

    /// The same, for a responder that opens connections of its own.
    #[must_use]
    pub(super) fn branching(mut self, branch: Branch) -> Self {
        self.serves.branch = Some(branch);
        self
    }

    /// Where a responder begins further records.
    pub(super) fn branch(&self) -> Option<&Branch> {
        self.serves.branch.as_ref()
    }

    /// A buffer for its recvs.
    #[must_use]
    pub fn buffer(&self) -> Vec<u8> {
        buffer_of(self.serves.recv_size)
    }

    /// From now on what is read in the bytes of the peer is handed to [`Wire::overheard`], too.
    pub fn listen_in(&self) {
        self.recorder().listen_in();
    }

    /// Moves to `found` what was read in the bytes of the peer that came last.
    pub fn overheard(&self, found: &mut Vec<Found>) {
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

    /// Serves the connection with `responder` under `faults`.
    ///
    /// # Errors
    /// Why it broke off.
    pub fn serve(&mut self, responder: &dyn Responder, faults: &Faults) -> Responding {
        if faults.shape_the_reply() {
            self.serves.shaping = Some(Box::new(Shaping::new(faults.clone())));
        }
        self.serves.faults = Some(faults).filter(|faults| **faults != Faults::default()).cloned().map(Box::new);
        let served = match faults.conduct {
            Conduct::Serve => responder.serve(self),
            Conduct::CloseUnread => Ok(Ended::Finished),
            Conduct::NeverAnswer => self.read_to_the_end(),
        };
        if !faults.before_close.is_zero() && served.is_ok() {
            self.wait(faults.before_close)?;
        }
        served
    }

    /// What goes wrong on purpose.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.serves.faults.as_deref().cloned().unwrap_or_default()
    }

    /// Sends a part of a reply as the faults want it.
    ///
    /// # Errors
    /// Why it broke off: with [`Leave::OnPurpose`] at a cut.
    pub fn reply(&mut self, bytes: &[u8]) -> Result<(), Leave> {
        let Some(mut shaping) = self.serves.shaping.take() else { return Ok(self.send(bytes)?) };
        let sent = self.send_shaped(&mut shaping, bytes);
        self.serves.shaping = Some(shaping);
        sent
    }

    /// Sends `length` bytes of `file` from where it stands without looking at them, if nobody wants to; whether it did.
    ///
    /// # Errors
    /// Why it broke off.
    pub fn reply_unseen(&mut self, file: &File, length: u64) -> Result<bool, Leave> {
        if self.serves.shaping.is_some() {
            return Ok(false);
        }
        Ok(self.send_unseen(file, length)?)
    }

    fn send_shaped(&mut self, shaping: &mut Shaping, bytes: &[u8]) -> Result<(), Leave> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match shaping.next(rest.len()) {
                Step::Pause(time) => self.wait(time)?,
                Step::End(then) => return self.cut(then),
                Step::Send(count) => {
                    let (now, later) = rest.split_at_checked(count).unwrap_or((rest, &[]));
                    self.send(now)?;
                    rest = later;
                }
            }
        }
        match shaping.cut_is_due() {
            Some(then @ (Then::Close | Then::Reset | Then::Stall)) => self.cut(then),
            Some(Then::Pause(_)) | None => Ok(()),
        }
    }

    fn cut(&mut self, then: Then) -> Result<(), Leave> {
        match then {
            Then::Reset => self.reset_at_close()?,
            Then::Stall => drop(self.read_to_the_end()?),
            Then::Close | Then::Pause(_) => {}
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

    fn wait(&mut self, time: Duration) -> Result<(), Leave> {
        if self.pause(time) { Err(Leave::Stopped) } else { Ok(()) }
    }
}
