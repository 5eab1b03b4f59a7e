//! The few threads that accept and serve one client after the other while a crowd comes.
//!
//! In scope: who is one of them, and whether the crowd needs others. More of them than processors would only take each other's time; but
//! any of them may be held up by its client, and then others must take its place. Out of scope: accepting (`entrance`).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// So many there are.
const REGULARS: usize = 2;
/// They are watched so long: a few turns of the system's scheduler, during which a thread that is not held up may stand still,
const PATIENCE: Duration = Duration::from_millis(5);
/// and are fast if they let in so many clients meanwhile, 4,000 a second.
const FAST: u64 = 20;

/// The threads.
#[derive(Default)]
pub struct Regulars {
    now: Mutex<Group>,
    /// How many clients they have let in, and how many there were when the listener's thread last looked.
    let_in: AtomicU64,
    seen: AtomicU64,
}

#[derive(Default)]
struct Group {
    number: u64,
    members: usize,
}

impl Regulars {
    /// Whether a thread is one of them, or becomes one; `group` is the number of the group that it belongs to.
    pub fn keep(&self, group: &mut Option<u64>) -> bool {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
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
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.members -= usize::from(group == Some(now.number));
    }

    /// One of them has let in a client.
    pub fn count(&self) {
        self.let_in.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether they let in clients so fast that nobody else has to. They are watched for a moment, if they have let in any since the
    /// last time; `pause` does that. If they are not fast, others may become regulars in their place.
    pub fn are_fast(&self, pause: impl FnOnce(Duration)) -> bool {
        let before = self.let_in.load(Ordering::Relaxed);
        if before == self.seen.load(Ordering::Relaxed) {
            return false;
        }
        pause(PATIENCE);
        let after = self.let_in.load(Ordering::Relaxed);
        self.seen.store(after, Ordering::Relaxed);
        if after - before >= FAST {
            return true;
        }
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now = Group { number: now.number + 1, members: 0 };
        false
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
        // None of them has let in anybody, so nobody has to be watched.
        assert!(!regulars.are_fast(|_| {}) && !regulars.keep(last));
        regulars.count();
        assert!(!regulars.are_fast(|_| {}));
        assert!(regulars.keep(last) && others.iter_mut().all(|group| regulars.keep(group)) == (REGULARS < 2));
        groups.into_iter().for_each(|group| regulars.leave(group));
        assert!(regulars.keep(&mut None));
    }

    #[test]
    fn those_that_let_in_many_are_left_alone() {
        let regulars = Regulars::default();
        let watched = |count| regulars.are_fast(|_| (0..count).for_each(|_| regulars.count()));
        assert!(!watched(FAST), "nobody had been let in, so nobody watched");
        regulars.count();
        assert!(watched(FAST));
        regulars.count();
        assert!(!watched(FAST - 1));
    }
}
