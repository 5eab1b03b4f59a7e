//! The connections of a server: a table of them or the lanes of their threads, which of them are selected, and what is done to them.
//!
//! In scope: what is selected, where the list stands, the keys. Which rows there are, and whom orders go to, stands in
//! `connections_arranged`; what a row looks like, in `connections_row`.

use egui::{Frame, Key, Margin, Modifiers, Panel, Rect, Ui};

use super::columns::Columns;
use super::row::{self, Click, Named, Naming, Standing};
use super::send_bar::{ConnectionsStrip, STRIP};
use super::sorting::Arranged;
use super::thread_lanes::{self, Lanes};
use super::toolbar::{self, BAR, ConnectionsBar};
use crate::capture::{ConnectionId, Session};
use crate::settings::{PeerNames, ResponderKind};
use crate::ui::action::Action;
use crate::ui::kit::widgets::empty;
use crate::ui::kit::{List, ROW, Rows, UiContext, columns};
use crate::ui::server::ServerRun;
use crate::view::{ConnectionColumn, VirtualScroll, stepped};

/// In a view lower than this, the table gives some of its rows to what is below.
const LOW: f32 = 560.0;
/// In a view as high as this, there is room for the strip from the beginning.
const HIGH: f32 = 800.0;

/// What the panel shows.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The run.
    pub run: Option<&'a ServerRun>,
    /// The names of machines.
    pub names: &'a PeerNames,
}

impl<'a> Shown<'a> {
    /// The session.
    #[must_use]
    pub fn session(&self) -> Option<&'a Session> {
        self.run.map(ServerRun::session)
    }

    /// The connection that is looked at.
    #[must_use]
    pub fn looked(&self) -> Option<ConnectionId> {
        self.run.and_then(ServerRun::connection).map(|connection| connection.id)
    }
}

/// The panel.
#[derive(Debug)]
pub struct ConnectionsPanel {
    list: List,
    lanes: Lanes,
    bar: ConnectionsBar,
    /// What is said to connections.
    pub strip: ConnectionsStrip,
    arranged: Arranged,
    /// A name that is being typed.
    naming: Option<Naming>,
    /// A row that is to be brought into view.
    revealed: Option<ConnectionId>,
}

impl Default for ConnectionsPanel {
    /// A table that follows its newest row until the user scrolls up.
    fn default() -> Self {
        let scroll = VirtualScroll { following: true, ..VirtualScroll::default() };
        Self {
            list: List { scroll, selects: true },
            lanes: Lanes::default(),
            bar: ConnectionsBar::default(),
            strip: ConnectionsStrip::default(),
            arranged: Arranged::default(),
            naming: None,
            revealed: None,
        }
    }
}

impl ConnectionsPanel {
    /// Has the rows found anew: what they say has changed.
    pub fn renew(&mut self) {
        self.arranged.renew();
    }

    /// Shows the lanes of the threads in place of the table.
    pub fn show_lanes(&mut self) {
        self.bar.lanes = true;
    }

    /// Finds the rows, if it is time to.
    pub fn prepare(&mut self, shown: &Shown<'_>, cx: &UiContext<'_>, ctx: &egui::Context) {
        self.arranged.prepare(shown, cx, ctx);
    }

    /// The height that it has at first, and the least.
    #[must_use]
    pub fn heights(&self, ui: &Ui, shown: &Shown<'_>) -> (f32, f32) {
        let rows = match ui.available_height() {
            height if height < LOW => 4.0,
            height if height < HIGH => 6.0,
            _ => 10.0,
        };
        let besides = BAR + if self.has_strip(ui, shown) { STRIP } else { 0.0 };
        (besides + ROW * rows, besides + ROW * 3.0)
    }

    /// Whether the strip is shown: as the user chose, else where there is room, or nothing is said unless a person types it.
    fn has_strip(&self, ui: &Ui, shown: &Shown<'_>) -> bool {
        let is_manual = shown.run.is_some_and(|run| run.told.responder == ResponderKind::Manual);
        self.bar.strip.unwrap_or_else(|| is_manual || ui.ctx().content_rect().height() >= HIGH + STRIP)
    }

    /// Draws the panel.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, shown: &Shown<'_>) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let has_strip = self.has_strip(ui, shown);
        if self.bar.show(ui, cx, &mut self.arranged, shown, has_strip) {
            self.arranged.picks.clear();
            self.list.scroll.following = true;
            cx.actions.push(Action::SelectNewest);
        }
        if has_strip {
            // It stands on the paper of the list.
            let frame = Frame::new().fill(cx.tokens.ground).inner_margin(Margin::symmetric(6, 4));
            let panel = Panel::bottom(ui.scope_id().with("to connections")).frame(frame).resizable(false);
            panel.show(ui, |ui| {
                toolbar::small(ui);
                if self.strip.show(ui, cx, &self.arranged) {
                    // What is being written is for whom it was begun.
                    cx.actions.extend(shown.looked().map(|id| Action::Hold(Some(id))));
                }
            });
        }
        let columns = Columns::new(ui.available_rect_before_wrap(), !shown.names.is_empty() || self.naming.is_some());
        if !self.bar.lanes {
            columns.titles(ui, cx, &mut self.arranged.query);
        }
        let session = shown.session();
        if let Some(key) = why_empty(session, &self.arranged).filter(|_| !self.bar.lanes || session.is_none()) {
            return empty(ui, &cx.text(key), cx.tokens);
        }
        let Some(session) = session else { return };
        let area = ui.available_rect_before_wrap();
        let id = ui.scope_id().with("connections");
        let click = match self.bar.lanes {
            true => self.draw_lanes(ui, cx, shown, id),
            false => self.show_table(ui, cx, shown, (session, &columns), id),
        };
        if let Some(click) = click {
            ui.memory_mut(|memory| memory.request_focus(id));
            self.clicked(click, shown, cx);
        }
        if ui.memory(|memory| memory.has_focus(id)) {
            self.keys(ui, shown, cx);
        }
        self.hold(ui, cx, area);
    }

    fn show_table(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        shown: &Shown<'_>,
        (session, columns): (&Session, &Columns),
        id: egui::Id,
    ) -> Option<Click> {
        let name = cx.text("connections");
        let order = &self.arranged.order;
        let rows = Rows { name: &name, total: order.len() as u64, tokens: cx.tokens };
        if let Some(line) = self.revealed.take().and_then(|id| order.iter().position(|other| *other == id)) {
            self.list.scroll.reveal(line as u64, f64::from(ui.available_height() / ROW), rows.total);
        }
        let looked = shown.looked();
        let (mut click, mut named) = (None, Named::NotYet);
        let Self { list, arranged, naming, .. } = self;
        list.show(ui, id, &rows, |ui, line, place| {
            let number = usize::try_from(line).ok().and_then(|line| order_at(arranged, line));
            let Some(number) = number else { return };
            let Some(connection) = session.connection(number) else {
                return row::draw_gone(ui, cx, place, columns, number, line);
            };
            let selected = arranged.is_selected(number, looked);
            let standing = Standing { line, selected, looked: looked == Some(number) };
            click = row::draw(ui, cx, place, columns, shown.names, connection, standing).or(click);
            if let Some(naming) = naming.as_mut().filter(|naming| naming.id == number) {
                named = naming.show(ui, cx, name_cell(columns, place));
            }
        });
        if named != Named::NotYet
            && let Some(naming) = self.naming.take().filter(|_| named == Named::Done)
        {
            cx.actions.push(Action::NamePeer(naming.address, naming.text));
        }
        click
    }

    fn draw_lanes(&mut self, ui: &mut Ui, cx: &UiContext<'_>, shown: &Shown<'_>, id: egui::Id) -> Option<Click> {
        let Self { lanes, arranged, .. } = self;
        let looked = shown.looked();
        let is_selected = |id| arranged.is_selected(id, looked);
        let frame = thread_lanes::Frame { shown, order: &arranged.order, is_selected: &is_selected };
        match lanes.show(ui, cx, &frame, id)? {
            thread_lanes::Done::Listener => {
                self.arranged.picks.clear();
                cx.actions.push(Action::SelectListener);
                None
            }
            thread_lanes::Done::Connection(click) => Some(click),
        }
    }

    fn clicked(&mut self, click: Click, shown: &Shown<'_>, cx: &UiContext<'_>) {
        let (picks, looked) = (&mut self.arranged.picks, shown.looked());
        match click {
            Click::Only(id) if picks.len() > 1 => {
                picks.only(id);
                cx.actions.push(Action::LookAtConnection(id));
            }
            Click::Only(id) => {
                // A click on the one that is looked at goes to the listener.
                match looked == Some(id) {
                    true => picks.clear(),
                    false => picks.only(id),
                }
                cx.actions.push(Action::Select(id));
            }
            Click::Toggle(id) => {
                if let Some(looked) = looked.filter(|_| picks.is_empty()) {
                    picks.only(looked);
                }
                if picks.toggle(id) {
                    cx.actions.push(Action::LookAtConnection(id));
                }
            }
            Click::Through(id) => {
                picks.through(&self.arranged.order, looked, id);
                cx.actions.push(Action::LookAtConnection(id));
            }
            Click::Name(id) => {
                picks.only(id);
                cx.actions.push(Action::LookAtConnection(id));
                self.name(id, shown);
            }
        }
    }

    /// Begins to name the machine of this connection.
    fn name(&mut self, id: ConnectionId, shown: &Shown<'_>) {
        let connection = shown.session().and_then(|session| session.connection(id));
        self.naming = connection.and_then(|connection| Naming::begin(connection, shown.names));
        self.bar.lanes = false;
        self.revealed = Some(id);
    }

    fn keys(&mut self, ui: &Ui, shown: &Shown<'_>, cx: &UiContext<'_>) {
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        if ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::A)) {
            self.arranged.picks.all(&self.arranged.order);
            ui.ctx().request_repaint();
        }
        let looked = shown.looked();
        if let Some(id) = looked.filter(|_| pressed(Key::F2)) {
            self.name(id, shown);
            ui.ctx().request_repaint();
        }
        let step = i64::from(pressed(Key::ArrowDown)) - i64::from(pressed(Key::ArrowUp));
        let target = stepped(&self.arranged.order, looked, step).filter(|_| step != 0);
        let Some(target) = target else { return };
        match ui.input(|input| input.modifiers.shift) {
            true => self.arranged.picks.through(&self.arranged.order, looked, target),
            false => self.arranged.picks.only(target),
        }
        self.revealed = Some(target);
        cx.actions.push(Action::LookAtConnection(target));
    }

    /// Rows stand still while the pointer is at work in them, or a name is typed.
    fn hold(&mut self, ui: &Ui, cx: &UiContext<'_>, area: Rect) {
        let moves = ui.input(|input| input.pointer.any_down() || input.pointer.time_since_last_movement() < 0.3);
        if (ui.rect_contains_pointer(area) && moves) || self.naming.is_some() {
            self.arranged.hold(cx.clock.now());
        }
    }
}

fn order_at(arranged: &Arranged, line: usize) -> Option<ConnectionId> {
    arranged.order.get(line).copied()
}

/// Why there are no rows, if there are none.
fn why_empty(session: Option<&Session>, arranged: &Arranged) -> Option<&'static str> {
    let Some(session) = session else { return Some("connections-empty") };
    if session.connections.is_empty() {
        let listener = session.listener.as_ref();
        let listens = listener.is_some_and(|l| l.address.is_some() && l.track.ended.is_none());
        return Some(if listens { "connections-none-yet" } else { "connections-empty" });
    }
    (arranged.order.is_empty() && arranged.query.leaves_out()).then_some("connections-none-pass")
}

/// Where the name of a row stands.
fn name_cell(columns: &Columns, place: Rect) -> Rect {
    let cells = columns.cells.iter().zip(columns::lay_out(&columns.columns, place));
    cells.into_iter().find(|(cell, _)| **cell == ConnectionColumn::Name).map_or(place, |(_, rect)| rect)
}
