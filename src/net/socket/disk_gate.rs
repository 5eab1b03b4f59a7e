//! Lets a call through when there is room on disk for what it may bring, and waits otherwise.
//!
//! In scope: the waiting, which Stop ends at once, and telling of it. While a thread waits here, the peer feels it through TCP's own
//! flow control. Out of scope: how much room there is ([`DiskQuota`](crate::capture::DiskQuota)).

use std::sync::Arc;
use std::time::Duration;

use super::sending_half::Shared;
use crate::capture::{CALL_SIZE, Direction, DiskFull, DiskReservation};
use crate::net::record::Recorder;

/// Who waits looks again so often, and whenever there is a reason to.
const LOOK: Duration = Duration::from_secs(1);

/// The gate before the calls of one direction, on one thread.
pub struct Gate {
    direction: Direction,
    reservation: DiskReservation,
    recorder: Recorder,
    shared: Arc<Shared>,
}

impl Gate {
    /// A gate of the connection that `recorder` records, until that is over.
    pub fn new(direction: Direction, recorder: &Recorder, shared: &Arc<Shared>) -> Self {
        Self { direction, reservation: recorder.reservation(), recorder: recorder.clone(), shared: Arc::clone(shared) }
    }

    /// Waits until there is room for a call that brings `bytes` bytes, or twice as many with `tls`. Returns whether the call may be
    /// made: it may not if the connection is over.
    pub fn pass(&mut self, bytes: usize, tls: bool) -> bool {
        if !self.reservation.disk().is_blocking() {
            return true;
        }
        let bytes = bytes as u64;
        let needed = CALL_SIZE as u64 + if tls { 2 * bytes } else { bytes };
        if self.room(needed).is_ok() {
            return true;
        }
        // What is gathered counts as if it were on disk, and some of it may stay in memory.
        self.recorder.flush();
        self.room(needed).is_ok() || self.wait(needed)
    }

    /// Whether there is room for `needed` bytes, which are set aside if there is. Who waits sets nothing aside, so that others with
    /// less to bring go on.
    fn room(&mut self, needed: u64) -> Result<(), DiskFull> {
        self.reservation.set(needed);
        let room = self.recorder.room(&self.reservation);
        if room.is_err() {
            self.reservation.set(0);
        }
        room
    }

    fn wait(&mut self, needed: u64) -> bool {
        let mut told = None;
        let may_call = loop {
            let wakeups = self.reservation.disk().wakeups();
            if self.shared.is_no_more() {
                break false;
            }
            let Err(disk_full) = self.room(needed) else { break true };
            if told.as_ref() != Some(&disk_full) {
                self.recorder.room_is(self.direction, Some(disk_full.clone()));
                told = Some(disk_full);
            }
            self.reservation.disk().wait(wakeups, LOOK);
        };
        if told.is_some() {
            self.recorder.room_is(self.direction, None);
        }
        may_call
    }
}
