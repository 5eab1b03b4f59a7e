//! Which calls of one end have to do with a call of the other: those that took what it sent, or sent what it took.
//!
//! Bytes are matched by their offsets, as those of one end's sends are those of the other's reads. With TLS they are the ones that
//! crossed the socket.

use std::io;

use super::end::{LadderEnd, first_of, is_stopped};
use super::matched::{ArrowKind, Match, MatchedCall, Unmatched};
use super::order::Ladder;
use super::row::{CallState, LadderRow, other};
use crate::capture::{Call, CallKind, CarryingCalls, Cause, Direction, Outcome};
use crate::http::Span;

/// How many matching calls of one call are told one by one; of more, the first and the last.
pub const MET_MAX: usize = 16;
impl Ladder<'_> {
    /// Finds out what `row` has to do with calls of the other end.
    pub(super) fn find_match(&self, row: &LadderRow) -> io::Result<Option<Match>> {
        let Some(own) = self.end(row.side) else { return Ok(None) };
        let across = self.end(other(row.side));
        let call = &row.call;
        if row.state != CallState::Returned {
            return Ok(None);
        }
        match call.kind {
            CallKind::Send | CallKind::Recv if is_stopped(call) => self.stopping(row, &own, across),
            CallKind::Send | CallKind::Recv if call.got > 0 => self.bytes(call, across).map(Some),
            CallKind::Connect => self.connect(&own, call, across).map(Some),
            CallKind::Accept => {
                let connects = |call: &Call| call.kind == CallKind::Connect && call.outcome == Outcome::Done;
                let from = across.map(|across| first_of(&across, 0, connects)).transpose()?.flatten();
                Ok(Some(Match::of(ArrowKind::Syn, false, self.matched_call(across, from)?, Unmatched::Elsewhere)))
            }
            CallKind::Shutdown | CallKind::Close => self.closing(row, &own, across),
            CallKind::Recv | CallKind::Send => self.ending(row, &own, across),
            _ => Ok(None),
        }
    }

    /// The calls at the other end of bytes.
    fn bytes(&self, call: &Call, across: Option<LadderEnd<'_>>) -> io::Result<Match> {
        let (is_out, span) = (call.kind == CallKind::Send, call.span());
        let none = Match { kind: ArrowKind::Bytes(span), is_out, with: Vec::new(), is_many: false, open: None };
        let Some(across) = across else {
            return Ok(Match { open: Some((self.unmatched(None), none.kind)), ..none });
        };
        let direction = if is_out { Direction::Received } else { Direction::Sent };
        let found = CarryingCalls::of(&across.connection.thread.calls, direction, span, MET_MAX * 4)?;
        let (carriers, is_many) = match found {
            CarryingCalls::Each(all) if all.len() <= MET_MAX => (all, false),
            CarryingCalls::Each(all) => (all.first().into_iter().chain(all.last()).copied().collect(), true),
            CarryingCalls::Many(first, last) => (vec![first, last], true),
        };
        let mut with = Vec::with_capacity(carriers.len());
        for carrier in carriers {
            let Some(entry) = across.entry(carrier.number) else { continue };
            let matched_call = self.matched_call(Some(across), Some(entry))?;
            with.extend(
                matched_call
                    .map(|matched_call| MatchedCall { part: Some(carrier.span.intersect(span)), ..matched_call }),
            );
        }
        let taken = with.last().and_then(|last| last.part).map_or(span.start, |part| part.end);
        let rest = Span::new(taken, span.end);
        // Of what the other end does not keep nothing is known.
        let thread = &across.connection.thread;
        let why = if thread.calls.len() < thread.call_count { Unmatched::Elsewhere } else { Unmatched::NotYet };
        let open = (!rest.is_empty()).then_some((why, ArrowKind::Bytes(rest)));
        Ok(Match { with, is_many, open, ..none })
    }

    fn connect(&self, own: &LadderEnd<'_>, call: &Call, across: Option<LadderEnd<'_>>) -> io::Result<Match> {
        let why = own.connection.thread.note(call).and_then(|note| note.failure.as_ref()).map(|failure| &failure.cause);
        if matches!(why, Some(Cause::Refused | Cause::Reset)) {
            return Ok(Match::of(ArrowKind::Rst, false, None, Unmatched::Elsewhere));
        }
        let accepts = across.filter(|across| across.number(0).is_none() && call.outcome == Outcome::Done);
        let matched_call = self.matched_call(accepts, accepts.map(|_| 0))?;
        let unmatched = if call.outcome == Outcome::Done { self.unmatched(None) } else { Unmatched::NotYet };
        Ok(Match::of(ArrowKind::Syn, true, matched_call, unmatched))
    }

    pub(super) fn matched_call(
        &self,
        across: Option<LadderEnd<'_>>,
        entry: Option<u64>,
    ) -> io::Result<Option<MatchedCall>> {
        let Some((across, entry)) = across.zip(entry) else { return Ok(None) };
        let Some(call) = across.calls(entry, 1)?.pop() else { return Ok(None) };
        let at = super::end::at(&call);
        let row = if self.in_rows { self.row_of(across.side, entry)? as f64 + 0.5 } else { 0.0 };
        Ok(Some(MatchedCall { entry, number: across.number(entry), part: None, at, row }))
    }

    /// Why a call of the other end is not known. What a listener of this program has not accepted is known not to have been taken.
    pub(super) fn unmatched(&self, across: Option<LadderEnd<'_>>) -> Unmatched {
        if across.is_some() || self.is_unaccepted { Unmatched::NotYet } else { Unmatched::Elsewhere }
    }
}
