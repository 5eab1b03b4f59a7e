//! Draws one row of a hex dump: its offset, its bytes in hex, and the text beside them.

use egui::{Align, Color32, CornerRadius, Id, Pos2, Rect, Role, Sense, TextStyle, Ui, WidgetInfo};

use super::row_colours::RowColours;
use crate::capture::Direction;
use crate::ui::kit::{UiContext, columns};
use crate::view::{Cell, Dump, DumpRow, HexRow, offset_text};

/// The places of hex and text in a row, in points from the left end.
#[derive(Clone, Copy)]
pub struct RowLayout {
    per_row: usize,
    /// The width of a character.
    pub cell: f32,
    hex: f32,
    /// The left end of the text.
    pub text: f32,
    arrows: bool,
}

/// The places of a row with `per_row` bytes.
pub fn layout(ui: &Ui, cx: &UiContext<'_>, dump: &Dump<'_>, per_row: usize) -> RowLayout {
    let font = TextStyle::Monospace.resolve(ui.style());
    let cell = ui.fonts_mut(|fonts| fonts.glyph_width(&font, '0'));
    let arrows = matches!(dump, Dump::Both { .. });
    let arrow = if arrows { 2.0 * cell } else { 0.0 };
    let hex = 28.0 + arrow + offset_text(dump.longest(), cx.views.hex_offsets).len() as f32 * cell;
    let text = hex + cell * (HexRow::hex_at(per_row.saturating_sub(1)) + 6) as f32;
    RowLayout { per_row, cell, hex, text, arrows }
}

impl RowLayout {
    /// The left end of the hex of column `i`.
    fn hex_at(&self, i: usize) -> f32 {
        self.hex + self.cell * HexRow::hex_at(i) as f32
    }

    /// The column that is at `x`, and whether it is in the text and not in the hex.
    pub fn column(&self, x: f32) -> (usize, bool) {
        if x >= self.text - 2.0 * self.cell {
            return (((x - self.text) / self.cell).max(0.0) as usize, true);
        }
        ((0..self.per_row).rev().find(|i| x >= self.hex_at(*i) - self.cell / 2.0).unwrap_or(0), false)
    }
}

/// Draws a row.
pub fn draw(
    ui: &mut Ui,
    cx: &UiContext<'_>,
    place: Rect,
    row: &DumpRow,
    text: &[Cell],
    colours: &RowColours,
    layout: &RowLayout,
) {
    let response = ui.interact(place, Id::unique(("bytes", row.direction, row.hex.offset)), Sense::hover());
    let hex = row.hex.hex();
    let at = offset_text(row.hex.offset, cx.views.hex_offsets);
    let name = format!("{at} {hex} {}", accessible_text(text));
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
    if row.begins_turn {
        ui.painter().hline(place.x_range(), place.top(), egui::Stroke::new(1.0, cx.tokens.line));
    }
    for (_, span, colour) in colours.backgrounds.iter().filter(|(direction, ..)| *direction == row.direction) {
        paint_background(ui, place, row.hex.columns(*span), layout, *colour);
    }
    for (_, span, colour) in colours.underlines.iter().filter(|(direction, ..)| *direction == row.direction) {
        paint_underline(ui, place, row.hex.columns(*span), layout, *colour);
    }
    let font = TextStyle::Monospace.resolve(ui.style());
    let offset = Rect::from_min_max(place.min, Pos2::new(place.left() + layout.hex - 16.0, place.bottom()));
    columns::paint(ui, offset, &at, font.clone(), cx.tokens.weak, Align::Max);
    let direction = cx.tokens.direction(row.direction);
    let at = |x: f32, text: &str, colour| {
        let cell = Rect::from_min_max(Pos2::new(place.left() + x, place.top()), place.max);
        columns::paint(ui, cell, text, font.clone(), colour, Align::Min)
    };
    if layout.arrows {
        at(8.0, if row.direction == Direction::Sent { "↑" } else { "↓" }, direction);
    }
    at(layout.hex, &hex, cx.tokens.text);
    paint_text(text, |column, text| {
        at(layout.text + column as f32 * layout.cell, text, cx.tokens.text);
    });
}

/// The text of the cells for screen readers.
fn accessible_text(cells: &[Cell]) -> String {
    let char = |cell: &Cell| match cell {
        Cell::Char(ch) => Some(*ch),
        Cell::Dot => Some('·'),
        Cell::Rest => None,
    };
    cells.iter().filter_map(char).collect()
}

/// Paints the cells, in as few pieces as keep each character over its byte.
fn paint_text(cells: &[Cell], mut at: impl FnMut(usize, &str)) {
    let mut run = String::new();
    let mut start = 0;
    for (column, cell) in cells.iter().enumerate() {
        match cell {
            Cell::Char(ch) if !ch.is_ascii() => {
                at(start, &run);
                run.clear();
                at(column, ch.encode_utf8(&mut [0; 4]));
                start = column + 1;
            }
            // A wide character covers this cell.
            Cell::Rest => {
                at(start, &run);
                run.clear();
                start = column + 1;
            }
            Cell::Char(ch) => run.push(*ch),
            Cell::Dot => run.push('·'),
        }
    }
    at(start, &run);
}

fn paint_background(ui: &Ui, place: Rect, columns: core::ops::Range<usize>, layout: &RowLayout, colour: Color32) {
    let Some(last) = columns.end.checked_sub(1).filter(|_| !columns.is_empty()) else { return };
    let hex = place.left() + layout.hex_at(columns.start) - 2.0
        ..=place.left() + layout.hex_at(last) + 2.0 * layout.cell + 2.0;
    let text = place.left() + layout.text + columns.start as f32 * layout.cell
        ..=place.left() + layout.text + columns.end as f32 * layout.cell;
    for x in [hex, text] {
        ui.painter().rect_filled(Rect::from_x_y_ranges(x, place.y_range()), CornerRadius::ZERO, colour);
    }
}

/// A line under the hex, in the colour of the call.
fn paint_underline(ui: &Ui, place: Rect, columns: core::ops::Range<usize>, layout: &RowLayout, colour: Color32) {
    let Some(last) = columns.end.checked_sub(1).filter(|_| !columns.is_empty()) else { return };
    let x = place.left() + layout.hex_at(columns.start)..=place.left() + layout.hex_at(last) + 2.0 * layout.cell;
    ui.painter().rect_filled(Rect::from_x_y_ranges(x, place.bottom() - 3.0..=place.bottom() - 1.0), 0.0, colour);
}
