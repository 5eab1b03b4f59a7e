//! Scrolling the Calls list and the ladder together: the list tells where it was scrolled to, and scrolls to where the ladder was.

use super::lines::CallLine;
use super::panel::{CallsModel, CallsPanel};
use crate::ui::select::Going;

impl CallsPanel {
    /// Where the user has scrolled to since this was asked last; with `anyhow`, where the list stands. `None` if no call of the
    /// connection that is looked at stands at the top.
    pub fn gone(&mut self, model: &CallsModel<'_>, anyhow: bool) -> Option<Going> {
        if !(std::mem::take(&mut self.moved) || anyhow) {
            return None;
        }
        let scroll = self.list.scroll;
        if scroll.following {
            return Some(Going::Newest);
        }
        match self.lines.read(model.session, model.socket, scroll.top_row, 1).first() {
            Some(CallLine::Calls(group)) if group.socket == model.socket => {
                Some(Going::To { call: group.first, part: scroll.sub_row })
            }
            _ => None,
        }
    }

    /// Goes along with another panel, if the call there stands in this list.
    pub fn go_along(&mut self, model: &CallsModel<'_>, going: Going) {
        match going {
            Going::Newest => self.list.scroll.following = true,
            Going::To { call, part } => {
                if let Some(line) = self.lines.line_of(model.session, model.socket, call, 1) {
                    self.list.scroll.following = false;
                    (self.list.scroll.top_row, self.list.scroll.sub_row) = (line, part);
                }
            }
        }
    }
}
