//! The Calls list: every socket call with its time, arguments, what was asked, what came back, and the peer.
//!
//! In scope: what is selected, where the list stands, the keys. Which calls it shows is asked in `calls_filter` and found in
//! `call_lines`; what a row looks like stands in `calls_row`.

use core::net::SocketAddr;

use egui::{Event, Key, Rect, Ui};

use super::columns::{Cell, Columns, Needs};
use super::filter_bar::{CallCounts, CallsFilter};
use super::lines::{CallGroup, CallLine, CallLines, CallOwner, VisibleLines, order_time};
use super::row::{self, RowClick, RowState};
use super::row_text::{RowText, TimeColumn};
use crate::capture::{ConnectionId, Direction, Moment, Role, Session, SessionId, SocketId, ThreadRecord};
use crate::http::Span;
use crate::ui::action::Action;
use crate::ui::kit::columns::titles;
use crate::ui::kit::widgets::empty;
use crate::ui::kit::{ListRows, ROW, UiContext, VirtualList};
use crate::view::{VirtualScroll, WallClock};

/// The panel.
#[derive(Debug)]
pub struct CallsPanel {
    pub(super) list: VirtualList,
    /// The number of the selected call in the connection that is shown, counted from 0; of several, the first. Who sets it brings it
    /// into view with [`CallsPanel::reveal`].
    pub selected: Option<u64>,
    /// The folded row that was selected: its first call, and how many there are.
    run: Option<(u64, u64)>,
    /// The run and the place that the selection is of.
    of: Option<(SessionId, SocketId)>,
    /// What was selected in another connection, which is about to be shown.
    wanted: Option<SelectedCalls>,
    /// A call that is to be brought into view, and whether it was chosen in this list.
    revealed: Option<(u64, bool)>,
    controls: CallsFilter,
    pub(super) lines: CallLines,
    /// The largest figure of bytes that was seen: columns grow, and never shrink while they are looked at.
    bytes: u64,
    /// How many calls there were in the list when the newest was in view last.
    seen: u64,
    wall: WallClock,
    /// Whether the user has scrolled the list since that was asked last.
    pub(super) moved: bool,
}

/// Calls that are selected: they follow each other in one log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SelectedCalls {
    /// Whose.
    pub socket: SocketId,
    /// The number of the first, counted from 0.
    pub first: u64,
    /// How many.
    pub count: u64,
}

/// What the panel shows.
#[derive(Clone, Copy)]
pub struct CallsModel<'a> {
    /// The run.
    pub session: &'a Session,
    /// The connection that is looked at, or the listener.
    pub socket: SocketId,
    /// Its calls.
    pub thread: &'a ThreadRecord,
    /// Who is at the other end, once it is known.
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
            list: following_list(),
            selected: None,
            run: None,
            of: None,
            wanted: None,
            revealed: None,
            controls: CallsFilter::default(),
            lines: CallLines::default(),
            bytes: 0,
            seen: 0,
            wall: WallClock::local(),
            moved: false,
        }
    }
}

/// A list that follows its newest row.
fn following_list() -> VirtualList {
    VirtualList { scroll: VirtualScroll { following: true, ..VirtualScroll::default() }, selects: true }
}

impl CallsPanel {
    /// The calls that are selected.
    #[must_use]
    pub fn chosen(&self) -> Option<SelectedCalls> {
        let (first, (_, socket)) = (self.selected?, self.of?);
        let count = self.run.filter(|(of, _)| *of == first).map_or(1, |(_, count)| count);
        Some(SelectedCalls { socket, first, count })
    }

    /// Brings call number `call` of the connection that is shown into view when the list is drawn next, if it is in the list;
    /// with some rows beside it, unless it was chosen in this list.
    pub fn reveal(&mut self, call: u64, is_own: bool) {
        self.revealed = Some((call, is_own));
    }

    /// Lets the list grow; returns whether there is more to do at once.
    pub fn prepare(&mut self, model: &CallsModel<'_>, cx: &UiContext<'_>, ctx: &egui::Context) -> bool {
        let of = (model.session.id, model.socket);
        if self.of != Some(of) {
            let wanted = self.wanted.take().filter(|wanted| wanted.socket == model.socket);
            self.selected = wanted.map(|wanted| wanted.first);
            self.run = wanted.map(|wanted| (wanted.first, wanted.count));
            if self.of.is_none_or(|(session, _)| session != model.session.id) {
                (self.bytes, self.seen) = (0, 0);
            }
            if !self.controls.is_all {
                self.list = following_list();
            }
            self.of = Some(of);
        }
        let spec = self.controls.spec(model.socket, model.has_others());
        let (changed, more) = self.lines.prepare(model.session, spec, cx, ctx);
        if changed && !self.list.scroll.following {
            // The call that is selected stays in sight, if it is among those that are shown now.
            self.list = following_list();
            if let Some(call) = self.selected {
                self.reveal(call, false);
            }
        }
        more
    }

    /// Draws the controls and the list; without a run, what will appear in it.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: Option<&CallsModel<'_>>) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let counts = CallCounts {
            has_others: model.is_some_and(CallsModel::has_others),
            calls: model.map_or(0, |model| model.thread.call_count),
            progress: model.and_then(|_| self.lines.progress()),
        };
        self.controls.show(ui, cx, &counts);
        let columns = Columns::new(&self.needs(model), ui.available_rect_before_wrap());
        titles(ui, cx, &columns.columns);
        let Some(model) = model else { return empty(ui, &cx.text("calls-empty"), cx.tokens) };
        let count = self.lines.count(model.thread);
        let blocked = if self.is_plain(model) { model.thread.unfinished().count() as u64 } else { 0 };
        let is_busy = counts.progress.is_some_and(|progress| progress.busy_since.is_some());
        if count + blocked == 0 && self.controls.hides_calls() && !is_busy {
            return empty(ui, &cx.text("calls-none-pass"), cx.tokens);
        }
        self.show_list(ui, cx, model, &columns, count + blocked);
    }

    /// Whether every call of the connection stands in the list as it is, and those in progress too.
    fn is_plain(&self, model: &CallsModel<'_>) -> bool {
        self.controls.spec(model.socket, model.has_others()).is_none()
    }

    fn needs(&self, model: Option<&CallsModel<'_>>) -> Needs {
        Needs {
            number: model.map_or(0, |model| model.thread.call_count),
            bytes: self.bytes,
            peer: model.and_then(|model| model.peer),
            time_format: self.controls.time_format,
            is_all: self.controls.is_all && model.is_some_and(CallsModel::has_others),
        }
    }

    fn show_list(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: &CallsModel<'_>, columns: &Columns, total: u64) {
        let area = ui.available_rect_before_wrap();
        let visible = f64::from(area.height() / ROW);
        self.bring_into_view(model, visible, total);
        let (name, id) = (cx.text("calls"), ui.scope_id().with("calls"));
        let rows = ListRows { name: &name, total, tokens: cx.tokens };
        let mut list = std::mem::take(&mut self.list);
        let before = list.scroll;
        let mut visible_lines = VisibleLines::default();
        let (mut done, widest) = (None, self.bytes);
        let response = list.show(ui, id, &rows, |ui, line, place| {
            let found = self.draw_line(ui, cx, model, columns, &mut visible_lines, LinePlace { line, place, visible });
            done = found.or(done.take());
        });
        self.moved |= list.scroll != before && !(list.scroll.following && before.following);
        self.list = list;
        if self.bytes > widest {
            // The columns of bytes are wider from the next frame on.
            ui.request_repaint();
        }
        if let Some((group, click)) = done {
            ui.memory_mut(|memory| memory.request_focus(id));
            match click {
                RowClick::Select => self.choose(&group, model, cx),
                RowClick::Toggle => self.toggle(&group),
            }
        }
        if response.has_focus() {
            self.keys(ui, cx, model, visible, total);
        }
        self.offer_newest(ui, cx, model, area, visible, total);
    }

    fn bring_into_view(&mut self, model: &CallsModel<'_>, visible: f64, total: u64) {
        let Some((call, is_own)) = self.revealed else { return };
        let count = self.chosen().filter(|chosen| chosen.first == call).map_or(1, |chosen| chosen.count);
        match self.lines.line_of(model.session, model.socket, call, count) {
            Some(line) => {
                self.list.scroll.clamp(visible, total);
                self.list.scroll.following = false;
                match is_own {
                    true => self.list.scroll.reveal(line, visible, total),
                    false => self.list.scroll.reveal_amid(line, visible, total),
                }
            }
            // It may be found yet.
            None if self.lines.progress().is_some_and(|progress| progress.busy_since.is_some()) => return,
            None => {}
        }
        self.revealed = None;
    }

    /// Draws a line; returns what the user did to the calls in it.
    fn draw_line(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        model: &CallsModel<'_>,
        columns: &Columns,
        visible_lines: &mut VisibleLines,
        at: LinePlace,
    ) -> Option<(CallGroup, RowClick)> {
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
                if is_own && self.run.is_some_and(|(first, count)| first == group.first && count > 1) && group.count > 1
                {
                    // What is selected is the row, and it may grow.
                    self.run = Some((group.first, group.count));
                }
                let state = RowState {
                    line: at.line,
                    selected: is_own && self.is_selected(&group),
                    lit: is_own && model.lit.is_some_and(|(direction, span)| text.carries(direction, span)),
                };
                let done = row::draw(ui, cx, at.place, columns, &group, &text, &state)?;
                Some((group, done))
            }
        }
    }

    /// Whether calls of the place that is shown are selected.
    fn is_selected(&self, group: &CallGroup) -> bool {
        let Some(chosen) = self.chosen() else { return false };
        let overlaps = chosen.first < group.first + group.count && group.first < chosen.first + chosen.count;
        // The parts of an open row are selected one by one.
        overlaps && (!group.is_open || chosen.count > 1)
    }

    fn choose(&mut self, group: &CallGroup, model: &CallsModel<'_>, cx: &UiContext<'_>) {
        let chosen = SelectedCalls { socket: group.socket, first: group.first, count: group.count };
        if group.socket == model.socket {
            self.selected = Some(chosen.first);
            self.run = Some((chosen.first, chosen.count));
            return;
        }
        self.wanted = Some(chosen);
        cx.actions.push(match (group.socket, model.session.role) {
            (SocketId::Listener, _) => Action::SelectListener,
            (SocketId::Connection(id), Role::Server) => Action::Select(id),
            (SocketId::Connection(ConnectionId(hop)), Role::Client) => {
                Action::LookAtHop(usize::try_from(hop).unwrap_or(usize::MAX).saturating_sub(1))
            }
        });
    }

    fn toggle(&mut self, group: &CallGroup) {
        if let Some(row) = group.folded {
            self.lines.toggle(row, group.count);
            self.list.scroll.following = false;
        }
    }

    fn keys(&mut self, ui: &Ui, cx: &UiContext<'_>, model: &CallsModel<'_>, visible: f64, total: u64) {
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        let step = i64::from(pressed(Key::ArrowDown)) - i64::from(pressed(Key::ArrowUp));
        let (opens, closes) = (pressed(Key::Enter) || pressed(Key::ArrowRight), pressed(Key::ArrowLeft));
        let copies = ui.input(|input| input.events.iter().any(|event| matches!(event, Event::Copy)));
        if step == 0 && !opens && !closes && !copies {
            return;
        }
        let current = self.chosen().and_then(|chosen| {
            self.lines.line_of(model.session, chosen.socket, chosen.first, chosen.count).map(|line| (line, chosen))
        });
        if step != 0 {
            self.step(step, current.map(|(line, _)| line), model, visible, total, cx);
            ui.ctx().request_repaint();
        }
        let Some((line, _)) = current else { return };
        let lines = self.lines.read(model.session, model.socket, line.saturating_sub(1), 2);
        let previous = lines.first().filter(|_| line > 0).and_then(order_time);
        let Some(CallLine::Calls(group)) = lines.get(usize::from(line > 0)) else { return };
        if group.folded.is_some() && ((opens && !group.is_open) || (closes && group.is_open)) {
            self.toggle(group);
        }
        let timing = TimeColumn { format: self.controls.time_format, since: model.since, wall: &self.wall };
        if let Some(text) = row_text(cx, model, &timing, group, previous, true).filter(|_| copies) {
            ui.copy_text(text.tab_separated());
        }
    }

    /// Moves the selection, and brings it into view.
    fn step(
        &mut self,
        step: i64,
        current: Option<u64>,
        model: &CallsModel<'_>,
        visible: f64,
        total: u64,
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
            self.choose(group, model, cx);
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

/// Where a line is drawn.
struct LinePlace {
    line: u64,
    place: Rect,
    /// How many lines fit into the view.
    visible: f64,
}

fn row_text(
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
