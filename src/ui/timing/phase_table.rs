//! Phases as one bar, and as a table below it. The part under the pointer lights its row, and a row lights its part.
//!
//! In scope: drawing, and names with the figures for screen readers. Out of scope: what the phases are (`view::phases`).

use std::time::Duration;

use egui::{Align, FontId, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, TextStyle, Ui, WidgetInfo, vec2};

use crate::capture::{Moment, Role as Side};
use crate::ui::kit::columns::{self, titles};
use crate::ui::kit::glossary_tooltip::explain_below;
use crate::ui::kit::{Column, GRID, ROW, SCROLL_BAR, UiContext, Width, virtual_list};
use crate::view::{EarlyEnd, Phase, PhaseKind, PhaseSum, group_digits, short_time, widths};
use crate::words::{Arg, Topic};

/// The height of the bar.
const HEIGHT: f32 = 24.0;
/// No part of the bar is narrower, in points.
const PART_MIN: f32 = 4.0;
/// Figures that stand further apart are hard to follow along a row.
const WIDTH_MAX: f32 = 720.0;
/// The mark of the colour before a phase.
const MARK: f32 = 10.0;

const fn figures(title: &'static str) -> Column {
    Column { title, width: Width::Points(96.0), align: Align::Max }
}

const NAME: Column = Column { title: "phase", width: Width::Share(1.0), align: Align::Min };
const OF_ONE: [Column; 4] = [NAME, figures("column-start"), figures("column-took"), figures("column-share")];
const OF_MANY: [Column; 5] =
    [NAME, figures("column-connections"), figures("column-mean"), figures("column-longest"), figures("column-share")];

/// Phases as rows.
pub struct PhaseTable {
    columns: &'static [Column],
    rows: Vec<PhaseRow>,
    sum: Duration,
    /// The figures of the last row.
    sums: Vec<String>,
}

struct PhaseRow {
    kind: PhaseKind,
    name: String,
    /// The duration that the part of the bar stands for.
    took: Duration,
    figures: Vec<String>,
    /// Why the phase ended badly, with `true`, or that it goes on.
    state: Option<(String, bool)>,
    /// More, when the pointer is over it.
    hover_text: String,
}

/// The phases of one connection, with times since `since`.
pub fn of_one(cx: &UiContext<'_>, phases: &[Phase], side: Side, since: Moment) -> PhaseTable {
    let sum: Duration = phases.iter().map(|phase| phase.took).sum();
    let row = |phase: &Phase| PhaseRow {
        kind: phase.kind,
        name: name(cx, phase.kind, side, phase.attempts),
        took: phase.took,
        figures: vec![short_time(phase.begun.since(since)), short_time(phase.took), share(phase.took, sum)],
        state: state(cx, phase),
        hover_text: phase.addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    };
    let sums = vec![String::new(), short_time(sum), share(sum, sum)];
    PhaseTable { columns: &OF_ONE, rows: phases.iter().map(row).collect(), sum, sums }
}

/// The phases of many connections of a server.
pub fn of_many(cx: &UiContext<'_>, phases: &[PhaseSum]) -> PhaseTable {
    let sum: Duration = phases.iter().map(PhaseSum::mean).sum();
    let row = |phase: &PhaseSum| {
        let (count, mean) = (group_digits(phase.count.into()), phase.mean());
        PhaseRow {
            kind: phase.kind,
            name: name(cx, phase.kind, Side::Server, 0),
            took: mean,
            figures: vec![count, short_time(mean), short_time(phase.longest), share(mean, sum)],
            state: None,
            hover_text: String::new(),
        }
    };
    let sums = vec![String::new(), short_time(sum), String::new(), share(sum, sum)];
    PhaseTable { columns: &OF_MANY, rows: phases.iter().map(row).collect(), sum, sums }
}

fn name(cx: &UiContext<'_>, kind: PhaseKind, side: Side, attempts: usize) -> String {
    let key = format!("phase-{}", kind.name());
    match (kind, side) {
        (PhaseKind::Attempts, _) => {
            let count = attempts as u64;
            cx.words.with(&key, [("count", Arg::from(group_digits(count))), ("number", Arg::from(count))])
        }
        (PhaseKind::Send | PhaseKind::Wait | PhaseKind::Receive | PhaseKind::Prepare, Side::Server) => {
            cx.text(&format!("{key}-server"))
        }
        _ => cx.text(&key),
    }
}

fn state(cx: &UiContext<'_>, phase: &Phase) -> Option<(String, bool)> {
    let (key, is_bad) = match (phase.against, phase.is_going_on) {
        (Some(EarlyEnd::Failed), _) => ("outcome-failed", true),
        (Some(EarlyEnd::TimedOut), _) => ("outcome-timed-out", true),
        (Some(EarlyEnd::Stopped), _) => ("outcome-stopped", true),
        (None, true) => ("phase-going-on", false),
        (None, false) => return None,
    };
    Some((cx.text(key), is_bad))
}

fn share(part: Duration, whole: Duration) -> String {
    if whole.is_zero() {
        return String::new();
    }
    format!("{:.1} %", part.as_secs_f64() / whole.as_secs_f64() * 100.0)
}

/// The table, and which phase is lit.
pub struct PhaseChart<'a> {
    /// The phases.
    pub table: &'a PhaseTable,
    /// The phase that was under the pointer or had the keyboard in the last frame.
    pub lit: Option<PhaseKind>,
}

impl PhaseChart<'_> {
    /// Draws the bar; returns the phase under the pointer.
    pub fn show(&self, ui: &mut Ui, cx: &UiContext<'_>) -> Option<PhaseKind> {
        let (area, whole) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
        let name = format!("{} {}", cx.text("phases"), short_time(self.table.sum));
        whole.widget_info(|| WidgetInfo::labeled(Role::Group, true, &name));
        ui.painter().rect_filled(area, 0.0, cx.tokens.stripe);
        let times: Vec<Duration> = self.table.rows.iter().map(|row| row.took).collect();
        let mut left = area.left();
        let mut over = None;
        for (row, width) in self.table.rows.iter().zip(widths(&times, area.width(), PART_MIN)) {
            let place = Rect::from_min_size(Pos2::new(left, area.top()), vec2(width, HEIGHT));
            left += width;
            let response = ui.interact(place, whole.id.with(row.kind), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Image, true, row.accessible_name()));
            self.part(ui, cx, row, place);
            if response.hovered() {
                over = Some(row.kind);
            }
            explain_below(response, cx, &row.accessible_name(), Topic::from(row.kind));
        }
        ui.painter().rect_stroke(area, 0.0, Stroke::new(1.0, cx.tokens.line), StrokeKind::Inside);
        over
    }

    fn part(&self, ui: &Ui, cx: &UiContext<'_>, row: &PhaseRow, place: Rect) {
        let tokens = cx.tokens;
        ui.painter().rect_filled(place, 0.0, tokens.phase(row.kind));
        // A hairline between the parts.
        ui.painter().vline(place.right(), place.y_range(), Stroke::new(1.0, tokens.surface));
        let font = TextStyle::Small.resolve(ui.style());
        let text = ui.painter().layout_no_wrap(row.name.clone(), font, tokens.on_accent);
        if text.size().x + GRID <= place.width() {
            ui.painter().galley(place.center() - text.size() / 2.0, text, tokens.on_accent);
        }
        if row.state.as_ref().is_some_and(|(_, is_bad)| *is_bad) {
            let foot = place.with_min_y(place.bottom() - 4.0);
            ui.painter().rect_filled(foot, 0.0, tokens.error);
            ui.painter().hline(place.x_range(), foot.top(), Stroke::new(1.0, tokens.surface));
        }
        if self.lit == Some(row.kind) {
            ui.painter().rect_stroke(place, 0.0, Stroke::new(2.0, tokens.text), StrokeKind::Inside);
        }
    }

    /// Draws the table; returns the phase under the pointer or with the keyboard.
    pub fn rows(&self, ui: &mut Ui, cx: &UiContext<'_>) -> Option<PhaseKind> {
        let width = ui.available_width().min(WIDTH_MAX);
        let mut over = None;
        ui.scope(|ui| {
            ui.set_max_width(width);
            titles(ui, cx, self.table.columns);
            for (number, row) in self.table.rows.iter().enumerate() {
                let response = self.row(ui, cx, row, number);
                if response.hovered() || response.has_focus() {
                    over = Some(row.kind);
                }
                explain_below(response, cx, &row.hover_text, Topic::from(row.kind));
            }
            self.sum(ui, cx);
        });
        over
    }

    fn row(&self, ui: &mut Ui, cx: &UiContext<'_>, row: &PhaseRow, number: usize) -> Response {
        let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        let id = ui.scope_id().with(("phase", row.kind));
        let response = ui.interact(place, id, Sense::focusable_noninteractive());
        let is_lit = self.lit == Some(row.kind);
        let accessible_name = self.accessible_name(cx, row);
        response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_lit, &accessible_name));
        virtual_list::row_background(ui, place, number as u64, is_lit, cx.tokens);
        let cells = self.cells(place);
        if let Some((name, figures)) = cells.split_first() {
            let mark = Rect::from_center_size(Pos2::new(name.left() + MARK / 2.0, name.center().y), vec2(MARK, MARK));
            ui.painter().rect_filled(mark, 0.0, cx.tokens.phase(row.kind));
            let name = name.with_min_x(name.left() + MARK + GRID);
            let font = TextStyle::Body.resolve(ui.style());
            let (state, colour) = match &row.state {
                Some((state, true)) => (format!("  ✕ {state}"), cx.tokens.error),
                Some((state, false)) => (format!("  … {state}"), cx.tokens.pending),
                None => (String::new(), cx.tokens.weak),
            };
            let parts = [(row.name.as_str(), font.clone(), cx.tokens.text), (state.as_str(), font, colour)];
            columns::paint_parts(ui, name, &parts, Align::Min);
            paint_figures(ui, cx, figures, &row.figures);
        }
        response
    }

    /// The row as it is read out: the phase with its time, then its other figures.
    fn accessible_name(&self, cx: &UiContext<'_>, row: &PhaseRow) -> String {
        let mut accessible_name = row.accessible_name();
        let figures = self.table.columns.iter().skip(1).zip(&row.figures);
        for (column, figure) in figures.filter(|(column, _)| !["column-took", "column-mean"].contains(&column.title)) {
            accessible_name.push_str(&format!(", {} {figure}", cx.words.text(column.title)));
        }
        accessible_name
    }

    fn sum(&self, ui: &mut Ui, cx: &UiContext<'_>) {
        let (place, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        ui.painter().hline(place.x_range(), place.top(), Stroke::new(1.0, cx.tokens.line));
        let word = cx.text("phase-sum");
        let accessible_name = format!("{word} {}", short_time(self.table.sum));
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &accessible_name));
        if let Some((name, figures)) = self.cells(place).split_first() {
            let font: FontId = TextStyle::Body.resolve(ui.style());
            columns::paint(ui, name.with_min_x(name.left() + MARK + GRID), &word, font, cx.tokens.text, Align::Min);
            paint_figures(ui, cx, figures, &self.table.sums);
        }
    }

    /// The cells of a row, which stand below their titles.
    fn cells(&self, place: Rect) -> Vec<Rect> {
        columns::lay_out(self.table.columns, place.with_max_x(place.right() - SCROLL_BAR))
    }
}

impl PhaseRow {
    /// The phase with its time, as it is read out.
    fn accessible_name(&self) -> String {
        let state = self.state.as_ref().map(|(state, _)| format!(", {state}")).unwrap_or_default();
        format!("{} {}{state}", self.name, short_time(self.took))
    }
}

fn paint_figures(ui: &Ui, cx: &UiContext<'_>, cells: &[Rect], figures: &[String]) {
    let mono = TextStyle::Monospace.resolve(ui.style());
    for (cell, text) in cells.iter().zip(figures) {
        columns::paint(ui, *cell, text, mono.clone(), cx.tokens.text, Align::Max);
    }
}
