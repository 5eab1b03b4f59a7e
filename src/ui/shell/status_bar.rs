//! The status bar: sent and received bytes, sizes of head and body, the start line, the state, and `Save body as…`.

use egui::{Align, Button, Label, Layout, Response, RichText, Ui};

use crate::capture::{ByteStream, Connection, ConnectionState, Direction, Message, ReplyState};
use crate::export::{Exporter, Selected};
use crate::ui::action::{Action, RunAction};
use crate::ui::connection::head_panel::{start_line, start_topic};
use crate::ui::kit::UiContext;
use crate::ui::kit::glossary_tooltip::explain_below;
use crate::ui::kit::widgets::button;
use crate::ui::runs::Counts;
use crate::ui::shortcut::Shortcut;
use crate::view::group_digits;
use crate::words::{Arg, Topic};

/// What the line shows.
pub struct StatusModel<'a> {
    /// The connection.
    pub connection: Option<&'a Connection>,
    /// The message that is looked at.
    pub message: Option<&'a Message>,
    /// The direction of the message.
    pub direction: Direction,
    /// Whether there is a run, with a connection or without.
    pub has_run: bool,
    /// What can be exported.
    pub selected: Selected<'a>,
    /// The counts that are subtracted, since the user reset them.
    pub counted_from: Counts,
}

/// Draws the line.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, model: &StatusModel<'_>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        for exporter in Exporter::OF_RUN {
            let mut save = button(ui, &cx.text(exporter.keys().button), exporter.can_export(&model.selected));
            if exporter == Exporter::Body {
                save = save.on_hover_text(Shortcut::SaveBody.text(ui.ctx()));
            }
            if save.clicked() {
                cx.actions.push(Action::Export(exporter));
            }
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| match model.connection {
            Some(connection) => facts(ui, cx, model, connection),
            None => {
                let key = if model.has_run { "status-no-connection" } else { "status-empty" };
                ui.weak(cx.text(key));
            }
        });
    });
}

fn facts(ui: &mut Ui, cx: &UiContext<'_>, model: &StatusModel<'_>, connection: &Connection) {
    ui.spacing_mut().item_spacing.x = 16.0;
    ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Truncate);
    let (from, all) = (model.counted_from, Counts::of(connection));
    for direction in Direction::BOTH {
        let response = count(ui, cx, direction, all, from);
        if from != Counts::default() {
            let totals = Arg::from(counted(cx, direction, all, Counts::default()));
            response.on_hover_text(cx.words.with("counts-total", [("totals", totals)]));
        }
    }
    let reset = Button::new(RichText::new(cx.text("reset-counts")).small()).frame(false);
    if ui.add_enabled(all != from, reset).on_hover_text(cx.text("reset-counts-hint")).clicked() {
        cx.actions.push(Action::Run(RunAction::ResetCounts));
    }
    if let Some(message) = model.message {
        sizes(ui, cx, message, connection.stream(model.direction));
        let line = start_line(cx, &message.head);
        let model = RichText::new(&line).monospace().color(cx.tokens.text);
        let response = ui.add(Label::new(model).show_tooltip_when_elided(false));
        explain_below(response, cx, &line, start_topic(&message.head));
    }
    let (text, colour) = state(cx, connection, model.message);
    let response = ui.add(Label::new(RichText::new(&text).color(colour)).show_tooltip_when_elided(false));
    let topic = Topic::from(connection.state());
    // The tooltip shows the state whole, unless its title is the state.
    let said = if cx.words.topic_title(topic) == text { "" } else { &text };
    explain_below(response, cx, said, topic);
}

fn count(ui: &mut Ui, cx: &UiContext<'_>, direction: Direction, all: Counts, from: Counts) -> Response {
    ui.colored_label(cx.tokens.direction(direction), counted(cx, direction, all, from))
}

/// Bytes and calls of a direction since it had those of `from`.
fn counted(cx: &UiContext<'_>, direction: Direction, all: Counts, from: Counts) -> String {
    let (arrow, key, bytes, calls) = match direction {
        Direction::Sent => {
            ("↑", "status-sends", all.sent.saturating_sub(from.sent), all.sends.saturating_sub(from.sends))
        }
        Direction::Received => {
            ("↓", "status-reads", all.received.saturating_sub(from.received), all.reads.saturating_sub(from.reads))
        }
    };
    let calls = cx.words.with(key, [("count", Arg::from(group_digits(calls))), ("number", Arg::from(calls))]);
    format!("{arrow} {} · {calls}", cx.words.bytes(bytes))
}

fn sizes(ui: &mut Ui, cx: &UiContext<'_>, message: &Message, stream: &ByteStream) {
    let head = Arg::from(group_digits(message.head.span.len()));
    let body = Arg::from(cx.words.body_state(message, stream.bytes));
    ui.label(cx.words.with("status-sizes", [("head", head), ("body", body)]));
}

fn state(cx: &UiContext<'_>, connection: &Connection, message: Option<&Message>) -> (String, egui::Color32) {
    let waits = connection.state() == ConnectionState::Open && connection.is_waiting_in_recv();
    if waits && message.is_some_and(Message::is_complete) {
        return (cx.text("state-complete-but-open"), cx.tokens.pending);
    }
    let bad = matches!(ReplyState::of(connection), ReplyState::Failed | ReplyState::Incomplete { .. })
        && connection.thread.ended.is_some();
    (cx.words.connection_state(connection), if bad { cx.tokens.error } else { cx.tokens.weak })
}
