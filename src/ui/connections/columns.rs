//! The columns of the table of connections, and their titles, which sort the table. A narrow table has fewer columns.

use egui::{Align, Rect, Ui};

use crate::ui::kit::{Column, HeaderClick, SCROLL_BAR, TableHeader, UiContext, Width, columns};
use crate::view::{ColumnOptions, ConnectionColumn, ConnectionQuery};

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
const KINDS: [Kind; 14] = [
    kind(ConnectionColumn::Number, "column-number", 44.0, false, Align::Max),
    kind(ConnectionColumn::Name, "column-name", 80.0, true, Align::Min),
    kind(ConnectionColumn::State, "column-state", 88.0, true, Align::Min),
    kind(ConnectionColumn::Peer, "column-peer", 144.0, true, Align::Min),
    kind(ConnectionColumn::Request, "column-request", 144.0, true, Align::Min),
    kind(ConnectionColumn::Status, "column-status", 72.0, true, Align::Min),
    kind(ConnectionColumn::Local, "column-local", 144.0, true, Align::Min),
    kind(ConnectionColumn::Sent, "column-sent", 84.0, false, Align::Max),
    kind(ConnectionColumn::Received, "column-received", 84.0, false, Align::Max),
    kind(ConnectionColumn::Reads, "column-reads", 52.0, false, Align::Max),
    kind(ConnectionColumn::Rate, "column-rate", 84.0, false, Align::Max),
    kind(ConnectionColumn::Age, "column-age", 56.0, false, Align::Max),
    kind(ConnectionColumn::Activity, "column-activity", 72.0, false, Align::Max),
    kind(ConnectionColumn::Thread, "column-thread", 160.0, true, Align::Min),
];

const fn kind(column: ConnectionColumn, title: &'static str, least: f32, grows: bool, align: Align) -> Kind {
    Kind { column, title, least, grows, align }
}

/// Without room for all columns these go first. The tooltip of a row shows them.
const LEAST_NEEDED: [ConnectionColumn; 8] = [
    ConnectionColumn::Thread,
    ConnectionColumn::Local,
    ConnectionColumn::Reads,
    ConnectionColumn::Rate,
    ConnectionColumn::Age,
    ConnectionColumn::Activity,
    ConnectionColumn::Name,
    ConnectionColumn::Sent,
];

/// What columns would be empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filled {
    /// Whether a machine has a name.
    pub names: bool,
    /// Whether anything was asked in HTTP.
    pub requests: bool,
}

/// The columns that are shown.
pub struct Columns {
    /// The content of each column.
    pub cells: Vec<ConnectionColumn>,
    /// The title, width and alignment of each column.
    pub columns: Vec<Column>,
}

impl Columns {
    /// The columns for a table as wide as `area`, without those that the user has hidden. One that would be empty is there only if there is
    /// room for all.
    #[must_use]
    pub fn new(area: Rect, filled: Filled, options: &ColumnOptions) -> Self {
        use ConnectionColumn::{Name, Request, Status};
        let mut kinds: Vec<&Kind> = KINDS.iter().filter(|kind| !options.is_hidden(kind.title)).collect();
        let empty = [(Name, filled.names), (Request, filled.requests), (Status, filled.requests)];
        let unneeded = empty.into_iter().filter(|(_, is_filled)| !is_filled).map(|(column, _)| column);
        for column in unneeded.chain(LEAST_NEEDED) {
            if needed(&kinds, options) <= area.width() - SCROLL_BAR {
                break;
            }
            kinds.retain(|kind| kind.column != column);
        }
        let width = |kind: &Kind| if kind.grows { Width::Share(kind.least) } else { Width::Points(kind.least) };
        let column = |kind: &&Kind| Column { title: kind.title, width: width(kind), align: kind.align }.sized(options);
        Self { columns: kinds.iter().map(column).collect(), cells: kinds.iter().map(|kind| kind.column).collect() }
    }

    /// Draws the titles; a click on one sorts by it. Returns the column that is to become as wide as what stands in it.
    pub fn titles(&self, ui: &mut Ui, cx: &UiContext<'_>, query: &mut ConnectionQuery) -> Option<ConnectionColumn> {
        let column_of = |title| KINDS.iter().find(|kind| kind.title == title).map(|kind| kind.column);
        let header = TableHeader {
            columns: &self.columns,
            hideable: &HIDEABLE,
            options: |views| &mut views.connections,
            sorted: Some((title(query.by), query.reversed)),
        };
        match header.show(ui, cx)? {
            HeaderClick::Sort(title) => {
                column_of(title).into_iter().for_each(|column| query.sort(column));
                None
            }
            HeaderClick::Fit(title) => column_of(title),
        }
    }
}

/// The keys of the columns that can be hidden: all but the number.
const HIDEABLE: [&str; 13] = [
    "column-name",
    "column-state",
    "column-peer",
    "column-request",
    "column-status",
    "column-local",
    "column-sent",
    "column-received",
    "column-reads",
    "column-rate",
    "column-age",
    "column-activity",
    "column-thread",
];

/// The key of a column's title.
pub fn title(column: ConnectionColumn) -> &'static str {
    KINDS.iter().find(|kind| kind.column == column).map_or("", |kind| kind.title)
}

/// The room that these columns need.
fn needed(kinds: &[&Kind], options: &ColumnOptions) -> f32 {
    let width = |kind: &&Kind| options.width(kind.title).unwrap_or(kind.least) + columns::GAP;
    kinds.iter().map(width).sum::<f32>() + columns::GAP
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(width: f32, names: bool, requests: bool) -> Vec<ConnectionColumn> {
        let area = Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(width, 22.0));
        Columns::new(area, Filled { names, requests }, &ColumnOptions::default()).cells
    }

    #[test]
    fn a_narrow_table_leaves_out_what_is_needed_least() {
        use ConnectionColumn::*;
        assert_eq!(shown(2_000.0, false, false).len(), KINDS.len());
        assert_eq!(shown(704.0, false, false), [Number, State, Peer, Sent, Received, Age, Activity]);
        assert_eq!(shown(704.0, true, false), [Number, Name, State, Peer, Sent, Received, Activity]);
        assert_eq!(shown(704.0, true, true), [Number, State, Peer, Request, Status, Received]);
        assert!(shown(960.0, true, false).contains(&Rate) && !shown(960.0, true, false).contains(&Thread));
    }

    #[test]
    fn what_is_hidden_makes_room() {
        let mut options = ColumnOptions::default();
        options.hide("column-peer", true);
        let area = Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(704.0, 22.0));
        let cells = Columns::new(area, Filled { names: false, requests: true }, &options).cells;
        use ConnectionColumn::{Peer, Request, Sent};
        assert!(!cells.contains(&Peer) && cells.contains(&Request) && cells.contains(&Sent));
    }

    #[test]
    fn every_column_but_the_number_is_offered_for_hiding() {
        let keys = KINDS.iter().filter(|kind| kind.column != ConnectionColumn::Number).map(|kind| kind.title);
        assert_eq!(keys.collect::<Vec<_>>(), HIDEABLE);
    }
}
