//! Draws one row of the table of connections, and tells what the user did to it.

use egui::{FontId, Id, Rect, Response, Role, Sense, Stroke, TextStyle, Ui, WidgetInfo};

use super::columns::{Columns, title};
use super::menu::RowChoice;
use crate::capture::{Connection, ConnectionId, ConnectionState};
use crate::settings::PeerNames;
use crate::ui::kit::glossary_tooltip::explain_below;
use crate::ui::kit::{Tokens, UiContext, columns, context_menu, virtual_list};
use crate::view::{
    ConnectionColumn, WallClock, group_digits, has_failed, is_onward, last_activity, last_request, last_status,
    peer_ip, rate, short_bytes,
};
use crate::words::Topic;

/// Every column, in the order in which a row is read out.
const ALL: [ConnectionColumn; 14] = [
    ConnectionColumn::Number,
    ConnectionColumn::Name,
    ConnectionColumn::Peer,
    ConnectionColumn::State,
    ConnectionColumn::Sent,
    ConnectionColumn::Received,
    ConnectionColumn::Reads,
    ConnectionColumn::Rate,
    ConnectionColumn::Age,
    ConnectionColumn::Request,
    ConnectionColumn::Status,
    ConnectionColumn::Activity,
    ConnectionColumn::Local,
    ConnectionColumn::Thread,
];

/// The state of a row in the table.
#[derive(Clone, Copy)]
pub struct RowState {
    /// The number of the row's line.
    pub line: u64,
    /// Whether the connection is selected.
    pub selected: bool,
    /// Whether the connection is shown below the table.
    pub looked: bool,
    /// Whether the keyboard opens its menu.
    pub has_keyboard: bool,
}

/// What rows say that is not in the connections.
#[derive(Clone, Copy)]
pub struct RowNames<'a> {
    /// The names of machines.
    pub peers: &'a PeerNames,
    /// The clock on the wall.
    pub wall: &'a WallClock,
}

/// A click on a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Click {
    /// Selects this connection alone.
    Only(ConnectionId),
    /// Selects this connection alone and shows it, whatever is shown.
    Show(ConnectionId),
    /// Adds this connection to the selection, or takes it out.
    Toggle(ConnectionId),
    /// Selects all connections up to this one.
    Through(ConnectionId),
    /// Names the machine of this connection.
    Name(ConnectionId),
    /// An entry of the menu of this connection was clicked.
    Menu(ConnectionId, RowChoice),
}

impl Click {
    /// The click on the row of `id`, if there was one.
    #[must_use]
    pub fn of(ui: &Ui, response: &Response, id: ConnectionId) -> Option<Self> {
        if !response.clicked() {
            return None;
        }
        let modifiers = ui.input(|input| input.modifiers);
        Some(match modifiers {
            _ if response.double_clicked() => Self::Name(id),
            _ if modifiers.shift => Self::Through(id),
            _ if modifiers.command => Self::Toggle(id),
            _ => Self::Only(id),
        })
    }
}

/// The text in a column.
#[must_use]
pub fn text(cx: &UiContext<'_>, names: RowNames<'_>, connection: &Connection, column: ConnectionColumn) -> String {
    let address = |end: Option<core::net::SocketAddr>| end.map(|end| end.to_string()).unwrap_or_default();
    match column {
        ConnectionColumn::Number => group_digits(connection.id.0.into()),
        ConnectionColumn::Name => peer_name(names.peers, connection).to_owned(),
        ConnectionColumn::State => cx.words.connection_state(connection),
        ConnectionColumn::Peer => address(connection.peer),
        ConnectionColumn::Local => address(connection.local),
        ConnectionColumn::Sent => format!("↑ {}", group_digits(connection.sent.bytes)),
        ConnectionColumn::Received => format!("↓ {}", group_digits(connection.received.bytes)),
        ConnectionColumn::Reads => group_digits(connection.received.calls),
        ConnectionColumn::Rate => {
            rate(connection, cx.now).map(|rate| format!("{}/s", short_bytes(rate.round()))).unwrap_or_default()
        }
        ConnectionColumn::Age => age(connection.thread.age(cx.now)),
        ConnectionColumn::Thread => connection.thread.name.clone(),
        ConnectionColumn::Request => last_request(connection).unwrap_or_default(),
        ConnectionColumn::Status => last_status(connection).unwrap_or_default(),
        ConnectionColumn::Activity => {
            let at = last_activity(connection).and_then(|at| cx.clock.wall(at));
            at.map(|at| names.wall.seconds(at)).unwrap_or_default()
        }
    }
}

/// The texts of all columns, in the order in which a row is read out.
#[must_use]
pub fn texts(cx: &UiContext<'_>, names: RowNames<'_>, connection: &Connection) -> [(ConnectionColumn, String); 14] {
    ALL.map(|column| (column, text(cx, names, connection, column)))
}

/// The name of the machine at the other end, if it has one.
#[must_use]
pub fn peer_name<'a>(names: &'a PeerNames, connection: &Connection) -> &'a str {
    peer_ip(connection).and_then(|address| names.of(address)).unwrap_or_default()
}

/// An age in whole seconds past the first, in thousandths before.
fn age(age: std::time::Duration) -> String {
    if age.as_secs() < 1 { format!("{:.3} s", age.as_secs_f64()) } else { format!("{} s", group_digits(age.as_secs())) }
}

/// Draws a row; returns what the user did to it.
pub fn draw(
    ui: &mut Ui,
    cx: &UiContext<'_>,
    place: Rect,
    columns: &Columns,
    names: RowNames<'_>,
    connection: &Connection,
    state: RowState,
) -> Option<Click> {
    let id = Id::unique(("connection", connection.thread.opened.0, connection.id));
    let response = ui.interact(place, id, Sense::click());
    background(ui, place, state, cx.tokens);
    let whole = texts(cx, names, connection);
    response.widget_info(|| {
        let texts: Vec<&str> = whole.iter().map(|(_, text)| text.as_str()).filter(|text| !text.is_empty()).collect();
        WidgetInfo::selected(Role::ListBoxOption, true, state.selected, texts.join(" "))
    });
    for ((cell, column), rect) in
        columns.cells.iter().zip(&columns.columns).zip(columns::lay_out(&columns.columns, place))
    {
        let shown = whole.iter().find(|(column, _)| column == cell).map_or("", |(_, text)| text);
        // The second connection of a relay stands below the first one.
        let is_second = *cell == ConnectionColumn::Number && is_onward(connection);
        let shown = if is_second { format!("↳ {shown}") } else { shown.to_owned() };
        columns::paint(ui, rect, &shown, font(ui, *cell), colour(*cell, connection, cx.tokens), column.align);
    }
    let mut click = Click::of(ui, &response, connection.id);
    let mut choice = None;
    let is_open = connection.thread.ended.is_none();
    let opens = context_menu(&response, state.has_keyboard, |ui| choice = RowChoice::menu(ui, cx, is_open));
    if opens && !state.selected {
        click = Some(Click::Show(connection.id));
    }
    let click = choice.map(|choice| Click::Menu(connection.id, choice)).or(click);
    let is_explained = explain_state(ui, cx, place, columns, connection, id);
    if is_explained {
        return click;
    }
    response.on_hover_ui(|ui| {
        for (column, text) in whole.iter().filter(|(_, text)| !text.is_empty()) {
            ui.label(format!("{}: {text}", cx.text(title(*column))));
        }
        ui.label(cx.text("peer-name-hint"));
    });
    click
}

/// Explains the state, or why the connection failed; returns whether the pointer is there.
fn explain_state(ui: &Ui, cx: &UiContext<'_>, place: Rect, columns: &Columns, connection: &Connection, id: Id) -> bool {
    let places = columns::lay_out(&columns.columns, place);
    let mut cells = columns.cells.iter().zip(places);
    let Some((_, cell)) = cells.find(|(cell, _)| **cell == ConnectionColumn::State) else { return false };
    let failure = connection.thread.failure.as_ref();
    let topic = failure.map_or_else(|| Topic::from(connection.state()), |failure| Topic::from(&failure.cause));
    let said = failure.map(|failure| cx.words.failure(failure).what).unwrap_or_default();
    explain_below(ui.interact(cell, id.with("state"), Sense::hover()), cx, &said, topic).contains_pointer()
}

/// The font of a column.
pub fn font(ui: &Ui, cell: ConnectionColumn) -> FontId {
    let mono = TextStyle::Monospace.resolve(ui.style());
    match cell {
        ConnectionColumn::State | ConnectionColumn::Name => FontId::proportional(mono.size),
        _ => mono,
    }
}

fn background(ui: &Ui, place: Rect, state: RowState, tokens: Tokens) {
    virtual_list::row_background(ui, place, state.line, state.selected, tokens);
    if state.looked {
        // Several rows may be selected; this one is shown below.
        ui.painter().vline(place.left() + 1.5, place.y_range(), Stroke::new(3.0, tokens.accent));
    }
}

fn colour(column: ConnectionColumn, connection: &Connection, tokens: Tokens) -> egui::Color32 {
    match column {
        ConnectionColumn::State if has_failed(connection) => tokens.error,
        ConnectionColumn::State if connection.state() == ConnectionState::Open => tokens.success,
        ConnectionColumn::Sent => tokens.sent,
        ConnectionColumn::Received => tokens.received,
        ConnectionColumn::Name
        | ConnectionColumn::Peer
        | ConnectionColumn::Reads
        | ConnectionColumn::Rate
        | ConnectionColumn::Request
        | ConnectionColumn::Status => tokens.text,
        _ => tokens.weak,
    }
}

/// Draws the row of a connection that was let go while the rows stood still.
pub fn draw_gone(ui: &Ui, cx: &UiContext<'_>, place: Rect, columns: &Columns, id: ConnectionId, line: u64) {
    virtual_list::row_background(ui, place, line, false, cx.tokens);
    let font = TextStyle::Monospace.resolve(ui.style());
    for ((cell, column), rect) in
        columns.cells.iter().zip(&columns.columns).zip(columns::lay_out(&columns.columns, place))
    {
        let shown = match cell {
            ConnectionColumn::Number => group_digits(id.0.into()),
            ConnectionColumn::State => cx.text("calls-gone"),
            _ => continue,
        };
        columns::paint(ui, rect, &shown, font.clone(), cx.tokens.weak, column.align);
    }
}
