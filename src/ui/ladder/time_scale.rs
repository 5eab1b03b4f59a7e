//! The ladder to scale: nanoseconds to points, from the whole connection down to single nanoseconds.
//!
//! In scope: zoom and scrolling by mouse and keyboard, the calls in view, folded where there are too many. Out of scope: painting.

use std::io;
use std::rc::Rc;

use egui::{Key, Rangef, Rect, Response, Role as Kind, Sense, Stroke, Ui, WidgetInfo};

use super::frame::{LadderDrawing, RungClick};
use super::paint::{Canvas, LadderColumns, VerticalAxis};
use super::text as texts;
use crate::capture::{Moment, Role};
use crate::http::Span;
use crate::ui::kit::UiContext;
use crate::view::{
    ArrowEnd, CallState, FoldedCalls, Ladder, LadderEnd, LadderRow, LadderVersion, RulerScale, TimedLadder,
};

/// The height of a line of text beside a lifeline, in points.
const LINE: f32 = 16.0;
/// The least room between two times.
const TICK: f32 = 40.0;
/// A call is under the pointer when that is so near.
const NEAR: f32 = 8.0;

/// What came of drawing.
pub struct Shown {
    /// The call that something was done to.
    pub clicked: Option<(LadderRow, RungClick)>,
    /// Whether the user has scrolled or zoomed.
    pub has_moved: bool,
    /// What the arrow under the pointer stands for.
    pub hovered: Option<String>,
}

/// The scale.
#[derive(Debug, Default)]
pub struct TimeScale {
    /// The scale, in nanoseconds since the run began, so that round times get ticks.
    scale: RulerScale,
    since: u64,
    height: f32,
    /// The call that is chosen: it stays in view.
    pub selected: Option<(Role, u64)>,
    /// The calls that were drawn last, with what they were found from.
    cached: Option<(TimeKey, Rc<TimedLadder>)>,
}

type TimeKey = (Span, LadderVersion, Vec<Moment>);

impl TimeScale {
    /// Whether the whole connection is in view.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.scale.is_whole()
    }

    /// Shows the whole connection.
    pub fn show_whole(&mut self) {
        self.scale.show_whole();
    }

    /// Makes things `factor` times as long; what is chosen stays where it is, or what is in the middle of the calls in view.
    pub fn zoom(&mut self, factor: f32) {
        self.scale.zoom(factor, self.zoom_center());
    }

    /// Where there is something to zoom in on: what is chosen, if it is in view, or of the beginnings and ends of calls in view that one
    /// which has as many before it as behind it.
    fn zoom_center(&self) -> f32 {
        let Some((_, timed)) = &self.cached else { return self.height / 2.0 };
        let in_view = |moment: Moment| {
            let y = self.scale.x(moment.0.saturating_sub(self.since));
            (0.0..=self.height).contains(&y).then_some(y)
        };
        let ends = |rung: &LadderRow| {
            let ended = (rung.state == CallState::Returned).then(|| rung.call.ended());
            [Some(rung.call.begun), ended].into_iter().flatten().filter_map(in_view)
        };
        let selected = timed.rows.iter().find(|rung| self.selected == Some((rung.side, rung.entry)));
        if let Some(y) = selected.and_then(|rung| ends(rung).next()) {
            return y;
        }
        let folded = timed.folded.iter().flat_map(|folded| {
            let (from, until) = folded.stretch;
            [from, Moment(from.0.midpoint(until.0)), until].into_iter().filter_map(in_view)
        });
        let mut all: Vec<f32> = timed.rows.iter().flat_map(ends).chain(folded).collect();
        all.sort_by(f32::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(self.height / 2.0)
    }

    /// Goes to the newest.
    pub fn show_end(&mut self) {
        self.scale.pan(1e30);
    }

    /// The first entry of `end` in view.
    ///
    /// # Errors
    /// If the log's file can't be read.
    pub fn top_entry(&self, end: &LadderEnd<'_>) -> io::Result<u64> {
        end.ended_from(Moment(self.since + self.scale.offset(0.0)))
    }

    /// Goes to where call number `call` of `end` is at the top.
    pub fn show_from(&mut self, end: &LadderEnd<'_>, call: u64) {
        if let Ok(Some(call)) = end.connection.thread.calls.at(call) {
            self.scale.pan(self.scale.x(call.begun.0.saturating_sub(self.since)));
        }
    }

    fn calls_in(&mut self, ladder: &Ladder<'_>, span: Span) -> Rc<TimedLadder> {
        let unfinished = ladder.unfinished().iter().map(|rung| rung.call.begun).collect();
        let of = (span, ladder.version(), unfinished);
        match &self.cached {
            Some((before, timed)) if *before == of => Rc::clone(timed),
            _ => {
                let timed = Rc::new(
                    ladder.timed(Moment(self.since + span.start), Moment(self.since + span.end)).unwrap_or_default(),
                );
                self.cached = Some((of, Rc::clone(&timed)));
                timed
            }
        }
    }

    /// Wheel, drag and keys; returns whether the user has moved it.
    fn handle_input(&mut self, ui: &Ui, response: &Response) -> bool {
        let before = self.scale;
        if response.clicked() {
            response.request_focus();
        }
        if let Some(pointer) = response.hover_pos().filter(|_| response.contains_pointer()) {
            let (zoom, scrolled) = ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta()));
            // Zooming by 1 would move the scale by a rounding error.
            if zoom != 1.0 {
                self.scale.zoom(zoom, pointer.y - response.rect.top() - LINE / 2.0);
            }
            self.scale.pan(-scrolled.y);
        }
        self.scale.pan(-response.drag_delta().y);
        if response.has_focus() {
            let filter = egui::EventFilter { vertical_arrows: true, ..Default::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
            self.keys(ui);
        }
        self.scale != before
    }

    fn keys(&mut self, ui: &Ui) {
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        let page = self.height * 0.75;
        for (key, points) in [
            (Key::ArrowUp, -self.height / 8.0),
            (Key::ArrowDown, self.height / 8.0),
            (Key::PageUp, -page),
            (Key::PageDown, page),
            (Key::Home, -1e30),
            (Key::End, 1e30),
        ] {
            if pressed(key) {
                self.scale.pan(points);
            }
        }
        if pressed(Key::Plus) || pressed(Key::Equals) {
            self.zoom(2.0);
        }
        if pressed(Key::Minus) {
            self.zoom(0.5);
        }
    }

    /// Draws the ladder to scale.
    pub fn show(&mut self, ui: &mut Ui, drawing: &LadderDrawing<'_, '_>, is_news: bool) -> Shown {
        let area = ui.available_rect_before_wrap();
        let (cx, ladder) = (drawing.cx, drawing.ladder);
        let response = ui.interact(area, ui.scope_id().with("ladder time"), Sense::click_and_drag());
        let name = cx.text("ladder");
        response.widget_info(|| WidgetInfo::labeled(Kind::List, true, &name));
        // The texts of the first and the last call have room.
        let inner = area.shrink2(egui::vec2(0.0, LINE / 2.0));
        (self.height, self.since) = (inner.height(), drawing.model.since.0);
        let has_moved = self.handle_input(ui, &response);
        let all = time_range(ladder, cx.now, drawing.model.since);
        self.scale.clamp(all, inner.height());
        if is_news {
            self.reveal_chosen(drawing, inner.height());
            self.scale.clamp(all, inner.height());
        }
        let timed = self.calls_in(ladder, self.scale.visible(inner.height()));
        let axis = TimeAxis { top: inner.top(), since: self.since, scale: self.scale, now: cx.now };
        let canvas = Canvas::new(ui, cx, ladder, LadderColumns::new(area));
        ticks(&canvas, drawing, &axis);
        for folded in &timed.folded {
            fold(ui, &canvas, cx, folded, &axis);
        }
        let hovered = drawing.paint(ui, &canvas, &timed.rows, &axis);
        let clicked = labels(ui, drawing, &canvas, &timed, &axis)
            .or_else(|| hovered_call(&response, &canvas, &timed, &axis, cx).map(|rung| (rung, RungClick::Select)));
        if let Some(hovered) = drawing.hovered {
            response.on_hover_text(hovered);
        }
        ui.advance_cursor_after_rect(area);
        Shown { clicked, has_moved, hovered }
    }

    fn reveal_chosen(&mut self, drawing: &LadderDrawing<'_, '_>, height: f32) {
        let Some((side, entry)) = drawing.chosen_entry() else { return };
        let Some(end) = drawing.ladder.end(side) else { return };
        let Some(number) = end.number(entry) else { return };
        if let Ok(Some(call)) = end.connection.thread.calls.at(number) {
            let begun = call.begun.0.saturating_sub(self.since);
            self.scale.reveal(Span::new(begun, begun + call.took.max(1)), height);
        }
    }
}

/// From when the first end was opened until the last was closed, or now.
fn time_range(ladder: &Ladder<'_>, now: Moment, since: Moment) -> Span {
    let ends = [Role::Client, Role::Server].into_iter().filter_map(|side| ladder.end(side));
    let tracks: Vec<_> = ends.map(|end| &end.connection.thread).collect();
    let from = tracks.iter().map(|thread| thread.opened).min().unwrap_or(now);
    let until = tracks.iter().map(|thread| thread.ended.map_or(now, |(at, _)| at)).max().unwrap_or(now);
    let (from, until) = (from.0.saturating_sub(since.0), until.0.saturating_sub(since.0));
    Span::new(from, until.max(from + 1))
}

fn ticks(canvas: &Canvas<'_, '_>, drawing: &LadderDrawing<'_, '_>, axis: &TimeAxis) {
    let height = canvas.columns.area.height();
    let at = axis.scale.ticks(height, TICK);
    let step = at.first().zip(at.get(1)).map_or(u64::MAX, |(first, second)| second - first);
    for moment in at {
        let y = axis.y(axis.since + moment);
        if y < axis.top + LINE / 2.0 || y > canvas.columns.area.bottom() - LINE / 2.0 {
            continue;
        }
        canvas.painter.hline(
            canvas.columns.times.max + 4.0..=canvas.columns.area.right(),
            y,
            Stroke::new(1.0, drawing.cx.tokens.stripe),
        );
        let since = std::time::Duration::from_nanos(moment).as_secs_f64();
        // At the finest, microseconds say too little.
        canvas.time(y, if step < 1_000 { format!("{since:.9}") } else { format!("{since:.6}") });
    }
}

/// Calls in one bar.
fn fold(ui: &Ui, canvas: &Canvas<'_, '_>, cx: &UiContext<'_>, folded: &FoldedCalls, axis: &TimeAxis) {
    let stretch = Rangef::new(axis.y(folded.stretch.0.0), axis.y(folded.stretch.1.0));
    let x = canvas.columns.line(folded.side);
    let bottom = stretch.max.max(stretch.min + 4.0);
    let place = Rect::from_x_y_ranges(x - 6.0..=x + 6.0, stretch.min..=bottom).intersect(canvas.columns.area);
    if !place.is_positive() {
        return;
    }
    let tokens = cx.tokens;
    let own = canvas.ladder.own;
    let colour = match folded.kinds.as_slice() {
        [crate::capture::CallKind::Send] => tokens.direction(texts::direction(own, folded.side)),
        [crate::capture::CallKind::Recv] => tokens.direction(texts::direction(folded.side, own)),
        _ => tokens.weak,
    };
    canvas.painter.rect_filled(place, 2.0, colour.gamma_multiply(0.35));
    canvas.painter.rect_stroke(place, 2.0, Stroke::new(1.0, colour), egui::StrokeKind::Inside);
    let label = canvas.columns.label(folded.side);
    if place.height() >= LINE {
        canvas.label(folded.side, place.center().y, &texts::folded(folded), None, colour);
    }
    let whole = place.union(Rect::from_x_y_ranges(label, place.y_range()));
    let id = ui.scope_id().with(("folded", folded.side, folded.first));
    let name = texts::folded_full_text(cx, folded);
    let response = ui.interact(whole, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Kind::ListBoxOption, true, &name));
    response.on_hover_text(name);
}

/// The calls that have room for a text beside the lifeline; returns the one that was clicked.
fn labels(
    ui: &Ui,
    drawing: &LadderDrawing<'_, '_>,
    canvas: &Canvas<'_, '_>,
    timed: &TimedLadder,
    axis: &TimeAxis,
) -> Option<(LadderRow, RungClick)> {
    let mut clicked = None;
    for side in [Role::Client, Role::Server] {
        let mut free = f32::NEG_INFINITY;
        let is_folded = |y: f32| {
            let within = |folded: &&FoldedCalls| {
                axis.y(folded.stretch.0.0) - LINE / 2.0 < y && y < axis.y(folded.stretch.1.0) + LINE / 2.0
            };
            timed.folded.iter().filter(|folded| folded.side == side).any(|folded| within(&folded))
        };
        for rung in timed.rows.iter().filter(|rung| rung.side == side) {
            let (stretch, area) = (axis.y_range(rung), canvas.columns.area);
            // A call in progress has its text at its lower end. A call that began above the view keeps its text while a part of it is in view.
            let at = if rung.state == CallState::Returned { stretch.min } else { stretch.max };
            let y = at.clamp(area.top() + LINE / 2.0, (area.bottom() - LINE / 2.0).max(area.top() + LINE / 2.0));
            if stretch.max < area.top() || stretch.min > area.bottom() || y < free || is_folded(y) {
                continue;
            }
            free = y + LINE;
            let room = canvas.columns.label(side);
            let line = canvas.columns.line(side);
            let place = Rect::from_x_y_ranges(
                room.min.min(line - NEAR)..=room.max.max(line + NEAR),
                y - LINE / 2.0..=y + LINE / 2.0,
            );
            let (is_chosen, is_lit) = drawing.state(rung);
            if is_chosen || is_lit {
                let background = if is_chosen { drawing.cx.tokens.selected } else { drawing.cx.tokens.highlight };
                canvas.painter.rect_filled(Rect::from_x_y_ranges(room, place.y_range()), 0.0, background);
            }
            if let Some(click) = drawing.widget(ui, rung, place) {
                clicked = Some((rung.clone(), click));
            }
            drawing.texts(canvas, rung, y);
        }
    }
    clicked
}

/// The call under the pointer, where there was no room for a text; returns it if it was clicked.
fn hovered_call(
    response: &Response,
    canvas: &Canvas<'_, '_>,
    timed: &TimedLadder,
    axis: &TimeAxis,
    cx: &UiContext<'_>,
) -> Option<LadderRow> {
    let pointer = response.hover_pos().filter(|_| response.contains_pointer())?;
    let distance = |rung: &&LadderRow| {
        let stretch = axis.y_range(rung);
        let aside = (pointer.x - canvas.columns.line(rung.side)).abs();
        let apart = (stretch.min - pointer.y).max(pointer.y - stretch.max).max(0.0);
        aside.max(apart)
    };
    let nearest = timed.rows.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
    let rung = nearest.filter(|rung| distance(rung) <= NEAR)?;
    response.clone().on_hover_text(texts::full_text(cx, rung));
    response.clicked().then(|| rung.clone())
}

struct TimeAxis {
    top: f32,
    since: u64,
    scale: RulerScale,
    now: Moment,
}

impl TimeAxis {
    fn y(&self, moment: u64) -> f32 {
        self.top + self.scale.x(moment.saturating_sub(self.since))
    }
}

impl VerticalAxis for TimeAxis {
    fn y_range(&self, rung: &LadderRow) -> Rangef {
        let ended = match rung.state {
            CallState::Returned => rung.call.ended(),
            _ => self.now,
        };
        Rangef::new(self.y(rung.call.begun.0), self.y(ended.0))
    }

    fn tip_y(&self, tip: &ArrowEnd) -> Option<f32> {
        match tip {
            ArrowEnd::Call { at, .. } | ArrowEnd::System { at, .. } => Some(self.y(at.0)),
            ArrowEnd::Open(_) => None,
        }
    }

    fn open_end_drop(&self) -> f32 {
        0.0
    }
}
