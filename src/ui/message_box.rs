//! What the user sends while the connection is open: a message as text or hex, and the end of the sending side.

use egui::{Key, Modifiers, RichText, TextEdit, TextStyle, Ui};

use super::action::Action;
use super::look::Look;
use super::request_editor::line_ends;
use super::widgets::{button, title};
use crate::net::{LineEnd, TypedError, hex_bytes, with_line_ends};

/// The panel.
#[derive(Debug, Default)]
pub struct MessageBox {
    text: String,
    as_hex: bool,
    /// What the user chose.
    line_end: Option<LineEnd>,
}

/// What the connection is like that a message goes to.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Whether anything can be sent now.
    pub is_open: bool,
    /// Whether the conversation began with a request: in HTTP, lines end with CRLF. Who chats ends none.
    pub is_http: bool,
}

impl MessageBox {
    /// The bytes of the message: with the line end behind its last line too.
    fn bytes(&self, line_end: LineEnd) -> Result<Vec<u8>, TypedError> {
        if self.as_hex {
            return hex_bytes(&self.text);
        }
        let mut text = self.text.clone();
        text.push('\n');
        Ok(with_line_ends(&text, line_end))
    }

    /// Draws the panel.
    pub fn show(&mut self, ui: &mut Ui, look: &Look<'_>, line: Line, actions: &mut Vec<Action>) {
        let open = line.is_open;
        let usual = if line.is_http { LineEnd::Crlf } else { LineEnd::None };
        let mut line_end = self.line_end.unwrap_or(usual);
        let label = title(ui, &look.text("message"), look.tokens);
        let edit = TextEdit::multiline(&mut self.text)
            .font(TextStyle::Monospace)
            .desired_rows(2)
            .desired_width(f32::INFINITY)
            .hint_text(look.text(if open { "message-hint" } else { "message-closed" }));
        let response = ui.add(edit).labelled_by(label.id);
        let ctrl_enter =
            response.has_focus() && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter));
        ui.horizontal(|ui| {
            ui.checkbox(&mut self.as_hex, look.text("message-hex"));
            if !self.as_hex {
                let before = line_end;
                line_ends(ui, look, "message line end", &mut line_end);
                if line_end != before {
                    self.line_end = Some(line_end);
                }
            }
        });
        let bytes = self.bytes(line_end);
        if let Err(error) = &bytes {
            ui.label(RichText::new(look.words.typed_error(*error)).color(look.tokens.bad));
        }
        ui.horizontal(|ui| {
            let bytes = bytes.unwrap_or_default();
            let can_send = open && !bytes.is_empty();
            if (button(ui, &look.text("send"), can_send).on_hover_text("Ctrl+Enter").clicked() || ctrl_enter)
                && can_send
            {
                actions.push(Action::Send(bytes));
                self.text.clear();
            }
            if button(ui, &look.text("shutdown"), open).on_hover_text(look.text("shutdown-hint")).clicked() {
                actions.push(Action::ShutdownSending);
            }
        });
    }
}
