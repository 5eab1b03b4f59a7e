//! The menu of the addresses that were run last, beside the address.

use egui::containers::menu::MenuButton;
use egui::{Ui, WidgetInfo};

use crate::ui::kit::widgets::tool;
use crate::ui::kit::{Icon, UiContext};

/// Draws the button and, while it is open, the list; returns the one that was chosen.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, recent: &[String]) -> Option<String> {
    let name = cx.text("recent-addresses");
    let mut chosen = None;
    ui.add_enabled_ui(!recent.is_empty(), |ui| {
        let button = tool(Icon::ChevronDown.atom());
        let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
            for address in recent {
                if ui.button(address).clicked() {
                    chosen = Some(address.clone());
                }
            }
        });
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, !recent.is_empty(), &name));
        response.on_hover_text(&name);
    });
    chosen
}
