//! Small widgets that several panels use.

use egui::{Button, Color32, CornerRadius, Frame, Margin, Response, RichText, Stroke, TextEdit, Ui, Vec2};

use super::tokens::{FIELD, GRID, Tokens};
use super::ui_context::UiContext;
use crate::settings::LINE_MAX;
use crate::view::group_digits;
use crate::words::Arg;

/// The least size of a button: any width, and the height of a field.
const HEIGHT: Vec2 = Vec2::new(0.0, FIELD);

/// A label and a one-line field of `width` points, tied together for screen readers.
pub fn field(ui: &mut Ui, label: &str, text: &mut String, width: f32, tokens: Tokens) -> Response {
    let label = ui.label(RichText::new(label).color(tokens.weak));
    let edit = TextEdit::singleline(text).char_limit(LINE_MAX).desired_width(width).align(egui::Align2::LEFT_CENTER);
    ui.add_sized(Vec2::new(width, FIELD), edit).labelled_by(label.id)
}

/// The button for what is to be done next.
pub fn primary(ui: &mut Ui, text: &str, enabled: bool, tokens: Tokens) -> Response {
    let text = RichText::new(text).color(if enabled { tokens.on_accent } else { tokens.weak }).strong();
    let fill = if enabled { tokens.accent } else { tokens.stripe };
    let button = Button::new(text).fill(fill).stroke(Stroke::NONE).min_size(Vec2::new(80.0, FIELD));
    ui.add_enabled(enabled, button)
}

/// An ordinary button.
pub fn button(ui: &mut Ui, text: &str, enabled: bool) -> Response {
    ui.add_enabled(enabled, Button::new(text).min_size(Vec2::new(0.0, FIELD)))
}

/// A row of buttons of which one is chosen; returns the one that was clicked.
pub fn segmented_control<T: Copy + PartialEq>(
    ui: &mut Ui,
    current: T,
    all: &[(T, String)],
    tokens: Tokens,
) -> Option<T> {
    let mut clicked = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for (value, text) in all {
            let chosen = *value == current;
            if choice(ui, text, chosen, HEIGHT, tokens).clicked() && !chosen {
                clicked = Some(*value);
            }
        }
    });
    clicked
}

/// A button that stays pressed while `on` holds.
pub fn toggle(ui: &mut Ui, text: &str, on: bool, enabled: bool, tokens: Tokens) -> Response {
    ui.add_enabled_ui(enabled, |ui| choice(ui, text, on, HEIGHT, tokens)).inner
}

/// A button that shows whether it is `chosen`, no smaller than `min_size`.
pub(super) fn choice(ui: &mut Ui, text: &str, chosen: bool, min_size: Vec2, tokens: Tokens) -> Response {
    let colour = if chosen { tokens.accent } else { tokens.text };
    let fill = if chosen { tokens.selected } else { tokens.paper };
    let stroke = Stroke::new(1.0, if chosen { tokens.accent } else { tokens.line });
    let button = Button::new(RichText::new(text).color(colour))
        .fill(fill)
        .stroke(stroke)
        .corner_radius(CornerRadius::same(3))
        .selected(chosen)
        .min_size(min_size);
    ui.add(button)
}

/// A frame on paper with a hairline, as lists and views have it.
pub fn paper(tokens: Tokens) -> Frame {
    Frame::new().fill(tokens.paper).stroke(Stroke::new(1.0, tokens.line)).inner_margin(Margin::ZERO)
}

/// Says in an empty place what will appear there.
pub fn empty(ui: &mut Ui, text: &str, tokens: Tokens) {
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() / 3.0).min(72.0));
        ui.set_max_width(ui.available_width().min(520.0));
        ui.label(RichText::new(text).color(tokens.weak));
    });
}

/// Says that `count` more lines are not shown, if there are any.
pub fn more(ui: &mut Ui, cx: &UiContext<'_>, count: usize) {
    if count > 0 {
        ui.weak(cx.words.with("lines-more", [("count", Arg::from(group_digits(count as u64)))]));
    }
}

/// A strip across the window with a message in it.
pub fn strip<R>(ui: &mut Ui, background: Color32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let margin = Margin::symmetric(GRID as i8 + 4, 6);
    Frame::new()
        .fill(background)
        .inner_margin(margin)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            contents(ui)
        })
        .inner
}

/// A small button that looks like a link, for what is seldom done.
pub fn link_button(ui: &mut Ui, text: &str, tokens: Tokens) -> Response {
    ui.add(Button::new(RichText::new(text).small().color(tokens.accent)).frame(false))
}

/// A small button with a mark on it; `name` is what it does.
pub fn icon_button(ui: &mut Ui, mark: &str, name: &str, enabled: bool) -> Response {
    let button = Button::new(RichText::new(mark).small()).min_size(Vec2::splat(22.0));
    ui.scope(|ui| {
        ui.spacing_mut().button_padding.x = 2.0;
        ui.add_enabled(enabled, button).accessible_name(name).on_hover_text(name)
    })
    .inner
}

/// A button with one of two texts, as wide as the longer one, so that what stands beside it stays where it is.
pub fn two_state_button(ui: &mut Ui, texts: [&str; 2], second: bool, enabled: bool) -> Response {
    let font = egui::TextStyle::Button.resolve(ui.style());
    let width = |text: &str| ui.painter().layout_no_wrap(text.to_owned(), font.clone(), Color32::WHITE).size().x;
    let [one, other] = texts;
    let least = width(one).max(width(other)) + 2.0 * ui.spacing().button_padding.x;
    let text = if second { other } else { one };
    ui.add_enabled(enabled, Button::new(text).min_size(Vec2::new(least, FIELD)))
}

/// A combo box, `width` points wide; `name` is what a screen reader says.
pub fn combo_box<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    current: &mut T,
    all: &[(T, String)],
    width: f32,
) -> Response {
    let text = all.iter().find(|(value, _)| value == current).map_or("", |(_, text)| text);
    let response = egui::ComboBox::from_id_salt(name)
        .selected_text(text)
        .width(width)
        .height(400.0)
        .truncate()
        .show_ui(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (value, text) in all {
                ui.selectable_value(current, *value, text);
            }
        })
        .response;
    response.accessible_name(name)
}

/// A field for a time in seconds.
pub fn seconds(value: &mut f32, range: core::ops::RangeInclusive<f32>) -> egui::DragValue<'_> {
    // The typed text may be no number.
    let set = move |typed: Option<f64>| {
        if let Some(typed) = typed.filter(|typed| typed.is_finite()) {
            *value = typed as f32;
        }
        f64::from(*value)
    };
    egui::DragValue::from_get_set(set).range(range).speed(0.1).max_decimals(3).suffix(" s")
}

/// A sentence in small type.
pub fn small_text(ui: &mut Ui, text: impl Into<String>, colour: Color32) -> Response {
    ui.label(RichText::new(text).small().color(colour))
}
