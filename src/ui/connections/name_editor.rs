//! The field in which the name of a machine is typed, in the row of one of its connections.

use egui::{Align2, Key, Modifiers, Rect, TextEdit, Ui};

use super::row::peer_name;
use crate::capture::{Connection, ConnectionId};
use crate::settings::PeerNames;
use crate::ui::kit::UiContext;
use crate::ui::kit::small_controls::text_edit_info;
use crate::view::peer_ip;
use crate::words::Arg;

/// A name that is being typed.
#[derive(Debug)]
pub struct NameEditor {
    /// The connection in whose row the name is typed.
    pub id: ConnectionId,
    /// The machine.
    pub address: core::net::IpAddr,
    /// The name as it is typed.
    pub text: String,
    /// Whether the field has had the keyboard.
    had_focus: bool,
}

/// The end of typing a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameEdit {
    /// The name is still being typed.
    Editing,
    /// The name is to be kept.
    Done,
    /// The name is not to be kept.
    Cancelled,
}

impl NameEditor {
    /// Begins to name the machine at the other end of `connection`, once that is known.
    #[must_use]
    pub fn begin(connection: &Connection, names: &PeerNames) -> Option<Self> {
        let (id, address) = (connection.id, peer_ip(connection)?);
        Some(Self { id, address, text: peer_name(names, connection).to_owned(), had_focus: false })
    }

    /// Draws the field over `place`.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, place: Rect) -> NameEdit {
        let name = cx.words.with("peer-name", [("address", Arg::from(self.address.to_string()))]);
        let cancelled = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        let edit = TextEdit::singleline(&mut self.text).align(Align2::LEFT_CENTER).char_limit(64).hint_text(&name);
        let response = ui.put(place.shrink2(egui::vec2(0.0, 1.0)), edit);
        response.widget_info(|| text_edit_info(&self.text, &name));
        if !std::mem::replace(&mut self.had_focus, true) {
            response.request_focus();
            return NameEdit::Editing;
        }
        match (cancelled, response.lost_focus()) {
            (true, _) => NameEdit::Cancelled,
            (_, true) => NameEdit::Done,
            _ => NameEdit::Editing,
        }
    }
}
