//! The Calls list: every socket call with its time, arguments, what was asked, what came back, and the peer.
//!
//! In scope: what is selected, where the list stands, the keys. Which calls it shows is asked in `calls_filter` and found in
//! `call_lines`; what a row looks like stands in `calls_row`.

use core::net::SocketAddr;

use egui::{Event, Key, Rect, Ui};

use super::columns::{Cell, Columns, Needs};
use super::filter_bar::{CallsFilter, Told};
use super::lines::{Block, Item, Line, Lines, Owner, at};
use super::row::{self, Done, Standing};
use super::row_text::{RowText, Timing};
use crate::capture::{ConnectionId, Moment, Place, Role, Session, SessionId, Track, Way};
use crate::http::Span;
use crate::ui::action::Action;
use crate::ui::kit::columns::titles;
use crate::ui::kit::widgets::empty;
use crate::ui::kit::{List, ROW, Rows, UiContext};
use crate::view::{VirtualScroll, WallClock};

mod along;

/// The panel.
#[derive(Debug)]
pub struct CallsPanel {
    list: List,
    /// The number of the selected call in the connection that is shown, counted from 0; of several, the first. Who sets it brings it
    /// into view with [`CallsPanel::reveal`].
    pub selected: Option<u64>,
    /// The folded row that was selected: its first call, and how many there are.
    run: Option<(u64, u64)>,
    /// The run and the place that the selection is of.
    of: Option<(SessionId, Place)>,
    /// What was selected in another connection, which is about to be shown.
    wanted: Option<Chosen>,
    /// A call that is to be brought into view, and whether it was chosen in this list.
    revealed: Option<(u64, bool)>,
    controls: CallsFilter,
    lines: Lines,
    /// The largest figure of bytes that was seen: columns grow, and never shrink while they are looked at.
    bytes: u64,
    /// How many calls there were in the list when the newest was in view last.
    seen: u64,
    wall: WallClock,
    /// Whether the user has scrolled the list since that was asked last.
    moved: bool,
}

/// Calls that are selected: they follow each other in one log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Whose.
    pub place: Place,
    /// The number of the first, counted from 0.
    pub first: u64,
    /// How many.
    pub count: u64,
}

/// What the panel shows.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The run.
    pub session: &'a Session,
    /// The connection that is looked at, or the listener.
    pub place: Place,
    /// Its calls.
    pub track: &'a Track,
    /// Who is at the other end, once it is known.
    pub peer: Option<SocketAddr>,
    /// When the run began.
    pub since: Moment,
    /// Bytes that are looked at elsewhere: the calls that carried one of them are lit.
    pub lit: Option<(Way, Span)>,
}

impl Shown<'_> {
    fn has_others(&self) -> bool {
        self.session.connections.len() + usize::from(self.session.listener.is_some()) > 1
    }
}

impl Default for CallsPanel {
    fn default() -> Self {
        Self {
            list: followed(),
            selected: None,
            run: None,
            of: None,
            wanted: None,
            revealed: None,
            controls: CallsFilter::default(),
            lines: Lines::default(),
            bytes: 0,
            seen: 0,
            wall: WallClock::local(),
            moved: false,
        }
    }
}

/// A list that follows its newest row.
fn followed() -> List {
    List { scroll: VirtualScroll { following: true, ..VirtualScroll::default() }, selects: true }
}

impl CallsPanel {
    /// The calls that are selected.
    #[must_use]
    pub fn chosen(&self) -> Option<Chosen> {
        let (first, (_, place)) = (self.selected?, self.of?);
        let count = self.run.filter(|(of, _)| *of == first).map_or(1, |(_, count)| count);
        Some(Chosen { place, first, count })
    }

    /// Brings call number `call` of the connection that is shown into view when the list is drawn next, if it is in the list;
    /// with some rows beside it, unless it was chosen in this list.
    pub fn reveal(&mut self, call: u64, is_own: bool) {
        self.revealed = Some((call, is_own));
    }

    /// Lets the list grow; returns whether there is more to do at once.
    pub fn prepare(&mut self, shown: &Shown<'_>, cx: &UiContext<'_>, ctx: &egui::Context) -> bool {
        let of = (shown.session.id, shown.place);
        if self.of != Some(of) {
            let wanted = self.wanted.take().filter(|wanted| wanted.place == shown.place);
            self.selected = wanted.map(|wanted| wanted.first);
            self.run = wanted.map(|wanted| (wanted.first, wanted.count));
            if self.of.is_none_or(|(session, _)| session != shown.session.id) {
                (self.bytes, self.seen) = (0, 0);
            }
            if !self.controls.is_all {
                self.list = followed();
            }
            self.of = Some(of);
        }
        let sifting = self.controls.sifting(shown.place, shown.has_others());
        let (changed, more) = self.lines.prepare(shown.session, sifting, cx, ctx);
        if changed && !self.list.scroll.following {
            // The call that is selected stays in sight, if it is among those that are shown now.
            self.list = followed();
            if let Some(call) = self.selected {
                self.reveal(call, false);
            }
        }
        more
    }

    /// Draws the controls and the list; without a run, what will appear in it.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, shown: Option<&Shown<'_>>) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let told = Told {
            has_others: shown.is_some_and(Shown::has_others),
            calls: shown.map_or(0, |shown| shown.track.call_count),
            progress: shown.and_then(|_| self.lines.progress()),
        };
        self.controls.show(ui, cx, &told);
        let columns = Columns::new(&self.needs(shown), ui.available_rect_before_wrap());
        titles(ui, cx, &columns.columns);
        let Some(shown) = shown else { return empty(ui, &cx.text("calls-empty"), cx.tokens) };
        let count = self.lines.count(shown.track);
        let blocked = if self.is_plain(shown) { shown.track.unfinished().count() as u64 } else { 0 };
        let is_busy = told.progress.is_some_and(|progress| progress.busy_since.is_some());
        if count + blocked == 0 && self.controls.leaves_out() && !is_busy {
            return empty(ui, &cx.text("calls-none-pass"), cx.tokens);
        }
        self.show_list(ui, cx, shown, &columns, count + blocked);
    }

    /// Whether every call of the connection stands in the list as it is, and those in progress too.
    fn is_plain(&self, shown: &Shown<'_>) -> bool {
        self.controls.sifting(shown.place, shown.has_others()).is_none()
    }

    fn needs(&self, shown: Option<&Shown<'_>>) -> Needs {
        Needs {
            number: shown.map_or(0, |shown| shown.track.call_count),
            bytes: self.bytes,
            peer: shown.and_then(|shown| shown.peer),
            times: self.controls.times,
            is_all: self.controls.is_all && shown.is_some_and(Shown::has_others),
        }
    }

    fn show_list(&mut self, ui: &mut Ui, cx: &UiContext<'_>, shown: &Shown<'_>, columns: &Columns, total: u64) {
        let area = ui.available_rect_before_wrap();
        let visible = f64::from(area.height() / ROW);
        self.bring_into_view(shown, visible, total);
        let (name, id) = (cx.text("calls"), ui.scope_id().with("calls"));
        let rows = Rows { name: &name, total, tokens: cx.tokens };
        let mut list = std::mem::take(&mut self.list);
        let before = list.scroll;
        let mut block = Block::default();
        let (mut done, widest) = (None, self.bytes);
        let response = list.show(ui, id, &rows, |ui, line, place| {
            let found = self.draw_line(ui, cx, shown, columns, &mut block, Spot { line, place, visible });
            done = found.or(done.take());
        });
        self.moved |= list.scroll != before && !(list.scroll.following && before.following);
        self.list = list;
        if self.bytes > widest {
            // The columns of bytes are wider from the next frame on.
            ui.request_repaint();
        }
        if let Some((item, what)) = done {
            ui.memory_mut(|memory| memory.request_focus(id));
            match what {
                Done::Selected => self.choose(&item, shown, cx),
                Done::Toggled => self.toggle(&item),
            }
        }
        if response.has_focus() {
            self.keys(ui, cx, shown, visible, total);
        }
        self.offer_newest(ui, cx, shown, area, visible, total);
    }

    fn bring_into_view(&mut self, shown: &Shown<'_>, visible: f64, total: u64) {
        let Some((call, is_own)) = self.revealed else { return };
        let count = self.chosen().filter(|chosen| chosen.first == call).map_or(1, |chosen| chosen.count);
        match self.lines.line_of(shown.session, shown.place, call, count) {
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
        shown: &Shown<'_>,
        columns: &Columns,
        block: &mut Block,
        spot: Spot,
    ) -> Option<(Item, Done)> {
        let line = *block.line(&mut self.lines, shown.session, shown.place, spot.line, spot.visible)?;
        match line {
            Line::Blocked(index) => {
                if let Some(call) = shown.track.unfinished().nth(index) {
                    row::draw_unfinished(ui, cx, spot.place, columns, call);
                }
                None
            }
            Line::Gone(row) => {
                row::draw_gone(ui, cx, spot.place, columns, row.place, row.first);
                None
            }
            Line::Calls(item) => {
                let previous = block.before(spot.line);
                let timing = Timing { times: self.controls.times, since: shown.since, wall: &self.wall };
                let text = row_text(cx, shown, &timing, &item, previous, columns.has(Cell::Note))?;
                self.bytes = self.bytes.max(u64::from(item.call.asked.max(item.call.got)) * item.count);
                let is_own = item.place == shown.place;
                if is_own && self.run.is_some_and(|(first, count)| first == item.first && count > 1) && item.count > 1 {
                    // What is selected is the row, and it may grow.
                    self.run = Some((item.first, item.count));
                }
                let standing = Standing {
                    line: spot.line,
                    selected: is_own && self.is_selected(&item),
                    lit: is_own && shown.lit.is_some_and(|(way, span)| text.carries(way, span)),
                };
                let done = row::draw(ui, cx, spot.place, columns, &item, &text, &standing)?;
                Some((item, done))
            }
        }
    }

    /// Whether calls of the place that is shown are selected.
    fn is_selected(&self, item: &Item) -> bool {
        let Some(chosen) = self.chosen() else { return false };
        let overlaps = chosen.first < item.first + item.count && item.first < chosen.first + chosen.count;
        // The parts of an open row are selected one by one.
        overlaps && (!item.is_open || chosen.count > 1)
    }

    fn choose(&mut self, item: &Item, shown: &Shown<'_>, cx: &UiContext<'_>) {
        let chosen = Chosen { place: item.place, first: item.first, count: item.count };
        if item.place == shown.place {
            self.selected = Some(chosen.first);
            self.run = Some((chosen.first, chosen.count));
            return;
        }
        self.wanted = Some(chosen);
        cx.actions.push(match (item.place, shown.session.role) {
            (Place::Listener, _) => Action::SelectListener,
            (Place::Connection(id), Role::Server) => Action::Select(id),
            (Place::Connection(ConnectionId(hop)), Role::Client) => {
                Action::LookAtHop(usize::try_from(hop).unwrap_or(usize::MAX).saturating_sub(1))
            }
        });
    }

    fn toggle(&mut self, item: &Item) {
        if let Some(row) = item.folded {
            self.lines.toggle(row, item.count);
            self.list.scroll.following = false;
        }
    }

    fn keys(&mut self, ui: &Ui, cx: &UiContext<'_>, shown: &Shown<'_>, visible: f64, total: u64) {
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        let step = i64::from(pressed(Key::ArrowDown)) - i64::from(pressed(Key::ArrowUp));
        let (opens, closes) = (pressed(Key::Enter) || pressed(Key::ArrowRight), pressed(Key::ArrowLeft));
        let copies = ui.input(|input| input.events.iter().any(|event| matches!(event, Event::Copy)));
        if step == 0 && !opens && !closes && !copies {
            return;
        }
        let current = self.chosen().and_then(|chosen| {
            self.lines.line_of(shown.session, chosen.place, chosen.first, chosen.count).map(|line| (line, chosen))
        });
        if step != 0 {
            self.step(step, current.map(|(line, _)| line), shown, visible, total, cx);
            ui.ctx().request_repaint();
        }
        let Some((line, _)) = current else { return };
        let lines = self.lines.read(shown.session, shown.place, line.saturating_sub(1), 2);
        let previous = lines.first().filter(|_| line > 0).and_then(at);
        let Some(Line::Calls(item)) = lines.get(usize::from(line > 0)) else { return };
        if item.folded.is_some() && ((opens && !item.is_open) || (closes && item.is_open)) {
            self.toggle(item);
        }
        let timing = Timing { times: self.controls.times, since: shown.since, wall: &self.wall };
        if let Some(text) = row_text(cx, shown, &timing, item, previous, true).filter(|_| copies) {
            ui.copy_text(text.copied());
        }
    }

    /// Moves the selection, and brings it into view.
    fn step(
        &mut self,
        step: i64,
        current: Option<u64>,
        shown: &Shown<'_>,
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
        let target = target.min(self.lines.count(shown.track).saturating_sub(1));
        let lines = self.lines.read(shown.session, shown.place, target, 1);
        if let Some(Line::Calls(item)) = lines.first() {
            self.choose(item, shown, cx);
        }
        self.list.scroll.reveal(target, visible, total);
    }

    /// The button that goes to the newest row, when there are rows that were never in view.
    fn offer_newest(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        shown: &Shown<'_>,
        area: Rect,
        visible: f64,
        total: u64,
    ) {
        let calls = self.lines.progress().map_or(shown.track.call_count, |progress| progress.passed);
        if self.list.scroll.following {
            self.seen = calls;
        } else if calls > self.seen && row::newest(ui, cx, area, "calls-newest-hint") {
            self.list.scroll.end(visible, total);
            ui.ctx().request_repaint();
        }
    }
}

/// Where a line is drawn.
struct Spot {
    line: u64,
    place: Rect,
    /// How many lines fit into the view.
    visible: f64,
}

fn row_text(
    cx: &UiContext<'_>,
    shown: &Shown<'_>,
    timing: &Timing<'_>,
    item: &Item,
    previous: Option<Moment>,
    has_note: bool,
) -> Option<RowText> {
    let owner = Owner::of(shown.session, item.place)?;
    let time = timing.text(cx, item, previous);
    Some(RowText::new(cx, item, &owner, shown.since, time, has_note))
}
