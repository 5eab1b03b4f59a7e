//! The result of a connection at the end of a bar: its status or its state, its size and its time.
//!
//! In scope: how it is drawn. Out of scope: which result it is ([`RunResult`]).

use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, Frame, Label, Margin, Response, Sense, TextStyle, Ui};

use super::look::tokens::{GRID, Tokens};
use super::ui_context::UiContext;
use crate::view::{ResultClass, RunResult, Verdict, short_bytes, short_time};
use crate::words::Arg;

/// Draws `result`. Where there is no room for all of it, the status or the state stands alone; all of it is in the tooltip.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, result: &RunResult) -> Response {
    let (colour, background) = colours(result.class, cx.tokens);
    let verdict = verdict(cx, result.verdict);
    let figures = format!("{} · {}", short_bytes(result.bytes as f64), short_time(result.time));
    let font = TextStyle::Small.resolve(ui.style());
    let mut short = LayoutJob::default();
    short.append(&verdict, 0.0, TextFormat::simple(font.clone(), colour));
    let mut whole = short.clone();
    whole.append(&figures, GRID, TextFormat::simple(font, cx.tokens.text));
    let room = ui.available_width() - 2.0 * GRID;
    let fits = ui.fonts_mut(|fonts| fonts.layout_job(whole.clone())).size().x <= room;
    let frame = Frame::new().fill(background).corner_radius(GRID).inner_margin(Margin::symmetric(GRID as i8, 2));
    let label = Label::new(if fits { whole } else { short }).selectable(false).sense(Sense::hover()).truncate();
    let response = frame.show(ui, |ui| ui.add(label)).inner;
    let facts = [
        ("verdict", Arg::from(verdict)),
        ("bytes", Arg::from(cx.words.bytes(result.bytes))),
        ("time", Arg::from(short_time(result.time))),
    ];
    let name = cx.words.with("result", facts);
    response.accessible_name(&name).on_hover_text(name)
}

fn verdict(cx: &UiContext<'_>, verdict: Verdict) -> String {
    let key = match verdict {
        Verdict::Status(status) => return format!("{status:03}"),
        Verdict::Connecting => "result-connecting",
        Verdict::Open => "result-open",
        Verdict::Reset => "result-reset",
        Verdict::Failed => "result-failed",
        Verdict::TimedOut => "result-timed-out",
        Verdict::Closed => "result-closed",
    };
    cx.text(key)
}

/// The colours of the text and of the ground.
fn colours(class: ResultClass, tokens: Tokens) -> (Color32, Color32) {
    match class {
        ResultClass::Success => (tokens.success, tokens.success_background),
        ResultClass::Redirect => (tokens.link, tokens.note_background),
        ResultClass::Error => (tokens.error, tokens.error_background),
        ResultClass::Pending => (tokens.pending, tokens.button),
        ResultClass::Closed => (tokens.weak, tokens.button),
    }
}
