//! A capture turned into what can be seen: rows of calls, of hex and of text, figures, and the position in a long list.
//!
//! In scope: layout as data, so that any window, terminal or test can draw it; every text that came from a peer leaves here
//! with its control and invisible characters as marks. Out of scope: drawing, colours, threads, texts in a language, and reading
//! more than is on the screen.

mod call_row;
mod connections;
mod hex;
mod ladder;
mod phases;
mod picture;
mod scale;
mod scroll;
mod size;
mod status;
mod text;
mod unfolded;
mod visible;
mod wall_clock;

#[cfg(test)]
mod phase_tests;

pub use call_row::CallRow;
pub use connections::order::{has_failed, machine, ordered, rate};
pub use connections::picks::stepped;
pub use connections::thread_lanes::lane;
pub use connections::{ConnectionColumn, ConnectionQuery, ConnectionStates, Doing, LaneRun, LaneScale, Picks, Said};
pub use hex::copied::copied;
pub use hex::offset::parse_offset;
pub use hex::row::{hex_rows, row_count};
pub use hex::text_column::text_cells;
pub use hex::{BYTES_PER_ROW, CONTEXT, Cell, CopyForm, Dump, DumpRow, HexRow, RulerScale, SplitCharacter};
pub use ladder::{
    Arrow, Carried, Folded, Ladder, LadderEnd, LadderVersion, Meeting, Met, Rung, Standing, Timed, Tip, Unmet, arrows,
};
pub use phases::{Against, HEAD_CALLS, Phase, PhaseKind, Summed, phases, summed, total, widths};
pub use picture::{
    PICTURE_BYTES_MAX, Picture, PictureAnswer, PictureError, PictureFormat, picture, read_answer, write_answer,
};
pub use scale::Scale;
pub use scroll::VirtualScroll;
pub use size::{group_digits, short_bytes, short_time};
pub use status::{is_error, status, status_text};
pub use text::{
    Highlighter, Highlights, LINE_MAX, LineIndex, Markup, Paint, Part, Slice, TAB, TextPage, TextRow, Wrap,
};
pub use unfolded::{Slot, Unfolded};
pub use visible::{Keep, said, visible, visible_bytes, visible_bytes_keeping, visible_keeping};
pub use wall_clock::WallClock;
