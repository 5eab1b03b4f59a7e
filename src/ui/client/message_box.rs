//! Sends what the user types while the connection is open, as text or hex, and ends the sending side.

use egui::{TextEdit, TextStyle, Ui};

use crate::net::{Command, LineEnd};
use crate::ui::action::{Action, ClientAction};
use crate::ui::forms::TypedMessage;
use crate::ui::kit::widgets::button;
use crate::ui::kit::{UiContext, strong};
use crate::ui::shortcut::Shortcut;

/// The panel.
#[derive(Debug, Default)]
pub struct MessageBox {
    typed: TypedMessage,
}

/// The connection that a message goes to.
#[derive(Clone, Copy, Debug)]
pub struct MessageTarget {
    /// Whether the connection can be sent to now.
    pub is_open: bool,
    /// Whether the connection began with a request: lines of HTTP end with CRLF. A chat message has no line end.
    pub is_http: bool,
}

impl MessageBox {
    /// Draws the panel.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, line: MessageTarget) {
        let open = line.is_open;
        let usual = if line.is_http { LineEnd::Crlf } else { LineEnd::None };
        let label = ui.label(strong(cx.text("message")));
        let edit = TextEdit::multiline(&mut self.typed.text)
            .font(TextStyle::Monospace)
            .desired_rows(2)
            .desired_width(f32::INFINITY)
            .hint_text(cx.text(if open { "message-hint" } else { "message-closed" }));
        let response = ui.add(edit).labelled_by(label.id);
        let entered = response.has_focus() && Shortcut::RunOrSend.pressed(ui.ctx());
        ui.horizontal(|ui| self.typed.show_options(ui, cx, usual, "message line end"));
        let bytes = self.typed.bytes(usual);
        if let Err(error) = &bytes {
            TypedMessage::fault(ui, cx, *error);
        }
        ui.horizontal(|ui| {
            let bytes = bytes.unwrap_or_default();
            let can_send = open && !bytes.is_empty();
            let keys = Shortcut::RunOrSend.text(ui.ctx());
            if (button(ui, &cx.text("send"), can_send).on_hover_text(keys).clicked() || entered) && can_send {
                cx.actions.push(Action::Client(ClientAction::Give(Command::Send(bytes.into()))));
                self.typed.text.clear();
            }
            if button(ui, &cx.text("shutdown"), open).on_hover_text(cx.text("shutdown-hint")).clicked() {
                cx.actions.push(Action::Client(ClientAction::Give(Command::ShutdownSending)));
            }
        });
    }
}
