//! A capture turned into what can be seen: rows of calls, of hex and of text, figures, and the position in a long list.
//!
//! In scope: layout as data, so that any window, terminal or test can draw it; every text that came from a peer leaves here
//! with its control and invisible characters as marks. Out of scope: drawing, colours, threads, texts in a language, and reading
//! more than is on the screen.

mod breaker;
mod call_row;
mod checkpoints;
mod connection_order;
mod copied;
mod dump;
mod hex_row;
mod highlight;
mod highlights;
mod ladder;
mod lanes;
mod line_index;
mod offset;
mod phases;
mod picks;
mod picture;
mod row_finder;
mod ruler;
mod scale;
mod scroll;
mod size;
mod split_character;
mod status;
mod text_column;
mod text_page;
mod text_row;
mod unfolded;
mod visible;
mod wall_clock;

#[cfg(test)]
mod connection_order_tests;
#[cfg(test)]
mod line_tests;
#[cfg(test)]
mod phase_tests;

pub use breaker::TAB;
pub use call_row::CallRow;
pub use connection_order::{
    ConnectionColumn, ConnectionQuery, ConnectionStates, Said, has_failed, machine, ordered, rate,
};
pub use copied::{CopyForm, copied};
pub use dump::{Dump, DumpRow};
pub use hex_row::{BYTES_PER_ROW, HexRow, hex_rows, row_count};
pub use highlight::{Highlighter, Markup, Paint};
pub use highlights::Highlights;
pub use ladder::{
    Arrow, Carried, Folded, Ladder, LadderEnd, LadderVersion, Meeting, Met, Rung, Standing, Timed, Tip, Unmet, arrows,
};
pub use lanes::{Doing, LaneRun, LaneScale, lane};
pub use line_index::LineIndex;
pub use offset::parse_offset;
pub use phases::{Against, HEAD_CALLS, Phase, PhaseKind, Summed, phases, summed, total, widths};
pub use picks::{Picks, stepped};
pub use picture::{
    PICTURE_BYTES_MAX, Picture, PictureAnswer, PictureError, PictureFormat, picture, read_answer, write_answer,
};
pub use row_finder::Wrap;
pub use ruler::RulerScale;
pub use scale::Scale;
pub use scroll::VirtualScroll;
pub use size::{group_digits, short_bytes, short_time};
pub use split_character::SplitCharacter;
pub use status::{is_error, status, status_text};
pub use text_column::{CONTEXT, Cell, text_cells};
pub use text_page::{LINE_MAX, Slice, TextPage};
pub use text_row::{Part, TextRow};
pub use unfolded::{Slot, Unfolded};
pub use visible::{Keep, said, visible, visible_bytes, visible_bytes_keeping, visible_keeping};
pub use wall_clock::WallClock;
