//! The columns of the Calls list. A narrow list has fewer of them.

use core::net::SocketAddr;

use egui::{Align, Rect};

use super::filter_bar::TimeFormat;
use crate::ui::kit::{Column, SCROLL_BAR, Width, columns};
use crate::view::{ColumnOptions, group_digits};

/// The room that a digit of the monospaced font takes, in points.
const DIGIT: f32 = 7.9;
/// The least width of the time's and of the name's column, before what stands beside them makes room.
const CALL_NAME: f32 = 96.0;
/// Longer addresses are cut, and whole when the pointer is over them.
const PEER_MAX: usize = 21;
/// The least width of the call and of what it carried, in points; other columns make room for them.
const CALL_MIN: f32 = 160.0;
const NOTE_MIN: f32 = 136.0;

/// The width of the bar that shows the share of the bytes asked for, in points.
pub const BAR: f32 = 44.0;

enum_with_all! {
    /// The content of a column.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Cell {
        /// The number of the call in its log.
        Number,
        /// The number of the connection.
        Connection,
        /// When the call came back.
        Time,
        /// The call itself, and its result.
        Call,
        /// Bytes asked for.
        Asked,
        /// Bytes that came back.
        Got,
        /// The share of the bytes asked for that came back, as a bar.
        Bar,
        /// The other end.
        Peer,
        /// What the call carried or returned, or why it ended.
        Note,
    }
}

impl Cell {
    /// The key of its title, by which the user's choices name it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Number => "column-number",
            Self::Connection => "column-connection",
            Self::Time => "column-time",
            Self::Call => "column-call",
            Self::Asked => "column-asked",
            Self::Got => "column-got",
            Self::Bar => "column-bar",
            Self::Peer => "column-peer",
            Self::Note => "column-note",
        }
    }
}

/// The keys of the columns that can be hidden: all but the call itself.
pub const HIDEABLE: [&str; 8] = [
    "column-number",
    "column-connection",
    "column-time",
    "column-asked",
    "column-got",
    "column-bar",
    "column-peer",
    "column-note",
];

/// What the widths of columns depend on.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// The largest number of a call.
    pub number: u64,
    /// The largest figure of bytes.
    pub bytes: u64,
    /// The peer of the connection that is looked at.
    pub peer: Option<SocketAddr>,
    /// Whether the calls have different peers: those of all connections, or the listener's.
    pub has_peers: bool,
    /// The format of times.
    pub time_format: TimeFormat,
    /// Whether the calls of all connections are shown.
    pub is_all: bool,
}

/// The columns that are shown.
pub struct Columns {
    /// The content of each column.
    pub cells: Vec<Cell>,
    /// The title, width and alignment of each column.
    pub columns: Vec<Column>,
}

impl Columns {
    /// The columns for a list as wide as `area`, without those that the user has hidden.
    pub fn new(needs: &Needs, options: &ColumnOptions, area: Rect) -> Self {
        use Cell::{Asked, Bar, Call, Connection, Note, Peer, Time};
        let mut cells = Cell::ALL.to_vec();
        cells.retain(|cell| match cell {
            Connection => needs.is_all && !options.is_hidden(cell.key()),
            Peer => needs.has_peers && !options.is_hidden(cell.key()),
            Call => true,
            _ => !options.is_hidden(cell.key()),
        });
        let mut columns = Self::of(cells, needs, options);
        // Without a column of notes, what was carried and why it ended stand behind the call.
        for (cell, least) in [(Bar, CALL_MIN), (Asked, CALL_MIN), (Peer, CALL_MIN), (Note, CALL_MIN), (Time, CALL_NAME)]
        {
            if columns.fit(area, least) {
                break;
            }
            let mut fewer = columns.cells;
            fewer.retain(|other| *other != cell);
            columns = Self::of(fewer, needs, options);
        }
        columns
    }

    fn of(cells: Vec<Cell>, needs: &Needs, options: &ColumnOptions) -> Self {
        let columns = cells.iter().map(|cell| column(*cell, needs).sized(options)).collect();
        Self { cells, columns }
    }

    /// Whether the call has a width of `least` points, and the note enough for itself. What the user has made narrow is wide enough.
    fn fit(&self, area: Rect, least: f32) -> bool {
        let places = columns::lay_out(&self.columns, area.with_max_x(area.right() - SCROLL_BAR));
        self.cells.iter().zip(&self.columns).zip(places).all(|((cell, column), place)| match (cell, column.width) {
            (_, Width::Points(points)) => place.width() >= points - 0.5,
            (Cell::Note, _) => place.width() >= NOTE_MIN,
            _ => place.width() >= least,
        })
    }

    /// Whether there is such a column.
    pub fn has(&self, cell: Cell) -> bool {
        self.cells.contains(&cell)
    }
}

fn column(cell: Cell, needs: &Needs) -> Column {
    let points = |digits: usize, least: f32| Width::Points((digits as f32 * DIGIT).max(least));
    let bytes = points(group_digits(needs.bytes).len(), 56.0);
    let (title, width, align) = match cell {
        Cell::Number => ("column-number", points(group_digits(needs.number).len(), 32.0), Align::Max),
        Cell::Connection => ("column-connection", Width::Points(40.0), Align::Max),
        Cell::Time => match needs.time_format {
            TimeFormat::SinceStart => ("column-time", Width::Points(88.0), Align::Max),
            TimeFormat::SincePrevious => ("column-time-previous", Width::Points(96.0), Align::Max),
            TimeFormat::WallClock => ("column-time-wall", points(17, 0.0), Align::Max),
        },
        Cell::Call => ("column-call", Width::Share(1.0), Align::Min),
        Cell::Asked => ("column-asked", bytes, Align::Max),
        Cell::Got => ("column-got", bytes, Align::Max),
        Cell::Bar => ("column-bar", Width::Points(BAR), Align::Min),
        Cell::Peer => {
            let length = needs.peer.map_or(0, |peer| peer.to_string().len().min(PEER_MAX));
            ("column-peer", points(length, 132.0), Align::Min)
        }
        Cell::Note => ("column-note", Width::Share(1.2), Align::Min),
    };
    Column { title, width, align }
}

#[cfg(test)]
mod tests {
    use egui::{Pos2, Vec2};

    use super::*;

    fn cells(width: f32, is_all: bool, options: &ColumnOptions) -> Vec<Cell> {
        let peer = Some("127.0.0.1:54321".parse().unwrap());
        let time_format = TimeFormat::SinceStart;
        let needs = Needs { number: 41_377, bytes: 1024, peer, has_peers: is_all, time_format, is_all };
        Columns::new(&needs, options, Rect::from_min_size(Pos2::ZERO, Vec2::new(width, 22.0))).cells
    }

    #[test]
    fn a_narrow_list_does_without_what_is_needed_least() {
        use Cell::{Asked, Bar, Call, Connection, Got, Note, Number, Peer, Time};
        let own = ColumnOptions::default();
        assert_eq!(cells(1200.0, false, &own), [Number, Time, Call, Asked, Got, Bar, Note]);
        assert_eq!(cells(704.0, false, &own), [Number, Time, Call, Asked, Got, Note]);
        assert_eq!(cells(1200.0, true, &own), [Number, Connection, Time, Call, Asked, Got, Bar, Peer, Note]);
        assert_eq!(cells(704.0, true, &own), [Number, Connection, Time, Call, Got, Note]);
        assert_eq!(cells(420.0, false, &own), [Number, Time, Call, Got]);
        assert_eq!(cells(300.0, false, &own), [Number, Call, Got]);
    }

    #[test]
    fn what_is_hidden_stays_hidden_and_a_wide_column_pushes_others_out() {
        use Cell::{Asked, Bar, Call, Got, Note, Number, Time};
        let mut options = ColumnOptions::default();
        options.hide("column-bar", true);
        options.hide("column-call", true);
        assert_eq!(cells(1200.0, false, &options), [Number, Time, Call, Asked, Got, Note], "a list of calls has calls");
        let mut options = ColumnOptions::default();
        options.set_width("column-call", 500.0);
        assert_eq!(cells(1200.0, false, &options), [Number, Time, Call, Asked, Got, Bar, Note]);
        assert_eq!(cells(950.0, false, &options), [Number, Time, Call, Got, Note]);
    }

    #[test]
    fn every_column_but_the_call_can_be_hidden_by_its_key() {
        let keys = Cell::ALL.into_iter().filter(|cell| *cell != Cell::Call).map(Cell::key);
        assert_eq!(keys.collect::<Vec<_>>(), HIDEABLE);
    }
}
