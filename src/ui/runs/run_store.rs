//! The runs of one role that are kept, of which one is shown.
//!
//! In scope: which run is shown, which are pinned, which are stopped when another starts, and which are dropped. Out of scope: drawing.

use super::run_record::RunRecord;
use crate::capture::{Moment, Report, Session, SessionId};

/// The number of runs that are kept although they are over and not pinned, of both roles together.
pub const KEPT_MAX: usize = 20;

/// A run of the client or of the server.
pub trait Run {
    /// What is known of it.
    fn record(&self) -> &RunRecord;
    /// What is known of it, to be changed.
    fn record_mut(&mut self) -> &mut RunRecord;
    /// Whether it goes on.
    fn is_running(&self) -> bool;
    /// Stops it.
    fn stop(&self);
    /// The URL that it connects to, or the address that it listens on.
    fn address_text(&self) -> String;
}

/// A kept run.
pub struct Kept<R: ?Sized> {
    /// Whether it is never dropped, and goes on when another starts.
    pub is_pinned: bool,
    /// The run.
    pub run: R,
}

/// The kept runs, the oldest first.
pub struct RunStore<R: Run> {
    all: Vec<Kept<R>>,
    shown: Option<SessionId>,
}

impl<R: Run> Default for RunStore<R> {
    fn default() -> Self {
        Self { all: Vec::new(), shown: None }
    }
}

impl<R: Run> Drop for RunStore<R> {
    fn drop(&mut self) {
        // All are told to stop before the first is waited for.
        self.all.iter().for_each(|kept| kept.run.stop());
    }
}

impl<R: Run + ?Sized> Kept<R> {
    /// Its number.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.run.record().live().id
    }
}

impl<R: Run> RunStore<R> {
    /// Keeps `run` and shows it. Those that run and are not pinned are stopped.
    pub fn put(&mut self, run: R) {
        self.stop_unpinned();
        let kept = Kept { is_pinned: false, run };
        self.shown = Some(kept.id());
        self.all.push(kept);
    }

    /// Keeps `run` beside those that go on; what is shown stays.
    pub fn put_beside(&mut self, run: R) {
        self.all.push(Kept { is_pinned: true, run });
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

    /// All of them, whatever their role.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Kept<dyn Run>>
    where
        R: 'static,
    {
        self.all.iter().map(|kept| -> &Kept<dyn Run> { kept })
    }

    /// The one with the number `id`.
    #[must_use]
    pub fn find(&self, id: SessionId) -> Option<&Kept<R>> {
        self.all.iter().find(|kept| kept.id() == id)
    }

    /// The one with the number `id`, to be changed.
    pub fn find_mut(&mut self, id: SessionId) -> Option<&mut Kept<R>> {
        self.all.iter_mut().find(|kept| kept.id() == id)
    }

    /// The one that is shown.
    #[must_use]
    pub fn shown(&self) -> Option<&Kept<R>> {
        self.shown.and_then(|id| self.find(id))
    }

    /// The one that is shown, to be changed.
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

    /// Applies a report to the run that it is of; returns it if that run is not kept here.
    pub fn apply(&mut self, report: Report) -> Option<Report> {
        match self.find_mut(report.session) {
            Some(kept) => {
                kept.run.record_mut().apply(report);
                None
            }
            None => Some(report),
        }
    }

    /// Tells all runs that no report from before `now` waits any more.
    pub fn caught_up(&mut self, now: Moment) {
        self.all.iter_mut().for_each(|kept| kept.run.record_mut().caught_up(now));
    }

    /// Keeps the one with the number `id` no longer.
    pub fn remove(&mut self, id: SessionId) {
        self.all.retain(|kept| kept.id() != id);
    }

    /// Those that may be dropped: they are over, not pinned and not shown.
    pub fn droppable(&self) -> impl Iterator<Item = SessionId> {
        let shown = self.shown;
        let can_go = move |kept: &&Kept<R>| !kept.is_pinned && !kept.run.is_running() && Some(kept.id()) != shown;
        self.all.iter().filter(can_go).map(Kept::id)
    }
}

/// The run that is dropped next, of those that may be: the oldest if there are more than [`KEPT_MAX`], or if all `hold_too_much`.
#[must_use]
pub fn next_to_drop(droppable: impl Iterator<Item = SessionId>, hold_too_much: bool) -> Option<SessionId> {
    let (mut oldest, mut count) = (None::<SessionId>, 0);
    for id in droppable {
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
        record: RunRecord,
        runs: Rc<Cell<bool>>,
    }

    impl Run for Fake {
        fn record(&self) -> &RunRecord {
            &self.record
        }
        fn record_mut(&mut self) -> &mut RunRecord {
            &mut self.record
        }
        fn is_running(&self) -> bool {
            self.runs.get()
        }
        fn stop(&self) {
            self.runs.set(false);
        }
        fn address_text(&self) -> String {
            String::new()
        }
    }

    fn run(id: u64) -> (Fake, Rc<Cell<bool>>) {
        let runs = Rc::new(Cell::new(true));
        let record = RunRecord::new(Session::new(SessionId(id), Role::Client));
        (Fake { record, runs: Rc::clone(&runs) }, runs)
    }

    #[test]
    fn another_run_stops_those_that_are_not_pinned_and_all_are_kept() {
        let mut store = RunStore::default();
        let ((first, first_runs), (second, second_runs), (third, third_runs)) = (run(1), run(2), run(3));
        store.put(first);
        store.shown_mut().unwrap().is_pinned = true;
        store.put(second);
        assert!(store.has_unpinned_running());
        store.put(third);
        assert_eq!((first_runs.get(), second_runs.get(), third_runs.get()), (true, false, true));
        assert_eq!(store.all().len(), 3);
        assert_eq!(store.shown().map(Kept::id), Some(SessionId(3)));
        assert_eq!(store.droppable().collect::<Vec<_>>(), [SessionId(2)]);
        drop(store);
        assert!(!first_runs.get() && !third_runs.get(), "all are stopped at the end");
    }

    #[test]
    fn what_is_shown_is_never_to_spare() {
        let mut store = RunStore::default();
        for id in 1..=3 {
            let (run, runs) = run(id);
            runs.set(false);
            store.put(run);
        }
        assert!(store.show(Some(SessionId(1))));
        assert!(!store.show(Some(SessionId(9))));
        assert_eq!(store.droppable().collect::<Vec<_>>(), [SessionId(2), SessionId(3)]);
        assert!(store.show(None));
        assert_eq!(store.droppable().count(), 3);
        store.remove(SessionId(2));
        assert_eq!(store.droppable().count(), 2);
    }

    #[test]
    fn the_oldest_gives_way_when_there_are_too_many_or_they_hold_too_much() {
        let most = KEPT_MAX as u64;
        for (count, hold_too_much, oldest) in
            [(most, false, None), (most + 1, false, Some(1)), (1, true, Some(1)), (0, true, None)]
        {
            let droppable = (1..=count).rev().map(SessionId);
            assert_eq!(next_to_drop(droppable, hold_too_much), oldest.map(SessionId), "{count}");
        }
    }
}
