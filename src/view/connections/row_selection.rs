//! Which rows of the table of connections are selected: one, several, or none.
//!
//! In scope: what a click, a click with Ctrl or Shift, Ctrl+A and the arrow keys make of it. Out of scope: which of them is looked at.

use std::collections::BTreeSet;

use crate::capture::ConnectionId;

/// The selected rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowSelection {
    picked: BTreeSet<ConnectionId>,
    /// Where a stretch begins that Shift makes.
    anchor: Option<ConnectionId>,
    changes: u64,
}

impl RowSelection {
    /// A number that grows with each change.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.picked.len()
    }

    /// Whether none is picked.
    pub fn is_empty(&self) -> bool {
        self.picked.is_empty()
    }

    /// Whether `id` is picked.
    pub fn has(&self, id: ConnectionId) -> bool {
        self.picked.contains(&id)
    }

    /// The picked ones, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = ConnectionId> {
        self.picked.iter().copied()
    }

    /// Picks none.
    pub fn clear(&mut self) {
        *self = Self { changes: self.changes + 1, ..Self::default() };
    }

    /// Picks this one alone.
    pub fn only(&mut self, id: ConnectionId) {
        self.changes += 1;
        self.picked = BTreeSet::from([id]);
        self.anchor = Some(id);
    }

    /// Picks this one too, or no more; returns whether it is picked now.
    pub fn toggle(&mut self, id: ConnectionId) -> bool {
        self.changes += 1;
        self.anchor = Some(id);
        if self.picked.remove(&id) {
            return false;
        }
        self.picked.insert(id)
    }

    /// Picks the rows from where the stretch begins, or from `from` if it begins nowhere yet, to `id`, as they stand in `order`.
    pub fn through(&mut self, order: &[ConnectionId], from: Option<ConnectionId>, id: ConnectionId) {
        let begin = self.anchor.or(from).unwrap_or(id);
        let place = |id| order.iter().position(|other| *other == id);
        let Some(last) = place(id) else { return };
        let first = place(begin).unwrap_or(last);
        let (low, high) = (first.min(last), first.max(last));
        self.changes += 1;
        self.picked = order.iter().skip(low).take(high - low + 1).copied().collect();
        self.anchor = Some(begin);
    }

    /// Picks every row.
    pub fn all(&mut self, order: &[ConnectionId]) {
        self.changes += 1;
        self.picked = order.iter().copied().collect();
    }

    /// Picks no row that does not stand in `order` any more; returns whether one went.
    pub fn keep(&mut self, order: &[ConnectionId]) -> bool {
        if self.picked.is_empty() {
            return false;
        }
        let mut sorted = order.to_vec();
        sorted.sort_unstable();
        let before = self.picked.len();
        self.picked.retain(|id| sorted.binary_search(id).is_ok());
        self.anchor = self.anchor.filter(|id| sorted.binary_search(id).is_ok());
        let is_changed = before != self.picked.len();
        self.changes += u64::from(is_changed);
        is_changed
    }
}

/// The row `step` rows behind `from` in `order`, or the one at its end; the first if `from` stands nowhere.
pub fn row_after(order: &[ConnectionId], from: Option<ConnectionId>, step: i64) -> Option<ConnectionId> {
    let place = from.and_then(|id| order.iter().position(|other| *other == id));
    let last = order.len().checked_sub(1)?;
    let target = match place {
        Some(place) => (place as i64).saturating_add(step).clamp(0, last as i64) as usize,
        None => 0,
    };
    order.get(target).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: &[u32]) -> Vec<ConnectionId> {
        numbers.iter().copied().map(ConnectionId).collect()
    }

    fn picked(picks: &RowSelection) -> Vec<u32> {
        picks.iter().map(|id| id.0).collect()
    }

    #[test]
    fn clicks_pick_one_several_and_stretches() {
        let order = ids(&[5, 3, 9, 1, 7]);
        let mut picks = RowSelection::default();
        picks.only(ConnectionId(3));
        assert_eq!(picked(&picks), [3]);
        assert!(picks.toggle(ConnectionId(7)));
        assert!(!picks.toggle(ConnectionId(3)));
        assert_eq!(picked(&picks), [7]);
        // A stretch begins where it was clicked last, and stands in the order of the table.
        picks.through(&order, None, ConnectionId(9));
        assert_eq!(picked(&picks), [3, 9]);
        picks.through(&order, None, ConnectionId(1));
        assert_eq!(picked(&picks), [1, 3, 9]);
        picks.all(&order);
        assert_eq!(picks.len(), 5);
        picks.clear();
        picks.through(&order, Some(ConnectionId(5)), ConnectionId(3));
        assert_eq!(picked(&picks), [3, 5]);
    }

    #[test]
    fn a_stretch_to_a_row_that_is_gone_changes_nothing_and_one_from_there_is_the_row() {
        let order = ids(&[1, 2, 3]);
        let mut picks = RowSelection::default();
        picks.only(ConnectionId(2));
        picks.through(&order, None, ConnectionId(8));
        assert_eq!(picked(&picks), [2]);
        picks.only(ConnectionId(8));
        picks.through(&order, None, ConnectionId(3));
        assert_eq!(picked(&picks), [3]);
    }

    #[test]
    fn what_is_not_shown_any_more_is_not_picked_any_more() {
        let mut picks = RowSelection::default();
        assert!(!picks.keep(&[]));
        picks.all(&ids(&[1, 2, 3]));
        assert!(!picks.keep(&ids(&[3, 2, 1])));
        assert!(picks.keep(&ids(&[9, 3])));
        assert_eq!(picked(&picks), [3]);
    }

    #[test]
    fn steps_end_at_the_ends() {
        let order = ids(&[5, 3, 9]);
        for (from, step, found) in
            [(Some(5), 1, 3), (Some(5), -1, 5), (Some(3), 1, 9), (Some(9), 1, 9), (None, 1, 5), (Some(8), -1, 5)]
        {
            assert_eq!(row_after(&order, from.map(ConnectionId), step), Some(ConnectionId(found)));
        }
        assert_eq!(row_after(&[], None, 1), None);
    }
}
