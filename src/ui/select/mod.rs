//! What is selected, searched and scrolled to, in all views of a connection alike.

mod bytes_menu;
pub mod carrier_lookup;
mod scroll_position;
mod search_bar;
mod search_state;
mod selection;

pub use bytes_menu::BytesChoice;
pub use scroll_position::ScrollPosition;
pub use search_bar::SearchBar;
pub use search_state::{SearchSource, SearchSourceKey};
pub use selection::{Bytes, Calls, Chosen, Follower, News, Selection};
