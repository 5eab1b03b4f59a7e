//! The menu of a row of the Calls list: copying, saving, filtering to what is like it, seeing its bytes elsewhere.

use egui::Ui;

use super::lines::CallGroup;
use super::row_text::RowText;
use crate::capture::{CallKind, Direction, SocketId};
use crate::ui::kit::UiContext;
use crate::ui::select::{BytesChoice, Follower};
use crate::words::Arg;

/// What the user wants done with a row, or with the list because of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowChoice {
    /// Put the texts of the row on the clipboard.
    Copy,
    /// Do something with its bytes.
    Bytes(BytesChoice),
    /// Show only calls of this kind.
    OnlyKind(CallKind),
    /// Show only calls of this direction.
    OnlyDirection(Direction),
    /// Show only the calls of this listener or connection.
    OnlySocket(SocketId),
    /// Show all calls again.
    All,
}

impl RowChoice {
    /// Draws the entries of the menu of `group`; returns the one that was clicked.
    pub fn menu(ui: &mut Ui, cx: &UiContext<'_>, group: &CallGroup, text: &RowText, is_all: bool) -> Option<Self> {
        let mut choice = None;
        if ui.button(cx.text("copy-row")).clicked() {
            choice = Some(Self::Copy);
        }
        if text.direction.is_some() && group.call.got > 0 {
            choice = BytesChoice::menu(ui, cx, Follower::Calls).map(Self::Bytes).or(choice);
        }
        ui.separator();
        let kind = group.call.kind;
        if ui.button(cx.words.with("calls-only-kind", [("call", Arg::from(kind.name()))])).clicked() {
            choice = Some(Self::OnlyKind(kind));
        }
        if let Some(direction) = text.direction {
            let key = if direction == Direction::Sent { "calls-only-sent" } else { "calls-only-received" };
            if ui.button(cx.text(key)).clicked() {
                choice = Some(Self::OnlyDirection(direction));
            }
        }
        if is_all && ui.button(cx.text("calls-only-connection")).clicked() {
            choice = Some(Self::OnlySocket(group.socket));
        }
        if ui.button(cx.text("calls-clear")).clicked() {
            choice = Some(Self::All);
        }
        choice
    }
}
