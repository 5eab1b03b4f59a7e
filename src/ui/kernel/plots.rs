//! The kernel's figures over time: round-trip time, congestion window, bytes in flight, unread bytes.
//!
//! In scope: four plots with a line for each end, of at most [`COLUMNS`] steps each. The line of the other end is dashed. Out of scope:
//! the samples (`capture::kernel::Series`).

use egui::{Color32, Id, Label, Rangef, RichText, Sense, Shape, Stroke, TextStyle, Ui, vec2};
use egui_plot::{AxisHints, Line, LineStyle, Plot, PlotPoints};

use crate::capture::Moment;
use crate::capture::kernel::{EndHistory, Sample, TcpState};

use crate::ui::kit::{GRID, UiContext, strong};
use crate::ui::timing::AXIS_WIDTH;
use crate::ui::timing::throughput_plots::{grid_marks, hover, is_at_left, set_accessible_name, time_arg};
use crate::view::{Scale, short_bytes, short_time};
use crate::words::Arg;

/// The most steps of a line. Of samples that fall together, the largest is drawn.
const COLUMNS: usize = 256;
const HEIGHT: f32 = 128.0;
/// Plots of at least this width, in points, stand side by side.
const SIDE_BY_SIDE: f32 = 300.0;

/// The ends whose figures are drawn: this one, and the other one if it is here.
pub struct EndpointHistories<'a> {
    /// The histories of the ends.
    pub of: Vec<&'a EndHistory>,
    /// The moment that times count from.
    pub since: Moment,
}

/// The plots.
#[derive(Debug, Default)]
pub struct KernelPlots {
    /// Whether they have been drawn: their axes follow the data from then on, until the user moves them.
    is_drawn: bool,
}

/// A plot of one figure.
struct PlotKind {
    key: &'static str,
    scale: Scale,
    value: fn(&Sample) -> Option<f64>,
    colour: fn(&UiContext<'_>) -> Color32,
}

const PLOTS: [PlotKind; 4] = [
    PlotKind {
        key: "kernel-plot-rtt",
        scale: Scale::Time,
        value: |sample| Some(sample.figures?.rtt?.as_secs_f64()),
        colour: |cx| cx.tokens.link,
    },
    PlotKind {
        key: "kernel-plot-window",
        scale: Scale::Bytes,
        value: |sample| sample.figures.map(|figures| f64::from(figures.window) * f64::from(figures.segment)),
        colour: |cx| cx.tokens.link,
    },
    PlotKind {
        key: "kernel-plot-in-flight",
        scale: Scale::Bytes,
        value: |sample| has_buffers(sample).then_some(sample.outstanding as f64),
        colour: |cx| cx.tokens.sent,
    },
    PlotKind {
        key: "kernel-plot-unread",
        scale: Scale::Bytes,
        value: |sample| has_buffers(sample).then_some(sample.unread as f64),
        colour: |cx| cx.tokens.received,
    },
];

/// In TIME_WAIT there is only an entry in a table, without buffers.
fn has_buffers(sample: &Sample) -> bool {
    sample.state != TcpState::TimeWait
}

/// A value from a time in seconds on.
type Points = Vec<(f64, f64)>;

/// The lines of a plot, and the time over which they go.
struct PlotLines {
    of: Vec<Points>,
    from: f64,
    to: f64,
}

impl PlotLines {
    fn new(ends: &EndpointHistories<'_>, now: Moment, value: fn(&Sample) -> Option<f64>) -> Option<Self> {
        let seconds = |moment: Moment| moment.since(ends.since).as_secs_f64();
        let points = |end: &&EndHistory| -> Points {
            let points = end.samples.points(now).filter_map(|(at, sample)| Some((seconds(at), value(&sample)?)));
            let mut points = downsampled(&points.collect::<Vec<_>>());
            // The last value holds until the last look at it.
            if let (Some((_, last)), Some(seen)) = (points.last().copied(), end.samples.seen(now)) {
                points.push((seconds(seen), last));
            }
            points
        };
        let of: Vec<_> = ends.of.iter().map(points).collect();
        let from = of.iter().filter_map(|points| points.first()).map(|(at, _)| *at).reduce(f64::min)?;
        let to = of.iter().filter_map(|points| points.last()).map(|(at, _)| *at).reduce(f64::max)?;
        Some(Self { of, from, to })
    }

    fn largest(&self) -> f64 {
        self.of.iter().flatten().map(|(_, value)| *value).fold(0.0, f64::max)
    }

    /// The values at `seconds`, of each end.
    fn at(&self, seconds: f64) -> Vec<f64> {
        let before = |points: &Points| points.iter().rev().find(|(at, _)| *at <= seconds).map(|(_, value)| *value);
        self.of.iter().filter_map(before).collect()
    }
}

/// At most [`COLUMNS`] points.
fn downsampled(points: &[(f64, f64)]) -> Points {
    let largest = |chunk: &[(f64, f64)]| {
        let value = chunk.iter().map(|(_, value)| *value).fold(f64::NEG_INFINITY, f64::max);
        chunk.first().map(|(at, _)| (*at, value))
    };
    points.chunks(points.len().div_ceil(COLUMNS).max(1)).filter_map(largest).collect()
}

impl KernelPlots {
    /// Draws the plots; says whether there was anything to draw.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, ends: &EndpointHistories<'_>) -> bool {
        let lines: Vec<_> = PLOTS
            .iter()
            .filter_map(|plot_kind| Some((plot_kind, PlotLines::new(ends, cx.now, plot_kind.value)?)))
            .collect();
        if lines.is_empty() {
            return false;
        }
        let beside = ((ui.available_width() / SIDE_BY_SIDE) as usize).clamp(1, PLOTS.len());
        let beside = if beside == 3 { 2 } else { beside };
        for row in lines.chunks(beside) {
            ui.add_space(GRID);
            ui.columns(beside, |columns| {
                for (ui, (plot_kind, lines)) in columns.iter_mut().zip(row) {
                    self.plot(ui, cx, plot_kind, lines);
                }
            });
        }
        self.is_drawn = true;
        true
    }

    fn plot(&self, ui: &mut Ui, cx: &UiContext<'_>, plot_kind: &PlotKind, lines: &PlotLines) {
        let name = cx.text(plot_kind.key);
        let largest = lines.largest();
        let facts = cx.words.with("kernel-plot-most", [("most", Arg::from(text(plot_kind.scale, largest)))]);
        let colour = (plot_kind.colour)(cx);
        heading(ui, cx, &name, &facts, colour, lines.of.len() > 1);
        let hover_text = |seconds: f64| {
            let values: Vec<_> = lines.at(seconds).into_iter().map(|value| text(plot_kind.scale, value)).collect();
            let parts = [("time", time_arg(seconds)), ("values", Arg::from(values.join(" · ")))];
            (!values.is_empty() && seconds <= lines.to).then(|| cx.words.with("kernel-plot-at", parts))
        };
        let plot = axes(ui, cx, plot_kind, lines).label_formatter(hover(hover_text));
        let response = plot.show(ui, |plot| {
            if !self.is_drawn {
                plot.set_auto_bounds(true);
            }
            for (at, points) in lines.of.iter().enumerate() {
                let line = Line::new(format!("{at}"), transitions(points)).color(colour).width(1.5).allow_band(false);
                plot.line(if at == 0 { line } else { line.style(LineStyle::dashed_loose()) });
            }
        });
        set_accessible_name(&response.response, &format!("{name}: {facts}"));
    }
}

fn text(scale: Scale, value: f64) -> String {
    match scale {
        Scale::Time => short_time(std::time::Duration::try_from_secs_f64(value).unwrap_or_default()),
        Scale::Bytes => short_bytes(value),
    }
}

fn transitions(points: &Points) -> PlotPoints<'static> {
    let pairs = points.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?)));
    pairs.flat_map(|((from, value), (to, _))| [[from, value], [to, value]]).collect::<Vec<_>>().into()
}

/// A plot that the wheel alone does not move, so that the tab can be scrolled over it.
fn axes<'a>(ui: &Ui, cx: &UiContext<'_>, plot_kind: &PlotKind, lines: &PlotLines) -> Plot<'a> {
    let font = TextStyle::Small.resolve(ui.style());
    let axis = |axis: AxisHints<'a>| {
        axis.tick_label_font(font.clone()).tick_label_color(cx.tokens.weak).label_spacing(Rangef::new(4.0, 16.0))
    };
    let scale = plot_kind.scale;
    let x = axis(AxisHints::new_x()).formatter(|mark, range| match is_at_left(mark.value, range) {
        true => String::new(),
        false => Scale::Time.label(mark.value, *range.end()),
    });
    let y = axis(AxisHints::new_y())
        .min_thickness(AXIS_WIDTH)
        .formatter(move |mark, range| scale.label(mark.value, *range.end()));
    let linked = Id::unique("what the kernel told over time");
    // The time axis grows in steps, so that lines do not jump while time goes on.
    let length = Scale::Time.end((lines.to - lines.from).max(1.0));
    Plot::new(plot_kind.key)
        .height(HEIGHT)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .default_x_bounds(lines.from, lines.from + length * 1.04)
        .default_y_bounds(0.0, scale.end(lines.largest()) * 1.05)
        .link_axis(linked, [true, false])
        .link_cursor(linked, [true, false])
        .x_grid_spacer(|input| grid_marks(Scale::Time, &input))
        .y_grid_spacer(move |input| grid_marks(scale, &input))
        .grid_spacing(Rangef::new(4.0, 16.0))
        .grid_color(cx.tokens.line)
        .cursor_color(cx.tokens.weak)
        .custom_x_axes(vec![x])
        .custom_y_axes(vec![y])
}

/// The title of a plot with its legend, and the largest value.
fn heading(ui: &mut Ui, cx: &UiContext<'_>, name: &str, facts: &str, colour: Color32, has_other: bool) {
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.horizontal(|ui| {
        ui.label(strong(name)).on_hover_text(cx.text("plot-hint"));
        ui.add(Label::new(RichText::new(facts).color(cx.tokens.weak)).truncate());
    });
    if has_other {
        ui.horizontal(|ui| {
            for (key, is_broken) in [("kernel-this-end", false), ("kernel-other-end", true)] {
                let (place, _) = ui.allocate_exact_size(vec2(GRID * 3.0, GRID * 2.0), Sense::hover());
                let (ends, stroke) = ([place.left_center(), place.right_center()], Stroke::new(1.5, colour));
                match is_broken {
                    true => ui.painter().extend(Shape::dashed_line(&ends, stroke, 5.0, 4.0)),
                    false => _ = ui.painter().line_segment(ends, stroke),
                }
                ui.label(cx.text(key));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_many_points_there_are_few_are_drawn_and_the_largest_is_among_them() {
        for count in [0_usize, 1, 255, 256, 257, 1025] {
            let points: Vec<_> = (0..count).map(|at| (at as f64, if at == count / 3 { 9.0 } else { 1.0 })).collect();
            let downsampled = downsampled(&points);
            assert!(downsampled.len() <= COLUMNS && downsampled.is_empty() == points.is_empty());
            let largest = |points: &[(f64, f64)]| points.iter().map(|point| point.1).fold(0.0, f64::max);
            assert_eq!(largest(&downsampled), largest(&points));
            assert_eq!(
                downsampled.first(),
                points.first().map(|first| (first.0, first.1.max(if count / 3 == 0 { 9.0 } else { 1.0 }))).as_ref()
            );
        }
    }
}
