//! The connections of a server: a table of them, or the lanes of their threads.
//!
//! In scope: the selection, the scroll position, the keys. Rows are sorted in `sorting` and drawn in `row`.

use egui::{Frame, Key, Margin, Panel, Rect, Ui};

use super::columns::{Columns, Filled};
use super::model::ConnectionsModel;
use super::name_editor::{NameEdit, NameEditor};
use super::row::{self, Click, RowNames, RowState};
use super::send_bar::{SEND_BAR_HEIGHT, SendBar};
use super::sorting::SortedConnections;
use super::thread_lanes::{self, ThreadLanes};
use super::toolbar::{BAR_HEIGHT, ConnectionsBar};
use crate::capture::{ConnectionId, Session};
use crate::net::responders::Replies;
use crate::ui::action::{Action, ServerAction};
use crate::ui::kit::small_controls::small_controls;
use crate::ui::kit::widgets::empty;
use crate::ui::kit::{ListRows, ROW, UiContext, VirtualList, columns};
use crate::ui::shortcut::Shortcut;
use crate::view::{ConnectionColumn, WallClock, row_after};

/// The height of a row, in points: forty connections are in view on a screen of 1080.
const ROW_HEIGHT: f32 = 18.0;
/// So many rows are shown at first, if there are so many connections.
const ROWS: usize = 40;
/// In a view lower than this, the table gives some of its rows to what is below.
const LOW: f32 = 560.0;
/// In a view as high as this, the table takes as many rows as it needs, and leaves so much to what is below.
const TALL: f32 = 880.0;
const BELOW: f32 = 176.0;
/// In a view as high as this, there is room for the strip from the beginning.
const HIGH: f32 = 800.0;

/// The panel.
#[derive(Debug)]
pub struct ConnectionsPanel {
    pub(super) list: VirtualList,
    lanes: ThreadLanes,
    pub(super) bar: ConnectionsBar,
    /// The bar that sends to connections.
    pub send_bar: SendBar,
    pub(super) sorted: SortedConnections,
    pub(super) wall: WallClock,
    /// A name that is being typed.
    name_editor: Option<NameEditor>,
    /// The connection whose row is to be brought into view.
    revealed: Option<ConnectionId>,
}

impl Default for ConnectionsPanel {
    /// A table that follows its newest row until the user scrolls up.
    fn default() -> Self {
        Self {
            list: VirtualList { row: ROW_HEIGHT, ..VirtualList::following() },
            lanes: ThreadLanes::default(),
            bar: ConnectionsBar::default(),
            send_bar: SendBar::default(),
            sorted: SortedConnections::default(),
            wall: WallClock::local(),
            name_editor: None,
            revealed: None,
        }
    }
}

impl ConnectionsPanel {
    /// Sorts the rows anew at the next frame, as names have changed.
    pub fn invalidate(&mut self) {
        self.sorted.invalidate();
    }

    /// Shows the lanes of the threads in place of the table.
    pub fn show_threads(&mut self) {
        self.bar.shows_threads = true;
    }

    /// Finds the rows, if it is time to.
    pub fn prepare(&mut self, model: &ConnectionsModel<'_>, cx: &UiContext<'_>, ctx: &egui::Context) {
        self.sorted.prepare(model, cx, ctx);
    }

    /// The height that it has until the user changes it, by the number of connections; and the least.
    #[must_use]
    pub fn heights(&self, ui: &Ui, model: &ConnectionsModel<'_>) -> (f32, f32) {
        let available = ui.available_height();
        let fewest = match available {
            height if height < LOW => 4,
            height if height < HIGH => 6,
            _ => 10,
        };
        let most = if available < TALL { available * 0.4 } else { available - BELOW };
        let connections = model.session().map_or(0, |session| session.connections.len());
        let rows = connections.clamp(fewest, ROWS) as f32;
        let besides = BAR_HEIGHT + ROW + if self.has_send_bar(ui, model) { SEND_BAR_HEIGHT } else { 0.0 };
        let least = besides + ROW_HEIGHT * 2.0;
        let wanted = besides + ROW_HEIGHT * fewest as f32;
        ((besides + ROW_HEIGHT * rows).min(most).max(wanted).max(least), least)
    }

    /// Whether the strip is shown: as the user chose, else where there is room, or nothing is said unless a person types it.
    fn has_send_bar(&self, ui: &Ui, model: &ConnectionsModel<'_>) -> bool {
        let is_manual = model.run.is_some_and(|run| run.applied_form.responder.info().replies == Replies::Typed);
        self.bar
            .shows_send_bar
            .unwrap_or_else(|| is_manual || ui.ctx().content_rect().height() >= HIGH + SEND_BAR_HEIGHT)
    }

    /// Draws the panel.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: &ConnectionsModel<'_>) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let has_send_bar = self.has_send_bar(ui, model);
        if self.bar.show(ui, cx, &mut self.sorted, model, has_send_bar) {
            self.sorted.picks.clear();
            self.list.scroll.following = true;
            cx.actions.push(Action::Server(ServerAction::ShowNewest));
        }
        if has_send_bar {
            // The panel of the list has another background.
            let frame = Frame::new().fill(cx.tokens.background).inner_margin(Margin::symmetric(6, 4));
            let panel = Panel::bottom(ui.scope_id().with("to connections")).frame(frame).resizable(false);
            panel.show(ui, |ui| {
                small_controls(ui);
                if self.send_bar.show(ui, cx, &self.sorted) {
                    // The message stays with the connection for which it was begun.
                    cx.actions.extend(model.looked().map(|id| Action::Server(ServerAction::PinSelection(Some(id)))));
                }
            });
        }
        let names = !model.names.is_empty() || self.name_editor.is_some();
        let filled = Filled { names, requests: self.sorted.has_requests };
        let columns = Columns::new(ui.available_rect_before_wrap(), filled, &cx.views.connections);
        if !self.bar.shows_threads
            && let Some(column) = columns.titles(ui, cx, &mut self.sorted.query)
        {
            self.fit(ui, cx, model, column);
        }
        let session = model.session();
        if let Some(key) = why_empty(session, &self.sorted).filter(|_| !self.bar.shows_threads || session.is_none()) {
            return empty(ui, &cx.text(key), cx.tokens);
        }
        let Some(session) = session else { return };
        let area = ui.available_rect_before_wrap();
        let id = ui.scope_id().with("connections");
        let click = match self.bar.shows_threads {
            true => self.draw_threads(ui, cx, model, id),
            false => self.show_table(ui, cx, model, (session, &columns), id),
        };
        if let Some(click) = click {
            ui.memory_mut(|memory| memory.request_focus(id));
            self.clicked(ui, click, model, cx);
        }
        if ui.memory(|memory| memory.has_focus(id)) {
            self.keys(ui, model, cx);
        }
        self.hold(ui, cx, area);
    }

    fn show_table(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        model: &ConnectionsModel<'_>,
        (session, columns): (&Session, &Columns),
        id: egui::Id,
    ) -> Option<Click> {
        let name = cx.text("connections");
        let order = &self.sorted.order;
        let rows = ListRows { name: &name, total: order.len() as u64, tokens: cx.tokens };
        if let Some(line) = self.revealed.take().and_then(|id| order.iter().position(|other| *other == id)) {
            let visible = self.list.rows_in(ui.available_height());
            self.list.scroll.reveal(line as u64, visible, rows.total);
        }
        let looked = model.looked();
        let (mut click, mut name_edit) = (None, NameEdit::Editing);
        let Self { list, sorted, name_editor, wall, .. } = self;
        list.fade(ui, cx, session.id, rows.total);
        let names = RowNames { peers: model.names, wall };
        let has_keyboard = ui.memory(|memory| memory.has_focus(id));
        list.show(ui, id, &rows, |ui, line, place| {
            let number = usize::try_from(line).ok().and_then(|line| order_at(sorted, line));
            let Some(number) = number else { return };
            let Some(connection) = session.connection(number) else {
                return row::draw_gone(ui, cx, place, columns, number, line);
            };
            let selected = sorted.is_selected(number, looked);
            let looked = looked == Some(number);
            let standing = RowState { line, selected, looked, has_keyboard: has_keyboard && looked };
            click = row::draw(ui, cx, place, columns, names, connection, standing).or(click);
            if let Some(name_editor) = name_editor.as_mut().filter(|name_editor| name_editor.id == number) {
                name_edit = name_editor.show(ui, cx, name_cell(columns, place));
            }
        });
        if name_edit != NameEdit::Editing
            && let Some(name_editor) = self.name_editor.take().filter(|_| name_edit == NameEdit::Done)
        {
            cx.actions.push(Action::Server(ServerAction::NamePeer(name_editor.address, name_editor.text)));
        }
        click
    }

    fn draw_threads(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        model: &ConnectionsModel<'_>,
        id: egui::Id,
    ) -> Option<Click> {
        let Self { lanes, sorted, .. } = self;
        let looked = model.looked();
        let is_selected = |id| sorted.is_selected(id, looked);
        let lanes_model = thread_lanes::LanesModel { model, order: &sorted.order, is_selected: &is_selected };
        match lanes.show(ui, cx, &lanes_model, id)? {
            thread_lanes::LaneClick::Listener => {
                self.sorted.picks.clear();
                cx.actions.push(Action::Server(ServerAction::ShowListener));
                None
            }
            thread_lanes::LaneClick::Connection(click) => Some(click),
        }
    }

    fn clicked(&mut self, ui: &Ui, click: Click, model: &ConnectionsModel<'_>, cx: &UiContext<'_>) {
        let (picks, looked) = (&mut self.sorted.picks, model.looked());
        match click {
            Click::Only(id) if picks.len() > 1 => {
                picks.only(id);
                cx.actions.push(Action::Server(ServerAction::ShowConnection(id)));
            }
            Click::Only(id) => {
                // A click on the connection that is shown goes to the listener.
                match looked == Some(id) {
                    true => picks.clear(),
                    false => picks.only(id),
                }
                cx.actions.push(Action::Server(ServerAction::ToggleConnection(id)));
            }
            Click::Show(id) => {
                picks.only(id);
                cx.actions.push(Action::Server(ServerAction::ShowConnection(id)));
            }
            Click::Menu(id, choice) => self.carry_out(ui, cx, model, (id, choice)),
            Click::Toggle(id) => {
                if let Some(looked) = looked.filter(|_| picks.is_empty()) {
                    picks.only(looked);
                }
                if picks.toggle(id) {
                    cx.actions.push(Action::Server(ServerAction::ShowConnection(id)));
                }
            }
            Click::Through(id) => {
                picks.through(&self.sorted.order, looked, id);
                cx.actions.push(Action::Server(ServerAction::ShowConnection(id)));
            }
            Click::Name(id) => {
                picks.only(id);
                cx.actions.push(Action::Server(ServerAction::ShowConnection(id)));
                self.name(id, model);
            }
        }
    }

    /// Begins to name the machine of this connection.
    pub(super) fn name(&mut self, id: ConnectionId, model: &ConnectionsModel<'_>) {
        let connection = model.session().and_then(|session| session.connection(id));
        self.name_editor = connection.and_then(|connection| NameEditor::begin(connection, model.names));
        self.bar.shows_threads = false;
        self.revealed = Some(id);
    }

    fn keys(&mut self, ui: &Ui, model: &ConnectionsModel<'_>, cx: &UiContext<'_>) {
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        if Shortcut::SelectAll.pressed(ui.ctx()) {
            self.sorted.picks.all(&self.sorted.order);
            ui.ctx().request_repaint();
        }
        let looked = model.looked();
        if let Some(id) = looked.filter(|_| Shortcut::Rename.pressed(ui.ctx())) {
            self.name(id, model);
            ui.ctx().request_repaint();
        }
        let step = i64::from(pressed(Key::ArrowDown)) - i64::from(pressed(Key::ArrowUp));
        let target = row_after(&self.sorted.order, looked, step).filter(|_| step != 0);
        let Some(target) = target else { return };
        match ui.input(|input| input.modifiers.shift) {
            true => self.sorted.picks.through(&self.sorted.order, looked, target),
            false => self.sorted.picks.only(target),
        }
        self.revealed = Some(target);
        cx.actions.push(Action::Server(ServerAction::ShowConnection(target)));
    }

    /// Rows stand still while the pointer is at work in them, or a name is typed.
    fn hold(&mut self, ui: &Ui, cx: &UiContext<'_>, area: Rect) {
        let moves = ui.input(|input| input.pointer.any_down() || input.pointer.time_since_last_movement() < 0.3);
        if (ui.rect_contains_pointer(area) && moves) || self.name_editor.is_some() {
            self.sorted.freeze(cx.clock.now());
        }
    }
}

fn order_at(sorted: &SortedConnections, line: usize) -> Option<ConnectionId> {
    sorted.order.get(line).copied()
}

/// Why there are no rows, if there are none.
fn why_empty(session: Option<&Session>, sorted: &SortedConnections) -> Option<&'static str> {
    let Some(session) = session else { return Some("connections-empty") };
    if session.connections.is_empty() {
        let listener = session.listener.as_ref();
        return Some(match listener.filter(|listener| listener.thread.ended.is_none()) {
            Some(listener) if listener.address.is_some() => "connections-none-yet",
            Some(_) => "connections-not-listening-yet",
            None => "connections-empty",
        });
    }
    (sorted.order.is_empty() && sorted.query.leaves_out()).then_some("connections-none-pass")
}

/// The cell of the name in a row.
fn name_cell(columns: &Columns, place: Rect) -> Rect {
    let cells = columns.cells.iter().zip(columns::lay_out(&columns.columns, place));
    cells.into_iter().find(|(cell, _)| **cell == ConnectionColumn::Name).map_or(place, |(_, rect)| rect)
}
