//! The menu of a row: what can be done with it, at the pointer or, asked for by the keyboard, below the row.

use egui::{Id, Key, Modifiers, Popup, PopupAnchor, Response, Ui};

/// Draws the menu of `response` while it is open. It is opened by the right button; while `has_keyboard`, by the menu key and by Shift+F10, too. Returns whether
/// it was opened now, for the row to be selected first.
pub fn context_menu(response: &Response, has_keyboard: bool, contents: impl FnOnce(&mut Ui)) -> bool {
    let by_key = Id::unique(("opened by key", response.id));
    let shortcut = |input: &mut egui::InputState| {
        input.consume_key(Modifiers::SHIFT, Key::F10) || input.consume_key(Modifiers::NONE, Key::Menu)
    };
    let key = has_keyboard && response.ctx.input_mut(shortcut);
    let opens = key || response.secondary_clicked();
    if opens {
        response.ctx.data_mut(|data| data.insert_temp(by_key, key));
    }
    let mut popup = Popup::context_menu(response);
    if response.ctx.data(|data| data.get_temp(by_key)).unwrap_or(false) {
        popup = popup.anchor(PopupAnchor::from(response));
    }
    if key {
        popup = popup.open_memory(egui::SetOpenCommand::Bool(true));
    }
    popup.show(contents);
    opens
}
