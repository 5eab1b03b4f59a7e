//! The Calls list and the ladder stand at the same call: where the list stands, and putting it somewhere else.

use super::lines::CallLine;
use super::panel::{CallsModel, CallsPanel};
use crate::ui::select::ScrollPosition;

impl CallsPanel {
    /// Where the list stands. `None`: the call at the top is not one of the connection that is shown.
    pub fn position(&mut self, model: &CallsModel<'_>) -> Option<ScrollPosition> {
        let scroll = self.list.scroll;
        if scroll.following {
            return Some(ScrollPosition::Newest);
        }
        match self.lines.read(model.session, model.socket, scroll.top_row, 1).first() {
            Some(CallLine::Calls(group)) if group.socket == model.socket => Some(ScrollPosition::Call(group.first)),
            _ => None,
        }
    }

    /// Scrolls the list to `position`, if the call there stands in it.
    pub fn scroll_to(&mut self, model: &CallsModel<'_>, position: ScrollPosition) {
        match position {
            ScrollPosition::Newest => self.list.scroll.following = true,
            ScrollPosition::Call(call) => {
                if let Some(line) = self.lines.line_of(model.session, model.socket, call, 1) {
                    self.list.scroll.following = false;
                    (self.list.scroll.top_row, self.list.scroll.sub_row) = (line, 0.0);
                }
            }
        }
    }
}
