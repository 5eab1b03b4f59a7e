//! The Calls list: every socket call with its time, arguments, bytes asked for, bytes that came back, and the peer.
//!
//! In scope: the selection, the scroll position, the keys. The filter is chosen in `filter_bar`, lines are read in `lines`, and a row is
//! drawn in `row`.

use core::net::SocketAddr;

use egui::{Event, Key, Rect, Ui};

use super::columns::{Cell, Columns, HIDEABLE, Needs};
use super::filter_bar::{CallCounts, CallsFilter};
use super::lines::{CallGroup, CallLine, CallLines, CallOwner, VisibleLines, order_time};
use super::menu::RowChoice;
use super::row::{self, RowClick, RowState};
use super::row_text::{RowText, TimeColumn};
use crate::capture::{Call, ConnectionId, Direction, Moment, Role, Session, SessionId, SocketId, ThreadRecord};
use crate::http::Span;
use crate::ui::action::{Action, ClientAction, ServerAction};
use crate::ui::kit::widgets::empty;
use crate::ui::kit::{HeaderClick, ListRows, TableHeader, UiContext, VirtualList, rows_in};
use crate::ui::select::{Calls, Follower, Selection};
use crate::view::WallClock;

/// The panel.
#[derive(Debug)]
pub struct CallsPanel {
    pub(super) list: VirtualList,
    /// The run and the place that is shown.
    of: Option<(SessionId, SocketId)>,
    /// The calls of another connection that were clicked, and the first of them: that connection is about to be shown.
    wanted: Option<(SocketId, Calls, Call)>,
    /// A call that is to be brought into view, and whether it was chosen in this list.
    reveal: Option<(u64, bool)>,
    pub(super) controls: CallsFilter,
    pub(super) lines: CallLines,
    /// The largest figure of bytes that was seen: columns grow, and never shrink while they are looked at.
    bytes: u64,
    /// The number of calls in the list when the newest was in view last.
    seen: u64,
    pub(super) wall: WallClock,
}

/// The calls that the panel shows.
#[derive(Clone, Copy)]
pub struct CallsModel<'a> {
    /// The run.
    pub session: &'a Session,
    /// The connection that is looked at, or the listener.
    pub socket: SocketId,
    /// The calls of the connection or the listener.
    pub thread: &'a ThreadRecord,
    /// The address of the peer, once it is known.
    pub peer: Option<SocketAddr>,
    /// When the run began.
    pub since: Moment,
    /// Bytes that are looked at elsewhere: the calls that carried one of them are lit.
    pub lit: Option<(Direction, Span)>,
}

impl CallsModel<'_> {
    fn has_others(&self) -> bool {
        self.session.connections.len() + usize::from(self.session.listener.is_some()) > 1
    }
}

impl Default for CallsPanel {
    fn default() -> Self {
        Self {
            list: VirtualList::following(),
            of: None,
            wanted: None,
            reveal: None,
            controls: CallsFilter::default(),
            lines: CallLines::default(),
            bytes: 0,
            seen: 0,
            wall: WallClock::local(),
        }
    }
}

impl CallsPanel {
    /// Brings call number `call` of the connection that is shown into view when the list is drawn next, if it is in the list;
    /// with some rows beside it, unless it was chosen in this list.
    pub fn reveal(&mut self, call: u64, is_own: bool) {
        self.reveal = Some((call, is_own));
    }

    /// Lets the list take in new calls; returns whether more are waiting.
    pub fn prepare(
        &mut self,
        model: &CallsModel<'_>,
        cx: &UiContext<'_>,
        selection: &mut Selection,
        ctx: &egui::Context,
    ) -> bool {
        let of = (model.session.id, model.socket);
        if self.of != Some(of) {
            match self.wanted.take().filter(|(socket, ..)| *socket == model.socket) {
                Some((_, calls, first)) => selection.choose_calls(calls, &first),
                None => selection.forget_calls(),
            }
            if self.of.is_none_or(|(session, _)| session != model.session.id) {
                (self.bytes, self.seen) = (0, 0);
            }
            if !self.controls.is_all {
                self.list = VirtualList::following();
            }
            self.of = Some(of);
        }
        let spec = self.controls.spec(model.socket, model.has_others());
        let (changed, more) = self.lines.prepare(model.session, spec, cx, ctx);
        if changed && !self.list.scroll.following {
            // The selected call stays in view, if the new lines have it.
            self.list = VirtualList::following();
            if let Some(calls) = selection.chosen().calls {
                self.reveal(calls.first, false);
            }
        }
        more
    }

    /// Draws the controls and the list; without a run, what will appear in it.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: Option<&CallsModel<'_>>, selection: &mut Selection) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let counts = CallCounts {
            has_others: model.is_some_and(CallsModel::has_others),
            calls: model.map_or(0, |model| model.thread.call_count.saturating_sub(model.thread.first_call)),
            progress: model.and_then(|_| self.lines.progress()),
        };
        self.controls.show(ui, cx, &counts);
        let columns = Columns::new(&self.needs(model), &cx.views.calls, ui.available_rect_before_wrap());
        let header = TableHeader {
            columns: &columns.columns,
            hideable: &HIDEABLE,
            options: |views| &mut views.calls,
            sorted: None,
        };
        if let Some((HeaderClick::Fit(title), model)) = header.show(ui, cx).zip(model) {
            self.fit(ui, cx, model, &columns, title);
        }
        let Some(model) = model else { return empty(ui, &cx.text("calls-empty"), cx.tokens) };
        let count = self.lines.count(model.thread);
        let blocked = if self.is_plain(model) { model.thread.unfinished().count() as u64 } else { 0 };
        let is_busy = counts.progress.is_some_and(|progress| progress.busy_since.is_some());
        if count + blocked == 0 && self.controls.hides_calls() && !is_busy {
            return empty(ui, &cx.text("calls-none-pass"), cx.tokens);
        }
        self.show_list(ui, cx, model, (&columns, count + blocked), selection);
    }

    /// Whether every call of the connection stands in the list as it is, and those in progress too.
    fn is_plain(&self, model: &CallsModel<'_>) -> bool {
        self.controls.spec(model.socket, model.has_others()).is_none()
    }

    fn needs(&self, model: Option<&CallsModel<'_>>) -> Needs {
        let is_all = self.controls.is_all && model.is_some_and(CallsModel::has_others);
        Needs {
            number: model.map_or(0, |model| model.thread.call_count),
            bytes: self.bytes,
            peer: model.and_then(|model| model.peer),
            has_peers: is_all || model.is_some_and(|model| model.socket == SocketId::Listener),
            time_format: self.controls.time_format,
            is_all,
        }
    }

    fn show_list(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        model: &CallsModel<'_>,
        (columns, total): (&Columns, u64),
        selection: &mut Selection,
    ) {
        let area = ui.available_rect_before_wrap();
        let visible = rows_in(area.height());
        self.bring_into_view(model, selection, visible, total);
        let (name, id) = (cx.text("calls"), ui.scope_id().with("calls"));
        let rows = ListRows { name: &name, total, tokens: cx.tokens };
        let mut list = std::mem::take(&mut self.list);
        let before = list.scroll;
        list.fade(ui, cx, (model.session.id, model.socket), total);
        let mut visible_lines = VisibleLines::default();
        let (mut done, widest) = (None, self.bytes);
        let has_keyboard = ui.memory(|memory| memory.has_focus(id));
        let response = list.show(ui, id, &rows, |ui, line, place| {
            let found = self.draw_line(
                ui,
                cx,
                model,
                (columns, &mut *selection),
                &mut visible_lines,
                LinePlace { line, place, visible, has_keyboard },
            );
            done = found.or(done.take());
        });
        if list.scroll != before && !(list.scroll.following && before.following) {
            selection.scrolled(Follower::Calls);
        }
        self.list = list;
        if self.bytes > widest {
            // The columns of bytes are wider from the next frame on.
            ui.request_repaint();
        }
        if let Some((group, click, text)) = done {
            ui.memory_mut(|memory| memory.request_focus(id));
            match click {
                RowClick::Select => self.choose(&group, model, selection, cx),
                RowClick::Toggle => self.toggle(&group),
                RowClick::Menu(choice) => self.carry_out(ui, cx, model, (&group, choice, &text), selection),
            }
        }
        if response.has_focus() {
            self.keys(ui, cx, model, (visible, total), selection);
        }
        self.offer_newest(ui, cx, model, area, visible, total);
    }

    fn bring_into_view(&mut self, model: &CallsModel<'_>, selection: &Selection, visible: f64, total: u64) {
        let Some((call, is_own)) = self.reveal else { return };
        let count = selection.chosen().calls.filter(|calls| calls.first == call).map_or(1, |calls| calls.count);
        match self.lines.line_of(model.session, model.socket, call, count) {
            Some(line) => {
                self.list.scroll.clamp(visible, total);
                self.list.scroll.following = false;
                match is_own {
                    true => self.list.scroll.reveal(line, visible, total),
                    false => self.list.scroll.reveal_amid(line, visible, total),
                }
            }
            // The filter may find the call yet.
            None if self.lines.progress().is_some_and(|progress| progress.busy_since.is_some()) => return,
            None => {}
        }
        self.reveal = None;
    }

    /// Draws a line; returns what the user did to the calls in it.
    fn draw_line(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        model: &CallsModel<'_>,
        (columns, selection): (&Columns, &mut Selection),
        visible_lines: &mut VisibleLines,
        at: LinePlace,
    ) -> Option<(CallGroup, RowClick, RowText)> {
        let line = *visible_lines.line(&mut self.lines, model.session, model.socket, at.line, at.visible)?;
        match line {
            CallLine::Blocked(index) => {
                if let Some(call) = model.thread.unfinished().nth(index) {
                    row::draw_unfinished(ui, cx, at.place, columns, call);
                }
                None
            }
            CallLine::Forgotten(row) => {
                row::draw_forgotten(ui, cx, at.place, columns, row.socket, row.first);
                None
            }
            CallLine::Calls(group) => {
                let previous = visible_lines.before(at.line);
                let timing = TimeColumn { format: self.controls.time_format, since: model.since, wall: &self.wall };
                let text = row_text(cx, model, &timing, &group, previous, columns.has(Cell::Note))?;
                self.bytes = self.bytes.max(u64::from(group.call.asked.max(group.call.got)) * group.count);
                let is_own = group.socket == model.socket;
                let calls = Calls { first: group.first, count: group.count };
                let is_row = |chosen: Calls| chosen != calls && chosen.first == calls.first && chosen.count > 1;
                if is_own && group.count > 1 && selection.chosen().calls.is_some_and(is_row) {
                    // The whole row is selected, and the row may grow.
                    selection.choose_calls(calls, &group.call);
                }
                let selected = is_own && is_selected(&group, selection);
                let state = RowState {
                    line: at.line,
                    selected,
                    has_keyboard: at.has_keyboard && selected,
                    is_all: self.controls.is_all && model.has_others(),
                    lit: is_own && model.lit.is_some_and(|(direction, span)| text.carries(direction, span)),
                };
                let done = row::draw(ui, cx, at.place, columns, &group, &text, &state)?;
                Some((group, done, text))
            }
        }
    }

    pub(super) fn choose(
        &mut self,
        group: &CallGroup,
        model: &CallsModel<'_>,
        selection: &mut Selection,
        cx: &UiContext<'_>,
    ) {
        let calls = Calls { first: group.first, count: group.count };
        if group.socket == model.socket {
            return selection.choose_calls(calls, &group.call);
        }
        self.wanted = Some((group.socket, calls, group.call));
        cx.actions.push(match (group.socket, model.session.role) {
            (SocketId::Listener, _) => Action::Server(ServerAction::ShowListener),
            (SocketId::Connection(id), Role::Server) => Action::Server(ServerAction::ToggleConnection(id)),
            (SocketId::Connection(ConnectionId(hop)), Role::Client) => {
                Action::Client(ClientAction::ShowHop(usize::try_from(hop).unwrap_or(usize::MAX).saturating_sub(1)))
            }
        });
    }

    fn toggle(&mut self, group: &CallGroup) {
        if let Some(row) = group.folded {
            self.lines.toggle(row, group.count);
            self.list.scroll.following = false;
        }
    }

    fn keys(
        &mut self,
        ui: &Ui,
        cx: &UiContext<'_>,
        model: &CallsModel<'_>,
        (visible, total): (f64, u64),
        selection: &mut Selection,
    ) {
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        let step = i64::from(pressed(Key::ArrowDown)) - i64::from(pressed(Key::ArrowUp));
        let (opens, closes) = (pressed(Key::Enter) || pressed(Key::ArrowRight), pressed(Key::ArrowLeft));
        let copies = ui.input(|input| input.events.iter().any(|event| matches!(event, Event::Copy)));
        if step == 0 && !opens && !closes && !copies {
            return;
        }
        let chosen = selection.chosen().calls;
        let current =
            chosen.and_then(|calls| self.lines.line_of(model.session, model.socket, calls.first, calls.count));
        if step != 0 {
            self.step((step, current), model, (visible, total), selection, cx);
            ui.ctx().request_repaint();
        }
        let Some(line) = current else { return };
        let lines = self.lines.read(model.session, model.socket, line.saturating_sub(1), 2);
        let previous = lines.first().filter(|_| line > 0).and_then(order_time);
        let Some(CallLine::Calls(group)) = lines.get(usize::from(line > 0)) else { return };
        if group.folded.is_some() && ((opens && !group.is_open) || (closes && group.is_open)) {
            self.toggle(group);
        }
        let timing = TimeColumn { format: self.controls.time_format, since: model.since, wall: &self.wall };
        if let Some(text) = row_text(cx, model, &timing, group, previous, true).filter(|_| copies) {
            self.carry_out(ui, cx, model, (group, RowChoice::Copy, &text), selection);
        }
    }

    /// Moves the selection, and brings it into view.
    fn step(
        &mut self,
        (step, current): (i64, Option<u64>),
        model: &CallsModel<'_>,
        (visible, total): (f64, u64),
        selection: &mut Selection,
        cx: &UiContext<'_>,
    ) {
        let last_visible = self.list.scroll.top_row.saturating_add(visible.max(1.0) as u64 - 1);
        let target = match current {
            Some(line) => line.saturating_add_signed(step),
            None if step > 0 => self.list.scroll.top_row,
            None => last_visible,
        };
        let target = target.min(self.lines.count(model.thread).saturating_sub(1));
        let lines = self.lines.read(model.session, model.socket, target, 1);
        if let Some(CallLine::Calls(group)) = lines.first() {
            self.choose(group, model, selection, cx);
        }
        self.list.scroll.reveal(target, visible, total);
    }

    /// The button that goes to the newest row, when there are rows that were never in view.
    fn offer_newest(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        model: &CallsModel<'_>,
        area: Rect,
        visible: f64,
        total: u64,
    ) {
        let calls = self.lines.progress().map_or(model.thread.call_count, |progress| progress.passed);
        if self.list.scroll.following {
            self.seen = calls;
        } else if calls > self.seen && row::newest(ui, cx, area, "calls-newest-hint") {
            self.list.scroll.end(visible, total);
            ui.ctx().request_repaint();
        }
    }
}

/// Whether calls of the row are chosen.
fn is_selected(group: &CallGroup, selection: &Selection) -> bool {
    let Some(chosen) = selection.chosen().calls else { return false };
    let overlaps = chosen.first < group.first + group.count && group.first < chosen.first + chosen.count;
    // The parts of an open row are selected one by one.
    overlaps && (!group.is_open || chosen.count > 1)
}

/// The place of a line on the screen.
struct LinePlace {
    line: u64,
    place: Rect,
    /// The number of lines that fit into the view.
    visible: f64,
    /// Whether the list has the keyboard.
    has_keyboard: bool,
}

/// The texts of `group`, below a row that had come back at `previous`; `None` if its owner is not kept any more.
pub(super) fn row_text(
    cx: &UiContext<'_>,
    model: &CallsModel<'_>,
    timing: &TimeColumn<'_>,
    group: &CallGroup,
    previous: Option<Moment>,
    has_note: bool,
) -> Option<RowText> {
    let owner = CallOwner::of(model.session, group.socket)?;
    let time = timing.text(cx, group, previous);
    Some(RowText::new(cx, group, &owner, model.since, time, has_note))
}
