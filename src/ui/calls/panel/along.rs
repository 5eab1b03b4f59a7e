//! The Calls list as a panel that another one goes along with, and that goes along with another one.

use super::{CallsPanel, Shown};
use crate::ui::calls::lines::Line;
use crate::ui::select::Going;

impl CallsPanel {
    /// Where the user has scrolled to since this was asked last; with `anyhow`, where the list stands. `None` if no call of the
    /// connection that is looked at stands at the top.
    pub fn gone(&mut self, shown: &Shown<'_>, anyhow: bool) -> Option<Going> {
        if !(std::mem::take(&mut self.moved) || anyhow) {
            return None;
        }
        let scroll = self.list.scroll;
        if scroll.following {
            return Some(Going::Newest);
        }
        match self.lines.read(shown.session, shown.place, scroll.top_row, 1).first() {
            Some(Line::Calls(item)) if item.place == shown.place => {
                Some(Going::To { call: item.first, part: scroll.sub_row })
            }
            _ => None,
        }
    }

    /// Goes along with another panel, if the call there stands in this list.
    pub fn go_along(&mut self, shown: &Shown<'_>, going: Going) {
        match going {
            Going::Newest => self.list.scroll.following = true,
            Going::To { call, part } => {
                if let Some(line) = self.lines.line_of(shown.session, shown.place, call, 1) {
                    self.list.scroll.following = false;
                    (self.list.scroll.top_row, self.list.scroll.sub_row) = (line, part);
                }
            }
        }
    }
}
