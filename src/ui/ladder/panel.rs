//! The Ladder tab: two lifelines, client and server, and an arrow from each send to the recv that took its bytes.
//!
//! In scope: which of the two scales is shown, the scroll position, the selection. *Even*: a row for each call, in the order of both ends,
//! scrolled together with the Calls list. *To scale*: time, from the whole connection down to nanoseconds. Out of scope: which calls
//! belong together (`view::Ladder`), painting (`paint`), the scale of time (`time_scale`).

use std::rc::Rc;

use egui::{Id, Key, Rangef, Role as Kind, Ui, WidgetInfo};
use encoding_rs::UTF_8;

use super::frame::{LadderDrawing, LadderModel, RungClick, choice, end_headers};
use super::paint::{Canvas, LadderColumns, VerticalAxis};
use super::text as texts;
use super::time_scale::TimeScale;
use crate::capture::{ConnectionId, Moment, Role, SessionId};
use crate::ui::kit::widgets::{button, empty, segmented_control};
use crate::ui::kit::{GRID, ListRows, ROW, UiContext, VirtualList, rows_in};
use crate::ui::select::{Chosen, Follower, News, ScrollPosition, Selection};
use crate::view::{ArrowEnd, Ladder, LadderRow, LadderVersion, VirtualScroll};

/// The panel.
#[derive(Debug)]
pub struct LadderPanel {
    list: VirtualList,
    /// Whether time is drawn to scale.
    is_to_scale: bool,
    time: TimeScale,
    /// The connection of the ladder.
    of: Option<(SessionId, ConnectionId)>,
    /// The call that was chosen in the ladder itself: one of the other end may have no bytes to choose.
    pointed: Option<(Role, u64)>,
    /// What the arrow under the pointer stood for when it was drawn last.
    hovered: Option<String>,
    /// The rows that were drawn last, with what they were found from.
    cached_rows: Option<(RowsKey, Rc<Vec<LadderRow>>)>,
}

/// What rows are found from: the first row, their number, the version of the ladder, and the calls in progress.
type RowsKey = (u64, usize, LadderVersion, Vec<Moment>);

impl Default for LadderPanel {
    fn default() -> Self {
        let list = VirtualList::following();
        Self {
            list,
            is_to_scale: false,
            time: TimeScale::default(),
            of: None,
            pointed: None,
            hovered: None,
            cached_rows: None,
        }
    }
}

impl LadderPanel {
    /// Draws the ladder, and takes over what is chosen in it.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        model: Option<&LadderModel<'_>>,
        selection: &mut Selection,
    ) {
        let Some(model) = model else { return empty(ui, &cx.text("ladder-empty"), cx.tokens) };
        self.reset_for((model.session, model.connection.id));
        let ladder = ladder_of(model);
        let is_news = selection.follow(Follower::Ladder) != News::Old;
        let chosen = selection.chosen();
        if is_news && !self.is_pointed(&ladder, &chosen) {
            self.pointed = None;
        }
        let id = ui.scope_id().with("ladder");
        let (hovered, has_keyboard) = (self.hovered.take(), ui.memory(|memory| memory.has_focus(id)));
        let (pointed, hovered) = (self.pointed, hovered.as_deref());
        let drawing = LadderDrawing { cx, model, ladder: &ladder, chosen, pointed, hovered, has_keyboard };
        self.time.selected = drawing.chosen_entry();
        self.controls(ui, cx, selection);
        ui.spacing_mut().item_spacing.y = 0.0;
        end_headers(ui, cx, &ladder, model);
        let picked = if self.is_to_scale {
            let shown = self.time.show(ui, &drawing, is_news);
            if shown.has_moved {
                selection.scrolled(Follower::Ladder);
            }
            self.hovered = shown.hovered;
            shown.clicked
        } else {
            self.show_rows(ui, id, &drawing, is_news, selection)
        };
        let Some((rung, click)) = picked else { return };
        self.pointed = Some((rung.side, rung.entry));
        ui.ctx().request_repaint();
        if let Some(chosen) = choice(&rung, rung.side == ladder.own) {
            selection.choose(chosen, Some(Follower::Ladder));
            if let (RungClick::Bytes(choice), Some(bytes)) = (click, chosen.bytes) {
                choice.carry_out(ui, cx, (model.connection, bytes), UTF_8, selection);
            }
        }
        if click == RungClick::Copy {
            cx.copy_row(ui.ctx(), texts::full_text(cx, &rung));
        }
    }

    /// Forgets what was kept of another connection.
    fn reset_for(&mut self, of: (SessionId, ConnectionId)) {
        if self.of != Some(of) {
            *self = Self { of: Some(of), is_to_scale: self.is_to_scale, ..Self::default() };
        }
    }

    /// Whether the ladder is of something else than when it was drawn last, and does not know yet where to stand.
    #[must_use]
    pub fn is_new(&self, model: &LadderModel<'_>) -> bool {
        self.of != Some((model.session, model.connection.id))
    }

    /// Whether what is chosen is the call that was chosen in the ladder itself.
    fn is_pointed(&self, ladder: &Ladder<'_>, chosen: &Chosen) -> bool {
        let Some((side, entry)) = self.pointed else { return false };
        let number = ladder.end(side).and_then(|end| end.number(entry));
        match chosen.calls {
            Some(calls) => side == ladder.own && number == Some(calls.first),
            None => side != ladder.own,
        }
    }

    fn controls(&mut self, ui: &mut Ui, cx: &UiContext<'_>, selection: &mut Selection) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let scales = [(false, cx.text("ladder-even")), (true, cx.text("ladder-timed"))];
            if let Some(is_to_scale) = segmented_control(ui, self.is_to_scale, &scales, cx.tokens) {
                self.is_to_scale = is_to_scale;
                selection.follow_again(Follower::Ladder);
            }
            if !self.is_to_scale {
                ui.add_space(GRID);
                ui.weak(cx.text("ladder-times")).on_hover_text(cx.text("ladder-times-hint"));
                return;
            }
            ui.add_space(GRID);
            for (sign, key, factor) in [("−", "ladder-out", 0.5), ("+", "ladder-in", 2.0)] {
                let can = factor > 1.0 || !self.time.is_whole();
                let name = cx.text(key);
                let zoom = button(ui, sign, can).on_hover_text(cx.text("ladder-zoom-hint"));
                zoom.widget_info(|| WidgetInfo::labeled(Kind::Button, can, &name));
                if zoom.clicked() {
                    self.time.zoom(factor);
                }
            }
            if button(ui, &cx.text("ladder-whole"), !self.time.is_whole()).clicked() {
                self.time.show_whole();
            }
        });
    }

    fn show_rows(
        &mut self,
        ui: &mut Ui,
        id: Id,
        drawing: &LadderDrawing<'_, '_>,
        is_news: bool,
        selection: &mut Selection,
    ) -> Option<(LadderRow, RungClick)> {
        let (cx, ladder) = (drawing.cx, drawing.ladder);
        let area = ui.available_rect_before_wrap();
        let visible = rows_in(area.height());
        let total = ladder.rows() + ladder.unfinished().len() as u64;
        if is_news && let Some(row) = drawing.chosen_row() {
            self.list.scroll.clamp(visible, total);
            self.list.scroll.following = false;
            self.list.scroll.reveal_amid(row, visible, total);
        }
        let name = cx.text("ladder");
        let rows = ListRows { name: &name, total, tokens: cx.tokens };
        let before = self.list.scroll;
        let mut list = std::mem::take(&mut self.list);
        let columns = LadderColumns::new(area);
        let mut canvas = Canvas::new(ui, cx, ladder, columns);
        let (mut picked, mut found) = (None, None);
        let response = list.show(ui, id, &rows, |ui, row, place| {
            let rungs = found.get_or_insert_with(|| self.load_rows(ladder, row, visible.ceil() as usize + 1));
            let Some(rung) = rungs.iter().find(|rung| rung.row == row) else { return };
            if let Some(click) = drawing.row(ui, &mut canvas, rung, place) {
                picked = Some((rung.clone(), click));
            }
        });
        self.list = list;
        let scroll = self.list.scroll;
        if scroll != before && !(scroll.following && before.following) {
            selection.scrolled(Follower::Ladder);
        }
        if let Some(rungs) = &found {
            let axis = RowAxis { top: area.top(), scroll };
            self.hovered = drawing.paint(ui, &canvas, rungs, &axis);
        }
        if picked.is_some() {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        let stepped = response.has_focus().then(|| self.step(ui, drawing, visible, total)).flatten();
        picked.or(stepped.map(|rung| (rung, RungClick::Select)))
    }

    /// The calls in the `count` rows from `first` on.
    fn load_rows(&mut self, ladder: &Ladder<'_>, first: u64, count: usize) -> Rc<Vec<LadderRow>> {
        let unfinished = ladder.unfinished().iter().map(|rung| rung.call.begun).collect();
        let of = (first, count, ladder.version(), unfinished);
        match &self.cached_rows {
            Some((before, rungs)) if *before == of => Rc::clone(rungs),
            _ => {
                let rungs = Rc::new(ladder.read(first, count).unwrap_or_default());
                self.cached_rows = Some((of, Rc::clone(&rungs)));
                rungs
            }
        }
    }

    /// The keys choose the call in the row above or below.
    fn step(&mut self, ui: &Ui, drawing: &LadderDrawing<'_, '_>, visible: f64, total: u64) -> Option<LadderRow> {
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        let step = i64::from(pressed(Key::ArrowDown)) - i64::from(pressed(Key::ArrowUp));
        if step == 0 {
            return None;
        }
        let row = match drawing.chosen_row() {
            Some(row) => row.saturating_add_signed(step),
            None => self.list.scroll.top_row,
        };
        let row = row.min(drawing.ladder.rows().checked_sub(1)?);
        self.list.scroll.reveal(row, visible, total);
        let rungs = drawing.ladder.read(row, 1).unwrap_or_default();
        rungs.into_iter().find(|rung| rung.row == row)
    }

    /// Where the ladder stands.
    pub fn position(&self, model: &LadderModel<'_>) -> Option<ScrollPosition> {
        let ladder = ladder_of(model);
        let end = ladder.end(ladder.own)?;
        if self.is_to_scale {
            let call = end.number(self.time.top_entry(&end).ok()?)?;
            return Some(ScrollPosition::Call(call));
        }
        let scroll = self.list.scroll;
        if scroll.following {
            return Some(ScrollPosition::Newest);
        }
        let entry = ladder.entries_before(ladder.own, scroll.top_row).ok()?;
        Some(ScrollPosition::Call(end.number(entry)?))
    }

    /// Scrolls the ladder to `position`, if the call there stands in it.
    pub fn scroll_to(&mut self, model: &LadderModel<'_>, position: ScrollPosition) {
        let ladder = ladder_of(model);
        self.reset_for((model.session, model.connection.id));
        match position {
            ScrollPosition::Newest => {
                self.list.scroll.following = true;
                self.time.show_end();
            }
            ScrollPosition::Call(call) => {
                let Some(end) = ladder.end(ladder.own) else { return };
                let Some(entry) = end.entry(call) else { return };
                if let Ok(row) = ladder.row_of(ladder.own, entry) {
                    (self.list.scroll.top_row, self.list.scroll.sub_row) = (row, 0.0);
                    self.list.scroll.following = false;
                }
                self.time.show_from(&end, call);
            }
        }
    }
}

/// The ladder of what is shown.
fn ladder_of<'a>(model: &LadderModel<'a>) -> Ladder<'a> {
    Ladder::new(model.connection, model.role, model.other_end).unaccepted(model.is_unaccepted)
}

/// Rows of the same height.
struct RowAxis {
    top: f32,
    scroll: VirtualScroll,
}

impl RowAxis {
    fn y(&self, row: f64) -> f32 {
        let above = (row - self.scroll.top_row as f64) as f32;
        self.top + above * ROW
    }
}

impl VerticalAxis for RowAxis {
    fn y_range(&self, rung: &LadderRow) -> Rangef {
        let (from, until) = rung.stretch;
        Rangef::new(self.y(from), self.y(until))
    }

    fn tip_y(&self, tip: &ArrowEnd) -> Option<f32> {
        match tip {
            ArrowEnd::Call { row, .. } | ArrowEnd::System { row, .. } => Some(self.y(*row)),
            ArrowEnd::Open(_) => None,
        }
    }

    fn open_end_drop(&self) -> f32 {
        ROW * 0.3
    }
}
