//! What the user wants done with the views of a dock, by its tabs and menus.

use crate::settings::View;

/// What the user wants done with views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DockOrder {
    /// Bring a view to the front.
    Open(View),
    /// Close a view.
    Close(View),
    /// Give a view tabs of its own, beside or below those where it stands.
    Split { view: View, below: bool },
    /// Let the size of the dock say how the views stand.
    Reset,
}
