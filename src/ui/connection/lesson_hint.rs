//! Offers a lesson where what it explains has just happened: a question about the selected call or the connection, and the lesson
//! that answers it.

use egui::{Align, Layout, TextStyle, Ui};

use crate::capture::{Call, CallKind, Cause, Connection, Failure, Operation, Outcome};
use crate::http::{Span, StartLine};
use crate::ui::action::{Action, LessonAction};
use crate::ui::kit::widgets::{icon_button, link_button};
use crate::ui::kit::{Icon, UiContext};
use crate::ui::select::Chosen;
use crate::view::{SplitCharacter, visible_bytes};
use crate::words::Arg;

/// The room that the icon takes beside the question, in points.
const ROOM_FOR_ICON: f32 = 24.0;

/// Draws the question at the right, if there is one; where there is no room for it, it is the tooltip of an icon.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, connection: &Connection, chosen: Chosen) {
    let Some((question, lesson)) = question(cx, connection, chosen) else { return };
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let font = TextStyle::Small.resolve(ui.style());
        let width = ui.painter().layout_no_wrap(question.clone(), font, cx.tokens.link).size().x;
        let fits = width + ROOM_FOR_ICON <= ui.available_width();
        let link = match fits {
            true => link_button(ui, (question.as_str(), Icon::ChevronRight.atom()), cx.tokens),
            false => icon_button(ui, Icon::Help, &question, true),
        };
        if link.on_hover_text(cx.text("why-hint")).clicked() {
            cx.actions.push(Action::Lesson(LessonAction::Open(lesson)));
        }
    });
}

/// The question about the selected call, or else about the state of the connection; and the lesson that answers it.
fn question(cx: &UiContext<'_>, connection: &Connection, chosen: Chosen) -> Option<(String, &'static str)> {
    let number = chosen.calls.filter(|calls| calls.count == 1).map(|calls| calls.first);
    let call = number.and_then(|number| connection.thread.calls.at(number).ok().flatten());
    if let Some(split) = call.and_then(|call| split_after(connection, &call)) {
        let character = visible_bytes(split.character.to_string().as_bytes());
        let arguments = [
            ("before", Arg::from(split.before as u64)),
            ("length", Arg::from(split.length as u64)),
            ("character", Arg::from(character)),
        ];
        return Some((cx.words.with("why-split", arguments), "character"));
    }
    let (question, lesson) = match call {
        Some(call) => of_call(connection, &call)?,
        None => of_connection(connection)?,
    };
    Some((cx.text(question), lesson))
}

/// The character whose beginning a recv brought and whose rest the next one did.
fn split_after(connection: &Connection, call: &Call) -> Option<SplitCharacter> {
    if call.kind != CallKind::Recv || call.got == 0 || connection.tls.is_some() {
        return None;
    }
    let border = call.span().end;
    let part = |from: u64, to: u64| connection.received.spool.read(Span::new(from, to)).ok();
    let longest = SplitCharacter::LONGEST as u64;
    let kept = connection.received.kept();
    let before = part(border.saturating_sub(longest).max(call.offset), border.min(kept))?;
    SplitCharacter::between(&before, &part(border.min(kept), (border + longest).min(kept))?)
}

type Question = (&'static str, &'static str);

fn of_call(connection: &Connection, call: &Call) -> Option<Question> {
    if let Some(failure) = connection.thread.note(call).and_then(|note| note.failure.as_ref()) {
        return of_failure(failure);
    }
    match (call.kind, call.outcome) {
        (CallKind::Recv, Outcome::PeerFinished | Outcome::Stopped | Outcome::TimedOut) => Some(("why-zero", "end")),
        (CallKind::Recv, Outcome::Done) if call.got < call.asked => Some(("why-less", "maximum")),
        (CallKind::Shutdown, _) => Some(("why-half", "half-close")),
        (CallKind::Close, _) => Some(("why-close", "time-wait")),
        (CallKind::Connect, Outcome::Done) => Some(("why-connected", "backlog")),
        (CallKind::Send, Outcome::Done) if call.got < call.asked => Some(("why-partial", "partial")),
        _ => None,
    }
}

fn of_connection(connection: &Connection) -> Option<Question> {
    if let Some(failure) = &connection.thread.failure {
        return of_failure(failure);
    }
    let reply = connection.received.messages.iter().rev().find(|message| !message.is_interim())?;
    if connection.is_waiting_in_recv() && reply.is_complete() {
        return Some(("why-hangs", "keep-alive"));
    }
    let is_redirect = matches!(reply.head.start_line, StartLine::Response { status: 301 | 302 | 303 | 307 | 308, .. });
    is_redirect.then_some(("why-redirect", "redirect"))
}

fn of_failure(failure: &Failure) -> Option<Question> {
    match failure.cause {
        Cause::Reset | Cause::BrokenPipe => Some(("why-reset", "reset")),
        _ if matches!(failure.operation, Operation::Call(CallKind::Resolve | CallKind::Connect)) => {
            Some(("why-failed", "phases"))
        }
        _ => None,
    }
}
