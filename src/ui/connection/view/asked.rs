//! What menus and keys ask of the view of a connection.

use super::{Chosen, ConnectionView};

impl ConnectionView {
    /// Searches for `text` in what is searched.
    pub fn search_for(&mut self, text: String) {
        self.search.open_for(text);
    }

    /// Leaves the search, or else what is selected; returns whether there was either.
    pub fn leave(&mut self) -> bool {
        if self.search.is_open() {
            self.search.close();
            return true;
        }
        let is_selected = self.selection.chosen() != Chosen::default();
        self.selection.choose(Chosen::default(), None);
        self.body.deselect() || is_selected
    }
}
