//! The colours of a hex dump: backgrounds of head, separator, body, hits and what is chosen; a line under the bytes of each call.

use egui::Color32;

use super::hex_model::HexModel;
use crate::capture::{CarryingCalls, Connection, Direction, Message};
use crate::http::Span;
use crate::ui::kit::Tokens;
use crate::view::DumpRow;

/// The most calls among the visible bytes that are told apart.
const CARRIERS_MAX: usize = 4096;

/// The backgrounds of the visible bytes, and the lines under them.
pub(super) struct RowColours {
    /// Those behind bytes; later ones cover earlier ones.
    pub backgrounds: Vec<(Direction, Span, Color32)>,
    /// Those under bytes.
    pub underlines: Vec<(Direction, Span, Color32)>,
}

impl RowColours {
    /// The colours of the visible rows. Later backgrounds cover earlier ones.
    pub fn of(model: &HexModel<'_>, rows: &[DumpRow], tokens: Tokens) -> Self {
        let mut colours = Self { backgrounds: Vec::new(), underlines: Vec::new() };
        for direction in Direction::BOTH {
            let mut own = rows.iter().filter(|row| row.direction == direction).map(|row| row.hex.span());
            let Some(first) = own.next() else { continue };
            let visible = Span::new(first.start, own.next_back().unwrap_or(first).end);
            let mut backgrounds = message_backgrounds(model.backgrounds, direction, visible, tokens);
            let selected = model.selected.filter(|(own, _)| *own == direction);
            backgrounds.extend(selected.map(|(_, span)| (span, tokens.chosen)));
            // The current hit is selected, and has a background of its own.
            backgrounds.extend(hit_backgrounds(model, direction, visible, tokens));
            backgrounds.retain(|(span, _)| !span.intersect(visible).is_empty());
            colours.backgrounds.extend(backgrounds.into_iter().map(|(span, colour)| (direction, span, colour)));
            let carriers =
                model.calls.map(|calls| CarryingCalls::of(calls, direction, visible, CARRIERS_MAX).unwrap_or_default());
            let carriers = carriers.unwrap_or_default();
            colours
                .underlines
                .extend(carriers.each().iter().map(|call| (direction, call.span, tokens.call(call.number))));
        }
        colours
    }
}

/// The backgrounds of search hits in `visible`; the current hit has another colour.
fn hit_backgrounds(model: &HexModel<'_>, direction: Direction, visible: Span, tokens: Tokens) -> Vec<(Span, Color32)> {
    let Some((search, _, base)) = model.search.filter(|(_, of, _)| *of == direction) else { return Vec::new() };
    let from_base = |span: Span| Span::new(span.start.saturating_sub(base), span.end.saturating_sub(base));
    let current = search.current();
    let colour = |hit| if Some(hit) == current { tokens.hit_now } else { tokens.hit };
    let hits = search.hits_in(from_base(visible)).into_iter();
    hits.map(|hit| (Span::new(hit.start + base, hit.end + base), colour(hit))).collect()
}

/// The backgrounds of the messages that have any of the bytes `visible`.
fn message_backgrounds(
    connection: Option<&Connection>,
    direction: Direction,
    visible: Span,
    tokens: Tokens,
) -> Vec<(Span, Color32)> {
    let Some(stream) = connection.map(|connection| connection.stream(direction)) else { return Vec::new() };
    let body = |message: &Message| stream.kept_body(message);
    let first = stream.messages.partition_point(|message| body(message).end <= visible.start);
    let messages = stream.messages.iter().skip(first);
    let messages = messages.take_while(|message| message.head.span.start < visible.end);
    let backgrounds = messages.flat_map(|message| {
        let head = &message.head;
        [(head.span, tokens.head), (head.separator, tokens.separator), (body(message), tokens.body)]
    });
    backgrounds.collect()
}
