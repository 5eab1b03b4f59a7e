//! How far the jobs have come that make a body ready, in words.

use super::body_layers::{BodyLayers, Looked, Work};
use super::look::Look;
use crate::capture::Progressing;
use crate::view::group_digits;
use crate::words::Arg;

/// Why nothing of a body is shown, in words.
pub fn nothing(look: &Look<'_>, looked: &Looked<'_>, layers: &BodyLayers) -> String {
    let here = looked.wire().len();
    if !looked.is_over() || !layers.has_all_bytes(looked) {
        return look.words.with("body-not-yet", [("here", Arg::from(group_digits(here)))]);
    }
    look.text(if here == 0 { "body-none" } else { "body-nothing-left" }).into()
}

/// How far some work has come, in words.
pub fn told(look: &Look<'_>, work: Work, progress: Progressing) -> String {
    let percent = (progress.taken as f64 / progress.of.max(1) as f64 * 100.0).floor();
    let percent = ("percent", Arg::from(format!("{percent}%")));
    let key = match (work, progress.is_stopped) {
        (Work::Decoding(_), false) => "work-decoding",
        (Work::Decoding(_), true) => "work-decoding-stopped",
        (Work::Counting, false) => "work-counting",
        (Work::Counting, true) => "work-counting-stopped",
    };
    match work {
        Work::Decoding(bytes) => look.words.with(key, [percent, ("bytes", Arg::from(look.words.bytes(bytes)))]),
        Work::Counting => look.words.with(key, [percent]),
    }
}
