//! A capture turned into what can be seen: rows of calls, of hex and of text, figures, and the position in a long list.
//!
//! In scope: layout as data, so that any window, terminal or test can draw it; every text that came from a peer leaves here
//! with its control and invisible characters as marks. Out of scope: drawing, colours, threads, texts in a language, and reading
//! more than is on the screen.

mod call_row;
mod connections;
mod expanded_rows;
mod format;
mod hex;
mod ladder;
mod options;
mod phases;
mod picture;
mod rate;
mod scale;
mod scroll;
mod size;
mod status;
mod text;
mod visible;
mod wall_clock;

#[cfg(test)]
mod phase_tests;

pub use call_row::CallRow;
pub use connections::conversation::{MESSAGE_PER_ROW, SpokenMessage, is_conversation, spoken_messages};
pub use connections::exchange::{is_onward, last_activity, last_request, last_status, pairs};
pub use connections::order::{has_failed, ordered, peer_ip, rate};
pub use connections::row_selection::row_after;
pub use connections::run_result::{ResultClass, RunResult, Verdict};
pub use connections::thread_lanes::lane;
pub use connections::{
    ConnectionColumn, ConnectionQuery, ConnectionStates, LaneRun, LaneScale, RowSelection, RowTexts, ThreadActivity,
};
pub use expanded_rows::{ExpandedRows, ListLine};
pub use format::{FORMAT_MAX, Fold, Layout, TooMuch, format};
pub use hex::copy_format::copy_as;
pub use hex::offset::{offset_text, parse_offset};
pub use hex::preview::{preview, preview_of};
pub use hex::row::{hex_rows, row_count};
pub use hex::text_column::text_cells;
pub use hex::text_unit::unit_at;
pub use hex::{
    BYTES_PER_ROW, CONTEXT, Cell, CopyFormat, Dump, DumpRow, HexRow, RulerScale, SplitCharacter, TextUnit, WIDE_ROW,
};
pub use ladder::{
    Arrow, ArrowEnd, ArrowKind, CallState, FoldedCalls, Ladder, LadderEnd, LadderRow, LadderVersion, Match,
    MatchedCall, TimedLadder, Unmatched, arrows,
};
pub use options::{COLUMN_WIDTH, ColumnOptions, ViewOptions};
pub use phases::{EarlyEnd, HEAD_CALLS, Phase, PhaseKind, PhaseSum, phases, sum_by_kind, total, widths};
pub use picture::{
    PICTURE_BYTES_MAX, Picture, PictureAnswer, PictureError, PictureFormat, picture, read_answer, write_answer,
};
pub use rate::Rate;
pub use scale::Scale;
pub use scroll::VirtualScroll;
pub use size::{group_digits, short_bytes, short_time};
pub use status::{is_error, status, status_text};
pub use text::{
    HighlightIndex, Highlighter, LINE_MAX, LineIndex, Markup, Slice, TAB, TextPage, TextPart, TextRow, TokenKind, Wrap,
    character_beside, line_at, word_at,
};
pub use visible::{KeptControls, excerpt, visible, visible_bytes, visible_bytes_keeping, visible_keeping};
pub use wall_clock::WallClock;
