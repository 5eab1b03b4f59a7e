//! Bytes of one direction as hex and text, head, separator and body each on its own ground: all of them, or a body alone.

use egui::{Align, Color32, CornerRadius, Id, Pos2, Rect, Role, Sense, Stroke, TextStyle, Ui, WidgetInfo};

use super::grid;
use super::list::{List, Rows};
use super::look::Look;
use super::search_bar::SearchBar;
use super::tokens::{ROW, Tokens};
use super::widgets::empty;
use crate::capture::{Content, Direction, Way};
use crate::http::Span;
use crate::view::{BYTES_PER_ROW, HexRow, group_digits, hex_rows, row_count};

/// The panel.
#[derive(Debug, Default)]
pub struct BytesPanel {
    list: List,
}

/// What the panel shows.
pub struct Shown<'a> {
    /// The bytes.
    pub content: Content<'a>,
    /// Which direction they are of.
    pub way: Way,
    /// The direction, if they are all of it: its heads and bodies stand each on its own ground.
    pub grounds: Option<&'a Direction>,
    /// The bytes of the selected call, if they are of this direction.
    pub selected: Option<Span>,
    /// What has been found in the bytes.
    pub search: Option<&'a SearchBar>,
}

/// Where things stand in a row, in points from its left end.
struct Places {
    cell: f32,
    hex: f32,
    text: f32,
}

impl BytesPanel {
    /// The first byte in view.
    pub fn top(&self) -> u64 {
        self.list.scroll.top_row.saturating_mul(BYTES_PER_ROW as u64)
    }

    /// Brings the row with `offset` into view, of `bytes` bytes that are shown.
    pub fn reveal(&mut self, offset: u64, visible: f64, bytes: u64) {
        self.list.scroll.reveal(offset / BYTES_PER_ROW as u64, visible, row_count(bytes));
    }

    /// Draws the bytes.
    pub fn show(&mut self, ui: &mut Ui, look: &Look<'_>, shown: Option<&Shown<'_>>) {
        let Some(shown) = shown.filter(|shown| !shown.content.is_empty()) else {
            return empty(ui, &look.text("bytes-empty"), look.tokens);
        };
        let total = row_count(shown.content.len());
        let first = self.list.scroll.top_row;
        let rows = read_rows(ui, shown, first);
        let regions = regions(shown, look.tokens, visible(first, rows.len() as u64));
        let places = places(ui, shown.content.len());
        let name = look.text("bytes");
        let list = Rows { name: &name, total, tokens: look.tokens };
        self.list.show(ui, ui.scope_id().with("bytes"), &list, |ui, number, place| {
            let row = number.checked_sub(first).and_then(|i| rows.get(usize::try_from(i).ok()?));
            if let Some(row) = row {
                draw(ui, look, place, row, &regions, &places, shown.way);
            }
        });
    }
}

fn read_rows(ui: &Ui, shown: &Shown<'_>, first: u64) -> Vec<HexRow> {
    let count = (ui.available_height().max(0.0) / ROW) as u64 + 2;
    let bytes = shown.content.read(visible(first, count)).unwrap_or_default();
    hex_rows(&bytes, first * BYTES_PER_ROW as u64).collect()
}

/// The bytes of `count` rows from the row `first` on.
fn visible(first: u64, count: u64) -> Span {
    let row = BYTES_PER_ROW as u64;
    Span::new(first * row, (first + count) * row)
}

/// The grounds behind the bytes that are `visible`, the later over the earlier.
fn regions(shown: &Shown<'_>, tokens: Tokens, visible: Span) -> Vec<(Span, Color32)> {
    let (messages, bytes) = shown.grounds.map_or((&[][..], 0), |direction| (&direction.messages[..], direction.bytes));
    let first = messages.partition_point(|message| message.body(bytes).end <= visible.start);
    let messages = messages.iter().skip(first).take_while(|message| message.head.span.start < visible.end);
    let grounds = messages.flat_map(|message| {
        let head = &message.head;
        [(head.span, tokens.head), (head.separator, tokens.separator), (message.body(bytes), tokens.body)]
    });
    let selected = shown.selected.map(|span| (span, tokens.selected));
    let hits = shown.search.map(|search| search.hits_in(visible)).unwrap_or_default();
    let hits = hits.into_iter().map(|span| (span, tokens.hit));
    let now = shown.search.and_then(SearchBar::current).map(|span| (span, tokens.hit_now));
    grounds.chain(selected).chain(hits).chain(now).filter(|(span, _)| !span.intersect(visible).is_empty()).collect()
}

fn places(ui: &Ui, bytes: u64) -> Places {
    let font = TextStyle::Monospace.resolve(ui.style());
    let width = ui.fonts_mut(|fonts| fonts.glyph_width(&font, '0'));
    let hex = 28.0 + group_digits(bytes).len() as f32 * width;
    let cell = width;
    Places { cell, hex, text: hex + cell * 3.0 * BYTES_PER_ROW as f32 + 4.0 * cell }
}

impl Places {
    /// The left end of the hex of column `i`; there is a gap after the eighth.
    fn hex_at(&self, i: usize) -> f32 {
        self.hex + self.cell * (3.0 * i as f32 + if i >= BYTES_PER_ROW / 2 { 1.0 } else { 0.0 })
    }
}

fn draw(
    ui: &mut Ui,
    look: &Look<'_>,
    place: Rect,
    row: &HexRow,
    regions: &[(Span, Color32)],
    places: &Places,
    way: Way,
) {
    let response = ui.interact(place, Id::unique(("bytes", row.offset)), Sense::hover());
    let (hex, text) = (row.hex(), row.text());
    let name = format!("{} {hex} {text}", group_digits(row.offset));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
    for (span, colour) in regions {
        let columns = row.columns(*span);
        if !columns.is_empty() {
            let mark = (*colour == look.tokens.hit_now).then_some(look.tokens.text);
            paint_region(ui, place, columns, places, *colour, mark);
        }
    }
    let font = TextStyle::Monospace.resolve(ui.style());
    let offset = Rect::from_min_max(place.min, Pos2::new(place.left() + places.hex - 16.0, place.bottom()));
    grid::paint(ui, offset, &group_digits(row.offset), font.clone(), look.tokens.weak, Align::Max);
    let at = |x: f32, text: &str, colour| {
        let cell = Rect::from_min_max(Pos2::new(place.left() + x, place.top()), place.max);
        grid::paint(ui, cell, text, font.clone(), colour, Align::Min)
    };
    at(places.hex, &hex, look.tokens.text);
    at(places.text, &text, look.tokens.way(way));
}

/// Paints the ground of `columns`, with a line of the colour `mark` below it if there is one.
fn paint_region(
    ui: &Ui,
    place: Rect,
    columns: core::ops::Range<usize>,
    places: &Places,
    colour: Color32,
    mark: Option<Color32>,
) {
    let (y, last) = (place.y_range(), columns.end - 1);
    let hex = place.left() + places.hex_at(columns.start) - 2.0
        ..=place.left() + places.hex_at(last) + 2.0 * places.cell + 2.0;
    let text = place.left() + places.text + columns.start as f32 * places.cell
        ..=place.left() + places.text + columns.end as f32 * places.cell;
    for x in [hex, text] {
        ui.painter().rect_filled(Rect::from_x_y_ranges(x.clone(), y), CornerRadius::ZERO, colour);
        if let Some(mark) = mark {
            ui.painter().hline(x, y.max - 1.0, Stroke::new(2.0, mark));
        }
    }
}
