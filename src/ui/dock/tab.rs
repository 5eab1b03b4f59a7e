//! A tab of the dock, its menu, and the menu at the end of a row of tabs.

use egui::containers::menu::MenuButton;
use egui::{Align2, Button, Id, Rect, Response, Role, Sense, TextStyle, Ui, Vec2, WidgetInfo, pos2, vec2};
use egui_tiles::TabState;

use super::order::DockOrder;
use crate::settings::View;
use crate::ui::kit::widgets::tool;
use crate::ui::kit::{FIELD, Icon, UiContext};

/// The height of a row of tabs, in points.
pub(super) const TAB_ROW: f32 = FIELD + 4.0;
/// The room at both sides of a title, in points.
const MARGIN: f32 = 10.0;
/// The thickness of the line below the tab whose view is seen, in points.
const UNDERLINE: f32 = 2.0;

/// The title of a view.
pub(super) fn title(cx: &UiContext<'_>, view: View) -> String {
    cx.text(match view {
        View::Connections => "tab-connections",
        View::Calls => "tab-calls",
        View::Head => "tab-head",
        View::Body => "tab-body",
        View::Bytes => "tab-bytes",
        View::Timing => "tab-timing",
        View::Ladder => "tab-ladder",
        View::Kernel => "tab-kernel",
        View::Tls => "tab-tls",
        View::Program => "program",
    })
}

/// The width of a tab.
pub(super) fn width(ui: &Ui, cx: &UiContext<'_>, view: View) -> f32 {
    let font = TextStyle::Button.resolve(ui.style());
    let galley = ui.painter().layout_no_wrap(title(cx, view), font, cx.tokens.text);
    galley.size().x + 2.0 * MARGIN
}

/// Draws a tab.
pub(super) fn show(ui: &mut Ui, cx: &UiContext<'_>, id: Id, view: View, state: &TabState) -> Response {
    let tokens = cx.tokens;
    let title = title(cx, view);
    let size = vec2(width(ui, cx, view), ui.available_height());
    let (_, rect) = ui.allocate_space(size);
    let response = ui.interact(rect, id, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, ui.is_enabled(), state.active, &title));
    if state.is_being_dragged || !ui.is_rect_visible(rect) {
        return response;
    }
    let is_lit = state.active || response.hovered() || response.has_focus();
    let colour = if is_lit { tokens.text } else { tokens.weak };
    let font = TextStyle::Button.resolve(ui.style());
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, title, font, colour);
    if state.active {
        let line = Rect::from_min_max(pos2(rect.left() + 2.0, rect.bottom() - UNDERLINE), rect.right_bottom());
        ui.painter().rect_filled(line.with_max_x(rect.right() - 2.0), 1.0, tokens.accent);
    }
    response
}

/// Draws what can be done with the view of a tab; returns what was chosen.
pub(super) fn view_entries(
    ui: &mut Ui,
    cx: &UiContext<'_>,
    view: View,
    (can_split, can_close): (bool, bool),
) -> Option<DockOrder> {
    let all = [
        (DockOrder::Split { view, below: false }, "view-beside", can_split),
        (DockOrder::Split { view, below: true }, "view-below", can_split),
        (DockOrder::Close(view), "view-close", can_close),
    ];
    let mut chosen = None;
    for (order, key, enabled) in all {
        if ui.add_enabled(enabled, Button::new(cx.text(key)).frame(false)).clicked() {
            chosen = Some(order);
            ui.close();
        }
    }
    chosen
}

/// Draws the menu at the end of a row of tabs: its views, those that are closed, and what can be done with the one that is seen.
pub(super) fn menu(
    ui: &mut Ui,
    cx: &UiContext<'_>,
    active: View,
    (views, closed): (&[View], &[View]),
    can: (bool, bool),
) -> Option<DockOrder> {
    let mut chosen = None;
    let button = tool(Icon::ChevronDown.atom()).min_size(Vec2::splat(FIELD));
    let name = cx.words.with("view-menu", [("view", title(cx, active).into())]);
    let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for view in views.iter().chain(closed) {
            if ui.selectable_label(*view == active, title(cx, *view)).clicked() {
                chosen = Some(DockOrder::Open(*view));
                ui.close();
            }
        }
        ui.separator();
        chosen = chosen.or(view_entries(ui, cx, active, can));
        ui.separator();
        if ui.add(Button::new(cx.text("view-reset")).frame(false)).clicked() {
            chosen = Some(DockOrder::Reset);
            ui.close();
        }
    });
    response.accessible_name(&name).on_hover_text(name);
    chosen
}
