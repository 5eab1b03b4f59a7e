//! What is said of the calls on a ladder: beside a lifeline, to a screen reader, under the pointer.
//!
//! In scope: texts. What is known is told apart from what is only deduced. Out of scope: drawing.

use crate::capture::{CallKind, Connection, Layer, Outcome, Role, Way};
use crate::http::Span;
use crate::ui::kit::UiContext;
use crate::view::{Carried, Folded, Ladder, Met, Rung, Standing, Unmet, group_digits, short_time, visible_bytes};
use crate::words::Arg;

/// A call that took so long says how long, in nanoseconds.
pub const SLOW: u64 = 1_000_000;
/// So many bytes are shown beside an arrow at most.
const PREVIEW_MAX: usize = 48;

/// The name of a side.
pub fn side_name(cx: &UiContext<'_>, side: Role) -> String {
    cx.text(match side {
        Role::Client => "role-client",
        Role::Server => "role-server",
    })
}

/// A call as it stands beside its lifeline.
pub fn call(cx: &UiContext<'_>, rung: &Rung) -> String {
    let (call, name) = (&rung.call, rung.call.kind.name());
    match rung.standing {
        Standing::Due => return format!("{name}  {}", cx.text("call-due")),
        Standing::Waits => {
            let seconds = cx.now.since(call.begun).as_secs();
            return format!("{name}  {}", cx.words.with("call-blocked", [("seconds", Arg::from(seconds))]));
        }
        Standing::Back => {}
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

/// How long it took, if that was long.
pub fn took(rung: &Rung) -> Option<String> {
    (rung.call.took >= SLOW).then(|| short_time(std::time::Duration::from_nanos(rung.call.took)))
}

/// Everything about a call: whose, which, what came back, and what it has to do with calls of the other end.
pub fn full_text(cx: &UiContext<'_>, rung: &Rung) -> String {
    let number = rung.number.map(|number| format!(" #{}", group_digits(number + 1))).unwrap_or_default();
    let took = took(rung).map(|took| format!(" ({took})")).unwrap_or_default();
    let named = format!("{}{number}: {}{took}", side_name(cx, rung.side), call(cx, rung));
    match rung.met.as_ref().map(|met| match_text(cx, rung, met)).filter(|said| !said.is_empty()) {
        Some(met) => format!("{named}, {met}"),
        None => named,
    }
}

/// What a call has to do with calls of the other end.
fn match_text(cx: &UiContext<'_>, rung: &Rung, met: &Met) -> String {
    let others = others(rung, met);
    let about = [("side", Arg::from(side_name(cx, rung.across()))), ("calls", Arg::from(others))];
    let mut said = Vec::new();
    if !met.with.is_empty() {
        said.push(cx.words.with(meeting_key(met), about.clone()));
    }
    if let Some((why, carried)) = met.open {
        let count = match carried {
            Carried::Bytes(span) => group_digits(span.len()),
            _ => String::new(),
        };
        let about = about.into_iter().chain([("count", Arg::from(count))]);
        said.push(cx.words.with(open_key(met.is_out, rung.call.outcome == Outcome::Done, why, carried), about));
    }
    said.join(", ")
}

fn meeting_key(met: &Met) -> &'static str {
    match (met.carried, met.is_out) {
        (Carried::Bytes(_), true) => "ladder-taken",
        (Carried::Bytes(_), false) => "ladder-sent-by",
        (Carried::Syn | Carried::SynAck, true) => "ladder-accepted",
        (Carried::Syn | Carried::SynAck, false) => "ladder-connected",
        (Carried::Fin, true) => "ladder-fin-told",
        (Carried::Fin, false) => "ladder-fin-by",
        (Carried::FinOfStop, true) => "ladder-stop-told",
        (Carried::FinOfStop, false) => "ladder-stop-by",
        (Carried::Rst, true) => "ladder-rst-told",
        (Carried::Rst, false) => "ladder-rst-by",
    }
}

fn open_key(is_out: bool, is_done: bool, why: Unmet, carried: Carried) -> &'static str {
    match (carried, is_out, why) {
        (Carried::Bytes(_), true, Unmet::Elsewhere) => "ladder-left",
        (Carried::Bytes(_), true, Unmet::NotYet) => "ladder-untaken",
        (Carried::Bytes(_), false, Unmet::Elsewhere) => "ladder-came",
        (Carried::Bytes(_), false, Unmet::NotYet) => "ladder-unreturned",
        (Carried::Syn | Carried::SynAck, true, Unmet::Elsewhere) => "ladder-syn-left",
        (Carried::Syn | Carried::SynAck, true, Unmet::NotYet) if is_done => "ladder-syn-queued",
        (Carried::Syn | Carried::SynAck, true, Unmet::NotYet) => "ladder-syn-unanswered",
        (Carried::Syn | Carried::SynAck, false, _) => "ladder-syn-came",
        (Carried::Fin, true, Unmet::Elsewhere) => "ladder-fin-left",
        (Carried::Fin, true, Unmet::NotYet) => "ladder-fin-untaken",
        (Carried::Fin, false, _) => "ladder-fin-came",
        (Carried::FinOfStop, true, Unmet::Elsewhere) => "ladder-stop-left",
        (Carried::FinOfStop, true, Unmet::NotYet) => "ladder-stop-untaken",
        (Carried::FinOfStop, false, _) => "ladder-stop-came",
        (Carried::Rst, true, _) => "ladder-rst-left",
        (Carried::Rst, false, _) => "ladder-rst-came",
    }
}

/// The calls of the other end by name and number.
fn others(rung: &Rung, met: &Met) -> String {
    let kind = match (rung.call.kind, met.carried) {
        (CallKind::Send, Carried::Bytes(_)) => CallKind::Recv.name(),
        (CallKind::Recv, Carried::Bytes(_)) => CallKind::Send.name(),
        (CallKind::Connect, _) => CallKind::Accept.name(),
        (CallKind::Accept, _) => CallKind::Connect.name(),
        _ => "",
    };
    let numbers = met.with.iter().map(|with| with.number.map(|number| format!("#{}", group_digits(number + 1))));
    let numbers: Vec<String> = numbers.flatten().collect();
    let between = if met.is_many { " … " } else { ", " };
    format!("{kind} {}", numbers.join(between)).trim().to_owned()
}

/// Several calls in one.
pub fn folded(folded: &Folded) -> String {
    let kinds: Vec<&str> = folded.kinds.iter().map(|kind| kind.name()).collect();
    let more = if folded.is_exact { "" } else { " …" };
    format!("{}{more} × {}", kinds.join(", "), group_digits(folded.count))
}

/// The same with everything about them.
pub fn folded_full_text(cx: &UiContext<'_>, of: &Folded) -> String {
    let time = of.stretch.1.since(of.stretch.0);
    let named = format!("{}: {} ({})", side_name(cx, of.side), folded(of), short_time(time));
    let bytes = of
        .bytes
        .map(|bytes| cx.words.with("bytes", [("count", Arg::from(group_digits(bytes))), ("number", Arg::from(bytes))]));
    let sampled = (!of.is_exact).then(|| cx.text("ladder-sampled"));
    [Some(named), bytes, sampled].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The direction of what goes out from `from`, as the end sees it that is looked at.
pub fn way(own: Role, from: Role) -> Way {
    if own == from { Way::Sent } else { Way::Received }
}

/// What stands on an arrow.
pub fn arrow(cx: &UiContext<'_>, ladder: &Ladder<'_>, from: Role, carried: Carried) -> String {
    let span = match carried {
        Carried::Bytes(span) => span,
        Carried::Syn => return "SYN".to_owned(),
        Carried::SynAck => return "SYN+ACK".to_owned(),
        Carried::Fin => return "FIN".to_owned(),
        Carried::FinOfStop => return cx.text("ladder-fin-of-stop"),
        Carried::Rst => return "RST".to_owned(),
    };
    let mark = if way(ladder.own, from) == Way::Sent { "↑" } else { "↓" };
    let preview = preview(ladder, from, span).unwrap_or_default();
    format!("{mark} {}  {preview}", group_digits(span.len())).trim_end().to_owned()
}

/// The first of the bytes as text, if they are kept; those under TLS would say nothing.
fn preview(ladder: &Ladder<'_>, from: Role, span: Span) -> Option<String> {
    [ladder.own, opposite(ladder.own)].into_iter().find_map(|end| {
        let connection: &Connection = ladder.end(end)?.connection;
        let (spool, kept) = connection.bytes(way(end, from), Layer::Plain);
        let length = usize::try_from(span.len()).unwrap_or(usize::MAX).min(PREVIEW_MAX);
        if connection.tls.is_some() || span.start + length as u64 > kept {
            return None;
        }
        let mut bytes = vec![0; length];
        let read = spool.read_at(span.start, &mut bytes).ok()?;
        let text = visible_bytes(bytes.get(..read)?);
        let more = if span.len() > PREVIEW_MAX as u64 { "…" } else { "" };
        Some(format!("{text}{more}"))
    })
}

fn opposite(side: Role) -> Role {
    match side {
        Role::Client => Role::Server,
        Role::Server => Role::Client,
    }
}
