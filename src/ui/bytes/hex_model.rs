//! What a hex dump is drawn from.

use encoding_rs::Encoding;

use crate::capture::{CallLog, Connection, Direction};
use crate::http::Span;
use crate::ui::select::SearchBar;
use crate::view::Dump;

/// The bytes that the panel shows, and how.
pub struct HexModel<'a> {
    /// The bytes.
    pub dump: Dump<'a>,
    /// The connection, if the bytes are those of its directions: heads and bodies have backgrounds of their own.
    pub backgrounds: Option<&'a Connection>,
    /// The calls that carried the bytes. Where they are known, the bytes have a menu; what is clicked in it is for
    /// [`HexPanel::take_choice`](super::hex_panel::HexPanel::take_choice).
    pub calls: Option<&'a CallLog>,
    /// The chosen bytes.
    pub selected: Option<(Direction, Span)>,
    /// A search, of which direction, and where what it looks at begins.
    pub search: Option<(&'a SearchBar, Direction, u64)>,
    /// The character encoding of the text.
    pub encoding: &'static Encoding,
}
