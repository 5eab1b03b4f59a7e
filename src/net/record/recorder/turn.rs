//! What a thread asks before a call: whether it is its turn, and whether there is room for what it may bring. At full speed it is always
//! its turn; else it is told that the call is due, and waited.

use std::sync::atomic::Ordering;

use super::Recorder;
use crate::capture::{CallKind, Direction, DiskFull, DiskReservation, Event, PendingCall};

impl Recorder {
    /// Whether calls are made at once.
    pub fn runs(&self) -> bool {
        self.record.pace.runs()
    }

    /// Waits until a call may be made that asks for `asked` bytes; whether it may: not once `is_over`.
    #[inline]
    pub fn turn(&self, kind: CallKind, asked: usize, is_over: impl Fn() -> bool) -> bool {
        self.runs() || self.wait_for_turn(kind, asked, &is_over)
    }

    #[inline(never)]
    fn wait_for_turn(&self, kind: CallKind, asked: usize, is_over: &dyn Fn() -> bool) -> bool {
        let due = PendingCall { kind, asked: u32::try_from(asked).unwrap_or(u32::MAX), since: self.now() };
        self.tell(Event::CallDue(due));
        self.flush();
        let may_call = self.record.pace.wait(self.record.at, is_over);
        self.tell(Event::CallReleased(kind));
        self.flush();
        may_call
    }

    /// Headroom for the calls of one thread.
    #[must_use]
    pub fn reservation(&self) -> DiskReservation {
        self.record.disk.reservation()
    }

    /// Whether there is room for what the next call may bring.
    ///
    /// # Errors
    /// Why there is none.
    pub fn room(&self, reservation: &DiskReservation) -> Result<(), DiskFull> {
        if self.record.is_refused.load(Ordering::Acquire) {
            self.inner().write_again()?;
        }
        reservation.fits()
    }

    /// Reports at once that a direction waits for room, or need not wait any more.
    pub fn room_is(&self, direction: Direction, disk_full: Option<DiskFull>) {
        self.tell(Event::DiskWait { direction, disk_full });
        self.flush();
    }
}
