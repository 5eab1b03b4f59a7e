//! The texts of one row of the Calls list: in each column, for a screen reader, and for the clipboard.
//!
//! Out of scope: drawing.

use std::time::Duration;

use egui::Color32;

use super::columns::Cell;
use super::filter_bar::TimeFormat;
use super::lines::{CallGroup, CallOwner, failure_text};
use crate::capture::{CallKind, Direction, Moment, Outcome, SocketId, Subject};
use crate::http::Span;
use crate::ui::kit::{Tokens, UiContext};
use crate::view::{CallRow, WallClock, group_digits, preview_of};
use crate::words::{Arg, Topic};

/// A call that took at least this long says how long.
const SLOW: Duration = Duration::from_millis(1);

/// The most bytes of which the first are shown that a call carried.
const CARRIED_MAX: usize = 96;

/// What stands in place of a number that does not exist.
pub const NO_COUNT: &str = "–";

/// How the column of times is written.
pub struct TimeColumn<'a> {
    /// The format.
    pub format: TimeFormat,
    /// When the run began.
    pub since: Moment,
    /// The wall clock.
    pub wall: &'a WallClock,
}

impl TimeColumn<'_> {
    /// When `group` came back, by which rows are in order, below one that had come back at `previous`. Of one that became known late it
    /// is known that it was no later than that.
    pub fn text(&self, cx: &UiContext<'_>, group: &CallGroup, previous: Option<Moment>) -> String {
        let sign = if group.call.ended() < group.at { "≤ " } else { "" };
        let time = match self.format {
            TimeFormat::SinceStart => format!("{:.6}", group.at.since(self.since).as_secs_f64()),
            TimeFormat::SincePrevious => format!("{:.6}", group.at.since(previous.unwrap_or(self.since)).as_secs_f64()),
            TimeFormat::WallClock => cx.clock.wall(group.at).map(|time| self.wall.text(time)).unwrap_or_default(),
        };
        format!("{sign}{time}")
    }
}

/// The texts of a row.
pub struct RowText {
    number: String,
    connection: String,
    time: String,
    /// The call with its arguments, or the several that are folded.
    pub call: String,
    /// What came back, in words where a number does not say it; with the addresses and the failure if there is no column for them.
    pub result: String,
    asked: String,
    got: String,
    /// How much of what was asked for came back, unless an error did.
    pub part: Option<f32>,
    peer: String,
    note: String,
    /// The first of the bytes that it carried, on one line.
    carried: String,
    /// The direction of the bytes, if the call carried any.
    pub direction: Option<Direction>,
    /// Whether it failed.
    pub is_bad: bool,
    /// The topic of the glossary that explains the call.
    pub topic: Topic,
    /// The topic that explains the outcome, unless the call is simply done.
    pub outcome_topic: Option<Topic>,
    /// The name of the row for screen readers.
    pub name: String,
    /// The bytes that the calls of the row carried.
    span: Option<Span>,
}

impl RowText {
    /// The texts of `group`, whose time is told as `time`.
    pub fn new(
        cx: &UiContext<'_>,
        group: &CallGroup,
        owner: &CallOwner<'_>,
        since: Moment,
        time: String,
        has_note: bool,
    ) -> Self {
        let row = CallRow::new(group.first + 1, &group.call, owner.thread, since);
        let note = note(cx, &row);
        let carried = carried(owner, group).unwrap_or_default();
        let mut result = result(cx, &row, has_note);
        if result.is_empty() && is_of_handshake(&row, owner, since) {
            result = cx.text("call-handshake");
        }
        let total =
            |each: Option<u32>| each.map(|each| group_digits(u64::from(each) * group.count)).unwrap_or_default();
        let asked = total(row.asked);
        // A failed call returned an error and not 0 bytes.
        let got = if row.direction.is_some() && row.got.is_none() { NO_COUNT.to_owned() } else { total(row.got) };
        let call = match group.folded {
            Some(_) => folded(cx, &row, group.count),
            None => format!("{}({})", label(&row), row.arguments),
        };
        let is_slow = group.count == 1 && row.took >= SLOW;
        // The time of a row is when the call came back. A slow call was made long before that.
        let took = if is_slow { format!("  ({:.3} s)", row.took.as_secs_f64()) } else { String::new() };
        let number = group_digits(row.number);
        let connection = connection_number(group.socket);
        let bytes = match row.got {
            Some(_) => {
                cx.words.with("calls-bytes", [("got", Arg::from(got.clone())), ("asked", Arg::from(asked.clone()))])
            }
            None => String::new(),
        };
        let said = if has_note { format!("{result} {note}") } else { result.clone() };
        let name = format!("{number} {} {said} {bytes}", call.trim_start());
        let after = if result.is_empty() && !has_note { &carried } else { &result };
        let shown = if after.is_empty() { took } else { format!("  →  {after}{took}") };
        let of_transfer = row.got.filter(|_| group.call.asked > 0);
        Self {
            number,
            connection,
            time,
            call,
            result: shown,
            asked,
            got,
            part: of_transfer.map(|_| group.call.got as f32 / group.call.asked as f32),
            peer: peer(&row, owner),
            note: if note.is_empty() { carried.clone() } else { note },
            carried,
            direction: row.direction,
            is_bad: matches!(row.outcome, Outcome::Failed | Outcome::TimedOut),
            topic: row.kind.into(),
            outcome_topic: outcome_topic(&row),
            name: name.split_whitespace().collect::<Vec<_>>().join(" "),
            span: row.span.map(|span| Span::new(span.start, span.start + span.len() * group.count)),
        }
    }

    /// The first of the bytes that it carried, on one line; empty if it carried none.
    pub fn carried(&self) -> &str {
        &self.carried
    }

    /// Whether it carried a byte of `span` in `direction`.
    pub fn carries(&self, direction: Direction, span: Span) -> bool {
        self.direction == Some(direction) && self.span.is_some_and(|own| !own.intersect(span).is_empty())
    }

    /// The columns of the row with tabs between them, for the clipboard.
    pub fn tab_separated(&self) -> String {
        let call = format!("{}{}", self.call.trim_start(), self.result);
        [&self.number, &self.time, &call, &self.asked, &self.got, &self.peer, &self.note].map(String::as_str).join("\t")
    }

    /// All texts of the row, for the tooltip of a row of which a text is cut.
    pub fn full_text(&self) -> String {
        let call = format!("{}{}", self.call.trim_start(), self.result);
        let lines = [call.as_str(), &self.peer, &self.note];
        lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// The colour of the call's text.
    pub fn colour(&self, tokens: &Tokens) -> Color32 {
        match (self.is_bad, self.direction) {
            (true, _) => tokens.error,
            (false, Some(direction)) => tokens.direction(direction),
            (false, None) => tokens.text,
        }
    }

    /// The text in a column.
    pub fn cell(&self, cell: Cell) -> &str {
        match cell {
            Cell::Number => &self.number,
            Cell::Connection => &self.connection,
            Cell::Time => &self.time,
            Cell::Call => &self.call,
            Cell::Asked => &self.asked,
            Cell::Got => &self.got,
            Cell::Peer => &self.peer,
            Cell::Note => &self.note,
            Cell::Bar => "",
        }
    }
}

/// The number of the connection that made a call; a dash for the listener.
pub fn connection_number(socket: SocketId) -> String {
    match socket {
        SocketId::Listener => "–".to_owned(),
        SocketId::Connection(id) => group_digits(id.0.into()),
    }
}

/// The text of several like calls in one row.
fn folded(cx: &UiContext<'_>, row: &CallRow, count: u64) -> String {
    let total = |each: u32| group_digits(u64::from(each) * count);
    let mut args =
        vec![("call", Arg::from(label(row).trim_start().to_owned())), ("count", Arg::from(group_digits(count)))];
    let Some(got) = row.got else { return cx.words.with("calls-folded", args) };
    args.push(("each", Arg::from(group_digits(got.into()))));
    args.push(("total", Arg::from(total(got))));
    cx.words.with("calls-folded-bytes", args)
}

/// The call's name, with the arrow of its direction.
fn label(row: &CallRow) -> String {
    match row.direction {
        Some(Direction::Sent) => format!("↑ {}", row.kind.name()),
        Some(Direction::Received) => format!("↓ {}", row.kind.name()),
        None => format!("  {}", row.kind.name()),
    }
}

/// Whether a call carried bytes of the handshake.
fn is_of_handshake(row: &CallRow, owner: &CallOwner<'_>, since: Moment) -> bool {
    let Some(tls) = owner.tls().filter(|_| row.direction.is_some()) else { return false };
    tls.done.as_ref().is_none_or(|(done, _)| row.begun < done.since(since))
}

/// The result of a call in words, where a number does not say it. What stands in the column of notes is not said twice.
fn result(cx: &UiContext<'_>, row: &CallRow, has_note: bool) -> String {
    match row.outcome {
        Outcome::Done if row.direction.is_some() || (has_note && row.kind == CallKind::Resolve) => String::new(),
        Outcome::Done => row.result.clone(),
        Outcome::Failed if has_note => cx.text("outcome-failed"),
        _ if has_note => String::new(),
        Outcome::PeerFinished | Outcome::TimedOut | Outcome::Stopped => ending(cx, row.outcome),
        Outcome::Failed => match row.failure.as_ref().map(|failure| cx.words.failure(failure)) {
            Some(sentence) => sentence.system.unwrap_or(sentence.what),
            None => cx.text("outcome-failed"),
        },
    }
}

/// The topic that explains the outcome of a call.
fn outcome_topic(row: &CallRow) -> Option<Topic> {
    let of_outcome = || Some(row.outcome).filter(|outcome| *outcome != Outcome::Done).map(Topic::from);
    row.failure.as_ref().map(|failure| Topic::from(&failure.cause)).or_else(of_outcome)
}

/// Why a call came back that neither failed nor carried anything.
fn ending(cx: &UiContext<'_>, outcome: Outcome) -> String {
    match outcome {
        Outcome::PeerFinished => cx.text("outcome-peer-finished"),
        Outcome::TimedOut => cx.text("outcome-timed-out"),
        Outcome::Stopped => cx.text("outcome-stopped"),
        Outcome::Done | Outcome::Failed => String::new(),
    }
}

/// The text in the column of notes, if the call carried nothing: the failure, addresses, or why it ended.
fn note(cx: &UiContext<'_>, row: &CallRow) -> String {
    match &row.failure {
        Some(failure) => failure_text(cx.words, failure),
        None if row.kind == CallKind::Resolve => row.result.clone(),
        None => ending(cx, row.outcome),
    }
}

/// The first of the bytes that the calls of a row carried.
fn carried(owner: &CallOwner<'_>, group: &CallGroup) -> Option<String> {
    let (direction, span) = owner.carried(group)?;
    preview_of(owner.connection?, direction, span, CARRIED_MAX)
}

fn peer(row: &CallRow, owner: &CallOwner<'_>) -> String {
    match &row.subject {
        Some(Subject::Address(address)) => address.to_string(),
        _ => owner.connection.and_then(|own| own.peer).map(|peer| peer.to_string()).unwrap_or_default(),
    }
}
