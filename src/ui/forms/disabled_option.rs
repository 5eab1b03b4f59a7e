//! An option that is disabled while it would have no effect, with the reason below it.

use egui::Ui;

use crate::settings::Unfit;
use crate::ui::kit::UiContext;
use crate::ui::kit::widgets::small_text;
use crate::words::Arg;

/// Draws an option; while it is `unfit` it can't be changed, and the reason stands below it.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, unfit: Option<Unfit>, contents: impl FnOnce(&mut Ui)) {
    ui.add_enabled_ui(unfit.is_none(), contents);
    if let Some(unfit) = unfit {
        let why = cx.words.with("option-no-effect", [("why", Arg::from(cx.words.unfit(unfit)))]);
        small_text(ui, why, cx.tokens.weak);
    }
}
