//! Does what was chosen in the menu of a row of the Calls list.

use egui::Ui;
use encoding_rs::UTF_8;

use super::lines::{CallGroup, CallOwner};
use super::menu::RowChoice;
use super::panel::{CallsModel, CallsPanel};
use super::row_text::RowText;
use crate::capture::StreamLayer;
use crate::ui::kit::UiContext;
use crate::ui::select::{Bytes, Calls, Chosen, Follower, Selection};

impl CallsPanel {
    /// Does what the user wants done with the row of `group`.
    pub(super) fn carry_out(
        &mut self,
        ui: &Ui,
        cx: &UiContext<'_>,
        model: &CallsModel<'_>,
        (group, choice, text): (&CallGroup, RowChoice, &RowText),
        selection: &mut Selection,
    ) {
        match choice {
            RowChoice::Copy => cx.copy_row(ui.ctx(), text.tab_separated()),
            RowChoice::Bytes(choice) => {
                let owner = CallOwner::of(model.session, group.socket);
                let Some((connection, owner)) = owner.and_then(|owner| Some((owner.connection?, owner))) else {
                    return;
                };
                // Under TLS, what a call of the handshake carried is no plain byte.
                let calls = Calls { first: group.first, count: group.count };
                let plain = owner.carried(group).map(|(direction, span)| Chosen {
                    calls: Some(calls),
                    ..Chosen::bytes(direction, StreamLayer::Plain, span)
                });
                let chosen = plain.unwrap_or(Chosen::calls(calls, &group.call));
                let Some(bytes): Option<Bytes> = chosen.bytes else { return };
                selection.choose(chosen, Some(Follower::Calls));
                choice.carry_out(ui, cx, (connection, bytes), UTF_8, selection);
            }
            RowChoice::OnlyKind(kind) => self.controls.show_only_kind(kind),
            RowChoice::OnlyDirection(direction) => self.controls.show_only_direction(direction),
            RowChoice::OnlySocket(_) => {
                self.controls.is_all = false;
                self.choose(group, model, selection, cx);
            }
            RowChoice::All => self.controls.clear_filter(),
        }
    }
}
