//! What the job has not been told yet of a session.
//!
//! In scope: which logs belong to a list, how far each has been told, the notes that go along if the filter reads them. Out of
//! scope: reading calls, which the job does.

use core::net::SocketAddr;
use std::collections::HashMap;

use super::sifter::Growth;
use super::source::Remark;
use crate::capture::{CallLog, Connection, Moment, Note, Place, Session, Track};

/// So many notes are said in words in one go.
const NOTES_MAX: usize = 1000;

/// Whose calls stand in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those of one connection, or of the listener.
    One(Place),
    /// Those of the listener and of all connections, in the order in which they came back.
    All,
}

/// News of one place.
pub(super) struct News {
    pub(super) place: Place,
    /// Its log, the first time, and the number of the first call that counts.
    pub(super) log: Option<(CallLog, u64)>,
    pub(super) growth: Growth,
}

/// News that go to the job together.
pub(super) struct Batch {
    pub(super) news: Vec<News>,
    /// Every call that had come back by then is known.
    pub(super) heard: Moment,
}

/// How far a place has been told.
#[derive(Clone, Copy, Default)]
struct Known {
    calls: u64,
    notes: usize,
    has_peer: bool,
    is_over: bool,
}

/// How far everything has been told.
#[derive(Default)]
pub(super) struct Told {
    places: HashMap<Place, Known>,
    forgotten: u64,
    /// Calls told, over all places.
    pub(super) calls: u64,
}

impl Told {
    /// What is new in `session`, and whether there is more than fits into one batch. `say` says a note's failure in words;
    /// without it notes are not needed.
    pub(super) fn news<'a>(
        &mut self,
        session: &'a Session,
        scope: Scope,
        say: Option<&dyn Fn(&Note) -> String>,
    ) -> (Vec<News>, bool) {
        let mut news = Vec::new();
        let mut room = NOTES_MAX;
        let listener = session.listener.as_ref().map(|listener| (Place::Listener, &listener.track, None));
        let of = |connection: &'a Connection| (Place::Connection(connection.id), &connection.track, connection.peer);
        let places = listener.into_iter().chain(session.connections.iter().map(of));
        for (place, track, peer) in places.filter(|(place, ..)| scope == Scope::All || scope == Scope::One(*place)) {
            if room == 0 {
                return (news, true);
            }
            let known = self.places.get(&place).copied();
            if let Some(one) = self.one(place, track, peer, known, say) {
                room = room.saturating_sub(one.growth.remarks.len());
                news.push(one);
            }
        }
        self.let_go(session, &mut news);
        (news, false)
    }

    fn one(
        &mut self,
        place: Place,
        track: &Track,
        peer: Option<SocketAddr>,
        known: Option<Known>,
        say: Option<&dyn Fn(&Note) -> String>,
    ) -> Option<News> {
        let before = known.unwrap_or(Known { calls: track.first_call, ..Known::default() });
        let now = Known {
            calls: track.call_count,
            notes: track.notes.len(),
            has_peer: peer.is_some(),
            is_over: track.ended.is_some(),
        };
        if known.is_some() && (before.calls, before.has_peer, before.is_over) == (now.calls, now.has_peer, now.is_over)
        {
            return None;
        }
        let remark = |say: &dyn Fn(&Note) -> String, note: &Note| Remark { note: note.clone(), said: say(note) };
        let remarks = say.map(|say| track.notes.iter().skip(before.notes).map(|note| remark(say, note)).collect());
        self.calls += now.calls.saturating_sub(before.calls);
        self.places.insert(place, now);
        let growth = Growth {
            calls: now.calls,
            is_over: now.is_over,
            remarks: remarks.unwrap_or_default(),
            peer: peer.filter(|_| !before.has_peer),
        };
        Some(News { place, log: known.is_none().then(|| (track.calls.clone(), track.first_call)), growth })
    }

    /// Connections that the session keeps no longer are over: the job must not keep their files.
    fn let_go(&mut self, session: &Session, news: &mut Vec<News>) {
        if self.forgotten == session.forgotten {
            return;
        }
        self.forgotten = session.forgotten;
        self.places.retain(|place, known| {
            let is_kept = match place {
                Place::Listener => true,
                Place::Connection(id) => session.connection(*id).is_some(),
            };
            if !is_kept {
                let growth = Growth { calls: known.calls, is_over: true, ..Growth::default() };
                news.push(News { place: *place, log: None, growth });
            }
            is_kept
        });
    }
}
