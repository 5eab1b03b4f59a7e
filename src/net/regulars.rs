//! The few threads that accept and serve one client after the other while a crowd comes.
//!
//! In scope: who is one of them, and whether the crowd needs others. More of them than processors would only take each other's time; but
//! any of them may be held up by its client, and then others must take its place. Out of scope: accepting (`entrance`).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::capture::Moment;

/// So many there are.
const REGULARS: usize = 2;
/// They are watched so long: a few turns of the system's scheduler, during which a thread that is not held up may stand still,
const PATIENCE: Duration = Duration::from_millis(5);
/// and are fast if they let in so many clients meanwhile, 4,000 a second.
const FAST: u64 = 20;
/// There is a crowd if so many are let in meanwhile by whomever, 2,000 a second.
const CROWDED: u64 = 10;
/// Who has found them slow looks again after so long at the latest.
const REST_MAX: Duration = Duration::from_secs(1);

/// The threads.
#[derive(Default)]
pub struct Regulars {
    now: Mutex<Group>,
    /// How many clients they have let in.
    let_in: AtomicU64,
}

#[derive(Default)]
struct Group {
    number: u64,
    members: usize,
}

impl Regulars {
    fn now(&self) -> MutexGuard<'_, Group> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a thread is one of them, or becomes one; `group` is the number of the group that it belongs to.
    pub fn keep(&self, group: &mut Option<u64>) -> bool {
        let mut now = self.now();
        if *group == Some(now.number) {
            return true;
        }
        if now.members == REGULARS {
            return false;
        }
        now.members += 1;
        *group = Some(now.number);
        true
    }

    /// A thread of the group `group` looks for no more clients.
    pub fn leave(&self, group: Option<u64>) {
        let mut now = self.now();
        now.members -= usize::from(group == Some(now.number));
    }

    /// One of them has let in a client.
    pub fn count(&self) {
        self.let_in.fetch_add(1, Ordering::Relaxed);
    }

    fn let_in(&self) -> u64 {
        self.let_in.load(Ordering::Relaxed)
    }

    /// Others may become regulars in their place.
    fn replace(&self) {
        let mut now = self.now();
        *now = Group { number: now.number + 1, members: 0 };
    }
}

/// How the listener's thread watches them: not while few come, and seldom if that has shown that they are held up, as it lets in nobody
/// meanwhile.
pub struct Watch {
    /// When it last looked, and how many had been let in by then: by whomever, and by them.
    looked: Moment,
    seen: (u64, u64),
    /// When it looks again.
    rest: Duration,
    /// Whether they were fast the last time.
    trusts: bool,
}

impl Default for Watch {
    fn default() -> Self {
        Self { looked: Moment::default(), seen: (0, 0), rest: PATIENCE, trusts: false }
    }
}

impl Watch {
    /// Whether they let in clients so fast that nobody else has to: `accepted` clients have been let in until `now`, by whomever. If
    /// that may be, they are watched while `pause` waits. If they are not fast, others may become regulars in their place.
    pub fn others_are_fast(
        &mut self,
        regulars: &Regulars,
        accepted: u64,
        now: Moment,
        pause: impl FnOnce(Duration),
    ) -> bool {
        let before = regulars.let_in();
        if !self.trusts && !self.are_worth_watching(accepted, before, now) {
            return false;
        }
        pause(PATIENCE);
        self.trusts = regulars.let_in() - before >= FAST;
        self.rest = if self.trusts { PATIENCE } else { REST_MAX.min(self.rest * 2) };
        if !self.trusts {
            regulars.replace();
        }
        self.trusts
    }

    fn are_worth_watching(&mut self, accepted: u64, by_them: u64, now: Moment) -> bool {
        let time = now.since(self.looked);
        if time < self.rest {
            return false;
        }
        let (all, theirs) = (accepted - self.seen.0, by_them - self.seen.1);
        (self.looked, self.seen) = (now, (accepted, by_them));
        theirs > 0 && u128::from(all) * PATIENCE.as_nanos() >= u128::from(CROWDED) * time.as_nanos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_regulars_and_others_take_the_place_of_those_that_are_held_up() {
        let regulars = Regulars::default();
        let mut groups = [None; REGULARS + 1];
        let [others @ .., last] = &mut groups;
        assert!(others.iter_mut().all(|group| regulars.keep(group) && regulars.keep(group)));
        assert!(!regulars.keep(last));
        regulars.replace();
        assert!(regulars.keep(last) && others.iter_mut().all(|group| regulars.keep(group)) == (REGULARS < 2));
        groups.into_iter().for_each(|group| regulars.leave(group));
        assert!(regulars.keep(&mut None));
    }

    #[test]
    fn they_are_watched_in_a_crowd_and_left_alone_while_they_are_fast() {
        let (regulars, mut watch) = (Regulars::default(), Watch::default());
        let mut accepted = 0;
        let mut look = |others: u64, before: u64, meanwhile: u64, now: u64| {
            (0..before).for_each(|_| regulars.count());
            accepted += others + before;
            let mut was_watched = false;
            let are_fast = watch.others_are_fast(&regulars, accepted, Moment(now * 1_000_000), |_| {
                was_watched = true;
                (0..meanwhile).for_each(|_| regulars.count());
            });
            accepted += if was_watched { meanwhile } else { 0 };
            (was_watched, are_fast)
        };
        // Milliseconds at the end. Few come; many come, but none by them; too early.
        assert_eq!(look(3, 1, FAST, 5), (false, false));
        assert_eq!(look(100, 0, FAST, 10), (false, false));
        assert_eq!(look(100, 1, FAST, 12), (false, false));
        // A crowd, in which they are fast, and then held up.
        assert_eq!(look(CROWDED, 1, FAST, 15), (true, true));
        assert_eq!(look(0, 0, FAST, 16), (true, true));
        assert_eq!(look(0, 0, FAST - 1, 17), (true, false));
        // So they are not looked at again as soon.
        assert_eq!(look(100, 1, FAST, 24), (false, false));
        assert_eq!(look(100, 1, FAST - 1, 27), (true, false));
        assert_eq!(look(200, 1, FAST, 46), (false, false));
        assert_eq!(look(200, 1, FAST, 48), (true, true));
    }
}
