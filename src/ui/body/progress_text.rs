//! What the Body tab says about its jobs: their progress, and what is wrong with what they made.

use egui::Ui;

use super::body_ref::BodyRef;
use super::pipeline::{BodyJob, BodyPipeline};
use crate::capture::JobProgress;
use crate::decode::CodingFault;
use crate::ui::kit::UiContext;
use crate::view::group_digits;
use crate::words::Arg;

/// Says why nothing of a body is shown.
pub fn empty_reason(cx: &UiContext<'_>, body: &BodyRef<'_>, pipeline: &BodyPipeline) -> String {
    let here = body.wire().len();
    if !body.is_over() || !pipeline.has_all_bytes(body) {
        return cx.words.with("body-not-yet", [("here", Arg::from(group_digits(here)))]);
    }
    let is_faulty = pipeline.decoded().is_some_and(|decoded| decoded.fault.is_some());
    cx.text(match here {
        0 => "body-none",
        _ if is_faulty => "body-nothing-decoded",
        _ => "body-nothing-left",
    })
}

/// Says how far a job has come.
pub fn progress_text(cx: &UiContext<'_>, work: BodyJob, progress: JobProgress) -> String {
    let percent = (progress.taken as f64 / progress.of.max(1) as f64 * 100.0).floor();
    let percent = ("percent", Arg::from(format!("{percent}%")));
    let key = match (work, progress.is_stopped) {
        (BodyJob::Decoding(_), false) => "work-decoding",
        (BodyJob::Decoding(_), true) => "work-decoding-stopped",
        (BodyJob::Counting, false) => "work-counting",
        (BodyJob::Counting, true) => "work-counting-stopped",
    };
    match work {
        BodyJob::Decoding(bytes) => cx.words.with(key, [percent, ("bytes", Arg::from(cx.words.bytes(bytes)))]),
        BodyJob::Counting => cx.words.with(key, [percent]),
    }
}

/// Draws what is wrong with the copies; returns whether the user wants the limits of decoding lifted.
pub fn show_problems(ui: &mut Ui, cx: &UiContext<'_>, pipeline: &BodyPipeline) -> bool {
    let mut goes_on = false;
    if let Some(error) = pipeline.codings_error() {
        ui.colored_label(cx.tokens.error, cx.words.codings_error(error));
    }
    if let Some(name) = pipeline.no_coding() {
        ui.colored_label(cx.tokens.error, cx.words.no_coding(name));
    }
    if let Some(coding) = pipeline.decoded().and_then(|decoded| decoded.passed_over) {
        ui.colored_label(cx.tokens.error, cx.words.passed_over(coding));
    }
    if let Some(fault) = pipeline.decoded().and_then(|decoded| decoded.fault.clone()) {
        ui.colored_label(cx.tokens.error, cx.words.coding_error(&fault));
        if matches!(fault.kind, CodingFault::TooLong { .. } | CodingFault::TooDense { .. }) {
            goes_on = ui.link(cx.text("decode-on")).on_hover_text(cx.text("decode-on-hint")).clicked();
        }
    }
    if let Some(failure) = pipeline.failure() {
        ui.colored_label(cx.tokens.error, cx.words.failure(&failure).to_string());
    }
    goes_on
}
