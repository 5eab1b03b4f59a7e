//! The titles of a list whose columns can be sorted by, made wider and hidden.
//!
//! In scope: a click on a title, dragging the edge between two, a double click on it, the menu that hides columns. Out of scope: which
//! columns have room (the list's own), and how wide a text is.

use egui::{
    Button, CursorIcon, Popup, PopupCloseBehavior, Pos2, Rect, Response, Role, Sense, Stroke, TextStyle, Ui, WidgetInfo,
};

use super::columns::{self, Column, GAP};
use super::virtual_list::SCROLL_BAR;
use crate::ui::kit::glossary_tooltip::explain_below;
use crate::ui::kit::ui_context::UiContext;
use crate::view::{ColumnOptions, ViewOptions};
use crate::words::{Arg, Topic};

/// The titles of a list.
pub struct TableHeader<'a> {
    /// The columns that are shown.
    pub columns: &'a [Column],
    /// The keys of the titles of those that can be hidden.
    pub hideable: &'a [&'static str],
    /// The user's choices for this list.
    pub options: fn(&mut ViewOptions) -> &mut ColumnOptions,
    /// The title of the column that the rows are sorted by, and whether the largest stands first; `None`: they have one order.
    pub sorted: Option<(&'static str, bool)>,
}

/// What the user did to the titles. A column is named by the key of its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderClick {
    /// Sort by the column.
    Sort(&'static str),
    /// Make the column as wide as what stands in it.
    Fit(&'static str),
}

impl TableHeader<'_> {
    /// Draws the titles. Widths and hidden columns are asked for as an action.
    pub fn show(&self, ui: &mut Ui, cx: &UiContext<'_>) -> Option<HeaderClick> {
        let area = columns::title_area(ui, cx);
        let places = columns::lay_out(self.columns, area.with_max_x(area.right() - SCROLL_BAR));
        let mut click = None;
        let header = ui.interact(area, ui.scope_id().with("titles"), Sense::CLICK);
        let mut opens = header.secondary_clicked();
        for (column, place) in self.columns.iter().zip(&places) {
            let response = self.title(ui, cx, column, *place);
            opens |= response.secondary_clicked();
            if response.clicked() && self.sorted.is_some() {
                click = Some(HeaderClick::Sort(column.title));
            }
        }
        // The last column ends where the list does.
        let edges = self.columns.iter().zip(&places).take(self.columns.len().saturating_sub(1));
        for (column, place) in edges {
            click = self.edge(ui, cx, column, *place).or(click);
        }
        self.menu(cx, &header, opens);
        click
    }

    fn title(&self, ui: &Ui, cx: &UiContext<'_>, column: &Column, place: Rect) -> Response {
        let title = cx.text(column.title);
        let Some((by, reversed)) = self.sorted else {
            let response = ui.interact(place, ui.scope_id().with(("title", column.title)), Sense::CLICK);
            response.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &title));
            columns::paint(ui, place, &title, TextStyle::Small.resolve(ui.style()), cx.tokens.weak, column.align);
            return explain_below(response, cx, "", Topic::column(column.title));
        };
        let response = ui.interact(place, ui.scope_id().with(("sort", column.title)), Sense::click());
        let is_by = by == column.title;
        let name = cx.words.with("connections-sort", [("column", Arg::from(title.clone()))]);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_by, &name));
        let mark = if reversed { "▼" } else { "▲" };
        let text = if is_by { format!("{title} {mark}") } else { title };
        let colour = if is_by || response.hovered() { cx.tokens.accent } else { cx.tokens.weak };
        columns::paint(ui, place, &text, TextStyle::Small.resolve(ui.style()), colour, column.align);
        explain_below(response, cx, &name, Topic::column(column.title))
    }

    /// The edge at the right of a column: dragged, it makes the column wider.
    fn edge(&self, ui: &Ui, cx: &UiContext<'_>, column: &Column, place: Rect) -> Option<HeaderClick> {
        let x = place.right() + GAP / 2.0;
        let grip = Rect::from_min_max(Pos2::new(x - GAP / 2.0, place.top()), Pos2::new(x + GAP / 2.0, place.bottom()));
        let sense = Sense::CLICK | Sense::DRAG;
        let response = ui.interact(grip, ui.scope_id().with(("edge", column.title)), sense);
        let response = response.on_hover_cursor(CursorIcon::ResizeHorizontal);
        let name = cx.words.with("column-width", [("column", Arg::from(cx.text(column.title)))]);
        response.widget_info(|| WidgetInfo::labeled(Role::Splitter, true, &name));
        if response.hovered() || response.dragged() {
            ui.painter().vline(x, grip.y_range().shrink(4.0), Stroke::new(1.0, cx.tokens.accent));
        }
        if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged()) {
            let width = pointer.x - GAP / 2.0 - place.left();
            cx.change_views(|views| (self.options)(views).set_width(column.title, width));
        }
        response.double_clicked().then_some(HeaderClick::Fit(column.title))
    }

    fn menu(&self, cx: &UiContext<'_>, header: &Response, opens: bool) {
        let mut popup = Popup::context_menu(header).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
        if opens {
            popup = popup.open_memory(egui::SetOpenCommand::Bool(true));
        }
        popup.show(|ui| {
            let mut views = cx.views.clone();
            let options = (self.options)(&mut views);
            let before = options.clone();
            for key in self.hideable {
                let mut is_shown = !options.is_hidden(key);
                if ui.checkbox(&mut is_shown, cx.text(key)).changed() {
                    options.hide(key, !is_shown);
                }
            }
            ui.separator();
            let reset = Button::new(cx.text("columns-reset"));
            if ui.add_enabled(!options.is_default(), reset).clicked() {
                *options = ColumnOptions::default();
                ui.close();
            }
            let after = options.clone();
            if after != before {
                cx.change_views(|views| *(self.options)(views) = after);
            }
        });
    }
}
