//! The request as a form: method, path, fields, body. It changes the raw text, which is what is sent.

use egui::{TextEdit, TextStyle, Ui};

use super::file_length::BodyFileLength;
use crate::capture::hex_bytes;
use crate::net::RequestText;
use crate::settings::{BodyForm, ClientForm, LINE_MAX, TEXT_MAX, Written};
use crate::ui::action::{Action, ClientAction};
use crate::ui::kit::widgets::{button, combo, field, segmented_control, small_icon_button};
use crate::ui::kit::{Icon, UiContext};

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
/// What the switch asks for: what can be undone here.
const ACCEPTED: &str = "gzip, deflate, br, zstd";

/// Draws the form of the request in `draft`; a text that is no request is said to be none.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, draft: &mut ClientForm, body_file_length: &BodyFileLength) {
    let Some(mut request) = RequestText::parse(&draft.request) else {
        ui.weak(cx.text("request-no-form"));
        return;
    };
    let body = &mut draft.body;
    let (before, body_before) = (request.clone(), body.clone());
    first_line(ui, cx, &mut request);
    fields(ui, cx, &mut request);
    body_editor(ui, cx, &mut request, body);
    if request == before && *body == body_before {
        return;
    }
    request.tidy();
    if request.body != before.body || *body != body_before || request.method != before.method {
        request.count_body(draft.line_end, more(body, body_file_length));
        if body.kind == Written::File {
            // It may have become longer since.
            cx.actions.push(Action::Client(ClientAction::MeasureBody));
        }
    }
    if !request.method.is_empty() && !request.target.is_empty() {
        draft.request = request.text();
    }
}

/// How many bytes follow the text, as far as that is known.
fn more(body: &BodyForm, body_file_length: &BodyFileLength) -> u64 {
    match body.kind {
        Written::Text => 0,
        Written::Hex => hex_bytes(&body.hex).map_or(0, |bytes| bytes.len() as u64),
        Written::File => body_file_length.length(body),
    }
}

fn first_line(ui: &mut Ui, cx: &UiContext<'_>, request: &mut RequestText) {
    ui.horizontal(|ui| {
        let response = combo("method").selected_text(&request.method).width(72.0).show_ui(ui, |ui| {
            for method in METHODS {
                ui.selectable_value(&mut request.method, method.to_owned(), method);
            }
        });
        let name = cx.text("method");
        response.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &name));
        let width = ui.available_width() - 48.0;
        field(ui, &cx.text("path"), &mut request.target, width.max(60.0), cx.tokens);
    });
}

fn fields(ui: &mut Ui, cx: &UiContext<'_>, request: &mut RequestText) {
    let mut removed = None;
    for (number, (name, value)) in request.fields.iter_mut().enumerate() {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let name_edit =
                TextEdit::singleline(name).char_limit(LINE_MAX).font(TextStyle::Monospace).desired_width(96.0);
            let label = cx.text("field-name");
            ui.add(name_edit).widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &label));
            let width = (ui.available_width() - 28.0).max(40.0);
            let value_edit =
                TextEdit::singleline(value).char_limit(LINE_MAX).font(TextStyle::Monospace).desired_width(width);
            let label = format!("{} {name}", cx.text("field-value"));
            ui.add(value_edit).widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &label));
            let label = cx.words.with("field-remove", [("name", crate::words::Arg::from(name.clone()))]);
            if small_icon_button(ui, Icon::Close, &label, true).clicked() {
                removed = Some(number);
            }
        });
    }
    if let Some(number) = removed {
        request.fields.remove(number);
    }
    ui.horizontal(|ui| {
        if button(ui, &cx.text("field-add"), true).clicked() {
            request.fields.push(("X-Field".into(), String::new()));
        }
        let mut accepts = request.field("accept-encoding").is_some();
        if ui.checkbox(&mut accepts, "Accept-Encoding").on_hover_text(ACCEPTED).changed() {
            request.set("Accept-Encoding", accepts.then_some(ACCEPTED));
        }
    });
}

fn body_editor(ui: &mut Ui, cx: &UiContext<'_>, request: &mut RequestText, body: &mut BodyForm) {
    ui.horizontal(|ui| {
        ui.weak(cx.text("request-body"));
        let kinds = [
            (Written::Text, cx.text("body-text")),
            (Written::Hex, cx.text("message-hex")),
            (Written::File, cx.text("body-file")),
        ];
        if let Some(kind) = segmented_control(ui, body.kind, &kinds, cx.tokens) {
            body.kind = kind;
        }
    });
    match body.kind {
        Written::Text => {
            let edit = TextEdit::multiline(&mut request.body).char_limit(TEXT_MAX).font(TextStyle::Monospace);
            let edit = edit.desired_rows(2);
            let name = cx.text("request-body");
            let response = ui.add(edit.desired_width(f32::INFINITY));
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::MultilineTextInput, true, &name));
        }
        Written::Hex => {
            let edit = TextEdit::multiline(&mut body.hex).char_limit(TEXT_MAX).font(TextStyle::Monospace);
            let edit = edit.desired_rows(2);
            let name = format!("{} {}", cx.text("request-body"), cx.text("message-hex"));
            let response = ui.add(edit.desired_width(f32::INFINITY).hint_text("0d 0a"));
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::MultilineTextInput, true, &name));
            if let Err(error) = hex_bytes(&body.hex) {
                ui.colored_label(cx.tokens.error, cx.words.hex_error(error));
            }
        }
        Written::File => {
            let width = (ui.available_width() - 56.0).max(60.0);
            ui.horizontal(|ui| field(ui, &cx.text("path-field"), &mut body.file, width, cx.tokens));
        }
    }
}
