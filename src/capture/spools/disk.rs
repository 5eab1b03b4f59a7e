//! The quota of the temporary files: what all spools hold on disk together, how much that may be, and the waiting for room.
//!
//! In scope: the count, the limit, the free space, and waking the threads that wait. Out of scope: which threads wait, and how a wait is
//! reported (`net`); files that the user asked for, which do not count.
//!
//! A connection reserves room for the most that its next call can bring. Before each call it asks whether what is held and all that is
//! reserved fit below the limit. So the limit holds to the byte, whatever the number of connections that receive at once.

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::free_space::{CHECK_EVERY, KEEP_FREE, of_temporary_files};
use crate::capture::SystemError;

/// The largest default limit: 64 GiB.
const DEFAULT_LIMIT_MAX: u64 = 64 * 1024 * 1024 * 1024;

type FreeSpace = Box<dyn Fn() -> Option<u64> + Send + Sync>;

/// The quota. Clones share it.
#[derive(Clone)]
pub struct DiskQuota {
    shared: Arc<Shared>,
}

struct Shared {
    held: AtomicU64,
    limit: AtomicU64,
    reserved: AtomicU64,
    /// The free space is looked at again once this much is held.
    next_check: AtomicU64,
    is_blocking: bool,
    free: FreeSpace,
    /// How often the waiting threads have been woken.
    wakeups: Mutex<u64>,
    woken: Condvar,
}

impl Default for DiskQuota {
    fn default() -> Self {
        Self::of(u64::MAX, false, Box::new(|| None))
    }
}

impl fmt::Debug for DiskQuota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiskQuota").field("held", &self.held()).field("limit", &self.limit()).finish_non_exhaustive()
    }
}

impl DiskQuota {
    /// A quota whose limit in bytes is an error to exceed. `DiskQuota::default()` has no limit.
    pub fn limited(limit: u64) -> Self {
        Self::of(limit, false, Box::new(|| None))
    }

    /// A quota at whose limit receiving waits until there is room. It also waits while the disk of the temporary files is nearly full.
    pub fn blocking(limit: u64) -> Self {
        Self::blocking_with(limit, of_temporary_files)
    }

    /// As [`DiskQuota::blocking`]; `free` tells the free space in bytes, or `None` if that is not known.
    pub fn blocking_with(limit: u64, free: impl Fn() -> Option<u64> + Send + Sync + 'static) -> Self {
        Self::of(limit, true, Box::new(free))
    }

    fn of(limit: u64, is_blocking: bool, free: FreeSpace) -> Self {
        let number = AtomicU64::new;
        let shared = Shared {
            held: number(0),
            limit: number(limit),
            reserved: number(0),
            next_check: number(0),
            is_blocking,
            free,
            wakeups: Mutex::default(),
            woken: Condvar::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The limit if nobody chose one: 64 GiB, or nine tenths of what is free where temporary files are, if that is less.
    pub fn default_limit() -> u64 {
        of_temporary_files().map_or(DEFAULT_LIMIT_MAX, |free| (free / 10 * 9).min(DEFAULT_LIMIT_MAX))
    }

    /// Whether receiving waits for room. Otherwise it ends with an error.
    pub fn is_blocking(&self) -> bool {
        self.shared.is_blocking
    }

    /// The bytes that the spools hold on disk, with those that are about to be written there.
    pub fn held(&self) -> u64 {
        self.shared.held.load(SeqCst)
    }

    /// The most that they may hold, in bytes.
    pub fn limit(&self) -> u64 {
        self.shared.limit.load(SeqCst)
    }

    /// Changes the limit, and wakes the threads that wait for room.
    pub fn set_limit(&self, limit: u64) {
        self.shared.limit.store(limit, SeqCst);
        self.wake_waiting();
    }

    /// Wakes the threads that wait for room.
    pub fn wake_waiting(&self) {
        *self.lock_wakeups() += 1;
        self.shared.woken.notify_all();
    }

    /// How often the waiting threads have been woken. To be asked for before looking for room, so that no wake-up is missed.
    pub fn wakeups(&self) -> u64 {
        *self.lock_wakeups()
    }

    /// Waits until there are more wake-ups than `wakeups`, but no longer than `time`.
    pub fn wait(&self, wakeups: u64, time: Duration) {
        let deadline = Instant::now() + time;
        let mut now = self.lock_wakeups();
        while *now == wakeups {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            now = self.shared.woken.wait_timeout(now, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock_wakeups(&self) -> MutexGuard<'_, u64> {
        self.shared.wakeups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A reservation for the calls of one thread, of no bytes at first.
    #[must_use]
    pub fn reservation(&self) -> DiskReservation {
        DiskReservation { disk: self.clone(), bytes: 0 }
    }

    /// The usage of one spool, no bytes at first.
    pub(super) fn usage(&self) -> DiskUsage {
        DiskUsage { disk: self.clone(), bytes: AtomicU64::new(0) }
    }

    /// Checks the limit for a spool whose writer does not wait for room. Fails if more is held than the limit.
    pub(super) fn check(&self) -> io::Result<()> {
        let limit = self.limit();
        if self.held() <= limit {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::QuotaExceeded, QuotaExceeded(limit)))
    }
}

/// Why there is no room on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiskFullReason {
    /// The limit of the quota is reached.
    Limit,
    /// The disk is nearly full.
    Full,
    /// The system has refused to write; what it refused is still in memory.
    Refused(SystemError),
}

/// No room for what the next call may bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskFull {
    /// Why.
    pub why: DiskFullReason,
    /// How many bytes have to be freed, or allowed, before it can go on; 0 if nobody knows.
    pub missing: u64,
}

/// The limit of the quota, in bytes, is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the limit of {0} bytes on temporary files is reached")]
pub struct QuotaExceeded(pub u64);

/// Room that is set aside for what the next call of a thread may bring. Dropping the reservation gives the room back.
#[derive(Debug)]
pub struct DiskReservation {
    disk: DiskQuota,
    bytes: u64,
}

impl DiskReservation {
    /// The quota that it is part of.
    pub fn disk(&self) -> &DiskQuota {
        &self.disk
    }

    /// Reserves `bytes` in place of what it reserved before.
    pub fn set(&mut self, bytes: u64) {
        let all = &self.disk.shared.reserved;
        match bytes.checked_sub(self.bytes) {
            Some(0) => {}
            Some(more) => drop(all.fetch_add(more, SeqCst)),
            None => drop(all.fetch_sub(self.bytes - bytes, SeqCst)),
        }
        self.bytes = bytes;
    }

    /// Whether a call that brings what is reserved may be made now: what is held and all that is reserved fit below the limit and into the
    /// free space. The error says why not.
    pub fn fits(&self) -> Result<(), DiskFull> {
        let disk = &self.disk;
        let reserved = disk.shared.reserved.load(SeqCst);
        let (held, limit) = (disk.held(), disk.limit());
        let wanted = held.saturating_add(reserved);
        if wanted > limit {
            return Err(DiskFull { why: DiskFullReason::Limit, missing: wanted - limit });
        }
        if held < disk.shared.next_check.load(SeqCst) {
            return Ok(());
        }
        let wanted = KEEP_FREE.saturating_add(reserved);
        match (disk.shared.free)() {
            Some(free) if free < wanted => Err(DiskFull { why: DiskFullReason::Full, missing: wanted - free }),
            _ => {
                disk.shared.next_check.store(held.saturating_add(CHECK_EVERY), SeqCst);
                Ok(())
            }
        }
    }
}

impl Drop for DiskReservation {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.set(0);
            self.disk.wake_waiting();
        }
    }
}

/// What one spool holds on disk. Dropping the usage gives the room back.
#[derive(Debug)]
pub(super) struct DiskUsage {
    disk: DiskQuota,
    bytes: AtomicU64,
}

impl DiskUsage {
    /// From now on the spool holds `bytes`. Only its writer may say so.
    pub(super) fn set(&self, bytes: u64) {
        let before = self.bytes.load(SeqCst);
        if bytes == before {
            return;
        }
        self.bytes.store(bytes, SeqCst);
        let held = &self.disk.shared.held;
        match bytes.checked_sub(before) {
            Some(more) => drop(held.fetch_add(more, SeqCst)),
            None => drop(held.fetch_sub(before - bytes, SeqCst)),
        }
    }
}

impl Drop for DiskUsage {
    fn drop(&mut self) {
        let bytes = *self.bytes.get_mut();
        if bytes > 0 {
            let held = self.disk.shared.held.fetch_sub(bytes, SeqCst) - bytes;
            // What is filled anew from here on is looked at as the first time.
            self.disk.shared.next_check.fetch_min(held.saturating_add(CHECK_EVERY), SeqCst);
            self.disk.wake_waiting();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_claimed_is_held_until_it_is_let_go() {
        let disk = DiskQuota::default();
        let (first, second) = (disk.usage(), disk.usage());
        for (usage, bytes, held) in [(&first, 10, 10), (&second, 5, 15), (&first, 4, 9), (&first, 4, 9)] {
            usage.set(bytes);
            assert_eq!(disk.held(), held);
        }
        drop(first);
        assert_eq!(disk.held(), 5);
        drop(second);
        assert_eq!(disk.held(), 0);
    }

    #[test]
    fn held_and_all_reservation_must_fit_below_the_limit() {
        let disk = DiskQuota::blocking_with(100, || None);
        let usage = disk.usage();
        let (mut one, mut other) = (disk.reservation(), disk.reservation());
        one.set(30);
        other.set(30);
        for (held, missing) in [(0, None), (40, None), (41, Some(1)), (100, Some(60))] {
            usage.set(held);
            let expected = missing.map_or(Ok(()), |missing| Err(DiskFull { why: DiskFullReason::Limit, missing }));
            assert_eq!(one.fits(), expected, "{held}");
        }
        drop(other);
        usage.set(70);
        assert_eq!(one.fits(), Ok(()));
        usage.set(71);
        one.set(29);
        assert_eq!(one.fits(), Ok(()));
        disk.set_limit(99);
        assert!(one.fits().is_err());
    }

    #[test]
    fn the_free_space_is_looked_at_every_few_bytes_and_each_time_while_it_is_short() {
        let free = Arc::new(AtomicU64::new(KEEP_FREE));
        let looks = Arc::new(AtomicU64::new(0));
        let (known, counted) = (Arc::clone(&free), Arc::clone(&looks));
        let disk = DiskQuota::blocking_with(u64::MAX, move || {
            counted.fetch_add(1, SeqCst);
            Some(known.load(SeqCst))
        });
        let (usage, reservation) = (disk.usage(), disk.reservation());
        assert_eq!((reservation.fits(), looks.load(SeqCst)), (Ok(()), 1));
        usage.set(CHECK_EVERY - 1);
        assert_eq!((reservation.fits(), looks.load(SeqCst)), (Ok(()), 1));
        free.store(KEEP_FREE - 7, SeqCst);
        usage.set(CHECK_EVERY);
        for look in 2..5 {
            let disk_full = DiskFull { why: DiskFullReason::Full, missing: 7 };
            assert_eq!((reservation.fits(), looks.load(SeqCst)), (Err(disk_full), look));
        }
        free.store(KEEP_FREE, SeqCst);
        assert_eq!(reservation.fits(), Ok(()));
        // What was given back may be taken by others before it is filled again.
        drop(usage);
        let before = looks.load(SeqCst);
        let usage = disk.usage();
        usage.set(CHECK_EVERY);
        assert_eq!((reservation.fits(), looks.load(SeqCst)), (Ok(()), before + 1));
    }

    #[test]
    fn a_reason_to_look_again_is_never_missed() {
        let disk = DiskQuota::default();
        let wakeups = disk.wakeups();
        disk.wake_waiting();
        // Returns at once: the reason came before the wait.
        disk.wait(wakeups, Duration::from_secs(3600));
        let wakeups = disk.wakeups();
        let usage = disk.usage();
        usage.set(1);
        drop(usage);
        disk.wait(wakeups, Duration::from_secs(3600));
        let wakeups = disk.wakeups();
        disk.set_limit(5);
        disk.wait(wakeups, Duration::from_secs(3600));
        let mut reservation = disk.reservation();
        reservation.set(1);
        let wakeups = disk.wakeups();
        drop(reservation);
        disk.wait(wakeups, Duration::from_secs(3600));
    }

    #[test]
    fn who_does_not_wait_is_told_the_limit() {
        let disk = DiskQuota::limited(10);
        let usage = disk.usage();
        usage.set(10);
        assert!(disk.check().is_ok());
        usage.set(11);
        let error = disk.check().unwrap_err();
        let limit = error.get_ref().and_then(|inner| inner.downcast_ref::<QuotaExceeded>());
        assert_eq!(limit, Some(&QuotaExceeded(10)));
    }
}
