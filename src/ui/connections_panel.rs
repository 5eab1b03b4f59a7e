//! The connections of a server: peer, state, bytes each way, reads, age.

use egui::{Align, FontId, Id, Rect, Role, Sense, TextStyle, Ui, WidgetInfo};

use super::action::Action;
use super::calls_panel::titles;
use super::calls_row;
use super::grid::{self, Column, Width};
use super::list::{self, List, Rows};
use super::look::Look;
use super::widgets::empty;
use crate::capture::{Connection, ConnectionId, Connections, Session, State};
use crate::view::{VirtualScroll, group_digits};

const COLUMNS: [Column; 7] = [
    Column { title: "column-number", width: Width::Points(40.0), align: Align::Max },
    Column { title: "column-peer", width: Width::Points(172.0), align: Align::Min },
    Column { title: "column-state", width: Width::Share(3.0), align: Align::Min },
    Column { title: "column-sent", width: Width::Points(88.0), align: Align::Max },
    Column { title: "column-received", width: Width::Points(88.0), align: Align::Max },
    Column { title: "column-reads", width: Width::Points(56.0), align: Align::Max },
    Column { title: "column-age", width: Width::Points(72.0), align: Align::Max },
];

/// The panel.
#[derive(Debug)]
pub struct ConnectionsPanel {
    list: List,
}

impl Default for ConnectionsPanel {
    /// A table that follows its newest row until the user scrolls up.
    fn default() -> Self {
        let scroll = VirtualScroll { following: true, ..VirtualScroll::default() };
        Self { list: List { scroll, ..List::default() } }
    }
}

impl ConnectionsPanel {
    /// Draws the table. Where another than the newest is looked at, it offers to go there.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        look: &Look<'_>,
        session: Option<&Session>,
        (selected, is_behind): (Option<ConnectionId>, bool),
        actions: &mut Vec<Action>,
    ) {
        titles(ui, look, &COLUMNS);
        let none = Connections::default();
        let connections = session.map_or(&none, |session| &session.connections);
        if connections.is_empty() {
            let listens = session.is_some_and(|session| {
                session.listener.as_ref().is_some_and(|l| l.address.is_some() && l.track.ended.is_none())
            });
            return empty(
                ui,
                &look.text(if listens { "connections-none-yet" } else { "connections-empty" }),
                look.tokens,
            );
        }
        let name = look.text("connections");
        let rows = Rows { name: &name, total: connections.len() as u64, tokens: look.tokens };
        let area = ui.available_rect_before_wrap();
        self.list.show(ui, ui.scope_id().with("connections"), &rows, |ui, number, place| {
            let connection = usize::try_from(number).ok().and_then(|number| connections.get(number));
            if let Some(connection) = connection
                && draw(ui, look, place, connection, selected == Some(connection.id))
            {
                actions.push(Action::Select(connection.id));
            }
        });
        if is_behind && calls_row::newest(ui, look, area, "connections-newest-hint") {
            actions.push(Action::SelectNewest);
        }
    }
}

fn draw(ui: &mut Ui, look: &Look<'_>, place: Rect, connection: &Connection, selected: bool) -> bool {
    let response =
        ui.interact(place, Id::unique(("connection", connection.track.opened.0, connection.id)), Sense::click());
    list::ground(ui, place, connection.id.0.into(), selected, look.tokens);
    let texts = [
        group_digits(connection.id.0.into()),
        connection.peer.map(|peer| peer.to_string()).unwrap_or_default(),
        look.words.state(connection),
        format!("↑ {}", group_digits(connection.sent.bytes)),
        format!("↓ {}", group_digits(connection.received.bytes)),
        group_digits(connection.received.calls),
        age(connection.track.age(look.now)),
    ];
    let name = texts.join(" ");
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, selected, &name));
    let mono = TextStyle::Monospace.resolve(ui.style());
    let tokens = look.tokens;
    let state = match (connection.track.failure.is_some(), connection.state()) {
        (true, _) => tokens.bad,
        (false, State::Open) => tokens.good,
        (false, _) => tokens.weak,
    };
    let colours = [tokens.weak, tokens.text, state, tokens.sent, tokens.received, tokens.text, tokens.weak];
    for (i, ((column, cell), (text, colour))) in
        COLUMNS.iter().zip(grid::lay_out(&COLUMNS, place)).zip(texts.iter().zip(colours)).enumerate()
    {
        let font = if i == 2 { FontId::proportional(mono.size) } else { mono.clone() };
        grid::paint(ui, cell, text, font, colour, column.align);
    }
    response.clicked()
}

/// An age in whole seconds past the first, in thousandths before.
fn age(age: std::time::Duration) -> String {
    if age.as_secs() < 1 { format!("{:.3} s", age.as_secs_f64()) } else { format!("{} s", group_digits(age.as_secs())) }
}
