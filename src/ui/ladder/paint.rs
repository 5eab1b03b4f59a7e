//! Paints a ladder: two lifelines, the calls as bars, arrows from one lifeline to the other.
//!
//! In scope: horizontal places, and painting. Out of scope: heights, which come from a [`VerticalAxis`], and texts (`text`).

use egui::epaint::text::LayoutJob;
use egui::{
    Align, Color32, FontId, Painter, Pos2, Rangef, Rect, Role as Kind, Sense, Shape, Stroke, TextStyle, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use super::labels::{DrawnArrow, Labels};
use super::text as texts;
use crate::capture::{CallKind, Direction, Outcome, Role};
use crate::ui::kit::{GRID, SCROLL_BAR, Tokens, UiContext};
use crate::view::{Arrow, ArrowEnd, ArrowKind, CallState, Ladder, LadderRow, Unmatched};

/// The room of the times at the left.
const TIME_WIDTH: f32 = 88.0;
/// Half of the width of a bar.
const BAR_HALF_WIDTH: f32 = 4.0;
/// Between two strokes of a hatched bar.
const HATCH_STEP: f32 = 5.0;
/// The length of an arrow's head, and half of its width.
const ARROW_HEAD: Vec2 = vec2(9.0, 4.5);
/// The distance from the other lifeline at which an arrow with an unknown end stops, in points.
const OPEN_END_GAP: f32 = 28.0;
/// An arrow is under the pointer when that is so near, in points.
const HOVERED: f32 = 5.0;
/// A text that would be cut to less than this width, in points, is left out.
const TEXT_MIN: f32 = 64.0;
/// The room of what stands beside a lifeline.
const LABEL_WIDTH: Rangef = Rangef { min: 112.0, max: 216.0 };

/// The columns of a ladder: times, labels and lifelines.
#[derive(Clone, Copy, Debug)]
pub struct LadderColumns {
    /// The whole area, without the scroll bar.
    pub area: Rect,
    /// The times.
    pub times: Rangef,
    /// Beside the client's lifeline, and beside the server's.
    labels: [Rangef; 2],
    lines: [f32; 2],
}

impl LadderColumns {
    /// The columns of a ladder in `area`.
    #[must_use]
    pub fn new(area: Rect) -> Self {
        let area = area.with_max_x(area.right() - SCROLL_BAR);
        let left = area.left() + TIME_WIDTH + GRID;
        let labels = ((area.right() - left) * 0.27).clamp(LABEL_WIDTH.min, LABEL_WIDTH.max);
        let lines = [left + labels + GRID + BAR_HALF_WIDTH, area.right() - labels - GRID - BAR_HALF_WIDTH];
        Self {
            area,
            times: Rangef::new(area.left(), area.left() + TIME_WIDTH),
            labels: [Rangef::new(left, left + labels), Rangef::new(area.right() - labels, area.right())],
            lines,
        }
    }

    /// The lifeline of a side.
    #[must_use]
    pub fn line(&self, side: Role) -> f32 {
        let [client, server] = self.lines;
        if side == Role::Client { client } else { server }
    }

    /// The room beside it.
    #[must_use]
    pub fn label(&self, side: Role) -> Rangef {
        let [client, server] = self.labels;
        if side == Role::Client { client } else { server }
    }
}

/// Maps moments to heights on the screen.
pub trait VerticalAxis {
    /// The heights at which a call begins and ends.
    fn y_range(&self, rung: &LadderRow) -> Rangef;
    /// The height at which an arrow begins or ends; `None` where no call is known.
    fn tip_y(&self, tip: &ArrowEnd) -> Option<f32>;
    /// The height by which an arrow falls whose other end is not known.
    fn open_end_drop(&self) -> f32;
}

/// The painter of a ladder.
pub struct Canvas<'a, 'b> {
    /// The painter, cut to the ladder.
    pub painter: Painter,
    /// The words and colours.
    pub cx: &'a UiContext<'b>,
    /// The ladder that is painted.
    pub ladder: &'a Ladder<'a>,
    /// The columns.
    pub columns: LadderColumns,
    /// The backgrounds of rows that are selected or lit.
    pub backgrounds: Vec<(Rangef, Color32)>,
    /// Small letters.
    pub small: FontId,
    /// Figures.
    pub mono: FontId,
}

impl<'a, 'b> Canvas<'a, 'b> {
    /// For what `ui` shows.
    #[must_use]
    pub fn new(ui: &Ui, cx: &'a UiContext<'b>, ladder: &'a Ladder<'a>, columns: LadderColumns) -> Self {
        Self {
            painter: ui.painter().with_clip_rect(columns.area.intersect(ui.clip_rect())),
            cx,
            ladder,
            columns,
            backgrounds: Vec::new(),
            small: TextStyle::Small.resolve(ui.style()),
            mono: TextStyle::Monospace.resolve(ui.style()),
        }
    }

    /// The two lifelines; that of an end that is not in this program is broken.
    pub fn lifelines(&self) {
        let Tokens { line, weak, .. } = self.cx.tokens;
        for side in [Role::Client, Role::Server] {
            let x = self.columns.line(side).round() + 0.5;
            let ends = [pos2(x, self.columns.area.top()), pos2(x, self.columns.area.bottom())];
            if self.ladder.end(side).is_some() {
                self.painter.line_segment(ends, Stroke::new(1.0, weak));
            } else {
                self.painter.extend(Shape::dashed_line(&ends, Stroke::new(1.0, line), 6.0, 4.0));
            }
        }
    }

    /// A call on its lifeline: hatched where it blocked.
    pub fn bar(&self, rung: &LadderRow, axis: &dyn VerticalAxis) {
        let stretch = axis.y_range(rung);
        let x = self.columns.line(rung.side);
        // The shortest call is visible, too.
        let bottom = stretch.max.max(stretch.min + 4.0);
        let whole = Rect::from_x_y_ranges(x - BAR_HALF_WIDTH..=x + BAR_HALF_WIDTH, stretch.min..=bottom);
        let place = whole.intersect(self.columns.area.expand2(vec2(0.0, GRID)));
        if !place.is_positive() {
            return;
        }
        let colour = colour(self.cx.tokens, rung, self.ladder.own);
        let blocked = rung.state == CallState::InProgress || rung.call.took >= texts::SLOW;
        if rung.state == CallState::Due || blocked {
            self.painter.rect_filled(place, 0.0, self.cx.tokens.surface);
        } else {
            self.painter.rect_filled(place, 1.0, colour);
        }
        if blocked {
            self.hatch(place, colour);
        }
        self.painter.rect_stroke(place, 1.0, Stroke::new(1.0, colour), egui::StrokeKind::Inside);
    }

    fn hatch(&self, place: Rect, colour: Color32) {
        let painter = self.painter.with_clip_rect(place.intersect(self.painter.clip_rect()));
        let mut y = (place.top() / HATCH_STEP).floor() * HATCH_STEP;
        while y < place.bottom() + place.width() {
            let ends = [pos2(place.left(), y), pos2(place.right(), y - place.width())];
            painter.line_segment(ends, Stroke::new(1.0, colour));
            y += HATCH_STEP;
        }
    }

    /// Text beside a lifeline, on its outer side, and `more` where there is room for it.
    pub fn label(&self, side: Role, y: f32, text: &str, more: Option<&str>, colour: Color32) {
        let room = self.columns.label(side);
        let lay_out = |more: Option<&str>| {
            let mut job = LayoutJob::simple_singleline(text.to_owned(), self.mono.clone(), colour);
            if let Some(more) = more {
                let weak = self.cx.tokens.weak;
                job.append(more, GRID, egui::TextFormat::simple(self.small.clone(), weak));
            }
            job.wrap.max_width = room.span();
            job.wrap.max_rows = 1;
            job.wrap.break_anywhere = true;
            self.painter.fonts_mut(|fonts| fonts.layout_job(job))
        };
        let mut galley = lay_out(more);
        if galley.elided && more.is_some() {
            galley = lay_out(None);
        }
        let x = if side == Role::Client { room.max - galley.size().x } else { room.min };
        self.painter.galley(pos2(x, y - galley.size().y / 2.0), galley, colour);
    }

    /// A time at the left.
    pub fn time(&self, y: f32, text: String) {
        let at = pos2(self.columns.times.max, y);
        self.painter.text(at, egui::Align2::RIGHT_CENTER, text, self.mono.clone(), self.cx.tokens.weak);
    }

    /// The arrows, and what they carried. The one under the pointer stands out; returns what it stands for.
    pub fn arrows(&self, ui: &Ui, arrows: &[Arrow], axis: &dyn VerticalAxis) -> Option<String> {
        let lines: Vec<_> = arrows.iter().filter_map(|arrow| Some((*arrow, self.line(arrow, axis)?))).collect();
        let hovered = self.hovered(ui, &lines);
        for (at, (arrow, line)) in lines.iter().enumerate() {
            self.arrow(arrow, *line, hovered.map(|hovered| hovered == at));
            let middle = line[0] + (line[1] - line[0]) / 2.0;
            let id = ui.scope_id().with(("arrow", at));
            let response = ui.interact(Rect::from_center_size(middle, Vec2::splat(1.0)), id, Sense::hover());
            response.widget_info(|| {
                WidgetInfo::labeled(Kind::Label, true, texts::arrow_full_text(self.cx, self.ladder, arrow))
            });
        }
        let mut labels =
            Labels::new(&lines, self.columns.area, [Role::Client, Role::Server].map(|side| self.columns.line(side)));
        for (at, (arrow, [from, to])) in lines.iter().enumerate() {
            let is_hovered = hovered.map(|hovered| hovered == at);
            let text = texts::arrow(self.cx, self.ladder, arrow.side, arrow.kind);
            let colour = strength(arrow_colour(self.cx.tokens, self.ladder.own, arrow), is_hovered);
            let span = (self.columns.line(Role::Server) - self.columns.line(Role::Client) - 112.0).max(0.0);
            let mut job = LayoutJob::simple_singleline(text, self.mono.clone(), colour);
            job.wrap.max_width = span.min((to.x - from.x).abs() - 40.0).clamp(0.0, 320.0);
            job.wrap.max_rows = 1;
            job.wrap.break_anywhere = true;
            job.halign = Align::LEFT;
            let galley = self.painter.fonts_mut(|fonts| fonts.layout_job(job));
            // So short a piece of a text can't be read.
            let place =
                if galley.elided && galley.size().x < TEXT_MIN { None } else { labels.place(at, galley.size()) };
            let Some(place) = place else { continue };
            self.painter.rect_filled(place.expand2(vec2(4.0, 0.0)), 2.0, self.background(place.center().y));
            self.painter.galley(place.min, galley, colour);
        }
        let (arrow, _) = lines.get(hovered?)?;
        Some(texts::arrow_full_text(self.cx, self.ladder, arrow))
    }

    /// The number of the arrow under the pointer.
    fn hovered(&self, ui: &Ui, lines: &[DrawnArrow]) -> Option<usize> {
        let pointer = ui.ctx().pointer_hover_pos().filter(|_| ui.rect_contains_pointer(self.columns.area))?;
        let distances = lines.iter().map(|(_, line)| distance(*line, pointer)).enumerate();
        let (at, distance) = distances.min_by(|(_, one), (_, other)| one.total_cmp(other))?;
        (distance <= HOVERED).then_some(at)
    }

    fn background(&self, y: f32) -> Color32 {
        let found = self.backgrounds.iter().find(|(rows, _)| rows.contains(y));
        found.map_or(self.cx.tokens.surface, |(_, colour)| *colour)
    }

    /// The part of the line of an arrow that is in view.
    fn line(&self, arrow: &Arrow, axis: &dyn VerticalAxis) -> Option<[Pos2; 2]> {
        let (x0, x1) = (self.columns.line(arrow.side), self.columns.line(texts::opposite(arrow.side)));
        let way = if x1 > x0 { 1.0 } else { -1.0 };
        let (left, right) = (x0 + way * BAR_HALF_WIDTH, x1 - way * BAR_HALF_WIDTH);
        let (from, to) = match (axis.tip_y(&arrow.from), axis.tip_y(&arrow.to)) {
            (Some(from), Some(to)) => (pos2(left, from), pos2(right, to)),
            (Some(from), None) => {
                let until = match arrow.to {
                    ArrowEnd::Open(Unmatched::NotYet) => (left + right) / 2.0,
                    _ => right - way * OPEN_END_GAP,
                };
                (pos2(left, from), pos2(until, from + axis.open_end_drop()))
            }
            (None, Some(to)) => (pos2(left + way * OPEN_END_GAP, to - axis.open_end_drop()), pos2(right, to)),
            (None, None) => return None,
        };
        clip([from, to], self.columns.area)
    }

    /// Draws an arrow: stronger under the pointer, and weaker where another one is. What is only deduced, or done by the systems among
    /// themselves, is dashed.
    fn arrow(&self, arrow: &Arrow, [from, to]: [Pos2; 2], is_hovered: Option<bool>) {
        let colour = strength(arrow_colour(self.cx.tokens, self.ladder.own, arrow), is_hovered);
        let stroke = Stroke::new(if is_hovered == Some(true) { 2.5 } else { 1.5 }, colour);
        let is_call = |tip: &ArrowEnd| matches!(tip, ArrowEnd::Call { .. });
        if arrow.kind.is_by_system() || !is_call(&arrow.from) || !is_call(&arrow.to) {
            self.painter.extend(Shape::dashed_line(&[from, to], stroke, 6.0, 4.0));
        } else {
            self.painter.line_segment([from, to], stroke);
        }
        self.head(from, to, stroke, matches!(arrow.to, ArrowEnd::Open(_)));
    }

    /// The head of an arrow: hollow where it is not known where it was taken.
    fn head(&self, from: Pos2, to: Pos2, stroke: Stroke, is_hollow: bool) {
        if !self.columns.area.expand(1.0).contains(to) {
            return;
        }
        let axis = (to - from).normalized();
        let aside = axis.rot90() * ARROW_HEAD.y;
        let back = to - axis * ARROW_HEAD.x;
        let points = vec![back + aside, to, back - aside];
        if is_hollow {
            self.painter.add(Shape::line(points, stroke));
        } else {
            self.painter.add(Shape::convex_polygon(points, stroke.color, Stroke::NONE));
        }
    }
}

/// A colour as it is while no arrow is under the pointer, or this one, or another.
fn strength(colour: Color32, is_hovered: Option<bool>) -> Color32 {
    if is_hovered == Some(false) { colour.gamma_multiply(0.35) } else { colour }
}

/// The distance of a point from a line, in points.
fn distance([from, to]: [Pos2; 2], point: Pos2) -> f32 {
    let along = to - from;
    let share = ((point - from).dot(along) / along.length_sq().max(1.0)).clamp(0.0, 1.0);
    (from + along * share).distance(point)
}

/// The part of a line that is at the height of `area`.
fn clip([from, to]: [Pos2; 2], area: Rect) -> Option<[Pos2; 2]> {
    let fall = to.y - from.y;
    let share = |y: f32| if fall == 0.0 { 0.0 } else { (y - from.y) / fall };
    let (one, two) = (share(area.top()), share(area.bottom()));
    let (first, last) = if fall == 0.0 { (0.0, 1.0) } else { (one.min(two).max(0.0), one.max(two).min(1.0)) };
    let is_beside = fall == 0.0 && !area.y_range().contains(from.y);
    (first < last && !is_beside).then(|| [from + (to - from) * first, from + (to - from) * last])
}

fn arrow_colour(tokens: Tokens, own: Role, arrow: &Arrow) -> Color32 {
    match arrow.kind {
        ArrowKind::Bytes(_) => tokens.direction(texts::direction(own, arrow.side)),
        ArrowKind::Syn | ArrowKind::SynAck | ArrowKind::Ack | ArrowKind::Fin | ArrowKind::FinOfStop => tokens.text,
        ArrowKind::Rst => tokens.error,
    }
}

/// The colour of a call: that of the direction of its bytes, as the end sees them that is looked at.
pub fn colour(tokens: Tokens, rung: &LadderRow, own: Role) -> Color32 {
    let is_own = rung.side == own;
    match (rung.call.outcome, rung.call.kind) {
        (Outcome::Failed | Outcome::TimedOut, _) => tokens.error,
        (_, CallKind::Send) => tokens.direction(if is_own { Direction::Sent } else { Direction::Received }),
        (_, CallKind::Recv) => tokens.direction(if is_own { Direction::Received } else { Direction::Sent }),
        _ => tokens.weak,
    }
}
