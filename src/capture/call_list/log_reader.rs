//! Reads one log of calls from its beginning, as far as its calls have been reported.

use std::io;

use crate::capture::{Call, CallLog, Moment, Note};

/// A note, and the words for its failure in the user's language.
#[derive(Clone, Debug, Default)]
pub(super) struct NoteText {
    pub(super) note: Note,
    pub(super) failure: String,
}

/// The reader of one log.
pub(super) struct LogReader {
    log: CallLog,
    /// How many calls of the log may be read.
    pub(super) end: u64,
    /// Whether no more will come.
    pub(super) is_over: bool,
    /// Whether the reader is in the merger's queue.
    pub(super) is_queued: bool,
    /// The notes, if the filter needs them; a call names its note by a number from 1 on.
    pub(super) note_texts: Vec<NoteText>,
    /// Whether the peer's address contains the text of the filter.
    pub(super) peer_matches: bool,
    /// Calls that have been read from the log, in reverse order: the next call is the last of them.
    ahead: Vec<Call>,
    /// The number of the next call.
    next: u64,
}

impl LogReader {
    pub(super) fn new((log, first): (CallLog, u64)) -> Self {
        Self {
            log,
            end: 0,
            is_over: false,
            is_queued: false,
            note_texts: Vec::new(),
            peer_matches: false,
            ahead: Vec::new(),
            next: first,
        }
    }

    /// When the next call came back, if one is known. Reads up to `piece` calls from the log if none was read ahead.
    pub(super) fn peek(&mut self, piece: usize) -> io::Result<Option<Moment>> {
        if self.ahead.is_empty() {
            let left = usize::try_from(self.end.saturating_sub(self.next)).unwrap_or(usize::MAX);
            if left == 0 {
                // Thousands of readers may be idle.
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

    /// Whether every call has been taken and no more will come.
    pub(super) fn is_done(&self) -> bool {
        self.is_over && self.next >= self.end
    }
}
