//! How far the jobs have come that make a body ready, and what is to be said of what they made, in words.

use egui::Ui;

use super::pipeline::{BodyLayers, Looked, Work};
use crate::capture::Progressing;
use crate::decode::CodingFault;
use crate::ui::kit::UiContext;
use crate::view::group_digits;
use crate::words::Arg;

/// Why nothing of a body is shown, in words.
pub fn nothing(cx: &UiContext<'_>, looked: &Looked<'_>, layers: &BodyLayers) -> String {
    let here = looked.wire().len();
    if !looked.is_over() || !layers.has_all_bytes(looked) {
        return cx.words.with("body-not-yet", [("here", Arg::from(group_digits(here)))]);
    }
    let is_faulty = layers.decoded().is_some_and(|decoded| decoded.fault.is_some());
    cx.text(match here {
        0 => "body-none",
        _ if is_faulty => "body-nothing-decoded",
        _ => "body-nothing-left",
    })
}

/// How far some work has come, in words.
pub fn told(cx: &UiContext<'_>, work: Work, progress: Progressing) -> String {
    let percent = (progress.taken as f64 / progress.of.max(1) as f64 * 100.0).floor();
    let percent = ("percent", Arg::from(format!("{percent}%")));
    let key = match (work, progress.is_stopped) {
        (Work::Decoding(_), false) => "work-decoding",
        (Work::Decoding(_), true) => "work-decoding-stopped",
        (Work::Counting, false) => "work-counting",
        (Work::Counting, true) => "work-counting-stopped",
    };
    match work {
        Work::Decoding(bytes) => cx.words.with(key, [percent, ("bytes", Arg::from(cx.words.bytes(bytes)))]),
        Work::Counting => cx.words.with(key, [percent]),
    }
}

/// What is wrong with the copies that are shown; returns whether the user wants more to come out.
pub fn notes(ui: &mut Ui, cx: &UiContext<'_>, layers: &BodyLayers) -> bool {
    let mut goes_on = false;
    if let Some(error) = layers.codings_error() {
        ui.colored_label(cx.tokens.bad, cx.words.codings_error(error));
    }
    if let Some(name) = layers.no_coding() {
        ui.colored_label(cx.tokens.bad, cx.words.no_coding(name));
    }
    if let Some(coding) = layers.decoded().and_then(|decoded| decoded.passed_over) {
        ui.colored_label(cx.tokens.bad, cx.words.passed_over(coding));
    }
    if let Some(fault) = layers.decoded().and_then(|decoded| decoded.fault.clone()) {
        ui.colored_label(cx.tokens.bad, cx.words.coding_error(&fault));
        if matches!(fault.kind, CodingFault::TooLong { .. } | CodingFault::TooDense { .. }) {
            goes_on = ui.link(cx.text("decode-on")).on_hover_text(cx.text("decode-on-hint")).clicked();
        }
    }
    if let Some(failure) = layers.failure() {
        ui.colored_label(cx.tokens.bad, cx.words.failure(&failure).to_string());
    }
    goes_on
}
