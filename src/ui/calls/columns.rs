//! The columns of the Calls list. A narrow list has fewer of them.

use core::net::SocketAddr;

use egui::{Align, Rect};

use super::filter_bar::TimeFormat;
use crate::ui::kit::{Column, SCROLL_BAR, Width, columns};
use crate::view::group_digits;

/// The room that a digit of the monospaced font takes, in points.
const DIGIT: f32 = 7.9;
/// With less the call itself is cut: what its arguments say, and then the time, make room.
const CALL_NAME: f32 = 96.0;
/// Longer addresses are cut, and whole when the pointer is over them.
const PEER_MAX: usize = 21;
/// The least width of the call and of its note, in points; other columns make room for them.
const CALL_MIN: f32 = 296.0;
const NOTE_MIN: f32 = 112.0;

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
    /// Addresses, or what is said about a failure.
    Note,
}

/// What the widths of columns depend on.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// The largest number of a call.
    pub number: u64,
    /// The largest figure of bytes.
    pub bytes: u64,
    /// The peer, if all rows have the same.
    pub peer: Option<SocketAddr>,
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
    /// The columns for a list as wide as `area`.
    pub fn new(needs: &Needs, area: Rect) -> Self {
        use Cell::{Asked, Bar, Call, Connection, Got, Note, Number, Peer, Time};
        let mut cells = vec![Number, Connection, Time, Call, Asked, Got, Bar, Peer, Note];
        cells.retain(|cell| *cell != Connection || needs.is_all);
        let mut columns = Self::of(cells, needs);
        // Without a column of notes, failures and addresses stand behind the call. Without a column of peers, the connection's header names the peer.
        for (cell, least) in
            [(Note, CALL_MIN), (Peer, CALL_MIN), (Bar, CALL_MIN), (Asked, 2.0 * CALL_NAME), (Time, CALL_NAME)]
        {
            if columns.fit(area, least) {
                break;
            }
            let mut fewer = columns.cells;
            fewer.retain(|other| *other != cell);
            columns = Self::of(fewer, needs);
        }
        columns
    }

    fn of(cells: Vec<Cell>, needs: &Needs) -> Self {
        let columns = cells.iter().map(|cell| column(*cell, needs)).collect();
        Self { cells, columns }
    }

    /// Whether the call has a width of `least` points, and the note enough for itself.
    fn fit(&self, area: Rect, least: f32) -> bool {
        let places = columns::lay_out(&self.columns, area.with_max_x(area.right() - SCROLL_BAR));
        self.cells.iter().zip(places).all(|(cell, place)| match cell {
            Cell::Call => place.width() >= least,
            Cell::Note => place.width() >= NOTE_MIN,
            _ => true,
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
        Cell::Bar => ("column-bar", Width::Points(44.0), Align::Min),
        Cell::Peer => {
            let length = needs.peer.map_or(0, |peer| peer.to_string().len().min(PEER_MAX));
            ("column-peer", points(length, 132.0), Align::Min)
        }
        Cell::Note => ("column-note", Width::Share(0.45), Align::Min),
    };
    Column { title, width, align }
}

#[cfg(test)]
mod tests {
    use egui::{Pos2, Vec2};

    use super::*;

    fn cells(width: f32, is_all: bool) -> Vec<Cell> {
        let peer = Some("127.0.0.1:54321".parse().unwrap());
        let needs = Needs { number: 41_377, bytes: 1024, peer, time_format: TimeFormat::SinceStart, is_all };
        Columns::new(&needs, Rect::from_min_size(Pos2::ZERO, Vec2::new(width, 22.0))).cells
    }

    #[test]
    fn the_smallest_window_does_without_what_all_rows_share() {
        use Cell::{Asked, Bar, Call, Connection, Got, Note, Number, Peer, Time};
        assert_eq!(cells(1200.0, false), [Number, Time, Call, Asked, Got, Bar, Peer, Note]);
        assert_eq!(cells(900.0, false), [Number, Time, Call, Asked, Got, Bar, Peer]);
        assert_eq!(cells(704.0, false), [Number, Time, Call, Asked, Got, Bar]);
        assert_eq!(cells(1200.0, true), [Number, Connection, Time, Call, Asked, Got, Bar, Peer, Note]);
        assert_eq!(cells(760.0, true), [Number, Connection, Time, Call, Asked, Got, Bar]);
        assert_eq!(cells(704.0, true), [Number, Connection, Time, Call, Asked, Got]);
        assert_eq!(cells(420.0, false), [Number, Time, Call, Got]);
        assert_eq!(cells(360.0, false), [Number, Time, Call, Got]);
        assert_eq!(cells(300.0, false), [Number, Call, Got]);
    }
}
