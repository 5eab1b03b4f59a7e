//! The small controls in the lines above the lists of calls and of connections.

use egui::containers::menu::MenuButton;
use egui::{Button, IntoAtoms, Response, RichText, TextStyle, Ui, Vec2, WidgetInfo};

use super::look::Icon;
use super::tokens::Tokens;
use super::ui_context::UiContext;
use super::widgets::{pressed, tool};

/// The height of a small control, in points.
pub const SMALL: f32 = 20.0;

/// Gives `ui` small type and small controls.
pub fn small_controls(ui: &mut Ui) {
    let style = ui.style_mut();
    style.override_text_style = Some(TextStyle::Small);
    style.drag_value_text_style = TextStyle::Small;
    style.spacing.interact_size.y = SMALL;
    style.spacing.button_padding = Vec2::new(7.0, 1.0);
    style.spacing.item_spacing = Vec2::new(4.0, 3.0);
}

/// A small button that stays down; `name` is what a screen reader says.
pub fn small_toggle(ui: &mut Ui, text: &str, name: &str, is_down: bool, tokens: Tokens) -> Response {
    let response = pressed(ui, text, is_down, Vec2::splat(SMALL), tokens);
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(egui::Role::Button, enabled, is_down, name));
    response
}

/// A small button of a bar that is not drawn yet; its frame is seen while the pointer is on it.
pub fn small_tool<'a>(contents: impl IntoAtoms<'a>) -> Button<'a> {
    tool(contents).min_size(Vec2::new(0.0, SMALL))
}

/// A small button with a menu of choices; returns the choice that was clicked. `name` is what a screen reader says.
pub fn small_menu<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    current: T,
    all: &[(T, String)],
    cx: &UiContext<'_>,
) -> Option<T> {
    let text = all.iter().find(|(value, _)| *value == current).map_or("", |(_, text)| text);
    let colour = if current == all.first()?.0 { cx.tokens.text } else { cx.tokens.accent };
    let button = small_tool((RichText::new(text).color(colour), Icon::ChevronDown.atom()));
    let mut chosen = None;
    let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (value, text) in all {
            if ui.selectable_label(*value == current, text).clicked() {
                chosen = Some(*value);
            }
        }
    });
    let accessible_name = format!("{name}: {text}");
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &accessible_name));
    response.on_hover_text(name);
    chosen
}

/// What a screen reader says of a text field without a label: its `name`, and the `text` in it.
pub fn text_edit_info(text: &str, name: &str) -> WidgetInfo {
    let mut info = WidgetInfo::text_edit(true, text, text, "");
    info.label = Some(name.to_owned());
    info
}
