//! How the two ends of a connection take leave: which call said that there is no more to come, and which one was told.
//!
//! In scope: FIN and RST, as far as they follow from the calls. Source: RFC 9293 sections 3.6 and 3.10.7, tcp(7). A close says nothing
//! that was said before, and nothing once the connection is void. Whoever is stopped has the socket shut down under the call in progress,
//! so the FIN goes out before close is called.

use std::io;

use super::end::{LadderEnd, NEAR, after_last, is_reset, is_stopped, last_of};
use super::matched::{ArrowKind, Match};
use super::order::Ladder;
use super::row::LadderRow;
use crate::capture::{Call, CallKind, Cause, Direction, Ended, Outcome};

impl Ladder<'_> {
    /// A shutdown or a close tells the other end that there is no more to come, unless that has been told, or that all is void.
    pub(super) fn closing(
        &self,
        row: &LadderRow,
        own: &LadderEnd<'_>,
        across: Option<LadderEnd<'_>>,
    ) -> io::Result<Option<Match>> {
        let is_close = row.call.kind == CallKind::Close;
        if own.connection.peer.is_none() || is_void(row, own, across)? {
            return Ok(None);
        }
        let reset = match across.filter(|_| is_close) {
            Some(across) => last_of(&across, |call| is_reset(&across, call))?,
            None => None,
        };
        let was_reset = matches!(own.connection.thread.ended, Some((_, Ended::Reset)));
        if is_close && (reset.is_some() || was_reset) {
            return Ok(Some(Match::of(
                ArrowKind::Rst,
                true,
                self.matched_call(across, reset)?,
                self.unmatched(across),
            )));
        }
        let said_before = is_close && (told_before(own, row.entry)? || teller(own)?.is_some_and(|at| at < row.entry));
        if said_before || (!is_close && row.call.outcome != Outcome::Done) {
            return Ok(None);
        }
        let end = self.matched_call(across, across.map(|across| end_of(&across)).transpose()?.flatten())?;
        // Whoever noticed before this call began was told by the stop.
        let is_before = end.as_ref().is_some_and(|end| end.at < row.call.begun);
        Ok((!is_before).then(|| Match::of(ArrowKind::Fin, true, end, self.unmatched(across))))
    }

    /// A call that was stopped: its socket was shut down.
    pub(super) fn stopping(
        &self,
        row: &LadderRow,
        own: &LadderEnd<'_>,
        across: Option<LadderEnd<'_>>,
    ) -> io::Result<Option<Match>> {
        let was_reset = matches!(own.connection.thread.ended, Some((_, Ended::Reset)));
        if was_reset || teller(own)? != Some(row.entry) || is_void(row, own, across)? {
            return Ok(None);
        }
        let end = across.map(|across| end_of(&across)).transpose()?.flatten();
        Ok(Some(Match::of(ArrowKind::FinOfStop, true, self.matched_call(across, end)?, self.unmatched(across))))
    }

    /// A recv that returned 0 was told so by a shutdown or a close; a call that failed as the connection is void, by a close. There is one
    /// reset, and the first call that failed by it was told; a send and a recv of two threads can both fail by the same one.
    pub(super) fn ending(
        &self,
        row: &LadderRow,
        own: &LadderEnd<'_>,
        across: Option<LadderEnd<'_>>,
    ) -> io::Result<Option<Match>> {
        let call = &row.call;
        let is_close = |call: &Call| call.kind == CallKind::Close;
        if call.outcome == Outcome::PeerFinished {
            let from = across.map(|across| teller(&across)).transpose()?.flatten();
            let stops = |across: LadderEnd<'_>, entry| across.calls(entry, 1).map(|calls| calls.iter().any(is_stopped));
            let of_stop = across.zip(from).map(|(across, entry)| stops(across, entry)).transpose()?.unwrap_or(false);
            let from = self.matched_call(across, from)?;
            if !of_stop && from.as_ref().is_some_and(|from| from.at > call.ended()) {
                return Ok(Some(Match::of(ArrowKind::FinOfStop, false, None, self.unmatched(across))));
            }
            let kind = if of_stop { ArrowKind::FinOfStop } else { ArrowKind::Fin };
            return Ok(Some(Match::of(kind, false, from, self.unmatched(across))));
        }
        if is_reset(own, call) && last_of(own, |call| is_reset(own, call))? == Some(row.entry) {
            let from = across.map(|across| last_of(&across, is_close)).transpose()?.flatten();
            return Ok(Some(Match::of(
                ArrowKind::Rst,
                false,
                self.matched_call(across, from)?,
                self.unmatched(across),
            )));
        }
        Ok(None)
    }
}

/// The call of an end that said that there is no more to come: a shutdown, a close, or one under which the socket was shut down.
fn teller(end: &LadderEnd<'_>) -> io::Result<Option<u64>> {
    let tells = |call: &Call| match call.kind {
        CallKind::Shutdown => call.outcome == Outcome::Done,
        CallKind::Close => true,
        _ => is_stopped(call),
    };
    after_last(end, Direction::Sent, tells)
}

/// The recv that returned 0.
fn end_of(end: &LadderEnd<'_>) -> io::Result<Option<u64>> {
    after_last(end, Direction::Received, |call| call.outcome == Outcome::PeerFinished)
}

/// Whether a reset had come before a call, so that it says nothing any more: a call before it has failed by it, or the other end was
/// reset before.
fn is_void(row: &LadderRow, own: &LadderEnd<'_>, across: Option<LadderEnd<'_>>) -> io::Result<bool> {
    let fails = |call: &Call| is_reset(own, call) || is_broken(own, call);
    let failed = last_of(own, fails)?.is_some_and(|entry| entry < row.entry);
    let ended = across.and_then(|across| across.connection.thread.ended);
    Ok(failed || ended.is_some_and(|(at, how)| how == Ended::Reset && at < row.call.begun))
}

/// Whether a send failed as there is nobody any more who takes it.
fn is_broken(end: &LadderEnd<'_>, call: &Call) -> bool {
    let note = end.connection.thread.note(call).filter(|_| call.outcome == Outcome::Failed);
    note.and_then(|note| note.failure.as_ref()).is_some_and(|failure| failure.cause == Cause::BrokenPipe)
}

/// Whether a shutdown among the calls just before `entry` has told already.
fn told_before(end: &LadderEnd<'_>, entry: u64) -> io::Result<bool> {
    let first = entry.saturating_sub(NEAR as u64);
    let count = usize::try_from(entry - first).unwrap_or(0);
    let near = end.calls(first, count)?;
    Ok(near.iter().any(|call| call.kind == CallKind::Shutdown && call.outcome == Outcome::Done))
}
