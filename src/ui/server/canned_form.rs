//! A canned reply: the same bytes to everyone, typed as text or hex or taken from a file.

use egui::{ScrollArea, TextEdit, TextStyle, Ui};

use crate::net::responders::When;
use crate::net::with_line_ends;
use crate::settings::{CannedForm, TEXT_MAX, Written};
use crate::ui::action::PathOf;
use crate::ui::forms::path_field;
use crate::ui::forms::request_editor::line_ends;
use crate::ui::kit::UiContext;
use crate::ui::kit::widgets::{combo_box, segmented_control};

/// So many lines show without scrolling.
const ROWS: usize = 6;
/// The height of one.
const LINE: f32 = 17.0;

/// Draws the form.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, canned: &mut CannedForm) {
    let kinds = [
        (Written::Text, cx.text("body-text")),
        (Written::Hex, cx.text("message-hex")),
        (Written::File, cx.text("body-file")),
    ];
    if let Some(written) = segmented_control(ui, canned.written, &kinds, cx.tokens) {
        canned.written = written;
    }
    match canned.written {
        Written::Text => {
            editor(ui, cx, &mut canned.text, "");
            ui.horizontal(|ui| {
                line_ends(ui, cx, "canned line end", &mut canned.line_end);
                let bytes = with_line_ends(&canned.text, canned.line_end).len() as u64;
                ui.weak(cx.words.bytes(bytes));
            });
        }
        Written::Hex => editor(ui, cx, &mut canned.hex, "48 65 6c 6c 6f 0d 0a"),
        Written::File => path_field::show(ui, cx, PathOf::CannedReply, &mut canned.file),
    }
    ui.horizontal(|ui| {
        let name = cx.text("canned-when");
        ui.weak(&name);
        let all = When::ALL.map(|when| (when, cx.text(when_key(when))));
        combo_box(ui, &name, &mut canned.when, &all, ui.available_width());
    });
    ui.checkbox(&mut canned.then_close, cx.text("canned-then-close"));
}

fn editor(ui: &mut Ui, cx: &UiContext<'_>, text: &mut String, hint: &str) {
    let height = ROWS as f32 * LINE + 8.0;
    ScrollArea::vertical().id_salt("canned").max_height(height).min_scrolled_height(height).show(ui, |ui| {
        let edit = TextEdit::multiline(text).char_limit(TEXT_MAX).font(TextStyle::Monospace);
        let edit = edit.desired_rows(ROWS).hint_text(hint);
        ui.add(edit.desired_width(f32::INFINITY)).accessible_name(cx.text("canned-reply"));
    });
}

fn when_key(when: When) -> &'static str {
    match when {
        When::Request => "canned-when-request",
        When::Accept => "canned-when-accept",
        When::EachRecv => "canned-when-each-recv",
    }
}
