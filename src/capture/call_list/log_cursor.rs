//! How far the logs of a session have been sent to the job, and what is new in them.
//!
//! In scope: which logs belong to a list, how far each has been sent, the notes that go along if the filter needs them. Out of
//! scope: reading calls, which the job does.

use core::net::SocketAddr;
use std::collections::HashMap;

use super::log_reader::NoteText;
use super::merger::LogUpdate;
use crate::capture::{Connection, Moment, Note, Session, SocketId, ThreadRecord};

/// How many notes are put into words for one batch.
const NOTES_MAX: usize = 1000;

/// The sockets whose calls stand in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallScope {
    /// One connection, or the listener.
    One(SocketId),
    /// The listener and all connections; the calls stand in the order in which they came back.
    All,
}

/// Updates that are sent to the job together.
pub(super) struct Batch {
    pub(super) updates: Vec<LogUpdate>,
    /// Every report that was sent before this moment has been applied to the session.
    pub(super) applied_until: Moment,
}

/// How far the log of one socket has been sent.
#[derive(Clone, Copy, Debug, Default)]
struct Sent {
    calls: u64,
    notes: usize,
    has_peer: bool,
    is_over: bool,
}

/// How far all logs have been sent.
#[derive(Debug, Default)]
pub(super) struct LogCursor {
    sockets: HashMap<SocketId, Sent>,
    forgotten: u64,
    /// How many calls have been sent, over all sockets.
    pub(super) calls: u64,
}

impl LogCursor {
    /// What is new in `session`, and whether there is more than fits into one batch. `say` gives the words for a note's failure;
    /// without it notes are not needed.
    pub(super) fn updates<'a>(
        &mut self,
        session: &'a Session,
        scope: CallScope,
        say: Option<&dyn Fn(&Note) -> String>,
    ) -> (Vec<LogUpdate>, bool) {
        let mut updates = Vec::new();
        let mut room = NOTES_MAX;
        let listener = session.listener.as_ref().map(|listener| (SocketId::Listener, &listener.thread, None));
        let of =
            |connection: &'a Connection| (SocketId::Connection(connection.id), &connection.thread, connection.peer);
        let sockets = listener.into_iter().chain(session.connections.iter().map(of));
        for (socket, thread, peer) in
            sockets.filter(|(socket, ..)| scope == CallScope::All || scope == CallScope::One(*socket))
        {
            if room == 0 {
                return (updates, true);
            }
            let sent = self.sockets.get(&socket).copied();
            if let Some(one) = self.one(socket, thread, peer, sent, say) {
                room = room.saturating_sub(one.note_texts.len());
                updates.push(one);
            }
        }
        self.end_forgotten(session, &mut updates);
        (updates, false)
    }

    fn one(
        &mut self,
        socket: SocketId,
        thread: &ThreadRecord,
        peer: Option<SocketAddr>,
        sent: Option<Sent>,
        say: Option<&dyn Fn(&Note) -> String>,
    ) -> Option<LogUpdate> {
        let before = sent.unwrap_or(Sent { calls: thread.first_call, ..Sent::default() });
        let now = Sent {
            calls: thread.call_count,
            notes: thread.notes.len(),
            has_peer: peer.is_some(),
            is_over: thread.ended.is_some(),
        };
        if sent.is_some() && (before.calls, before.has_peer, before.is_over) == (now.calls, now.has_peer, now.is_over) {
            return None;
        }
        let note_text =
            |say: &dyn Fn(&Note) -> String, note: &Note| NoteText { note: note.clone(), failure: say(note) };
        let note_texts =
            say.map(|say| thread.notes.iter().skip(before.notes).map(|note| note_text(say, note)).collect());
        self.calls += now.calls.saturating_sub(before.calls);
        self.sockets.insert(socket, now);
        Some(LogUpdate {
            socket,
            log: sent.is_none().then(|| (thread.calls.clone(), thread.first_call)),
            calls: now.calls,
            is_over: now.is_over,
            note_texts: note_texts.unwrap_or_default(),
            peer: peer.filter(|_| !before.has_peer),
        })
    }

    /// Connections that the session keeps no longer are over: the job must not keep their files.
    fn end_forgotten(&mut self, session: &Session, updates: &mut Vec<LogUpdate>) {
        if self.forgotten == session.forgotten {
            return;
        }
        self.forgotten = session.forgotten;
        self.sockets.retain(|socket, sent| {
            let is_kept = match socket {
                SocketId::Listener => true,
                SocketId::Connection(id) => session.connection(*id).is_some(),
            };
            if !is_kept {
                let (calls, note_texts) = (sent.calls, Vec::new());
                updates.push(LogUpdate { socket: *socket, log: None, calls, is_over: true, note_texts, peer: None });
            }
            is_kept
        });
    }
}
