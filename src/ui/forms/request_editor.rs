//! The editor of the raw request. Each line end is marked with the bytes that are sent for it.

use egui::{Align2, FontId, Frame, Margin, Pos2, Role, ScrollArea, TextEdit, TextStyle, Ui, WidgetInfo};

use crate::net::{LineEnd, with_line_ends};
use crate::settings::TEXT_MAX;
use crate::ui::kit::UiContext;
use crate::ui::kit::widgets::combo;

/// Draws the editor over `rows` lines.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, text: &mut String, line_end: &mut LineEnd, rows: usize) {
    let height = rows as f32 * 18.0;
    // The frame stands around the part that is seen, whatever is scrolled.
    let line = ui.visuals().widgets.inactive.bg_stroke;
    let frame =
        Frame::new().fill(cx.tokens.surface).stroke(line).corner_radius(4).inner_margin(Margin::symmetric(8, 4));
    frame.show(ui, |ui| {
        ScrollArea::vertical().id_salt("request").max_height(height).min_scrolled_height(height).show(ui, |ui| {
            let edit = TextEdit::multiline(text).char_limit(TEXT_MAX).frame(Frame::NONE);
            let edit = edit.font(TextStyle::Monospace).desired_rows(rows).desired_width(f32::INFINITY);
            let output = edit.show(ui);
            let name = cx.text("request");
            output.response.response.widget_info(|| WidgetInfo::labeled(Role::MultilineTextInput, true, &name));
            marks(ui, cx, &output, *line_end);
        });
    });
    ui.horizontal(|ui| {
        line_ends(ui, cx, "request line end", line_end);
        let bytes = with_line_ends(text, *line_end).len() as u64;
        ui.weak(cx.words.bytes(bytes));
    });
}

/// Paints what each line end becomes behind the text of its line.
fn marks(ui: &Ui, cx: &UiContext<'_>, output: &egui::text_edit::TextEditOutput, line_end: LineEnd) {
    let font = FontId::monospace(10.0);
    let mark = name(line_end);
    let seen = ui.clip_rect();
    for row in output.galley.rows.iter().filter(|row| row.ends_with_newline) {
        let rect = row.rect().translate(output.galley_pos.to_vec2());
        if !seen.y_range().intersects(rect.y_range()) {
            continue;
        }
        let at = Pos2::new(rect.right() + 3.0, rect.center().y);
        ui.painter().text(at, Align2::LEFT_CENTER, mark, font.clone(), cx.tokens.weak);
    }
}

fn name(line_end: LineEnd) -> &'static str {
    match line_end {
        LineEnd::Crlf => "\\r\\n",
        LineEnd::Lf => "\\n",
        LineEnd::Cr => "\\r",
        LineEnd::None => "",
    }
}

/// The choice of what a line end becomes.
pub fn line_ends(ui: &mut Ui, cx: &UiContext<'_>, salt: &str, line_end: &mut LineEnd) {
    let label = |end: LineEnd| match end {
        LineEnd::Crlf => "CRLF".to_owned(),
        LineEnd::Lf => "LF".to_owned(),
        LineEnd::Cr => "CR".to_owned(),
        LineEnd::None => cx.text("line-end-none"),
    };
    let name = cx.text("line-end");
    let shown = ui.weak(&name);
    let response = combo(salt)
        .selected_text(label(*line_end))
        .width(64.0)
        .show_ui(ui, |ui| {
            for end in LineEnd::ALL {
                ui.selectable_value(line_end, end, label(end));
            }
        })
        .response;
    response.labelled_by(shown.id);
}
