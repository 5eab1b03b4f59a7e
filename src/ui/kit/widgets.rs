//! Small widgets that several panels use.

use egui::text::{CCursor, CCursorRange};
use egui::{
    Button, Color32, ComboBox, Frame, IntoAtoms, Margin, Response, RichText, Stroke, TextEdit, TextStyle, Ui, Vec2,
};

use super::look::fonts::semi_bold;
use super::look::{ICON, Icon};
use super::tokens::{FIELD, GRID, Tokens};
use super::ui_context::UiContext;
use crate::settings::LINE_MAX;
use crate::view::group_digits;
use crate::words::Arg;

/// The least size of a button: any width, and the height of a field.
const HEIGHT: Vec2 = Vec2::new(0.0, FIELD);

/// `text` in the weight of headings.
pub fn strong(text: impl Into<String>) -> RichText {
    RichText::new(text).family(semi_bold())
}

/// A label and a one-line field of `width` points, tied together for screen readers.
pub fn field(ui: &mut Ui, label: &str, text: &mut String, width: f32, tokens: Tokens) -> Response {
    let label = ui.label(RichText::new(label).color(tokens.weak));
    let edit = TextEdit::singleline(text).char_limit(LINE_MAX).desired_width(width).align(egui::Align2::LEFT_CENTER);
    ui.add_sized(Vec2::new(width, FIELD), edit).labelled_by(label.id)
}

/// Gives a text field the keyboard, with all of its `text` selected.
pub fn focus_all(ui: &Ui, response: &Response, text: &str) {
    response.request_focus();
    let mut state = TextEdit::load_state(ui.ctx(), response.id).unwrap_or_default();
    let end = CCursor::new(text.chars().count());
    state.cursor.set_char_range(Some(CCursorRange::two(CCursor::new(0), end)));
    state.store(ui.ctx(), response.id);
}

/// Gives a text field the keyboard in the frame in which it opens.
pub fn focus_when_new(ui: &Ui, response: &Response) {
    if ui.ctx().viewport(|viewport| !viewport.prev_pass.widgets.contains(response.id)) {
        response.request_focus();
    }
}

/// The filled button for what is to be done next. A screen has one.
pub fn primary(ui: &mut Ui, text: &str, enabled: bool, tokens: Tokens) -> Response {
    primary_of(ui, text, enabled, tokens)
}

/// The button of a bar for what is to be done next: an ordinary one where another panel has the screen's primary button.
pub fn bar_primary(ui: &mut Ui, cx: &UiContext<'_>, text: &str, enabled: bool) -> Response {
    if cx.has_primary { button(ui, text, enabled) } else { primary(ui, text, enabled, cx.tokens) }
}

/// A [`primary`] button with an icon before its text.
pub fn primary_with_icon(ui: &mut Ui, icon: Icon, text: &str, enabled: bool, tokens: Tokens) -> Response {
    primary_of(ui, (icon.atom(), text), enabled, tokens)
}

fn primary_of<'a>(ui: &mut Ui, contents: impl IntoAtoms<'a>, enabled: bool, tokens: Tokens) -> Response {
    ui.scope(|ui| {
        let (text, fill) = if enabled { (tokens.on_accent, tokens.accent) } else { (tokens.weak, tokens.button) };
        let widgets = &mut ui.visuals_mut().widgets;
        for widget in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active, &mut widgets.noninteractive] {
            (widget.weak_bg_fill, widget.fg_stroke.color, widget.bg_stroke) = (fill, text, Stroke::NONE);
        }
        ui.add_enabled(enabled, Button::new(contents).min_size(Vec2::new(80.0, FIELD)))
    })
    .inner
}

/// An ordinary button of a form or a message: with a ground of its own, so that it is known for a button where it stands alone.
pub fn button(ui: &mut Ui, text: &str, enabled: bool) -> Response {
    // Fields keep their line.
    let line = std::mem::take(&mut ui.visuals_mut().widgets.inactive.bg_stroke);
    let response = ui.add_enabled(enabled, Button::new(text).min_size(HEIGHT));
    ui.visuals_mut().widgets.inactive.bg_stroke = line;
    response
}

/// A button of a bar: its frame is seen while the pointer is on it.
pub fn tool_button<'a>(ui: &mut Ui, contents: impl IntoAtoms<'a>, enabled: bool) -> Response {
    ui.add_enabled(enabled, tool(contents))
}

/// A [`tool_button`] that is not drawn yet, as a menu takes it.
pub fn tool<'a>(contents: impl IntoAtoms<'a>) -> Button<'a> {
    Button::new(contents).frame_when_inactive(false).min_size(HEIGHT)
}

/// The width of a button with this text, in points.
pub fn button_width(ui: &Ui, text: &str) -> f32 {
    let font = egui::TextStyle::Button.resolve(ui.style());
    let width = ui.painter().layout_no_wrap(text.to_owned(), font, Color32::WHITE).size().x;
    (width + 2.0 * ui.spacing().button_padding.x).ceil()
}

/// A frame that makes one field of a text and the buttons that belong to it; `contents` returns whether the text has the keyboard.
pub fn field_frame(ui: &mut Ui, tokens: Tokens, contents: impl FnOnce(&mut Ui) -> bool) {
    let frame = Frame::new().fill(tokens.surface).corner_radius(4).inner_margin(Margin {
        left: 4,
        right: 0,
        top: 0,
        bottom: 0,
    });
    let shown = frame.show(ui, |ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.horizontal(contents).inner
    });
    let stroke = if shown.inner { Stroke::new(1.5, tokens.accent) } else { Stroke::new(1.0, tokens.line) };
    ui.painter().rect_stroke(shown.response.rect, 4.0, stroke, egui::StrokeKind::Outside);
}

/// A row of tabs of which one is chosen; returns the one that was clicked.
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
            if tab(ui, text, chosen, HEIGHT, tokens).clicked() && !chosen {
                clicked = Some(*value);
            }
        }
    });
    clicked
}

/// One of several of which one is `chosen`, with a line below it; no smaller than `min_size`.
pub(super) fn tab(ui: &mut Ui, text: &str, chosen: bool, min_size: Vec2, tokens: Tokens) -> Response {
    let text = RichText::new(text).color(if chosen { tokens.accent } else { tokens.text });
    let button = Button::new(text).fill(Color32::TRANSPARENT).selected(chosen).frame_when_inactive(false);
    let response = ui.add(button.stroke(Stroke::NONE).min_size(min_size));
    if chosen || response.hovered() {
        let colour = if chosen { tokens.accent } else { tokens.line };
        let place = response.rect.shrink2(Vec2::new(GRID / 2.0, 0.0));
        ui.painter().hline(place.x_range(), place.bottom() - 1.0, Stroke::new(2.0, colour));
    }
    response
}

/// A button that stays pressed while `on` holds.
pub fn toggle(ui: &mut Ui, text: &str, on: bool, enabled: bool, tokens: Tokens) -> Response {
    ui.add_enabled_ui(enabled, |ui| pressed(ui, text, on, HEIGHT, tokens)).inner
}

/// A button that is down while `on` holds, no smaller than `min_size`.
pub(super) fn pressed(ui: &mut Ui, text: &str, on: bool, min_size: Vec2, tokens: Tokens) -> Response {
    let text = RichText::new(text).color(if on { tokens.accent } else { tokens.text });
    ui.add(Button::new(text).selected(on).frame_when_inactive(on).min_size(min_size))
}

/// A frame on the surface, as lists and views have it.
pub fn surface(tokens: Tokens) -> Frame {
    Frame::new().fill(tokens.surface)
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
pub fn link_button<'a>(ui: &mut Ui, contents: impl IntoAtoms<'a>, tokens: Tokens) -> Response {
    ui.scope(|ui| {
        ui.style_mut().override_text_style = Some(TextStyle::Small);
        let widgets = &mut ui.visuals_mut().widgets;
        for widget in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
            widget.fg_stroke.color = tokens.link;
        }
        let response = ui.add(Button::new(contents).frame(false).truncate());
        if response.hovered() {
            ui.painter().hline(response.rect.x_range(), response.rect.bottom(), Stroke::new(1.0, tokens.link));
        }
        response
    })
    .inner
}

/// A button with only an icon on it; `name` is what it does.
pub fn icon_button(ui: &mut Ui, icon: Icon, name: &str, enabled: bool) -> Response {
    icon_button_of(ui, icon, name, enabled, FIELD).on_disabled_hover_text(name)
}

/// A small [`icon_button`], in a row or beside a small field.
pub fn small_icon_button(ui: &mut Ui, icon: Icon, name: &str, enabled: bool) -> Response {
    icon_button_of(ui, icon, name, enabled, ICON + GRID / 2.0)
}

fn icon_button_of(ui: &mut Ui, icon: Icon, name: &str, enabled: bool, side: f32) -> Response {
    ui.scope(|ui| {
        ui.spacing_mut().button_padding = Vec2::splat((side - ICON) / 2.0);
        ui.spacing_mut().interact_size.y = side;
        let response = ui.add_enabled(enabled, tool(icon.atom()).min_size(Vec2::splat(side)));
        response.accessible_name(name).on_hover_text(name)
    })
    .inner
}

/// A combo box with the icon of menus; `salt` tells it from others.
pub fn combo<'a>(salt: &str) -> ComboBox<'a> {
    ComboBox::from_id_salt(salt).icon(|ui, place, visuals, _| {
        Icon::ChevronDown.paint(ui.painter(), place, visuals.fg_stroke.color);
    })
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
    let response = combo(name)
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
    egui::DragValue::from_get_set(set).range(range).speed(0.1).suffix(" s").custom_formatter(|value, _| decimals(value))
}

/// A number with as many decimals as it needs, from one to three. A drag value would choose them by the size of a pixel.
fn decimals(value: f64) -> String {
    let text = format!("{value:.3}");
    let short = text.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
}

/// A sentence in small type.
pub fn small_text(ui: &mut Ui, text: impl Into<String>, colour: Color32) -> Response {
    ui.label(RichText::new(text).small().color(colour))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_the_decimals_that_they_need() {
        for (value, text) in [(10.0, "10.0"), (0.5, "0.5"), (0.001, "0.001"), (2.25, "2.25"), (86_400.0, "86400.0")] {
            assert_eq!(decimals(value), text);
        }
    }
}
