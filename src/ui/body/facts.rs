//! The line of facts above a body: its state and its sizes, the job at work, what was copied.

use egui::{Align, Layout, Ui};

use super::body_ref::BodyRef;
use super::pipeline::BodyPipeline;
use super::progress_text::progress_text;
use super::text::BodyText;
use crate::http::Framing;
use crate::ui::kit::UiContext;
use crate::view::{Rate, group_digits, short_bytes, short_time};
use crate::words::Arg;

/// The height of the line, in points, whatever stands in it.
const FACTS: f32 = 20.0;

/// Draws the state and the sizes of the body; at the right, the job at work, or what was copied.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, body: &BodyRef<'_>, pipeline: Option<&BodyPipeline>, text: &BodyText) {
    let size = egui::vec2(ui.available_width(), FACTS);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().interact_size.y = FACTS;
        show_job(ui, cx, pipeline, text);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Truncate);
            sizes(ui, cx, body, pipeline);
        });
    });
}

fn show_job(ui: &mut Ui, cx: &UiContext<'_>, pipeline: Option<&BodyPipeline>, text: &BodyText) {
    let Some(pipeline) = pipeline else { return };
    if pipeline.is_throttled() {
        ui.colored_label(cx.tokens.pending, cx.text("work-held"));
        return;
    }
    let Some((work, progress)) = pipeline.current_job() else {
        if let Some(copied) = text.copied(cx) {
            ui.weak(copied);
        }
        return;
    };
    let key = if progress.is_stopped { "work-resume" } else { "cancel" };
    if ui.link(cx.text(key)).clicked() {
        pipeline.stop(!progress.is_stopped);
    }
    ui.colored_label(cx.tokens.pending, progress_text(cx, work, progress));
}

/// How fast bytes have come in the last seconds, and how long `left` more of them take at that rate.
pub fn time_left(cx: &UiContext<'_>, rate: &Rate, left: u64) -> Option<String> {
    let time = short_time(rate.time_for(left)?);
    let parts = [("rate", Arg::from(short_bytes(rate.per_second()?))), ("time", Arg::from(time))];
    Some(cx.words.with("time-left", parts))
}

/// Draws the state of the body, and its size on the wire, without framing, and decoded.
fn sizes(ui: &mut Ui, cx: &UiContext<'_>, body: &BodyRef<'_>, pipeline: Option<&BodyPipeline>) {
    let Some(message) = body.message else {
        ui.weak(cx.text("body-all-bytes"));
        return;
    };
    let good = message.end.is_none() || message.is_complete();
    let colour = if good { cx.tokens.weak } else { cx.tokens.error };
    ui.colored_label(colour, cx.words.body_state(message, body.stream.bytes));
    let mut parts = Vec::new();
    let mut part = |key: &str, bytes: u64| {
        let short = if bytes < 1024 { String::new() } else { format!(" ({})", short_bytes(bytes as f64)) };
        parts.push(format!("{}{short}", cx.words.with(key, [("bytes", Arg::from(group_digits(bytes)))])));
    };
    let decoded = pipeline.and_then(BodyPipeline::decoded);
    // Without chunks both sizes are those of the state.
    if message.framing == Framing::Chunked {
        part("size-wire", body.wire().len());
        part("size-framed", body.stream.content(message).len());
    }
    if let Some(decoded) = decoded {
        part("size-decoded", decoded.output);
    }
    let here = body.wire().len();
    if message.framing != Framing::Chunked && here >= 1024 {
        parts.insert(0, short_bytes(here as f64));
    }
    if let (Framing::ContentLength(length), None, Some(pipeline)) = (message.framing, message.end, pipeline) {
        parts.extend(time_left(cx, pipeline.arrival(), length.saturating_sub(here)));
    }
    ui.weak(parts.join(" · "));
}
