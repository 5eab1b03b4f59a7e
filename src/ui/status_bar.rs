//! The bottom line: bytes up and down, reads, head and body sizes, the status line, the state; and `Save body as…`.

use egui::{Align, Layout, RichText, TextStyle, Ui};

use super::action::Action;
use super::head_panel::start_line;
use super::look::Look;
use super::widgets::button;
use crate::capture::{Connection, Direction, Message, State, Verdict, Way};
use crate::view::group_digits;
use crate::words::Arg;

/// What the line tells about.
pub struct Shown<'a> {
    /// The connection.
    pub connection: Option<&'a Connection>,
    /// The message that is looked at.
    pub message: Option<&'a Message>,
    /// The direction that it is in.
    pub way: Way,
    /// Whether there is a body to save.
    pub can_save: bool,
}

/// Draws the line.
pub fn show(ui: &mut Ui, look: &Look<'_>, shown: &Shown<'_>, actions: &mut Vec<Action>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if button(ui, &look.text("save-body"), shown.can_save).on_hover_text("Ctrl+S").clicked() {
            actions.push(Action::SaveBody);
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| match shown.connection {
            Some(connection) => facts(ui, look, shown, connection),
            None => {
                ui.label(RichText::new(look.text("status-empty")).color(look.tokens.weak));
            }
        });
    });
}

fn facts(ui: &mut Ui, look: &Look<'_>, shown: &Shown<'_>, connection: &Connection) {
    ui.spacing_mut().item_spacing.x = 16.0;
    ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Truncate);
    count(ui, look, "↑", &connection.sent, Way::Sent, "status-sends");
    count(ui, look, "↓", &connection.received, Way::Received, "status-reads");
    if let Some(message) = shown.message {
        sizes(ui, look, message, connection.direction(shown.way));
        ui.label(RichText::new(start_line(&message.head)).text_style(TextStyle::Monospace).color(look.tokens.text));
    }
    let (text, colour) = state(look, connection, shown.message);
    ui.label(RichText::new(text).color(colour));
}

fn count(ui: &mut Ui, look: &Look<'_>, arrow: &str, direction: &Direction, way: Way, key: &str) {
    let calls = look
        .words
        .with(key, [("count", Arg::from(group_digits(direction.calls))), ("number", Arg::from(direction.calls))]);
    let text = format!("{arrow} {} · {calls}", look.words.bytes(direction.bytes));
    ui.label(RichText::new(text).color(look.tokens.way(way)));
}

fn sizes(ui: &mut Ui, look: &Look<'_>, message: &Message, direction: &Direction) {
    let head = Arg::from(group_digits(message.head.span.len()));
    let body = Arg::from(look.words.body_state(message, direction.bytes));
    ui.label(RichText::new(look.words.with("status-sizes", [("head", head), ("body", body)])).color(look.tokens.text));
}

fn state(look: &Look<'_>, connection: &Connection, message: Option<&Message>) -> (String, egui::Color32) {
    let waits = connection.state() == State::Open && connection.is_waiting_in_recv();
    if waits && message.is_some_and(Message::is_complete) {
        return (look.text("state-complete-but-open"), look.tokens.accent);
    }
    let bad = matches!(Verdict::of(connection), Verdict::Failed | Verdict::Incomplete { .. })
        && connection.track.ended.is_some();
    (look.words.state(connection), if bad { look.tokens.bad } else { look.tokens.weak })
}
