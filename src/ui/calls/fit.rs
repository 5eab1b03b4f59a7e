//! The width of a column of the Calls list that shows whole what stands in it.

use egui::{TextStyle, Ui};

use super::columns::{Cell, Columns};
use super::lines::CallLine;
use super::panel::{CallsModel, CallsPanel, row_text};
use super::row;
use super::row_text::TimeColumn;
use crate::ui::kit::{UiContext, columns, rows_in};

impl CallsPanel {
    /// Makes the column with the title `title` as wide as what is in view of it.
    pub(super) fn fit(
        &mut self,
        ui: &Ui,
        cx: &UiContext<'_>,
        model: &CallsModel<'_>,
        shown: &Columns,
        title: &'static str,
    ) {
        let mut cells = shown.cells.iter().zip(&shown.columns);
        let Some((cell, _)) = cells.find(|(_, column)| column.title == title) else { return };
        let count = rows_in(ui.available_height()) as usize + 1;
        let lines = self.lines.read(model.session, model.socket, self.list.scroll.top_row, count);
        let timing = TimeColumn { format: self.controls.time_format, since: model.since, wall: &self.wall };
        let has_note = shown.has(Cell::Note);
        let texts = lines.iter().filter_map(|line| match line {
            CallLine::Calls(group) => row_text(cx, model, &timing, group, None, has_note),
            CallLine::Blocked(_) | CallLine::Forgotten(_) => None,
        });
        let own = columns::text_width(ui, &cx.text(title), TextStyle::Small.resolve(ui.style()));
        let widest = texts.map(|text| row::width(ui, *cell, &text, cx.tokens)).fold(own, f32::max);
        cx.change_views(|views| views.calls.set_width(title, widest.ceil() + 1.0));
    }
}
