//! The menu of a row of the table of connections: sending, ending, naming, filtering.

use egui::Ui;

use crate::ui::kit::UiContext;

/// What the user wants done with a connection, or with the table because of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowChoice {
    /// Put the texts of the row on the clipboard.
    Copy,
    /// Put the address of the peer on the clipboard.
    CopyAddress,
    /// Write a message to the selected connections.
    Send,
    /// Close the selected connections, or reset them.
    End(Ending),
    /// Name the machine.
    Name,
    /// Show only the connections of this machine.
    OnlyMachine,
    /// Show every connection again.
    All,
}

/// How connections are ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With what is still to be sent.
    Close,
    /// At once, by a RST.
    Reset,
}

impl RowChoice {
    /// Draws the entries of the menu; returns the one that was clicked. `is_open` says whether the connection is.
    pub fn menu(ui: &mut Ui, cx: &UiContext<'_>, is_open: bool) -> Option<Self> {
        let mut choice = None;
        let mut entry = |ui: &mut Ui, key, of| {
            if ui.button(cx.text(key)).clicked() {
                choice = Some(of);
            }
        };
        ui.add_enabled_ui(is_open, |ui| {
            entry(ui, "connection-send", Self::Send);
            entry(ui, "disconnect", Self::End(Ending::Close));
            entry(ui, "reset-connection", Self::End(Ending::Reset));
        });
        ui.separator();
        entry(ui, "connection-name", Self::Name);
        entry(ui, "connections-only-machine", Self::OnlyMachine);
        entry(ui, "connections-every", Self::All);
        ui.separator();
        entry(ui, "copy-address", Self::CopyAddress);
        entry(ui, "copy-row", Self::Copy);
        choice
    }
}
