//! What the job has not been told yet of a session.
//!
//! In scope: which logs belong to a list, how far each has been told, the notes that go along if the filter reads them. Out of
//! scope: reading calls, which the job does.

use core::net::SocketAddr;
use std::collections::HashMap;

use super::sifter::LogGrowth;
use super::source::NoteText;
use crate::capture::{CallLog, Connection, Moment, Note, Session, SocketId, ThreadRecord};

/// So many notes are said in words in one go.
const NOTES_MAX: usize = 1000;

/// Whose calls stand in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallScope {
    /// Those of one connection, or of the listener.
    One(SocketId),
    /// Those of the listener and of all connections, in the order in which they came back.
    All,
}

/// News of one place.
pub(super) struct LogUpdate {
    pub(super) socket: SocketId,
    /// Its log, the first time, and the number of the first call that counts.
    pub(super) log: Option<(CallLog, u64)>,
    pub(super) growth: LogGrowth,
}

/// News that go to the job together.
pub(super) struct Batch {
    pub(super) news: Vec<LogUpdate>,
    /// Every call that had come back by then is known.
    pub(super) applied_until: Moment,
}

/// How far a place has been told.
#[derive(Clone, Copy, Default)]
struct CursorPlace {
    calls: u64,
    notes: usize,
    has_peer: bool,
    is_over: bool,
}

/// How far everything has been told.
#[derive(Default)]
pub(super) struct LogCursor {
    places: HashMap<SocketId, CursorPlace>,
    forgotten: u64,
    /// Calls told, over all places.
    pub(super) calls: u64,
}

impl LogCursor {
    /// What is new in `session`, and whether there is more than fits into one batch. `say` says a note's failure in words;
    /// without it notes are not needed.
    pub(super) fn news<'a>(
        &mut self,
        session: &'a Session,
        scope: CallScope,
        say: Option<&dyn Fn(&Note) -> String>,
    ) -> (Vec<LogUpdate>, bool) {
        let mut news = Vec::new();
        let mut room = NOTES_MAX;
        let listener = session.listener.as_ref().map(|listener| (SocketId::Listener, &listener.thread, None));
        let of =
            |connection: &'a Connection| (SocketId::Connection(connection.id), &connection.thread, connection.peer);
        let places = listener.into_iter().chain(session.connections.iter().map(of));
        for (socket, thread, peer) in
            places.filter(|(socket, ..)| scope == CallScope::All || scope == CallScope::One(*socket))
        {
            if room == 0 {
                return (news, true);
            }
            let known = self.places.get(&socket).copied();
            if let Some(one) = self.one(socket, thread, peer, known, say) {
                room = room.saturating_sub(one.growth.note_texts.len());
                news.push(one);
            }
        }
        self.let_go(session, &mut news);
        (news, false)
    }

    fn one(
        &mut self,
        socket: SocketId,
        thread: &ThreadRecord,
        peer: Option<SocketAddr>,
        known: Option<CursorPlace>,
        say: Option<&dyn Fn(&Note) -> String>,
    ) -> Option<LogUpdate> {
        let before = known.unwrap_or(CursorPlace { calls: thread.first_call, ..CursorPlace::default() });
        let now = CursorPlace {
            calls: thread.call_count,
            notes: thread.notes.len(),
            has_peer: peer.is_some(),
            is_over: thread.ended.is_some(),
        };
        if known.is_some() && (before.calls, before.has_peer, before.is_over) == (now.calls, now.has_peer, now.is_over)
        {
            return None;
        }
        let note_text = |say: &dyn Fn(&Note) -> String, note: &Note| NoteText { note: note.clone(), said: say(note) };
        let note_texts =
            say.map(|say| thread.notes.iter().skip(before.notes).map(|note| note_text(say, note)).collect());
        self.calls += now.calls.saturating_sub(before.calls);
        self.places.insert(socket, now);
        let growth = LogGrowth {
            calls: now.calls,
            is_over: now.is_over,
            note_texts: note_texts.unwrap_or_default(),
            peer: peer.filter(|_| !before.has_peer),
        };
        Some(LogUpdate { socket, log: known.is_none().then(|| (thread.calls.clone(), thread.first_call)), growth })
    }

    /// Connections that the session keeps no longer are over: the job must not keep their files.
    fn let_go(&mut self, session: &Session, news: &mut Vec<LogUpdate>) {
        if self.forgotten == session.forgotten {
            return;
        }
        self.forgotten = session.forgotten;
        self.places.retain(|socket, known| {
            let is_kept = match socket {
                SocketId::Listener => true,
                SocketId::Connection(id) => session.connection(*id).is_some(),
            };
            if !is_kept {
                let growth = LogGrowth { calls: known.calls, is_over: true, ..LogGrowth::default() };
                news.push(LogUpdate { socket: *socket, log: None, growth });
            }
            is_kept
        });
    }
}
