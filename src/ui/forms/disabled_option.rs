//! An option that is disabled while it would have no effect, with the reason below it.

use egui::Ui;

use crate::settings::NoEffect;
use crate::ui::kit::UiContext;
use crate::ui::kit::widgets::small_text;
use crate::words::Arg;

/// Draws an option; while it is `no_effect` it can't be changed, and the reason stands below it.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, no_effect: Option<NoEffect>, contents: impl FnOnce(&mut Ui)) {
    ui.add_enabled_ui(no_effect.is_none(), contents);
    if let Some(no_effect) = no_effect {
        let why = cx.words.with("option-no-effect", [("why", Arg::from(cx.words.no_effect(no_effect)))]);
        small_text(ui, why, cx.tokens.weak);
    }
}
