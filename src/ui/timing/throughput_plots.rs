//! Throughput of both directions over time, and the sizes of reads.
//!
//! In scope: two plots of at most [`COLUMNS`] columns. Their axes grow in steps while data arrives, until the user moves them. Out of
//! scope: the series (`capture::Rate`) and round values (`view::Scale`).

use std::ops::RangeInclusive;
use std::time::Duration;

use egui::{Color32, Id, Label, Rangef, Response, RichText, Role, Sense, Stroke, TextStyle, Ui, WidgetInfo, vec2};
use egui_plot::{AxisHints, Bar, BarChart, GridInput, GridMark, HoverPosition, Line, Plot, PlotPoints, PlotUi};

use crate::capture::{Bucket, Direction, Moment, Rate, RateColumns};
use crate::ui::kit::{GRID, UiContext, strong};
use crate::view::{Scale, group_digits, short_bytes, short_time};
use crate::words::Arg;

/// The most columns of a series.
const COLUMNS: usize = 256;
/// A plot is never lower than this.
const HEIGHT_MIN: f32 = 168.0;
/// From this width on, in points, the plots stand side by side.
const SIDE_BY_SIDE: f32 = 640.0;
/// The room for the texts of an axis at the left.
pub const AXIS_WIDTH: f32 = 72.0;
/// The share of the time axis, at its left end, that has no text.
const LEFT_SHARE: f64 = 0.04;
/// The opacity of the band.
const BAND_ALPHA: f32 = 0.3;

/// The two series to be drawn.
pub struct Throughput<'a> {
    /// The rates of sent and of received bytes.
    pub of: [&'a Rate; 2],
    /// When the connection ended, if it has.
    pub ended: Option<Moment>,
}

/// The plots.
#[derive(Debug, Default)]
pub struct ThroughputPlots {
    /// Whether they have been drawn: their axes follow the data from then on, until the user moves them.
    is_drawn: bool,
    /// The ends of the axes: seconds, bytes a second, bytes a read. The ends grow while data arrives.
    ends: [f64; 3],
    /// The width of the columns, in seconds.
    width: f64,
}

/// Both series in columns.
struct ThroughputSeries {
    of: [RateColumns; 2],
    /// The width of a column in seconds.
    width: f64,
    /// The number of columns that are drawn. The column that is still being filled is not drawn, as it would jump.
    count: usize,
    /// The whole time in seconds.
    length: f64,
}

impl ThroughputSeries {
    fn new(throughput: &Throughput<'_>, now: Moment) -> Self {
        let origin = throughput.of[0].origin();
        let length = throughput.ended.unwrap_or(now).since(origin);
        let of = throughput.of.map(|rate| rate.columns(COLUMNS, length));
        let width = of.iter().map(|columns| columns.width).max().unwrap_or_default();
        let filled = of.iter().map(|columns| columns.columns.len()).max().unwrap_or_default();
        let passed = usize::try_from(length.as_nanos() / width.as_nanos().max(1)).unwrap_or(COLUMNS).min(COLUMNS);
        let count = if throughput.ended.is_some() { filled.max(passed) } else { passed };
        Self { of, width: width.as_secs_f64(), count, length: length.as_secs_f64() }
    }

    fn direction(&self, direction: Direction) -> &RateColumns {
        let [sent, received] = &self.of;
        match direction {
            Direction::Sent => sent,
            Direction::Received => received,
        }
    }

    fn column(&self, direction: Direction, at: usize) -> Bucket {
        self.direction(direction).columns.get(at).copied().unwrap_or_default()
    }

    /// Bytes in a second.
    fn speed(&self, direction: Direction, at: usize) -> f64 {
        self.column(direction, at).bytes as f64 / self.width
    }

    fn fastest(&self, direction: Direction) -> f64 {
        (0..self.count).map(|at| self.speed(direction, at)).fold(0.0, f64::max)
    }

    /// The column at `seconds`.
    fn at(&self, seconds: f64) -> Option<usize> {
        let at = (seconds / self.width).floor();
        (at >= 0.0 && at < self.count as f64).then_some(at as usize)
    }

    /// When column `at` begins, in seconds.
    fn begin(&self, at: usize) -> f64 {
        at as f64 * self.width
    }
}

impl ThroughputPlots {
    /// Draws both plots in what `ui` has left.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, throughput: &Throughput<'_>) {
        let series = ThroughputSeries::new(throughput, cx.now);
        self.extend_axes(throughput, &series);
        ui.add_space(GRID);
        if ui.available_width() < SIDE_BY_SIDE {
            self.throughput_plot(ui, cx, throughput, &series, HEIGHT_MIN);
            self.reads_plot(ui, cx, throughput, &series, HEIGHT_MIN);
        } else {
            // Room for the title and the figures above a plot.
            let height = (ui.available_height() - 64.0).max(HEIGHT_MIN);
            ui.columns(2, |columns| {
                if let [left, right] = columns {
                    self.throughput_plot(left, cx, throughput, &series, height);
                    self.reads_plot(right, cx, throughput, &series, height);
                }
            });
        }
        self.is_drawn = true;
    }

    /// Extends the axes as far as the data needs.
    fn extend_axes(&mut self, throughput: &Throughput<'_>, series: &ThroughputSeries) {
        let time = series.length.max(series.begin(series.count));
        let largest = throughput.of[1].total().largest;
        let speed = Scale::Bytes.end(series.fastest(Direction::Sent).max(series.fastest(Direction::Received)));
        let wanted = [Scale::Time.end(time), speed, Scale::Bytes.end(largest.into())];
        for (end, wanted) in self.ends.iter_mut().zip(wanted) {
            *end = end.max(wanted);
        }
        let [seconds, speeds, _] = &mut self.ends;
        if self.width != series.width {
            // The same bytes in wider columns are slower.
            self.width = series.width;
            *speeds = speed;
        }
        if throughput.ended.is_some() {
            *seconds = time.max(f64::MIN_POSITIVE);
            *speeds = speed;
        }
    }

    fn throughput_plot(
        &self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        throughput: &Throughput<'_>,
        series: &ThroughputSeries,
        height: f32,
    ) {
        let parts = [
            ("sent", Arg::from(cx.words.bytes(throughput.of[0].total().bytes))),
            ("sent-top", Arg::from(per_second(series.fastest(Direction::Sent)))),
            ("received", Arg::from(cx.words.bytes(throughput.of[1].total().bytes))),
            ("received-top", Arg::from(per_second(series.fastest(Direction::Received)))),
        ];
        let facts = cx.words.with("plot-throughput-facts", parts);
        let name = cx.text("plot-throughput");
        let legend = Direction::BOTH
            .map(|direction| (cx.text(way_key(direction)), cx.tokens.direction(direction), LegendMark::Line));
        heading(ui, cx, &name, &facts, &legend);
        let hover_text = |seconds: f64| {
            let at = series.at(seconds)?;
            let speed = |direction| Arg::from(per_second(series.speed(direction, at)));
            let [sent, received] = [speed(Direction::Sent), speed(Direction::Received)];
            let parts = [("time", time_arg(seconds)), ("sent", sent), ("received", received)];
            Some(cx.words.with("plot-throughput-at", parts))
        };
        let plot = self.plot(ui, cx, "throughput", "/s", self.ends[1], height).label_formatter(hover(hover_text));
        let response = plot.show(ui, |plot| {
            self.follow_data(plot);
            for direction in [Direction::Received, Direction::Sent] {
                let points = steps(series, 0..series.count, |at| series.speed(direction, at));
                let line = step_line(direction.name(), points, cx.tokens.direction(direction));
                plot.line(line.fill(0.0).fill_alpha(0.15));
            }
        });
        set_accessible_name(&response.response, &format!("{name}: {facts}"));
    }

    fn reads_plot(
        &self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        throughput: &Throughput<'_>,
        series: &ThroughputSeries,
        height: f32,
    ) {
        let total = throughput.of[1].total();
        let facts = if total.calls == 0 { cx.text("plot-reads-none") } else { reads(cx, total) };
        let name = cx.text("plot-reads");
        let colour = cx.tokens.received;
        let legend = [
            (cx.text("plot-band"), colour.gamma_multiply(BAND_ALPHA), LegendMark::Ground),
            (cx.text("plot-mean"), colour, LegendMark::Line),
        ];
        heading(ui, cx, &name, &facts, &legend);
        let hover_text = |seconds: f64| {
            let column = series.column(Direction::Received, series.at(seconds)?);
            if column.calls == 0 {
                return Some(cx.words.with("plot-reads-none-at", [("time", time_arg(seconds))]));
            }
            let parts = [("time", time_arg(seconds)), ("facts", Arg::from(reads(cx, column)))];
            Some(cx.words.with("plot-reads-at", parts))
        };
        let plot = self.plot(ui, cx, "reads", "", self.ends[2], height).label_formatter(hover(hover_text));
        let response = plot.show(ui, |plot| {
            self.follow_data(plot);
            plot.bar_chart(band(series, colour));
            for run in runs(series) {
                let mean = |at| mean(series.column(Direction::Received, at));
                let points = steps(series, run, mean);
                plot.line(step_line("mean", points, colour));
            }
        });
        set_accessible_name(&response.response, &format!("{name}: {facts}"));
    }

    /// A plot that the wheel alone does not move, so that the tab can be scrolled over it.
    fn plot<'a>(&self, ui: &Ui, cx: &UiContext<'_>, id: &str, per: &'static str, end: f64, height: f32) -> Plot<'a> {
        let font = TextStyle::Small.resolve(ui.style());
        let axis = |axis: AxisHints<'a>| {
            axis.tick_label_font(font.clone()).tick_label_color(cx.tokens.weak).label_spacing(Rangef::new(4.0, 16.0))
        };
        let x = axis(AxisHints::new_x()).formatter(|mark, range| match is_at_left(mark.value, range) {
            true => String::new(),
            false => Scale::Time.label(mark.value, *range.end()),
        });
        let y = axis(AxisHints::new_y())
            .min_thickness(AXIS_WIDTH)
            .formatter(move |mark, range| format!("{}{per}", Scale::Bytes.label(mark.value, *range.end())));
        let linked = Id::unique("what crossed over time");
        Plot::new(id)
            .height(height)
            .allow_scroll(false)
            .allow_boxed_zoom(false)
            // Room for the last mark, and for a line at the top.
            .default_x_bounds(0.0, self.ends[0] * 1.04)
            .default_y_bounds(0.0, end * 1.05)
            .link_axis(linked, [true, false])
            .link_cursor(linked, [true, false])
            .x_grid_spacer(|input| grid_marks(Scale::Time, &input))
            .y_grid_spacer(|input| grid_marks(Scale::Bytes, &input))
            .grid_spacing(Rangef::new(4.0, 16.0))
            .grid_color(cx.tokens.line)
            .cursor_color(cx.tokens.weak)
            .custom_x_axes(vec![x])
            .custom_y_axes(vec![y])
    }

    /// Lets the axes of a plot that is drawn for the first time follow the data. Later on they do so unless the user has moved
    /// them, and again after a double click.
    fn follow_data(&self, plot: &mut PlotUi<'_>) {
        if !self.is_drawn {
            plot.set_auto_bounds(true);
        }
    }
}

/// The sample that a legend shows before a name.
#[derive(Clone, Copy)]
enum LegendMark {
    Line,
    Ground,
}

/// The title of a plot with its legend, and below it what it tells in figures. The legend stands outside: in the plot it would hide
/// data.
fn heading(ui: &mut Ui, cx: &UiContext<'_>, name: &str, facts: &str, legend: &[(String, Color32, LegendMark)]) {
    ui.horizontal(|ui| {
        ui.label(strong(name)).on_hover_text(cx.text("plot-hint"));
        for (name, colour, mark) in legend {
            ui.add_space(GRID);
            let (place, _) = ui.allocate_exact_size(vec2(GRID * 2.0, GRID * 2.0), Sense::hover());
            match mark {
                LegendMark::Line => ui.painter().hline(place.x_range(), place.center().y, Stroke::new(2.0, *colour)),
                LegendMark::Ground => ui.painter().rect_filled(place.shrink2(vec2(0.0, 3.0)), 0.0, *colour),
            };
            ui.label(name);
        }
    });
    let facts = RichText::new(facts).color(cx.tokens.weak);
    ui.add(Label::new(facts).truncate());
}

fn way_key(direction: Direction) -> &'static str {
    match direction {
        Direction::Sent => "way-sent",
        Direction::Received => "way-received",
    }
}

pub(crate) fn set_accessible_name(response: &Response, name: &str) {
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
}

fn per_second(bytes: f64) -> String {
    format!("{}/s", short_bytes(bytes))
}

pub(crate) fn time_arg(seconds: f64) -> Arg<'static> {
    Arg::from(short_time(Duration::try_from_secs_f64(seconds).unwrap_or_default()))
}

fn mean(column: Bucket) -> f64 {
    column.bytes as f64 / column.calls.max(1) as f64
}

fn reads(cx: &UiContext<'_>, column: Bucket) -> String {
    let bytes = |bytes: f64| Arg::from(short_bytes(bytes));
    let parts = [
        ("count", Arg::from(group_digits(column.calls))),
        ("number", Arg::from(column.calls)),
        ("smallest", bytes(column.smallest.into())),
        ("largest", bytes(column.largest.into())),
        ("mean", bytes(mean(column))),
    ];
    cx.words.with("plot-reads-facts", parts)
}

/// Formats the tooltip for the time under the pointer, anywhere in the plot.
pub(crate) fn hover(hover_text: impl Fn(f64) -> Option<String>) -> impl Fn(&HoverPosition<'_>) -> Option<String> {
    move |position| match position {
        HoverPosition::NearDataPoint { position, .. } | HoverPosition::Elsewhere { position } => hover_text(position.x),
    }
}

pub(crate) fn grid_marks(scale: Scale, input: &GridInput) -> Vec<GridMark> {
    let (step_size, marks) = scale.marks(input.bounds.0, input.bounds.1);
    marks.into_iter().map(|value| GridMark { value, step_size }).collect()
}

/// Whether a mark of the time stands so far to the left that its text would run into that of the other axis.
pub(crate) fn is_at_left(mark: f64, range: &RangeInclusive<f64>) -> bool {
    mark - range.start() < (range.end() - range.start()) * LEFT_SHARE
}

/// The columns of `range` as a line of steps.
fn steps(
    series: &ThroughputSeries,
    range: std::ops::Range<usize>,
    value: impl Fn(usize) -> f64,
) -> PlotPoints<'static> {
    let step = |at| [[series.begin(at), value(at)], [series.begin(at + 1), value(at)]];
    range.flat_map(step).collect::<Vec<_>>().into()
}

/// A line of steps. The library's own way to thin out a line draws steep steps as slanted bars.
fn step_line<'a>(name: &str, points: PlotPoints<'a>, colour: Color32) -> Line<'a> {
    Line::new(name, points).color(colour).width(1.5).allow_band(false)
}

/// From the smallest to the largest read of each column.
fn band(series: &ThroughputSeries, colour: Color32) -> BarChart {
    let bar = |(at, column): (usize, &Bucket)| {
        let (low, high) = (f64::from(column.smallest), f64::from(column.largest));
        Bar::new(series.begin(at) + series.width / 2.0, high - low)
            .base_offset(low)
            .width(series.width)
            .fill(colour.gamma_multiply(BAND_ALPHA))
    };
    let columns = series.direction(Direction::Received).columns.iter().take(series.count).enumerate();
    let bars = columns.filter(|(_, column)| column.calls > 0).map(bar).collect();
    BarChart::new("band", bars).allow_hover(false)
}

/// The stretches of columns in which something was read.
fn runs(series: &ThroughputSeries) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for at in (0..series.count).filter(|at| series.column(Direction::Received, *at).calls > 0) {
        match runs.last_mut().filter(|run| run.end == at) {
            Some(run) => run.end = at + 1,
            None => runs.push(at..at + 1),
        }
    }
    runs
}

#[cfg(test)]
mod tests;
