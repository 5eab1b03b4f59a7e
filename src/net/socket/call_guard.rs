//! Whether a thread may make its next call on a connection.
//!
//! In scope: all that a call waits for: the pace that the user has chosen, room on disk for what the call may bring, and Stop, which ends both
//! at once. While a thread waits here, the peer feels it through TCP's own flow control. Out of scope: the call; how much room there is
//! ([`DiskQuota`](crate::capture::DiskQuota)).

use std::time::Duration;

use super::socket_state::SocketState;
use crate::capture::{CALL_SIZE, CallKind, Direction, DiskFull, DiskReservation};
use crate::net::record::Recorder;

/// How often a thread that waits for room looks again; it also does whenever room may have come.
const LOOK: Duration = Duration::from_secs(1);

/// The guard before the calls of one direction, on one thread. The room for a call is set aside until the next one, or until this is dropped.
pub struct CallGuard {
    direction: Direction,
    reservation: DiskReservation,
}

impl CallGuard {
    /// A guard of the connection that `recorder` records.
    pub fn new(direction: Direction, recorder: &Recorder) -> Self {
        Self { direction, reservation: recorder.reservation() }
    }

    /// Waits until a recv or send of `asked` bytes may be made on a connection. Returns whether it may: not if the connection is over by then.
    /// A recv that need not wait is made even so: it takes what has come, and tells the end.
    pub fn may_call(&mut self, state: &SocketState, recorder: &Recorder, asked: usize) -> bool {
        let is_over = || state.is_no_more();
        // What is said at the very end keeps no pace.
        let is_last = self.direction == Direction::Sent && state.is_over();
        if !is_last {
            let may_call = recorder.wait_for_pace(CallKind::from(self.direction), asked, is_over);
            if !may_call || (self.direction == Direction::Sent && is_over()) {
                return false;
            }
        }
        !self.reservation.disk().is_blocking() || self.wait_for_room(state, recorder, asked as u64)
    }

    /// Waits until there is room for a call that brings `bytes` bytes, or twice as many under TLS; whether there is before the end.
    fn wait_for_room(&mut self, state: &SocketState, recorder: &Recorder, bytes: u64) -> bool {
        let needed = CALL_SIZE as u64 + if state.tls().is_some() { 2 * bytes } else { bytes };
        if self.set_aside(needed, recorder).is_ok() {
            return true;
        }
        // What is gathered counts as if it were on disk, and some of it may stay in memory.
        recorder.flush();
        if self.set_aside(needed, recorder).is_ok() {
            return true;
        }
        let mut told = None;
        let may_call = loop {
            let seen = self.reservation.disk().wakeups();
            if state.is_no_more() {
                break false;
            }
            let Err(disk_full) = self.set_aside(needed, recorder) else { break true };
            if told.as_ref() != Some(&disk_full) {
                recorder.report_room(self.direction, Some(disk_full.clone()));
                told = Some(disk_full);
            }
            self.reservation.disk().wait(seen, LOOK);
        };
        if told.is_some() {
            recorder.report_room(self.direction, None);
        }
        may_call
    }

    /// Sets room for `needed` bytes aside, if there is as much. A thread that waits sets nothing aside, so that calls that bring less go on.
    fn set_aside(&mut self, needed: u64, recorder: &Recorder) -> Result<(), DiskFull> {
        self.reservation.set(needed);
        let room = recorder.has_room(&self.reservation);
        if room.is_err() {
            self.reservation.set(0);
        }
        room
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::capture::{DiskQuota, Event};
    use crate::net::test_support::connected_on;

    const ASKED: usize = 1 << 20;

    /// Whether a call may be made that waits for room, after `then` has been done meanwhile; and what was told of the room.
    fn may_call(then: impl FnOnce(&DiskQuota, &crate::net::record::StopHandle) + Send) -> (bool, Vec<bool>) {
        let disk = DiskQuota::blocking_with(1000, || None);
        let (socket, _peer, mut reported) = connected_on(&disk, None);
        let stop = socket.stop().clone();
        let may_call = thread::scope(|scope| {
            let (disk, stop, reported) = (&disk, &stop, &mut reported);
            let other = scope.spawn(move || {
                reported.until(|event| matches!(event, Event::DiskWait { disk_full: Some(_), .. }));
                then(disk, stop);
            });
            let may_call = CallGuard::new(Direction::Received, socket.recorder()).may_call(
                &socket.half.state,
                socket.recorder(),
                ASKED,
            );
            other.join().unwrap();
            may_call
        });
        assert_eq!(reported.calls(), [], "a guard makes no call");
        let told = reported.events.iter().filter_map(|event| match event {
            Event::DiskWait { disk_full, .. } => Some(disk_full.is_some()),
            _ => None,
        });
        (may_call, told.collect())
    }

    #[test]
    fn a_call_waits_for_room_until_there_is_some_or_the_user_stops_it() {
        assert_eq!(may_call(|disk, _| disk.set_limit(u64::MAX)), (true, vec![true, false]));
        assert_eq!(may_call(|_, stop| stop.stop()), (false, vec![true, false]));
    }

    #[test]
    fn room_for_a_call_is_set_aside_until_the_guard_is_dropped() {
        let disk = DiskQuota::blocking_with(ASKED as u64 * 3 / 2, || None);
        let [(first, _peer, _), (second, _other, _)] = [(); 2].map(|()| connected_on(&disk, None));
        let mut guard = CallGuard::new(Direction::Received, first.recorder());
        assert!(guard.may_call(&first.half.state, first.recorder(), ASKED));
        let mut other = second.recorder().reservation();
        other.set(ASKED as u64);
        assert!(second.recorder().has_room(&other).is_err(), "the first has it");
        drop(guard);
        assert!(second.recorder().has_room(&other).is_ok());
    }

    #[test]
    fn once_stopped_no_send_is_made_but_a_recv_that_takes_what_has_come() {
        let (socket, _peer, _reported) = connected_on(&DiskQuota::default(), None);
        let may_call = |direction| {
            CallGuard::new(direction, socket.recorder()).may_call(&socket.half.state, socket.recorder(), ASKED)
        };
        assert_eq!([Direction::Sent, Direction::Received].map(may_call), [true, true]);
        socket.stop().stop();
        assert_eq!([Direction::Sent, Direction::Received].map(may_call), [false, true]);
    }
}
