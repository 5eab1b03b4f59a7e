//! Finds the hits of a pattern in the bytes of a spool, piece by piece.
//!
//! In scope: reading large pieces, of which each begins with the end of the one before, so that a hit across pieces is found once;
//! what can be told before the next bytes come, and what can't. Out of scope: the thread, and keeping the hits.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::boundary::CHARACTER_MAX;
use super::pattern::Pattern;
use crate::capture::Spool;
use crate::http::Span;

/// How many bytes are read at a time.
pub(super) const PIECE: usize = 512 * 1024;
/// How many bytes before a hit may decide whether it is one: the character before, for `\b` and `^`.
const BEFORE: u64 = 8;
const _: () = assert!(BEFORE as usize > CHARACTER_MAX, "the known beginning of a character stays in the window");

/// Where a search stands.
pub(super) struct Scanner {
    pattern: Pattern,
    /// The window: `filled` bytes from `start` on.
    window: Vec<u8>,
    filled: usize,
    start: u64,
    /// The next hit begins here or later.
    at: u64,
    /// A character begins here, at `at` or before.
    character: u64,
    is_cancelled: Arc<AtomicBool>,
}

impl Scanner {
    /// A search that begins at `base` and reads `piece` bytes at a time. Once `is_cancelled` is set, it stops within a piece: an
    /// expression may look at all of a piece for each byte of it.
    pub(super) fn new(pattern: Pattern, base: u64, piece: usize, is_cancelled: Arc<AtomicBool>) -> Self {
        let window = vec![0; pattern.reach + BEFORE as usize + piece];
        Self { pattern, window, filled: 0, start: base, at: base, character: base, is_cancelled }
    }

    /// Up to where the bytes have been looked at.
    pub(super) fn end(&self) -> u64 {
        self.start + self.filled as u64
    }

    /// Reads a piece of what there is up to `end`, and appends the hits that are certain to `hits`; returns whether it read any.
    pub(super) fn step(&mut self, source: &Spool, end: u64, hits: &mut Vec<Span>) -> io::Result<bool> {
        self.slide();
        let left = usize::try_from(end.saturating_sub(self.end())).unwrap_or(usize::MAX);
        let from = self.end();
        let room = self.window.get_mut(self.filled..).unwrap_or_default();
        let size = room.len().min(left);
        let count = source.read_at(from, room.get_mut(..size).unwrap_or_default())?;
        self.filled += count;
        let limit = (self.filled + 1).saturating_sub(self.pattern.reach);
        self.scan(limit, hits);
        self.at = self.at.max(self.start + limit as u64);
        Ok(count > 0)
    }

    /// The hits that there are if no more bytes come; they may become others if some do.
    pub(super) fn rest(&mut self) -> Vec<Span> {
        let (at, character) = (self.at, self.character);
        let mut hits = Vec::new();
        self.scan(self.filled, &mut hits);
        (self.at, self.character) = (at, character);
        hits
    }

    /// Drops from the window what is not needed any more.
    fn slide(&mut self) {
        let start = self.at.saturating_sub(BEFORE).max(self.start);
        if let Some(family) = self.pattern.multibyte.filter(|_| self.character < start) {
            let (known, to) = (self.place(self.character), self.place(start));
            let (reached, _) = family.walk(self.bytes(), known, to);
            self.character = self.start + reached as u64;
        }
        let dropped = self.place(start);
        self.window.copy_within(dropped..self.filled, 0);
        self.filled -= dropped;
        self.start = start;
    }

    /// Appends the hits that begin before `limit` in the window.
    fn scan(&mut self, limit: usize, hits: &mut Vec<Span>) {
        let mut from = self.place(self.at);
        while from < limit && !self.is_cancelled.load(Ordering::Acquire) {
            let found = self.pattern.find(self.bytes(), from);
            let Some(found) = found.filter(|found| found.start < limit) else { return };
            if found.is_empty() || !self.begins_character(found.start) {
                from = found.start + 1;
                continue;
            }
            let start = self.start + found.start as u64;
            let length = found.len().min(self.pattern.longest);
            hits.push(Span::new(start, start + length as u64));
            from = found.end;
            self.at = self.start + from as u64;
        }
    }

    /// Whether a character begins at `place` in the window, where that matters.
    fn begins_character(&mut self, place: usize) -> bool {
        let Some(family) = self.pattern.multibyte else { return true };
        let (reached, before) = family.walk(self.bytes(), self.place(self.character), place);
        let known = if reached == place { reached } else { before };
        self.character = self.start + known as u64;
        reached == place
    }

    /// The place in the window of a byte by its offset.
    fn place(&self, offset: u64) -> usize {
        usize::try_from(offset.saturating_sub(self.start)).unwrap_or(usize::MAX).min(self.filled)
    }

    fn bytes(&self) -> &[u8] {
        self.window.get(..self.filled).unwrap_or_default()
    }
}
