//! What can be done with the run that is shown, beside starting and stopping it: pin it, pause its display, clear what is shown.

use egui::Ui;

use super::run_record::RunRecord;
use super::run_store::{Kept, Run};
use crate::ui::action::{Action, RunAction};
use crate::ui::kit::UiContext;
use crate::ui::kit::widgets::{button, strip, toggle};
use crate::view::group_digits;
use crate::words::Arg;

/// Draws the buttons; `None`: nothing is shown.
pub fn show<R: Run>(ui: &mut Ui, cx: &UiContext<'_>, kept: Option<&Kept<R>>) {
    let is_pinned = kept.is_some_and(|kept| kept.is_pinned);
    let pin = toggle(ui, &cx.text("pin"), is_pinned, kept.is_some(), cx.tokens);
    if let Some(kept) = kept.filter(|_| pin.on_hover_text(cx.text("pin-hint")).clicked()) {
        cx.actions.push(Action::Run(RunAction::Pin(kept.id(), !is_pinned)));
    }
    let is_paused = kept.is_some_and(|kept| kept.run.record().paused().is_some());
    // What is over shows no more than it does, paused or not.
    let can_pause = is_paused || kept.is_some_and(|kept| kept.run.is_running());
    let pause = toggle(ui, &cx.text("pause-display"), is_paused, can_pause, cx.tokens);
    if pause.on_hover_text(cx.text("pause-display-hint")).clicked() {
        cx.actions.push(Action::Run(RunAction::PauseDisplay(!is_paused)));
    }
    let clear = button(ui, &cx.text("clear-display"), kept.is_some());
    if clear.on_hover_text(cx.text("clear-display-hint")).clicked() {
        cx.actions.push(Action::Run(RunAction::ClearDisplay));
    }
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
