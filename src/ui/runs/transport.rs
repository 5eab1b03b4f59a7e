//! What can be done with the run that is shown, beside starting and stopping it: pin it, pause its display, clear what is shown.

use egui::{Role, Ui, WidgetInfo};

use super::run_record::RunRecord;
use super::run_store::{Kept, Run};
use crate::ui::action::{Action, RunAction};
use crate::ui::kit::widgets::{button_width, strip, toggle};
use crate::ui::kit::{FIELD, UiContext};
use crate::view::group_digits;
use crate::words::Arg;

/// The buttons: the key of the text, and the mark in its place where there is no room for words.
const BUTTONS: [(&str, &str); 3] = [("pin", "📌"), ("pause-display", "⏸"), ("clear-display", "🗑")];

/// The width of the buttons, with words or with marks, and of the gap before each.
pub fn width(ui: &Ui, cx: &UiContext<'_>, has_words: bool) -> f32 {
    let of = |(key, _)| if has_words { button_width(ui, &cx.text(key)) } else { FIELD };
    BUTTONS.into_iter().map(|button| of(button) + ui.spacing().item_spacing.x).sum()
}

/// Draws the buttons; `None`: nothing is shown. Without words they have marks.
pub fn show<R: Run>(ui: &mut Ui, cx: &UiContext<'_>, kept: Option<&Kept<R>>, has_words: bool) {
    let is_pinned = kept.is_some_and(|kept| kept.is_pinned);
    let is_paused = kept.is_some_and(|kept| kept.run.record().paused().is_some());
    // What is over shows no more than it does, paused or not.
    let can_pause = is_paused || kept.is_some_and(|kept| kept.run.is_running());
    let [pin, pause, clear] = BUTTONS;
    let is_clicked = button(ui, cx, pin, (is_pinned, kept.is_some()), has_words);
    if let Some(kept) = kept.filter(|_| is_clicked) {
        cx.actions.push(Action::Run(RunAction::Pin(kept.id(), !is_pinned)));
    }
    if button(ui, cx, pause, (is_paused, can_pause), has_words) {
        cx.actions.push(Action::Run(RunAction::PauseDisplay(!is_paused)));
    }
    if button(ui, cx, clear, (false, kept.is_some()), has_words) {
        cx.actions.push(Action::Run(RunAction::ClearDisplay));
    }
}

/// Draws a button that stays down while it is on; returns whether it was clicked.
fn button(
    ui: &mut Ui,
    cx: &UiContext<'_>,
    (key, mark): (&str, &str),
    (is_on, enabled): (bool, bool),
    has_words: bool,
) -> bool {
    let name = cx.text(key);
    let hint = cx.text(&format!("{key}-hint"));
    let response = toggle(ui, if has_words { &name } else { mark }, is_on, enabled, cx.tokens);
    if !has_words {
        response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, is_on, &name));
    }
    response.on_hover_text(&hint).on_disabled_hover_text(hint).clicked()
}

/// Draws how many calls and bytes have come since the display was paused.
pub fn waiting(ui: &mut Ui, cx: &UiContext<'_>, record: &RunRecord) {
    let Some(waiting) = record.waiting() else { return };
    let calls = [("count", Arg::from(group_digits(waiting.calls))), ("number", Arg::from(waiting.calls))];
    let bytes = cx.words.bytes(waiting.sent + waiting.received);
    let parts = [("calls", Arg::from(cx.words.with("waiting-calls", calls))), ("bytes", Arg::from(bytes))];
    let text = cx.words.with("display-paused", parts);
    strip(ui, cx.tokens.note_background, |ui| ui.label(text));
}
