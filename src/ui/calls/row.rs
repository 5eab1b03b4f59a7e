//! Draws one row of the Calls list, and tells what the user did to it.

use egui::{Color32, CornerRadius, FontId, Id, Rect, Response, Role, Sense, Stroke, TextStyle, Ui, Vec2, WidgetInfo};

use super::columns::{BAR, Cell, Columns};
use super::lines::CallGroup;
use super::menu::RowChoice;
use super::row_text::{RowText, connection_number};
use crate::capture::{PendingCall, SocketId};
use crate::ui::kit::glossary_tooltip::{explain, explain_below};
use crate::ui::kit::{Icon, Tokens, UiContext, columns, context_menu};
use crate::view::group_digits;
use crate::words::{Arg, Topic};

/// The width of the button that opens a folded row, in points.
const FOLD_BUTTON: f32 = 18.0;

/// The state of a row in the list.
pub struct RowState {
    /// The number of the row's line.
    pub line: u64,
    /// Whether it is selected.
    pub selected: bool,
    /// Whether it carried bytes that are looked at elsewhere.
    pub lit: bool,
    /// Whether the keyboard opens its menu.
    pub has_keyboard: bool,
    /// Whether the list holds the calls of all connections.
    pub is_all: bool,
}

/// A click on a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowClick {
    /// The row is selected.
    Select,
    /// The folded row is opened or closed.
    Toggle,
    /// An entry of its menu was clicked.
    Menu(RowChoice),
}

/// Draws a row; returns what the user did to it.
pub fn draw(
    ui: &mut Ui,
    cx: &UiContext<'_>,
    place: Rect,
    columns: &Columns,
    group: &CallGroup,
    text: &RowText,
    state: &RowState,
) -> Option<RowClick> {
    let id = Id::unique(("call", group.socket, group.first, group.is_within));
    let response = ui.interact(place, id, Sense::CLICK);
    background(ui, place, state, cx.tokens);
    let name = match columns.has(Cell::Connection) {
        true => format!("{}, {}", text.name, connection_name(cx, group.socket)),
        false => text.name.clone(),
    };
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(text.carried().to_owned()).filter(|carried| !carried.is_empty()),
        ..WidgetInfo::selected(Role::ListBoxOption, true, state.selected, &name)
    });
    let cells = columns::lay_out(&columns.columns, place);
    let (mut cut, mut toggled) = (false, false);
    let (mut said_at, mut note_at) = (Rect::NOTHING, Rect::NOTHING);
    for ((cell, column), rect) in columns.cells.iter().zip(&columns.columns).zip(cells) {
        match cell {
            Cell::Bar => bar(ui, rect, text, cx.tokens),
            Cell::Call => {
                let rect = rect.with_min_x(rect.left() + if group.is_within { FOLD_BUTTON } else { 0.0 });
                let rect = if group.folded.is_some() {
                    toggled = fold_button(ui, cx, rect, id, group);
                    rect.with_min_x(rect.left() + FOLD_BUTTON)
                } else {
                    rect
                };
                cut |= call(ui, rect, text, cx.tokens);
                said_at = rect;
            }
            _ => {
                let (font, colour) = text_style(ui, *cell, text, cx.tokens);
                cut |= columns::paint(ui, rect, text.cell(*cell), font, colour, column.align);
                if *cell == Cell::Note {
                    note_at = rect;
                }
            }
        }
    }
    let mut click = click_of(&response, group, toggled);
    let mut choice = None;
    if context_menu(&response, state.has_keyboard, |ui| choice = RowChoice::menu(ui, cx, group, text, state.is_all)) {
        click = Some(RowClick::Select);
    }
    let click = choice.map(RowClick::Menu).or(click);
    if !explain_words(ui, cx, id, [said_at, note_at], text, cut) && cut {
        response.on_hover_text(text.full_text());
    }
    click
}

/// The connection that made a call, for screen readers.
fn connection_name(cx: &UiContext<'_>, socket: SocketId) -> String {
    match socket {
        SocketId::Listener => cx.text("calls-of-listener"),
        SocketId::Connection(_) => {
            cx.words.with("calls-of-connection", [("number", Arg::from(connection_number(socket)))])
        }
    }
}

fn click_of(response: &Response, group: &CallGroup, toggled: bool) -> Option<RowClick> {
    if toggled || (response.double_clicked() && group.folded.is_some()) {
        return Some(RowClick::Toggle);
    }
    response.clicked().then_some(RowClick::Select)
}

fn background(ui: &Ui, place: Rect, state: &RowState, tokens: Tokens) {
    let colour = match (state.selected, state.lit, state.line % 2) {
        (true, ..) => tokens.selected,
        (_, true, _) => tokens.highlight,
        (.., 1) => tokens.stripe,
        _ => Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(place, CornerRadius::ZERO, colour);
}

fn text_style(ui: &Ui, cell: Cell, text: &RowText, tokens: Tokens) -> (FontId, Color32) {
    let mono = TextStyle::Monospace.resolve(ui.style());
    match cell {
        Cell::Got => (mono, tokens.text),
        Cell::Note => {
            let plain = FontId::proportional(mono.size);
            match (text.is_bad, text.direction.filter(|_| !text.carried().is_empty())) {
                (true, _) => (plain, tokens.error),
                (_, Some(direction)) => (mono, tokens.direction(direction)),
                _ => (plain, tokens.weak),
            }
        }
        _ => (mono, tokens.weak),
    }
}

/// The width of what stands in a column of a row, in points.
pub fn width(ui: &Ui, cell: Cell, text: &RowText, tokens: Tokens) -> f32 {
    let mono = TextStyle::Monospace.resolve(ui.style());
    match cell {
        Cell::Bar => BAR,
        Cell::Call => {
            let result = columns::text_width(ui, &text.result, FontId::proportional(mono.size));
            columns::text_width(ui, &text.call, mono) + result
        }
        _ => columns::text_width(ui, text.cell(cell), text_style(ui, cell, text, tokens).0),
    }
}

fn call(ui: &Ui, rect: Rect, text: &RowText, tokens: Tokens) -> bool {
    let mono = TextStyle::Monospace.resolve(ui.style());
    let plain = FontId::proportional(mono.size);
    let colour = text.colour(&tokens);
    let parts = [(text.call.as_str(), mono, colour), (text.result.as_str(), plain, colour)];
    columns::paint_parts(ui, rect, &parts, egui::Align::Min)
}

/// Explains the call and its result where they stand, and the failure in the column of notes; returns whether the pointer is there.
fn explain_words(
    ui: &Ui,
    cx: &UiContext<'_>,
    id: Id,
    [said_at, note_at]: [Rect; 2],
    text: &RowText,
    cut: bool,
) -> bool {
    let mono = TextStyle::Monospace.resolve(ui.style());
    let width = |text: &str, font| columns::text_width(ui, text, font);
    let plain = FontId::proportional(mono.size);
    let middle = (said_at.left() + width(&text.call, mono)).min(said_at.right());
    let end = (middle + width(&text.result, plain)).min(said_at.right());
    let (call, result) = (said_at.with_max_x(middle), said_at.with_min_x(middle).with_max_x(end));
    let whole = if cut { text.full_text() } else { String::new() };
    let mut is_there = false;
    for (at, topic) in [(call, Some(text.topic)), (result, text.outcome_topic), (note_at, text.outcome_topic)] {
        if topic.is_some() && at.is_positive() {
            let response = ui.interact(at, id.with(("word", at.left() as i32)), Sense::hover());
            is_there |= explain_below(response, cx, &whole, topic).contains_pointer();
        }
    }
    is_there
}

/// The button that opens a folded row; returns whether it was clicked.
fn fold_button(ui: &Ui, cx: &UiContext<'_>, rect: Rect, id: Id, group: &CallGroup) -> bool {
    let area = Rect::from_min_size(rect.min, Vec2::new(FOLD_BUTTON, rect.height()));
    let response = ui.interact(area, id.with("sign"), Sense::CLICK);
    let count = [("count", Arg::from(group_digits(group.count)))];
    let name = cx.words.with(if group.is_open { "calls-close" } else { "calls-open" }, count);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let colour = if response.hovered() { cx.tokens.text } else { cx.tokens.weak };
    if group.is_open { Icon::ChevronDown } else { Icon::ChevronRight }.paint(ui.painter(), area, colour);
    response.clicked()
}

/// Draws the share of the bytes asked for that came back.
fn bar(ui: &Ui, rect: Rect, text: &RowText, tokens: Tokens) {
    let (Some(part), Some(direction)) = (text.part, text.direction) else { return };
    let area = Rect::from_center_size(rect.center(), Vec2::new(rect.width(), 6.0));
    let filled = area.with_max_x(area.left() + area.width() * part.clamp(0.0, 1.0));
    ui.painter().rect_filled(area, CornerRadius::same(2), tokens.line);
    ui.painter().rect_filled(filled, CornerRadius::same(2), tokens.direction(direction));
}

/// Draws calls of a connection that is not kept any more.
pub fn draw_forgotten(ui: &mut Ui, cx: &UiContext<'_>, place: Rect, columns: &Columns, of: SocketId, first: u64) {
    let text = cx.text("calls-gone");
    let (number, connection) = (group_digits(first + 1), connection_number(of));
    let response = ui.interact(place, Id::unique(("gone", of, first)), Sense::hover());
    let name = format!("{number} {text}, {}", connection_name(cx, of));
    response.widget_info(|| WidgetInfo::labeled(Role::ListBoxOption, true, &name));
    for ((cell, column), rect) in
        columns.cells.iter().zip(&columns.columns).zip(columns::lay_out(&columns.columns, place))
    {
        let shown = match cell {
            Cell::Number => &number,
            Cell::Connection => &connection,
            Cell::Call => &text,
            _ => continue,
        };
        let font = TextStyle::Monospace.resolve(ui.style());
        columns::paint(ui, rect, shown, font, cx.tokens.weak, column.align);
    }
}

/// Draws a call in progress, or one that is due: it has no number yet, and no moment at which it came back.
pub fn draw_unfinished(
    ui: &mut Ui,
    cx: &UiContext<'_>,
    place: Rect,
    columns: &Columns,
    (call, is_due): (&PendingCall, bool),
) {
    let mono = TextStyle::Monospace.resolve(ui.style());
    let waited = cx.now.since(call.since).as_secs();
    let waits = match is_due {
        true => cx.text("call-due"),
        false => cx.words.with("call-blocked", [("seconds", Arg::from(waited))]),
    };
    let asked = if call.asked == 0 { String::new() } else { group_digits(call.asked.into()) };
    let text = format!("  {}  {waits}", call.kind.name());
    let response = ui.interact(place, Id::unique(("unfinished", call.kind, is_due)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::ListBoxOption, true, text.trim_start()));
    explain(response, cx, if is_due { Topic::due() } else { Topic::blocked() });
    for ((cell, column), rect) in
        columns.cells.iter().zip(&columns.columns).zip(columns::lay_out(&columns.columns, place))
    {
        let shown = match cell {
            Cell::Number => "…",
            Cell::Call => &text,
            Cell::Asked => &asked,
            _ => continue,
        };
        columns::paint(ui, rect, shown, mono.clone(), cx.tokens.pending, column.align);
    }
}

/// Draws the button that goes to the newest row, over the list; returns whether it was clicked. `hint` says more of it.
pub fn newest(ui: &mut Ui, cx: &UiContext<'_>, area: Rect, hint: &str) -> bool {
    let name = cx.text("calls-newest");
    let size = Vec2::new(104.0, 22.0);
    let corner = area.right_bottom() - Vec2::new(crate::ui::kit::SCROLL_BAR + 8.0, 8.0) - size;
    let button = egui::Button::new(egui::RichText::new(name).small())
        .fill(cx.tokens.surface)
        .stroke(Stroke::new(1.0, cx.tokens.weak));
    ui.put(Rect::from_min_size(corner, size), button).on_hover_text(cx.text(hint)).clicked()
}
