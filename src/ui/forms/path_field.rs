//! A field for a path: typed, or chosen in the system's dialog.

use egui::Ui;

use crate::ui::action::{Action, PathOf};
use crate::ui::kit::UiContext;
use crate::ui::kit::widgets::{button, field};

/// Draws the field and, below it, nothing more: what is wrong with the path is told by the form.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, of: PathOf, path: &mut String) {
    let label = cx.text(match of {
        PathOf::Folder => "folder",
        PathOf::CannedReply => "path-field",
        PathOf::SentFile => "send-file-path",
        PathOf::Scene => "lessons-path",
    });
    ui.horizontal(|ui| {
        let choose = cx.text("choose-path");
        let font = egui::TextStyle::Button.resolve(ui.style());
        let width = |text: &str| ui.painter().layout_no_wrap(text.to_owned(), font.clone(), cx.tokens.text).size().x;
        let others =
            width(&label) + width(&choose) + 2.0 * ui.spacing().button_padding.x + 2.0 * ui.spacing().item_spacing.x;
        let left = (ui.available_width() - others - 1.0).max(60.0);
        field(ui, &label, path, left, cx.tokens);
        if button(ui, &choose, true).clicked() {
            cx.actions.push(Action::ChoosePath(of));
        }
    });
}
