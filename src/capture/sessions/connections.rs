//! The connections of a session by their numbers, tens of thousands of them.
//!
//! In scope: finding, adding and removing one at the cost of a search; a clone that costs a count each, for a display that stands
//! still. Out of scope: which of them are kept.

use std::collections::BTreeMap;
use std::ops::Index;
use std::sync::Arc;

use crate::capture::{Connection, ConnectionId};

/// The connections, in the order of their numbers. A clone stays as it is while this one changes.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    by_id: BTreeMap<ConnectionId, Arc<Connection>>,
}

impl Connections {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The one with the number `id`.
    pub fn by_id(&self, id: ConnectionId) -> Option<&Connection> {
        self.by_id.get(&id).map(Arc::as_ref)
    }

    /// The one at `place`, counted from 0 in the order of their numbers; that costs a walk.
    pub fn get(&self, place: usize) -> Option<&Connection> {
        self.iter().nth(place)
    }

    /// The first.
    pub fn first(&self) -> Option<&Connection> {
        self.by_id.values().next().map(Arc::as_ref)
    }

    /// The last.
    pub fn last(&self) -> Option<&Connection> {
        self.by_id.values().next_back().map(Arc::as_ref)
    }

    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Connection> + DoubleEndedIterator + Clone {
        self.by_id.values().map(Arc::as_ref)
    }

    /// Adds one, unless there is one with its number.
    pub(super) fn add(&mut self, connection: Connection) {
        self.by_id.entry(connection.id).or_insert_with(|| Arc::new(connection));
    }

    pub(super) fn get_mut(&mut self, id: ConnectionId) -> Option<&mut Connection> {
        self.by_id.get_mut(&id).map(Arc::make_mut)
    }

    pub(super) fn remove(&mut self, id: ConnectionId) -> Option<Arc<Connection>> {
        self.by_id.remove(&id)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Connection> {
        self.by_id.values_mut().map(Arc::make_mut)
    }
}

impl Index<usize> for Connections {
    type Output = Connection;

    /// The one at `place`.
    ///
    /// # Panics
    /// If `place` is not below the length.
    #[expect(clippy::expect_used, reason = "as with any Index")]
    fn index(&self, place: usize) -> &Connection {
        self.get(place).expect("a place below the length")
    }
}
