//! The columns of the table of connections, and their titles, which sort the table. A narrow table has fewer columns.

use egui::{Align, Rect, Role, Sense, Stroke, TextStyle, Ui, WidgetInfo};

use crate::ui::kit::glossary_tooltip::explain_below;
use crate::ui::kit::{Column, ROW, SCROLL_BAR, UiContext, Width, columns};
use crate::view::{ConnectionColumn, ConnectionQuery};
use crate::words::{Arg, Topic};

/// A column: its title, its least width in points, and its alignment.
struct Kind {
    column: ConnectionColumn,
    title: &'static str,
    least: f32,
    /// Whether the column takes its share of the width that is left.
    grows: bool,
    align: Align,
}

/// All columns, from left to right.
const KINDS: [Kind; 11] = [
    kind(ConnectionColumn::Number, "column-number", 44.0, false, Align::Max),
    kind(ConnectionColumn::Name, "column-name", 80.0, true, Align::Min),
    kind(ConnectionColumn::State, "column-state", 88.0, true, Align::Min),
    kind(ConnectionColumn::Peer, "column-peer", 152.0, true, Align::Min),
    kind(ConnectionColumn::Local, "column-local", 144.0, true, Align::Min),
    kind(ConnectionColumn::Sent, "column-sent", 84.0, false, Align::Max),
    kind(ConnectionColumn::Received, "column-received", 84.0, false, Align::Max),
    kind(ConnectionColumn::Reads, "column-reads", 52.0, false, Align::Max),
    kind(ConnectionColumn::Rate, "column-rate", 84.0, false, Align::Max),
    kind(ConnectionColumn::Age, "column-age", 56.0, false, Align::Max),
    kind(ConnectionColumn::Thread, "column-thread", 160.0, true, Align::Min),
];

const fn kind(column: ConnectionColumn, title: &'static str, least: f32, grows: bool, align: Align) -> Kind {
    Kind { column, title, least, grows, align }
}

/// Without room for all columns these go first. The tooltip of a row shows them.
const LEAST_NEEDED: [ConnectionColumn; 5] = [
    ConnectionColumn::Thread,
    ConnectionColumn::Local,
    ConnectionColumn::Reads,
    ConnectionColumn::Rate,
    ConnectionColumn::Name,
];

/// The columns that are shown.
pub struct Columns {
    /// The content of each column.
    pub cells: Vec<ConnectionColumn>,
    /// The title, width and alignment of each column.
    pub columns: Vec<Column>,
}

impl Columns {
    /// The columns for a table as wide as `area`. Without a name there is no column of names, unless there is room for all.
    #[must_use]
    pub fn new(area: Rect, has_names: bool) -> Self {
        let mut kinds: Vec<&Kind> = KINDS.iter().collect();
        let unneeded = Some(ConnectionColumn::Name).filter(|_| !has_names);
        for column in unneeded.into_iter().chain(LEAST_NEEDED) {
            if needed(&kinds) <= area.width() - SCROLL_BAR {
                break;
            }
            kinds.retain(|kind| kind.column != column);
        }
        let width = |kind: &Kind| if kind.grows { Width::Share(kind.least) } else { Width::Points(kind.least) };
        let column = |kind: &&Kind| Column { title: kind.title, width: width(kind), align: kind.align };
        Self { columns: kinds.iter().map(column).collect(), cells: kinds.iter().map(|kind| kind.column).collect() }
    }

    /// Draws the titles; a click on one sorts by it.
    pub fn titles(&self, ui: &mut Ui, cx: &UiContext<'_>, query: &mut ConnectionQuery) {
        // The rows follow without a gap.
        ui.spacing_mut().item_spacing.y = 0.0;
        let (area, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), ROW), Sense::hover());
        ui.painter().rect_filled(area, 0.0, cx.tokens.background);
        ui.painter().hline(area.x_range(), area.bottom(), Stroke::new(1.0, cx.tokens.line));
        let font = TextStyle::Small.resolve(ui.style());
        let cells = columns::lay_out(&self.columns, area.with_max_x(area.right() - SCROLL_BAR));
        for ((cell, column), place) in self.cells.iter().zip(&self.columns).zip(cells) {
            let title = cx.text(column.title);
            let response = ui.interact(place, ui.scope_id().with(("sort", column.title)), Sense::click());
            let is_by = query.by == *cell;
            let name = cx.words.with("connections-sort", [("column", Arg::from(title.clone()))]);
            response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_by, &name));
            let mark = if query.reversed { "▼" } else { "▲" };
            let text = if is_by { format!("{title} {mark}") } else { title };
            let is_lit = is_by || response.hovered();
            let colour = if is_lit { cx.tokens.accent } else { cx.tokens.weak };
            columns::paint(ui, place, &text, font.clone(), colour, column.align);
            if explain_below(response, cx, &name, Topic::column(column.title)).clicked() {
                query.sort(*cell);
            }
        }
    }
}

/// The room that these columns need.
fn needed(kinds: &[&Kind]) -> f32 {
    kinds.iter().map(|kind| kind.least + columns::GAP).sum::<f32>() + columns::GAP
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(width: f32, has_names: bool) -> Vec<ConnectionColumn> {
        Columns::new(Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(width, 22.0)), has_names).cells
    }

    #[test]
    fn a_narrow_table_leaves_out_what_is_needed_least() {
        use ConnectionColumn::*;
        assert_eq!(shown(1_600.0, false).len(), KINDS.len());
        assert_eq!(shown(704.0, false), [Number, State, Peer, Sent, Received, Rate, Age]);
        assert_eq!(shown(704.0, true), [Number, Name, State, Peer, Sent, Received, Age]);
        assert!(shown(960.0, true).contains(&Rate) && !shown(960.0, true).contains(&Thread));
    }
}
