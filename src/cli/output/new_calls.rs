//! The calls that have come since an output wrote last.

use std::collections::HashMap;
use std::io;

use crate::capture::{Call, Event, Session, SocketId, ThreadRecord};

/// How many calls are read from a log at a time.
const BLOCK: usize = 4096;

/// How many calls of each socket have been written.
#[derive(Default)]
pub struct NewCalls(HashMap<SocketId, u64>);

impl NewCalls {
    /// Gives `write` each call of `socket` that has come since, with its number from 1. `events` are those of the report: once the socket has
    /// ended, it is forgotten. Error: that of `write`, or if the log can't be read.
    pub fn each(
        &mut self,
        session: &Session,
        socket: SocketId,
        events: &[Event],
        mut write: impl FnMut(&ThreadRecord, u64, &Call) -> io::Result<()>,
    ) -> io::Result<()> {
        let Some(track) = thread_of(session, socket) else { return Ok(()) };
        let written = self.0.entry(socket).or_insert(0);
        while *written < track.call_count {
            let block = BLOCK.min(usize::try_from(track.call_count - *written).unwrap_or(BLOCK));
            let calls = track.calls.range(*written, block)?;
            if calls.is_empty() {
                break;
            }
            for call in &calls {
                *written += 1;
                write(track, *written, call)?;
            }
        }
        if events.iter().any(|event| matches!(event, Event::Ended { .. })) {
            self.0.remove(&socket);
        }
        Ok(())
    }
}

/// What is recorded of the thread at `socket`.
pub fn thread_of(session: &Session, socket: SocketId) -> Option<&ThreadRecord> {
    match socket {
        SocketId::Listener => session.listener.as_ref().map(|listener| &listener.thread),
        SocketId::Connection(id) => session.connection(id).map(|connection| &connection.thread),
    }
}
