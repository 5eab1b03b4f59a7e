//! Lets a call through when there is room on disk for what it may bring, and waits otherwise.
//!
//! In scope: the waiting, which Stop ends at once, and telling of it. While a thread waits here, the peer feels it through TCP's own
//! flow control. Out of scope: how much room there is ([`Disk`](crate::capture::Disk)).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::recorder::Recorder;
use super::stopper::Stopper;
use crate::capture::{CALL_SIZE, Headroom, NoRoom, Way};

/// Who waits looks again so often, and whenever there is a reason to.
const LOOK: Duration = Duration::from_secs(1);

/// The gate before the calls of one direction, on one thread.
pub struct Gate {
    way: Way,
    headroom: Headroom,
    recorder: Recorder,
    stopper: Stopper,
    /// Whether the connection is over although nobody has stopped it.
    is_over: Arc<AtomicBool>,
}

impl Gate {
    /// A gate of the connection that `recorder` records, until `stopper` stops it or `is_over` says that it is over.
    pub fn new(way: Way, recorder: &Recorder, stopper: &Stopper, is_over: &Arc<AtomicBool>) -> Self {
        Self {
            way,
            headroom: recorder.headroom(),
            recorder: recorder.clone(),
            stopper: stopper.clone(),
            is_over: Arc::clone(is_over),
        }
    }

    /// Waits until there is room for a call that brings `bytes` bytes, or twice as many with `tls`. Returns whether the call may be
    /// made: it may not if the connection is over.
    pub fn pass(&mut self, bytes: usize, tls: bool) -> bool {
        if !self.headroom.disk().is_patient() {
            return true;
        }
        let bytes = bytes as u64;
        self.headroom.set(CALL_SIZE as u64 + if tls { 2 * bytes } else { bytes });
        match self.recorder.room(&self.headroom) {
            Ok(()) => true,
            Err(no_room) => self.wait(no_room),
        }
    }

    fn wait(&self, mut no_room: NoRoom) -> bool {
        self.recorder.room_is(self.way, Some(no_room.clone()));
        let may_call = loop {
            let turn = self.headroom.disk().turn();
            if self.stopper.is_stopped() || self.is_over.load(Ordering::Acquire) {
                break false;
            }
            match self.recorder.room(&self.headroom) {
                Ok(()) => break true,
                Err(other) if other != no_room => {
                    no_room = other;
                    self.recorder.room_is(self.way, Some(no_room.clone()));
                }
                Err(_) => {}
            }
            self.headroom.disk().wait(turn, LOOK);
        };
        self.recorder.room_is(self.way, None);
        may_call
    }
}
