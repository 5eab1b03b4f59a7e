//! The runs of one role that are kept, of which one is shown.
//!
//! In scope: which one that is, which is pinned, which are stopped when another starts, and which give way. Out of scope: drawing.

use super::run_view::Record;
use crate::capture::{Moment, Report, Session, SessionId};

/// So many runs that are over and not pinned are kept, of both roles together.
pub const KEPT_MAX: usize = 20;

/// A run that can be kept.
pub trait Keepable {
    /// What is known of it.
    fn record(&self) -> &Record;
    /// The same, to be changed.
    fn record_mut(&mut self) -> &mut Record;
    /// Whether it goes on.
    fn is_running(&self) -> bool;
    /// Stops it.
    fn stop(&self);
}

/// A kept run.
pub struct Kept<R> {
    /// The run.
    pub run: R,
    /// Whether it is never dropped, and goes on when another starts.
    pub is_pinned: bool,
}

/// The kept runs, the oldest first.
pub struct Shelf<R: Keepable> {
    all: Vec<Kept<R>>,
    shown: Option<SessionId>,
}

impl<R: Keepable> Default for Shelf<R> {
    fn default() -> Self {
        Self { all: Vec::new(), shown: None }
    }
}

impl<R: Keepable> Drop for Shelf<R> {
    fn drop(&mut self) {
        // They end side by side.
        self.all.iter().for_each(|kept| kept.run.stop());
    }
}

impl<R: Keepable> Kept<R> {
    /// Its number.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.run.record().live().id
    }
}

impl<R: Keepable> Shelf<R> {
    /// Keeps `run` and shows it. Those that run and are not pinned are stopped.
    pub fn put(&mut self, run: R) {
        self.stop_unpinned();
        let kept = Kept { run, is_pinned: false };
        self.shown = Some(kept.id());
        self.all.push(kept);
    }

    /// Keeps `run` beside those that go on; what is shown stays.
    pub fn put_beside(&mut self, run: R) {
        self.all.push(Kept { run, is_pinned: true });
    }

    /// The number of the one that is shown.
    #[must_use]
    pub fn shown_id(&self) -> Option<SessionId> {
        self.shown
    }

    /// Stops those that run and are not pinned.
    pub fn stop_unpinned(&self) {
        self.all.iter().filter(|kept| !kept.is_pinned && kept.run.is_running()).for_each(|kept| kept.run.stop());
    }

    /// Whether one runs that would be stopped if another started.
    #[must_use]
    pub fn has_unpinned_running(&self) -> bool {
        self.all.iter().any(|kept| !kept.is_pinned && kept.run.is_running())
    }

    /// The one that would be stopped if another started.
    pub fn unpinned_running_mut(&mut self) -> Option<&mut Kept<R>> {
        self.all.iter_mut().rev().find(|kept| !kept.is_pinned && kept.run.is_running())
    }

    /// All of them, the oldest first.
    #[must_use]
    pub fn all(&self) -> &[Kept<R>] {
        &self.all
    }

    /// The one with the number `id`.
    #[must_use]
    pub fn find(&self, id: SessionId) -> Option<&Kept<R>> {
        self.all.iter().find(|kept| kept.id() == id)
    }

    /// The same, to be changed.
    pub fn find_mut(&mut self, id: SessionId) -> Option<&mut Kept<R>> {
        self.all.iter_mut().find(|kept| kept.id() == id)
    }

    /// The one that is shown.
    #[must_use]
    pub fn shown(&self) -> Option<&Kept<R>> {
        self.shown.and_then(|id| self.find(id))
    }

    /// The same, to be changed.
    pub fn shown_mut(&mut self) -> Option<&mut Kept<R>> {
        self.shown.and_then(|id| self.find_mut(id))
    }

    /// What is shown.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.shown().map(|kept| kept.run.record().shown())
    }

    /// Shows the one with the number `id`; `None`: none. Returns whether it is here.
    pub fn show(&mut self, id: Option<SessionId>) -> bool {
        let is_here = id.is_none_or(|id| self.find(id).is_some());
        if is_here {
            self.shown = id;
        }
        is_here
    }

    /// Gives a report to the run that it is of; gives it back if that is not here.
    pub fn take_in(&mut self, report: Report) -> Option<Report> {
        match self.find_mut(report.session) {
            Some(kept) => {
                kept.run.record_mut().apply(report);
                None
            }
            None => Some(report),
        }
    }

    /// No report from before `now` waits any more.
    pub fn applied_until(&mut self, now: Moment) {
        self.all.iter_mut().for_each(|kept| kept.run.record_mut().applied_until(now));
    }

    /// Keeps the one with the number `id` no longer, and returns it.
    pub fn take(&mut self, id: SessionId) -> Option<R> {
        let place = self.all.iter().position(|kept| kept.id() == id)?;
        Some(self.all.remove(place).run)
    }

    /// Those that can give way: they are over, not pinned and not shown.
    pub fn spare(&self) -> impl Iterator<Item = SessionId> {
        let shown = self.shown;
        let spare = move |kept: &&Kept<R>| !kept.is_pinned && !kept.run.is_running() && Some(kept.id()) != shown;
        self.all.iter().filter(spare).map(Kept::id)
    }
}

/// The run that is dropped next, of those that can be spared: the oldest if they are too many, or hold too much.
#[must_use]
pub fn gives_way(spare: impl Iterator<Item = SessionId>, hold_too_much: bool) -> Option<SessionId> {
    let (mut oldest, mut count) = (None::<SessionId>, 0);
    for id in spare {
        oldest = Some(oldest.map_or(id, |oldest| oldest.min(id)));
        count += 1;
    }
    oldest.filter(|_| count > KEPT_MAX || hold_too_much)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Role;
    use std::cell::Cell;
    use std::rc::Rc;

    struct Fake {
        record: Record,
        runs: Rc<Cell<bool>>,
    }

    impl Keepable for Fake {
        fn record(&self) -> &Record {
            &self.record
        }
        fn record_mut(&mut self) -> &mut Record {
            &mut self.record
        }
        fn is_running(&self) -> bool {
            self.runs.get()
        }
        fn stop(&self) {
            self.runs.set(false);
        }
    }

    fn run(id: u64) -> (Fake, Rc<Cell<bool>>) {
        let runs = Rc::new(Cell::new(true));
        let record = Record::new(Session::new(SessionId(id), Role::Client));
        (Fake { record, runs: Rc::clone(&runs) }, runs)
    }

    #[test]
    fn another_run_stops_those_that_are_not_pinned_and_all_are_kept() {
        let mut shelf = Shelf::default();
        let ((first, first_runs), (second, second_runs), (third, third_runs)) = (run(1), run(2), run(3));
        shelf.put(first);
        shelf.shown_mut().unwrap().is_pinned = true;
        shelf.put(second);
        assert!(shelf.has_unpinned_running());
        shelf.put(third);
        assert_eq!((first_runs.get(), second_runs.get(), third_runs.get()), (true, false, true));
        assert_eq!(shelf.all().len(), 3);
        assert_eq!(shelf.shown().map(Kept::id), Some(SessionId(3)));
        assert_eq!(shelf.spare().collect::<Vec<_>>(), [SessionId(2)]);
        drop(shelf);
        assert!(!first_runs.get() && !third_runs.get(), "all are stopped at the end");
    }

    #[test]
    fn what_is_shown_is_never_to_spare() {
        let mut shelf = Shelf::default();
        for id in 1..=3 {
            let (run, runs) = run(id);
            runs.set(false);
            shelf.put(run);
        }
        assert!(shelf.show(Some(SessionId(1))));
        assert!(!shelf.show(Some(SessionId(9))));
        assert_eq!(shelf.spare().collect::<Vec<_>>(), [SessionId(2), SessionId(3)]);
        assert!(shelf.show(None));
        assert_eq!(shelf.spare().count(), 3);
        assert!(shelf.take(SessionId(2)).is_some() && shelf.take(SessionId(2)).is_none());
        assert_eq!(shelf.spare().count(), 2);
    }

    #[test]
    fn the_oldest_gives_way_when_there_are_too_many_or_they_hold_too_much() {
        let most = KEPT_MAX as u64;
        for (count, hold_too_much, oldest) in
            [(most, false, None), (most + 1, false, Some(1)), (1, true, Some(1)), (0, true, None)]
        {
            let spare = (1..=count).rev().map(SessionId);
            assert_eq!(gives_way(spare, hold_too_much), oldest.map(SessionId), "{count}");
        }
    }
}
