//! The table of the kernel's figures about a connection, with a column for each end.

use egui::{Align, Rect, Role, Sense, TextStyle, Ui, WidgetInfo, vec2};

use crate::capture::kernel::{Sample, SocketMemory, TcpInfo};
use crate::ui::kit::glossary_tooltip::explain_below;
use crate::ui::kit::{GRID, ROW, UiContext, columns, strong, virtual_list};
use crate::view::{group_digits, short_bytes, short_time};
use crate::words::{Arg, Topic, TopicGroup};

/// The table is never wider: figures that stand far from their names are hard to follow.
const WIDTH_MAX: f32 = 520.0;
/// The width of a column of figures.
const FIGURE_WIDTH: f32 = 132.0;
/// Instead of a figure that is not known.
const NONE: &str = "–";

/// The newest samples of one end.
#[derive(Clone, Copy)]
pub struct LatestSamples {
    /// The last sample, if the socket exists.
    pub now: Option<Sample>,
    /// The last sample that had figures.
    pub last: Option<Sample>,
}

type Value = fn(&UiContext<'_>, LatestSamples) -> Option<String>;

/// The rows: the keys of their names, and what stands in them.
const ROWS: [(&str, Value); 11] = [
    ("kernel-rtt", |_, samples| {
        let figures = figures(samples)?;
        let variation = figures.rtt_variation.map(|by| format!(" ± {}", short_time(by))).unwrap_or_default();
        Some(short_time(figures.rtt?) + &variation)
    }),
    ("kernel-resend-after", |_, samples| Some(short_time(figures(samples)?.resend_after))),
    ("kernel-window", |cx, samples| Some(segments(cx, figures(samples)?.window))),
    ("kernel-slow-start", |cx, samples| Some(segments(cx, figures(samples)?.slow_start_until?))),
    ("kernel-segment", |cx, samples| Some(cx.words.bytes(figures(samples)?.segment.into()))),
    ("kernel-resent", |cx, samples| Some(segments(cx, figures(samples)?.resent))),
    ("kernel-in-flight", |cx, samples| {
        let now = samples.now?;
        Some(cx.words.bytes(now.in_flight().unwrap_or(now.outstanding)))
    }),
    ("kernel-unsent", |cx, samples| Some(cx.words.bytes(samples.now?.unsent?))),
    ("kernel-unread", |cx, samples| Some(cx.words.bytes(samples.now?.unread))),
    ("kernel-receive-buffer", |cx, samples| {
        let SocketMemory { received, received_max, .. } = samples.now?.memory?;
        Some(part(cx, received, received_max))
    }),
    ("kernel-send-buffer", |cx, samples| {
        let SocketMemory { sent, sent_max, .. } = samples.now?.memory?;
        Some(part(cx, sent, sent_max))
    }),
];

/// The topic that explains a row.
fn topic(key: &str) -> Option<Topic> {
    let name = match key {
        "kernel-rtt" => "rtt",
        "kernel-resend-after" => "rto",
        "kernel-window" => "congestion-window",
        "kernel-slow-start" => "slow-start-threshold",
        "kernel-segment" => "segment-size",
        "kernel-resent" => "retransmits",
        "kernel-in-flight" => "unacknowledged",
        "kernel-unsent" => "not-sent",
        "kernel-unread" => "unread",
        "kernel-receive-buffer" => return TopicGroup::Options.topic("SO_RCVBUF"),
        "kernel-send-buffer" => return TopicGroup::Options.topic("SO_SNDBUF"),
        _ => return None,
    };
    TopicGroup::Kernel.topic(name)
}

fn figures(samples: LatestSamples) -> Option<TcpInfo> {
    samples.now.and_then(|now| now.figures).or(samples.last?.figures)
}

fn segments(cx: &UiContext<'_>, count: u32) -> String {
    let count = u64::from(count);
    cx.words.with("kernel-segments", [("count", Arg::from(group_digits(count))), ("number", Arg::from(count))])
}

fn part(cx: &UiContext<'_>, used: u32, most: u32) -> String {
    let bytes = |bytes: u32| Arg::from(short_bytes(bytes.into()));
    cx.words.with("kernel-used-of", [("used", bytes(used)), ("most", bytes(most))])
}

/// Draws the table; `ends` are named by the keys beside them.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, ends: &[(&'static str, LatestSamples)]) {
    ui.spacing_mut().item_spacing.y = 0.0;
    header(ui, cx, ends);
    let body = TextStyle::Body.resolve(ui.style());
    let mono = TextStyle::Monospace.resolve(ui.style());
    for (number, (key, figure)) in ROWS.into_iter().enumerate() {
        let (place, response) = ui.allocate_exact_size(vec2(ui.available_width().min(WIDTH_MAX), ROW), Sense::hover());
        let name = cx.text(key);
        let values: Vec<_> = ends.iter().map(|(_, samples)| figure(cx, *samples).unwrap_or(NONE.to_owned())).collect();
        let spoken = format!("{name} {}", values.join(", "));
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
        virtual_list::row_background(ui, place, number as u64, false, cx.tokens);
        let (label, cells) = cells(place, ends.len());
        let is_cut = columns::paint(ui, label, &name, body.clone(), cx.tokens.text, Align::Min);
        for (cell, value) in cells.iter().zip(&values) {
            let colour = if value == NONE { cx.tokens.weak } else { cx.tokens.text };
            columns::paint(ui, *cell, value, mono.clone(), colour, Align::Max);
        }
        explain_below(response, cx, if is_cut { &name } else { "" }, topic(key));
    }
    let was_last =
        |samples: &LatestSamples| samples.now.is_none_or(|now| now.figures.is_none()) && samples.last.is_some();
    if ends.iter().any(|(_, samples)| was_last(samples)) {
        ui.add_space(4.0);
        crate::ui::kit::widgets::small_text(ui, cx.text("kernel-last-figures"), cx.tokens.weak);
    }
}

fn header(ui: &mut Ui, cx: &UiContext<'_>, ends: &[(&'static str, LatestSamples)]) {
    if let [_] = ends {
        // As high as the title beside it.
        ui.horizontal(|ui| ui.label(strong(cx.text("kernel-figures"))));
        ui.add_space(4.0);
        return;
    }
    let (place, _) = ui.allocate_exact_size(vec2(ui.available_width().min(WIDTH_MAX), ROW), Sense::hover());
    let (label, cells) = cells(place, ends.len());
    let font = TextStyle::Body.resolve(ui.style());
    columns::paint(ui, label, &cx.text("kernel-figures"), font.clone(), cx.tokens.text, Align::Min);
    for (cell, (key, _)) in cells.iter().zip(ends) {
        columns::paint(ui, *cell, &cx.text(key), font.clone(), cx.tokens.weak, Align::Max);
    }
}

/// The places of a row's name and of its figures.
fn cells(place: Rect, count: usize) -> (Rect, Vec<Rect>) {
    let left = (place.right() - FIGURE_WIDTH * count as f32).max(place.left());
    let cell = |at: usize| {
        let cell = Rect::from_min_size(
            place.left_top() + vec2(left - place.left() + FIGURE_WIDTH * at as f32, 0.0),
            vec2(FIGURE_WIDTH, ROW),
        );
        cell.with_max_x(cell.right() - GRID)
    };
    (place.with_max_x(left).with_min_x(place.left() + 4.0), (0..count).map(cell).collect())
}
