//! Which calls of one end have to do with a call of the other: those that took what it sent, or sent what it took.
//!
//! Bytes are matched by their offsets, as those of one end's sends are those of the other's reads. With TLS they are the ones that
//! crossed the socket.

use std::io;

use super::end::LadderEnd;
use super::farewell::is_stopped;
use super::order::Ladder;
use super::rung::{CallState, LadderRow, other};
use crate::capture::{Call, CallKind, CarryingCalls, Cause, Direction, Failure, Moment, Outcome, Role};
use crate::http::Span;

/// So many calls that one call has to do with are told one by one; of more, the first and the last.
pub const MET_MAX: usize = 16;
/// A shutdown, a close or the end is looked for in so many calls behind the last bytes.
pub(super) const NEAR: usize = 64;

/// What went across.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrowKind {
    /// Bytes of the direction.
    Bytes(Span),
    /// The opening of the connection.
    Syn,
    /// The answer to that, which needs no accept.
    SynAck,
    /// That there is no more to come.
    Fin,
    /// The same, as the user has stopped that end: the socket was shut down before it was closed.
    FinOfStop,
    /// That the connection is void.
    Rst,
}

/// Why no call is known at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmatched {
    /// That end is not in this program, or is not kept.
    Elsewhere,
    /// No call there has come back with it so far.
    NotYet,
}

/// A call of the other end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MatchedCall {
    /// The number of its entry.
    pub entry: u64,
    /// Its number in the log; `None` for an accept.
    pub number: Option<u64>,
    /// Which bytes the two have in common.
    pub part: Option<Span>,
    /// When it began, if it told something, or came back, if it was told.
    pub at: Moment,
    /// Its place in rows, where rows are asked for.
    pub row: f64,
}

/// What a call has to do with calls of the other end.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// What went across.
    pub carried: ArrowKind,
    /// Whether it went out from this call.
    pub is_out: bool,
    /// The calls of the other end, in order.
    pub with: Vec<MatchedCall>,
    /// Whether they are only the first and the last of more than are told.
    pub is_many: bool,
    /// What met no call that is known, and why.
    pub open: Option<(Unmatched, ArrowKind)>,
}

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
                Ok(Some(matched(ArrowKind::Syn, false, self.matched_call(across, from)?, Unmatched::Elsewhere)))
            }
            CallKind::Shutdown | CallKind::Close => self.closing(row, &own, across),
            CallKind::Recv | CallKind::Send => self.ending(&own, call, across),
            _ => Ok(None),
        }
    }

    /// The calls at the other end of bytes.
    fn bytes(&self, call: &Call, across: Option<LadderEnd<'_>>) -> io::Result<Match> {
        let (is_out, span) = (call.kind == CallKind::Send, call.span());
        let none = Match { carried: ArrowKind::Bytes(span), is_out, with: Vec::new(), is_many: false, open: None };
        let Some(across) = across else {
            return Ok(Match { open: Some((self.unmatched(None), none.carried)), ..none });
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
            return Ok(matched(ArrowKind::Rst, false, None, Unmatched::Elsewhere));
        }
        let accepts = across.filter(|across| across.number(0).is_none() && call.outcome == Outcome::Done);
        let matched_call = self.matched_call(accepts, accepts.map(|_| 0))?;
        let unmatched = if call.outcome == Outcome::Done { self.unmatched(None) } else { Unmatched::NotYet };
        Ok(matched(ArrowKind::Syn, true, matched_call, unmatched))
    }

    pub(super) fn matched_call(
        &self,
        across: Option<LadderEnd<'_>>,
        entry: Option<u64>,
    ) -> io::Result<Option<MatchedCall>> {
        let Some((across, entry)) = across.zip(entry) else { return Ok(None) };
        let Some(call) = across.calls(entry, 1)?.pop() else { return Ok(None) };
        let at = if super::end::tells(call.kind) { call.begun } else { call.ended() };
        let row = if self.in_rows { self.row_of(across.side, entry)? as f64 + 0.5 } else { 0.0 };
        Ok(Some(MatchedCall { entry, number: across.number(entry), part: None, at, row }))
    }

    /// Why a call of the other end is not known. What a listener of this program has not accepted is known not to have been taken.
    pub(super) fn unmatched(&self, across: Option<LadderEnd<'_>>) -> Unmatched {
        if across.is_some() || self.is_unaccepted { Unmatched::NotYet } else { Unmatched::Elsewhere }
    }
}

pub(super) fn matched(carried: ArrowKind, is_out: bool, with: Option<MatchedCall>, unmatched: Unmatched) -> Match {
    let open = with.is_none().then_some((unmatched, carried));
    Match { carried, is_out, with: with.into_iter().collect(), is_many: false, open }
}

/// The number of the error that says that nobody is there any more, on Unix.
const EPIPE: i32 = 32;

/// Whether a call came back with the news that the peer has made the connection void.
pub(super) fn is_reset(end: &LadderEnd<'_>, call: &Call) -> bool {
    let note = end.connection.thread.note(call).filter(|_| call.outcome == Outcome::Failed);
    let failure = note.and_then(|note| note.failure.as_ref()).filter(|failure| failure.cause == Cause::Reset);
    // Other calls on a connection that was reset fail otherwise, though for that reason.
    let is_told = |failure: &Failure| failure.system.as_ref().is_none_or(|system| system.code != Some(EPIPE));
    call.kind != CallKind::Connect && failure.is_some_and(is_told)
}

/// The first entry from `first` on, of the next few, for which `test` holds.
pub(super) fn first_of(end: &LadderEnd<'_>, first: u64, test: impl Fn(&Call) -> bool) -> io::Result<Option<u64>> {
    let calls = end.calls(first, NEAR)?;
    Ok(calls.iter().zip(first..).find(|(call, _)| test(call)).map(|(_, entry)| entry))
}

/// The same among the last few, the first of them.
pub(super) fn last_of(end: &LadderEnd<'_>, test: impl Fn(&Call) -> bool) -> io::Result<Option<u64>> {
    first_of(end, end.count().saturating_sub(NEAR as u64), test)
}

/// The first entry behind the last bytes of a direction for which `test` holds, or one among the last of all.
pub(super) fn after_last(
    end: &LadderEnd<'_>,
    direction: Direction,
    test: impl Fn(&Call) -> bool,
) -> io::Result<Option<u64>> {
    let connection = end.connection;
    let (_, bytes) = connection.bytes(direction, crate::capture::Layer::Wire);
    let carrying = match bytes.checked_sub(1) {
        Some(last) => connection.thread.calls.carrying(direction, last)?.and_then(|(number, _)| end.entry(number)),
        None => None,
    };
    let found = first_of(end, carrying.map_or(0, |entry| entry + 1), &test)?;
    if found.is_some() { Ok(found) } else { last_of(end, test) }
}

impl LadderRow {
    /// The side across from its own.
    #[must_use]
    pub fn across(&self) -> Role {
        other(self.side)
    }
}
