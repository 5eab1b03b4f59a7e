//! The bar that sends to connections: a message, messages again and again, a file; and that ends them.
//!
//! In scope: the controls, what they ask for, and why a control is disabled. Out of scope: sending.

use std::time::Duration;

use egui::{Align, DragValue, Layout, RichText, TextEdit, TextStyle, Ui};

use super::sorting::{Recipients, SortedConnections};
use crate::capture::{Moment, typed_path};
use crate::net::{Command, LineEnd, Order, Repeat};
use crate::ui::action::{Action, PathOf, ServerAction};
use crate::ui::forms::TypedMessage;
use crate::ui::kit::small_controls::{SMALL, small_toggle, small_tool, text_edit_info};
use crate::ui::kit::widgets::small_icon_button;
use crate::ui::kit::{Icon, UiContext, strong};
use crate::ui::shortcut::Shortcut;
use crate::view::group_digits;
use crate::words::Arg;

/// How long a button waits for the second click.
const CONFIRM_WITHIN: Duration = Duration::from_secs(4);
/// The height of the bar, in points.
pub const SEND_BAR_HEIGHT: f32 = 116.0;
/// A chat message has no line end.
const DEFAULT_LINE_END: LineEnd = LineEnd::None;

/// A way to end connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CloseKind {
    Close,
    Reset,
    Kick,
}

/// The connections that a command goes to, and why nothing can be sent to them, if nothing can.
struct SendTarget<'a> {
    group: &'a Recipients,
    why_not: Option<String>,
}

/// The panel.
#[derive(Debug)]
pub struct SendBar {
    typed: TypedMessage,
    /// Whether commands go to all open connections, and not only to the selected ones.
    to_all: bool,
    /// The path of the file to be sent.
    pub path: String,
    every: u32,
    times: u64,
    /// Whether each line is a message of its own when they are repeated.
    each_line: bool,
    /// Whether the field for messages is to have the keyboard.
    wants_focus: bool,
    /// The button that was clicked once and needs a second click, and when it was clicked.
    unconfirmed: Option<(CloseKind, Moment)>,
}

impl Default for SendBar {
    fn default() -> Self {
        Self {
            typed: TypedMessage::default(),
            to_all: false,
            path: String::new(),
            every: 1_000,
            times: 0,
            each_line: true,
            wants_focus: false,
            unconfirmed: None,
        }
    }
}

impl SendBar {
    /// Gives the field for messages the keyboard; commands go to the selected connections.
    pub fn focus(&mut self) {
        (self.wants_focus, self.to_all) = (true, false);
    }

    /// Draws the panel; returns whether a message is being written.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, sorted: &SortedConnections) -> bool {
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.horizontal(|ui| {
            self.targets(ui, cx, sorted);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| self.close_buttons(ui, cx, sorted));
        });
        let group = if self.to_all { &sorted.all } else { &sorted.chosen };
        let to = SendTarget { group, why_not: self.why_not(cx, group) };
        let (entered, is_written) = self.message(ui, cx);
        let typed = self.typed.bytes(DEFAULT_LINE_END);
        ui.horizontal(|ui| {
            self.typed.show_options(ui, cx, DEFAULT_LINE_END, "strip line end");
            let why = to.why_not.clone().or_else(|| why_not_sendable(cx, typed.as_ref().map(Vec::is_empty)));
            let can_send = why.is_none();
            let clicked = small_button(ui, cx.text("send"), why, &Shortcut::RunOrSend.text(ui.ctx()));
            if let Ok(bytes) = typed.clone()
                && (clicked || (entered && can_send))
            {
                send_command(group, Command::Send(bytes.into()), cx);
            }
            ui.add_space(8.0);
            self.file(ui, cx, &to);
        });
        ui.horizontal(|ui| self.repeat_controls(ui, cx, &to));
        is_written
    }

    /// Why nothing can be sent, if nothing can.
    fn why_not(&self, cx: &UiContext<'_>, group: &Recipients) -> Option<String> {
        match (group.open.is_empty(), group.sending.is_empty()) {
            (true, _) => Some(cx.text(if self.to_all { "why-none-open" } else { "why-none-chosen" })),
            (_, true) => Some(cx.text("why-sending-ended")),
            _ => None,
        }
    }

    /// Draws the choice of the connections that commands go to.
    fn targets(&mut self, ui: &mut Ui, cx: &UiContext<'_>, sorted: &SortedConnections) {
        let counted = |key, group: &Recipients| cx.words.with(key, [("count", count(group.open.len()))]);
        let (chosen, all) = (counted("to-selected", &sorted.chosen), counted("to-all-open", &sorted.all));
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for (to_all, name) in [(false, chosen), (true, all)] {
                if small_toggle(ui, &name, &name, self.to_all == to_all, cx.tokens).clicked() {
                    self.to_all = to_all;
                }
            }
        });
        let group = if self.to_all { &sorted.all } else { &sorted.chosen };
        let (open, sending) = (group.open.len(), group.sending.len());
        if let ([id], false) = (group.open.as_slice(), self.to_all) {
            let text = cx.words.with("to-one", [("number", Arg::from(u64::from(id.0)))]);
            ui.colored_label(cx.tokens.pending, text);
            return show_repeating(ui, cx, group);
        }
        let key = match (open, open == sending) {
            (0, _) => "to-none",
            (_, true) => "to-connections",
            (_, false) => "to-some",
        };
        let counts = [("count", count(open)), ("number", Arg::from(open as u64)), ("sending", count(sending))];
        ui.colored_label(cx.tokens.pending, cx.words.with(key, counts));
        show_repeating(ui, cx, group);
    }

    /// Draws the buttons that end connections, from right to left.
    fn close_buttons(&mut self, ui: &mut Ui, cx: &UiContext<'_>, sorted: &SortedConnections) {
        let all = sorted.all.open.len();
        let none = (all == 0).then(|| cx.text("why-none-open"));
        let kick = cx.words.with("kick-all", [("count", count(all))]);
        let sure = cx.words.with("kick-all-sure", [("count", count(all))]);
        if self.close_button(ui, cx, CloseKind::Kick, (&kick, Some(&sure)), none, "kick-all-hint") {
            cx.actions.push(Action::Server(ServerAction::SendOrder(sorted.all.open.clone(), Order::Close)));
        }
        ui.add_space(8.0);
        let group = if self.to_all { &sorted.all } else { &sorted.chosen };
        let many = group.open.len();
        let none = self.why_not(cx, group).filter(|_| many == 0);
        let sure = cx.words.with("end-all-sure", [("count", count(many))]);
        let sure = Some(sure.as_str()).filter(|_| self.to_all && many > 1);
        let reset = cx.text("reset-connection");
        if self.close_button(ui, cx, CloseKind::Reset, (&reset, sure), none.clone(), "reset-connection-hint") {
            cx.actions.push(Action::Server(ServerAction::SendOrder(group.open.clone(), Order::Reset)));
        }
        let close = cx.text("disconnect");
        if self.close_button(ui, cx, CloseKind::Close, (&close, sure), none, "disconnect-hint") {
            cx.actions.push(Action::Server(ServerAction::SendOrder(group.open.clone(), Order::Close)));
        }
        let why = self.why_not(cx, group);
        if small_button(ui, cx.text("shutdown"), why, &cx.text("shutdown-hint")) {
            send_command(group, Command::ShutdownSending, cx);
        }
    }

    /// A button that ends connections. With the text `sure` the button needs a second click.
    fn close_button(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        kind: CloseKind,
        (text, sure): (&str, Option<&str>),
        why_not: Option<String>,
        hint: &str,
    ) -> bool {
        // While the display is paused, `cx.now` stands still.
        let now = cx.clock.now();
        let sure = sure.filter(|_| why_not.is_none());
        let is_confirmed =
            self.unconfirmed.is_some_and(|(unconfirmed, at)| unconfirmed == kind && now.since(at) < CONFIRM_WITHIN);
        let shown = sure.filter(|_| is_confirmed);
        let text = RichText::new(shown.unwrap_or(text));
        let text = if shown.is_some() { text.color(cx.tokens.error) } else { text };
        if !small_button(ui, text, why_not, &cx.text(hint)) {
            return false;
        }
        if sure.is_some() && !is_confirmed {
            self.unconfirmed = Some((kind, now));
            ui.ctx().request_repaint_after(CONFIRM_WITHIN);
            return false;
        }
        self.unconfirmed = None;
        true
    }

    /// Draws the field for messages; returns whether Ctrl+Enter was pressed in it, and whether its text has changed.
    fn message(&mut self, ui: &mut Ui, cx: &UiContext<'_>) -> (bool, bool) {
        let name = cx.text("message");
        let edit = TextEdit::multiline(&mut self.typed.text)
            .font(TextStyle::Monospace)
            .desired_rows(2)
            .desired_width(f32::INFINITY)
            .hint_text(cx.text("strip-message-hint"));
        let output = egui::ScrollArea::vertical().id_salt("strip message").max_height(44.0).show(ui, |ui| ui.add(edit));
        let response = output.inner;
        if std::mem::take(&mut self.wants_focus) {
            response.request_focus();
        }
        let mut info = text_edit_info(&self.typed.text, &name);
        info.role = egui::Role::MultilineTextInput;
        response.widget_info(|| info.clone());
        let entered = response.has_focus() && Shortcut::RunOrSend.pressed(ui.ctx());
        (entered, response.changed())
    }

    fn file(&mut self, ui: &mut Ui, cx: &UiContext<'_>, to: &SendTarget<'_>) {
        let name = cx.text("send-file-path");
        let width = (ui.available_width() - 128.0).clamp(96.0, 360.0);
        let edit = TextEdit::singleline(&mut self.path).hint_text(&name).align(egui::Align2::LEFT_CENTER);
        let response = ui.add_sized(egui::vec2(width, SMALL), edit).on_hover_text(cx.text("send-file-hint"));
        response.widget_info(|| text_edit_info(&self.path, &name));
        let choose = cx.text("send-file-choose");
        if small_icon_button(ui, Icon::Folder, &choose, true).clicked() {
            cx.actions.push(Action::ChoosePath(PathOf::SentFile));
        }
        let path = self.path.trim();
        let why = to.why_not.clone().or_else(|| path.is_empty().then(|| cx.text("why-no-file")));
        if small_button(ui, cx.text("send-file"), why, &cx.text("send-file-hint")) {
            send_command(to.group, Command::SendFile(typed_path(path)), cx);
        }
    }

    fn repeat_controls(&mut self, ui: &mut Ui, cx: &UiContext<'_>, to: &SendTarget<'_>) {
        ui.label(strong(cx.text("loop-send")));
        let label = ui.weak(cx.text("loop-every"));
        let every = DragValue::new(&mut self.every).range(1..=86_400_000).speed(10.0);
        ui.add_sized([56.0, SMALL], every).labelled_by(label.id);
        let label = ui.weak(cx.text("loop-times"));
        let times = DragValue::new(&mut self.times).range(0..=1_000_000_000).speed(0.2);
        ui.add_sized([56.0, SMALL], times).labelled_by(label.id).on_hover_text(cx.text("loop-times-hint"));
        ui.checkbox(&mut self.each_line, cx.text("loop-lines")).on_hover_text(cx.text("loop-lines-hint"));
        let messages = match self.each_line {
            true => self.typed.lines(DEFAULT_LINE_END),
            false => {
                self.typed.bytes(DEFAULT_LINE_END).map(|bytes| if bytes.is_empty() { Vec::new() } else { vec![bytes] })
            }
        };
        let why = to.why_not.clone().or_else(|| why_not_sendable(cx, messages.as_ref().map(Vec::is_empty)));
        if small_button(ui, cx.text("loop-start"), why, &cx.text("loop-hint"))
            && let Ok(messages) = messages
        {
            let times = Some(self.times).filter(|times| *times > 0);
            let repeat = Repeat { messages: messages.into(), every: Duration::from_millis(self.every.into()), times };
            send_command(to.group, Command::Repeat(repeat), cx);
        }
        let why = to.group.repeating.is_empty().then(|| cx.text("why-no-loop"));
        if small_button(ui, cx.text("loop-stop"), why, "") {
            cx.actions.push(Action::Server(ServerAction::SendOrder(
                to.group.repeating.clone(),
                Order::Give(Command::StopRepeating),
            )));
        }
    }
}

/// Why what is typed can't be sent.
fn why_not_sendable(cx: &UiContext<'_>, is_empty: Result<bool, &crate::net::TypedError>) -> Option<String> {
    match is_empty {
        Ok(true) => Some(cx.text("why-nothing-typed")),
        Ok(false) => None,
        Err(error) => Some(cx.words.typed_error(*error)),
    }
}

fn send_command(group: &Recipients, command: Command, cx: &UiContext<'_>) {
    cx.actions.push(Action::Server(ServerAction::SendOrder(group.sending.clone(), Order::Give(command))));
}

fn count(number: usize) -> Arg<'static> {
    Arg::from(group_digits(number as u64))
}

/// A small button; where it can't be used, it says why when the pointer rests on it.
fn small_button(ui: &mut Ui, text: impl Into<egui::WidgetText>, why_not: Option<String>, hint: &str) -> bool {
    let button = small_tool(text.into());
    let response = ui.add_enabled(why_not.is_none(), button);
    let response = match why_not {
        Some(why) => response.on_disabled_hover_text(why),
        None if hint.is_empty() => response,
        None => response.on_hover_text(hint),
    };
    response.clicked()
}

/// Says where messages are being repeated.
fn show_repeating(ui: &mut Ui, cx: &UiContext<'_>, group: &Recipients) {
    if !group.repeating.is_empty() {
        let text = cx.words.with("loop-going", [("count", count(group.repeating.len()))]);
        ui.colored_label(cx.tokens.sent, text);
    }
}
