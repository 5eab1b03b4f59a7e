//! The texts of a ladder: beside a lifeline, for a screen reader, and in tooltips.
//!
//! Known and deduced facts have different texts. Out of scope: drawing.

use crate::capture::{CallKind, Connection, Direction, Outcome, Role};
use crate::http::Span;
use crate::ui::kit::UiContext;
use crate::view::{
    Arrow, ArrowKind, CallState, FoldedCalls, Ladder, LadderRow, Match, Unmatched, group_digits, preview_of, short_time,
};
use crate::words::Arg;

/// A call that took at least this long, in nanoseconds, says how long.
pub const SLOW: u64 = 1_000_000;
/// The most bytes that are shown beside an arrow.
const PREVIEW_MAX: usize = 48;

/// The name of a side.
pub fn side_name(cx: &UiContext<'_>, side: Role) -> String {
    cx.text(match side {
        Role::Client => "role-client",
        Role::Server => "role-server",
    })
}

/// A call as it stands beside its lifeline.
pub fn call(cx: &UiContext<'_>, rung: &LadderRow) -> String {
    let (call, name) = (&rung.call, rung.call.kind.name());
    match rung.state {
        CallState::Due => return format!("{name}  {}", cx.text("call-due")),
        CallState::InProgress => {
            let seconds = cx.now.since(call.begun).as_secs();
            return format!("{name}  {}", cx.words.with("call-blocked", [("seconds", Arg::from(seconds))]));
        }
        CallState::Returned => {}
    }
    let asked = match call.kind {
        CallKind::Send | CallKind::Recv => format!("({})", group_digits(call.asked.into())),
        _ => String::new(),
    };
    let result = match (call.outcome, call.kind) {
        (Outcome::Done, CallKind::Send | CallKind::Recv) => group_digits(call.got.into()),
        (Outcome::Done, _) => String::new(),
        (Outcome::PeerFinished, _) => "0".to_owned(),
        (Outcome::TimedOut, _) => cx.text("outcome-timed-out"),
        (Outcome::Stopped, _) => cx.text("outcome-stopped"),
        (Outcome::Failed, _) => cx.text("outcome-failed"),
    };
    let arrow = if result.is_empty() { String::new() } else { format!(" → {result}") };
    format!("{name}{asked}{arrow}")
}

/// The duration of a call, if it was long.
pub fn took(rung: &LadderRow) -> Option<String> {
    (rung.call.took >= SLOW).then(|| short_time(std::time::Duration::from_nanos(rung.call.took)))
}

/// All about a call: its end, name, result, and the calls of the other end that it belongs to.
pub fn full_text(cx: &UiContext<'_>, rung: &LadderRow) -> String {
    let number = rung.number.map(|number| format!(" #{}", group_digits(number + 1))).unwrap_or_default();
    let took = took(rung).map(|took| format!(" ({took})")).unwrap_or_default();
    let named = format!("{}{number}: {}{took}", side_name(cx, rung.side), call(cx, rung));
    match rung.matched.as_ref().map(|matched| match_text(cx, rung, matched)).filter(|text| !text.is_empty()) {
        Some(matched) => format!("{named}, {matched}"),
        None => named,
    }
}

/// The calls of the other end that a call belongs to, in words.
fn match_text(cx: &UiContext<'_>, rung: &LadderRow, matched: &Match) -> String {
    let others = others(rung, matched);
    let about = [("side", Arg::from(side_name(cx, rung.across()))), ("calls", Arg::from(others))];
    let mut parts = Vec::new();
    if !matched.with.is_empty() {
        parts.push(cx.words.with(meeting_key(matched), about.clone()));
    }
    if let Some((why, carried)) = matched.open {
        let count = match carried {
            ArrowKind::Bytes(span) => group_digits(span.len()),
            _ => String::new(),
        };
        let about = about.into_iter().chain([("count", Arg::from(count))]);
        parts.push(cx.words.with(open_key(matched.is_out, rung.call.outcome == Outcome::Done, why, carried), about));
    }
    parts.join(", ")
}

fn meeting_key(matched: &Match) -> &'static str {
    match (matched.kind, matched.is_out) {
        (ArrowKind::Bytes(_), true) => "ladder-taken",
        (ArrowKind::Bytes(_), false) => "ladder-sent-by",
        (ArrowKind::Syn | ArrowKind::SynAck, true) => "ladder-accepted",
        (ArrowKind::Syn | ArrowKind::SynAck, false) => "ladder-connected",
        (ArrowKind::Ack, _) => "ladder-by-system",
        (ArrowKind::Fin, true) => "ladder-fin-told",
        (ArrowKind::Fin, false) => "ladder-fin-by",
        (ArrowKind::FinOfStop, true) => "ladder-stop-told",
        (ArrowKind::FinOfStop, false) => "ladder-stop-by",
        (ArrowKind::Rst, true) => "ladder-rst-told",
        (ArrowKind::Rst, false) => "ladder-rst-by",
    }
}

fn open_key(is_out: bool, is_done: bool, why: Unmatched, carried: ArrowKind) -> &'static str {
    match (carried, is_out, why) {
        (ArrowKind::Bytes(_), true, Unmatched::Elsewhere) => "ladder-left",
        (ArrowKind::Bytes(_), true, Unmatched::NotYet) => "ladder-untaken",
        (ArrowKind::Bytes(_), false, Unmatched::Elsewhere) => "ladder-came",
        (ArrowKind::Bytes(_), false, Unmatched::NotYet) => "ladder-unreturned",
        (ArrowKind::Syn | ArrowKind::SynAck, true, Unmatched::Elsewhere) => "ladder-syn-left",
        (ArrowKind::Syn | ArrowKind::SynAck, true, Unmatched::NotYet) if is_done => "ladder-syn-queued",
        (ArrowKind::Syn | ArrowKind::SynAck, true, Unmatched::NotYet) => "ladder-syn-unanswered",
        (ArrowKind::Syn | ArrowKind::SynAck, false, _) => "ladder-syn-came",
        (ArrowKind::Ack, ..) => "ladder-by-system",
        (ArrowKind::Fin, true, Unmatched::Elsewhere) => "ladder-fin-left",
        (ArrowKind::Fin, true, Unmatched::NotYet) => "ladder-fin-untaken",
        (ArrowKind::Fin, false, _) => "ladder-fin-came",
        (ArrowKind::FinOfStop, true, Unmatched::Elsewhere) => "ladder-stop-left",
        (ArrowKind::FinOfStop, true, Unmatched::NotYet) => "ladder-stop-untaken",
        (ArrowKind::FinOfStop, false, _) => "ladder-stop-came",
        (ArrowKind::Rst, true, _) => "ladder-rst-left",
        (ArrowKind::Rst, false, _) => "ladder-rst-came",
    }
}

/// The calls of the other end by name and number.
fn others(rung: &LadderRow, matched: &Match) -> String {
    let kind = match (rung.call.kind, matched.kind) {
        (CallKind::Send, ArrowKind::Bytes(_)) => CallKind::Recv.name(),
        (CallKind::Recv, ArrowKind::Bytes(_)) => CallKind::Send.name(),
        (CallKind::Connect, _) => CallKind::Accept.name(),
        (CallKind::Accept, _) => CallKind::Connect.name(),
        _ => "",
    };
    let numbers = matched.with.iter().map(|with| with.number.map(|number| format!("#{}", group_digits(number + 1))));
    let numbers: Vec<String> = numbers.flatten().collect();
    let between = if matched.is_many { " … " } else { ", " };
    format!("{kind} {}", numbers.join(between)).trim().to_owned()
}

/// Several calls in one.
pub fn folded(folded: &FoldedCalls) -> String {
    let kinds: Vec<&str> = folded.kinds.iter().map(|kind| kind.name()).collect();
    let more = if folded.is_exact { "" } else { " …" };
    format!("{}{more} × {}", kinds.join(", "), group_digits(folded.count))
}

/// All about several calls in one.
pub fn folded_full_text(cx: &UiContext<'_>, of: &FoldedCalls) -> String {
    let time = of.stretch.1.since(of.stretch.0);
    let named = format!("{}: {} ({})", side_name(cx, of.side), folded(of), short_time(time));
    let bytes = of
        .bytes
        .map(|bytes| cx.words.with("bytes", [("count", Arg::from(group_digits(bytes))), ("number", Arg::from(bytes))]));
    let sampled = (!of.is_exact).then(|| cx.text("ladder-sampled"));
    [Some(named), bytes, sampled].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The direction of what goes out from `from`, as the end sees it that is looked at.
pub fn direction(own: Role, from: Role) -> Direction {
    if own == from { Direction::Sent } else { Direction::Received }
}

/// The text on an arrow.
pub fn arrow(cx: &UiContext<'_>, ladder: &Ladder<'_>, from: Role, carried: ArrowKind) -> String {
    let span = match carried {
        ArrowKind::Bytes(span) => span,
        ArrowKind::Syn => return "SYN".to_owned(),
        ArrowKind::SynAck => return "SYN+ACK".to_owned(),
        ArrowKind::Ack => return "ACK".to_owned(),
        ArrowKind::Fin => return "FIN".to_owned(),
        ArrowKind::FinOfStop => return cx.text("ladder-fin-of-stop"),
        ArrowKind::Rst => return "RST".to_owned(),
    };
    let mark = if direction(ladder.own, from) == Direction::Sent { "↑" } else { "↓" };
    let preview = preview(ladder, from, span).unwrap_or_default();
    format!("{mark} {}  {preview}", group_digits(span.len())).trim_end().to_owned()
}

/// All about an arrow: from which end, to which, and what it stands for.
pub fn arrow_full_text(cx: &UiContext<'_>, ladder: &Ladder<'_>, arrow: &Arrow) -> String {
    let what = self::arrow(cx, ladder, arrow.side, arrow.kind);
    let what = match arrow.kind.is_by_system() {
        true => cx.words.with("ladder-by-system", [("what", Arg::from(what))]),
        false => what,
    };
    let (from, to) = (side_name(cx, arrow.side), side_name(cx, opposite(arrow.side)));
    let parts = [("from", from), ("to", to), ("what", what)].map(|(name, text)| (name, Arg::from(text)));
    cx.words.with("ladder-arrow", parts)
}

/// The first of the bytes, if they are kept; those under TLS would say nothing.
fn preview(ladder: &Ladder<'_>, from: Role, span: Span) -> Option<String> {
    [ladder.own, opposite(ladder.own)].into_iter().find_map(|end| {
        let connection: &Connection = ladder.end(end)?.connection;
        let plain = connection.tls.is_none().then_some(connection)?;
        preview_of(plain, direction(end, from), span, PREVIEW_MAX)
    })
}

/// The other side.
pub fn opposite(side: Role) -> Role {
    match side {
        Role::Client => Role::Server,
        Role::Server => Role::Client,
    }
}
