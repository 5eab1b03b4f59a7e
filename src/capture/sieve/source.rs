//! One log that is read from its beginning, as far as it is known.

use std::io;

use crate::capture::{Call, CallLog, Moment, Note};

/// A note, and what is said about its failure in the user's language.
#[derive(Clone, Debug, Default)]
pub(super) struct NoteText {
    pub(super) note: Note,
    pub(super) said: String,
}

/// A source of calls.
pub(super) struct LogReader {
    log: CallLog,
    /// So many calls may be read.
    pub(super) told: u64,
    /// Whether no more will come.
    pub(super) is_over: bool,
    /// Whether it waits in the heap for its turn.
    pub(super) is_queued: bool,
    /// Notes, if the filter reads them; a call names its own by a number from 1 on.
    pub(super) note_texts: Vec<NoteText>,
    /// Whether the text that is looked for is in the peer's address.
    pub(super) peer_matches: bool,
    /// Calls that have been read from the log; the next one is the last of them, so that taking it is cheap.
    ahead: Vec<Call>,
    /// The number of the next call.
    next: u64,
}

impl LogReader {
    pub(super) fn new((log, first): (CallLog, u64)) -> Self {
        Self {
            log,
            told: 0,
            is_over: false,
            is_queued: false,
            note_texts: Vec::new(),
            peer_matches: false,
            ahead: Vec::new(),
            next: first,
        }
    }

    /// When the next call had come back, if one is known; reads up to `piece` calls from the log if none was read ahead.
    pub(super) fn peek(&mut self, piece: usize) -> io::Result<Option<Moment>> {
        if self.ahead.is_empty() {
            let left = usize::try_from(self.told.saturating_sub(self.next)).unwrap_or(usize::MAX);
            if left == 0 {
                // Thousands of sources may be idle.
                self.ahead = Vec::new();
                return Ok(None);
            }
            self.ahead = self.log.range(self.next, left.min(piece))?;
            self.ahead.reverse();
        }
        Ok(self.ahead.last().map(Call::ended))
    }

    /// Takes the next call, with its number.
    pub(super) fn take(&mut self) -> Option<(u64, Call)> {
        let call = self.ahead.pop()?;
        let number = self.next;
        self.next += 1;
        Some((number, call))
    }

    /// Whether all there will ever be has been taken.
    pub(super) fn is_done(&self) -> bool {
        self.is_over && self.next >= self.told
    }
}
