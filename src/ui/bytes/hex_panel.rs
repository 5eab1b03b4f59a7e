//! A hex dump: the bytes of one direction, of both in turns, or of a body alone.
//!
//! Head, separator and body have backgrounds of their own. A line under each byte has the colour of the call that carried the byte.

use egui::{
    Align, Color32, CornerRadius, Id, Key, Modifiers, Pos2, Rect, Response, Role, Sense, TextStyle, Ui, WidgetInfo,
};
use encoding_rs::Encoding;

use crate::capture::{CallLog, CarryingCalls, Connection, Direction, Message};
use crate::http::Span;
use crate::ui::kit::widgets::empty;
use crate::ui::kit::{ListRows, ROW, Tokens, UiContext, VirtualList, columns};
use crate::ui::select::SearchBar;
use crate::view::{BYTES_PER_ROW, CONTEXT, Cell, Dump, DumpRow, HexRow, group_digits, text_cells};

/// The most calls among the visible bytes that are told apart.
const CARRIERS_MAX: usize = 4096;

/// The panel.
#[derive(Debug, Default)]
pub struct HexPanel {
    list: VirtualList,
    /// The first byte in view.
    top: u64,
    /// The byte at which a selection by mouse or keyboard began.
    anchor: Option<(Direction, u64)>,
}

/// The bytes that the panel shows, and how.
pub struct HexModel<'a> {
    /// The bytes.
    pub dump: Dump<'a>,
    /// The connection, if the bytes are those of its directions: heads and bodies have backgrounds of their own.
    pub backgrounds: Option<&'a Connection>,
    /// The calls that carried the bytes.
    pub calls: Option<&'a CallLog>,
    /// The chosen bytes.
    pub selected: Option<(Direction, Span)>,
    /// A search, of which direction, and where what it looks at begins.
    pub search: Option<(&'a SearchBar, Direction, u64)>,
    /// The character encoding of the text.
    pub encoding: &'static Encoding,
}

/// The places of hex and text in a row, in points from the left end.
struct RowLayout {
    cell: f32,
    hex: f32,
    text: f32,
    arrows: bool,
}

/// The backgrounds of the visible bytes, and the lines under them.
struct RowColours {
    backgrounds: Vec<(Direction, Span, Color32)>,
    underlines: Vec<(Direction, Span, Color32)>,
}

impl HexPanel {
    /// Brings the row number `row` of `total` into view; `visible` rows fit.
    pub fn reveal(&mut self, row: u64, visible: f64, total: u64) {
        self.list.scroll.reveal(row, visible, total);
    }

    /// Brings row number `row`, which was out of view, into it with some of the rows beside it.
    pub fn reveal_amid(&mut self, row: u64, visible: f64, total: u64) {
        self.list.scroll.reveal_amid(row, visible, total);
    }

    /// The first byte in view.
    #[must_use]
    pub fn top(&self) -> u64 {
        self.top
    }

    /// Draws the bytes; returns those that the user has chosen anew.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: Option<&HexModel<'_>>) -> Option<(Direction, Span)> {
        let Some(model) = model.filter(|model| model.dump.rows() > 0) else {
            empty(ui, &cx.text("bytes-empty"), cx.tokens);
            return None;
        };
        let id = ui.scope_id().with("bytes");
        let moved = self.keys(ui, id, model);
        let total = model.dump.rows();
        let first = self.list.scroll.top_row;
        let count = (ui.available_height().max(0.0) / ROW) as usize + 2;
        let rows = model.dump.read(first, count).unwrap_or_default();
        self.top = rows.first().map_or(0, |row| row.hex.offset);
        let colours = RowColours::of(model, &rows, cx.tokens);
        let mut texts = texts(model, &rows);
        texts.iter_mut().flatten().for_each(|cell| replace_missing_glyph(ui, cell));
        let layout = layout(ui, &model.dump);
        let name = cx.text("bytes-rows");
        let list = ListRows { name: &name, total, tokens: cx.tokens };
        let response = self.list.show(ui, id, &list, |ui, number, place| {
            let at = number.checked_sub(first).and_then(|i| usize::try_from(i).ok());
            if let Some((row, text)) = at.and_then(|at| rows.get(at).zip(texts.get(at))) {
                draw(ui, cx, place, row, text, &colours, &layout);
            }
        });
        self.pointer(ui, &response, model, &layout).or(moved)
    }

    /// Chooses with the mouse: a click takes a byte, dragging or Shift a range.
    fn pointer(
        &mut self,
        ui: &Ui,
        list: &Response,
        model: &HexModel<'_>,
        layout: &RowLayout,
    ) -> Option<(Direction, Span)> {
        let pressed = list.is_pointer_button_down_on() || list.clicked() || list.dragged();
        let pointer = list.interact_pointer_pos().filter(|_| pressed)?;
        let area = list.rect;
        let beyond = if pointer.y < area.top() { -1.0 } else { f32::from(u8::from(pointer.y > area.bottom())) };
        if beyond != 0.0 && list.dragged() {
            self.list.scroll.scroll_by(beyond * ROW, ROW, f64::from(area.height() / ROW), model.dump.rows());
            ui.request_repaint();
        }
        let y = (pointer.y.clamp(area.top(), area.bottom() - 1.0) - area.top()) / ROW + self.list.scroll.sub_row;
        let row = model.dump.read(self.list.scroll.top_row + y as u64, 1).ok()?.pop()?;
        let column = layout.column(pointer.x - area.left()).min(row.hex.bytes().len().saturating_sub(1));
        let offset = row.hex.offset + column as u64;
        let began = ui.input(|input| input.pointer.any_pressed());
        let extends = !began || ui.input(|input| input.modifiers.shift);
        // A selection that another panel has made is extended from its beginning.
        let own = model.selected.filter(|_| began);
        let is_own = |(_, at)| own.is_none_or(|(_, span)| at == span.start || at + 1 == span.end);
        let start = own.map(|(direction, span)| (direction, span.start));
        let anchor = self.anchor.filter(|anchor| is_own(*anchor)).or(start);
        let anchor = anchor.filter(|(direction, _)| extends && *direction == row.direction);
        if anchor.is_none() && !began && self.anchor.is_some() {
            // Dragged into the other direction.
            return None;
        }
        let (direction, from) = *self.anchor.insert(anchor.unwrap_or((row.direction, offset)));
        let chosen = (direction, range_between(from, offset));
        (model.selected != Some(chosen)).then_some(chosen)
    }

    /// Moves or extends the choice with the arrow keys while the list has the keyboard.
    fn keys(&mut self, ui: &Ui, id: Id, model: &HexModel<'_>) -> Option<(Direction, Span)> {
        let (direction, span) = model.selected.filter(|_| ui.memory(|memory| memory.has_focus(id)))?;
        let row = BYTES_PER_ROW as i64;
        let steps = [(Key::ArrowLeft, -1), (Key::ArrowRight, 1), (Key::ArrowUp, -row), (Key::ArrowDown, row)];
        let (step, extends) = ui.input_mut(|input| {
            let all = steps.into_iter().flat_map(|step| [(step, true), (step, false)]);
            let mut pressed = all.filter(|((key, _), extends)| {
                input.consume_key(if *extends { Modifiers::SHIFT } else { Modifiers::NONE }, *key)
            });
            pressed.next().map(|((_, step), extends)| (step, extends))
        })?;
        let anchor = self.anchor.filter(|(own, at)| *own == direction && (*at == span.start || at + 1 == span.end));
        let (_, from) = anchor.unwrap_or((direction, span.start));
        let at = if from == span.start { span.end.saturating_sub(1) } else { span.start };
        let last = model.dump.content(direction)?.len().checked_sub(1)?;
        let to = at.saturating_add_signed(step).min(last);
        let from = if extends { from } else { to };
        self.anchor = Some((direction, from));
        let visible = f64::from(ui.available_height() / ROW);
        if let Some(row) = model.dump.row_of(direction, to) {
            self.reveal(row, visible, model.dump.rows());
        }
        Some((direction, range_between(from, to)))
    }
}

/// The bytes from one offset to the other, both included, in either order.
fn range_between(from: u64, to: u64) -> Span {
    Span::new(from.min(to), from.max(to) + 1)
}

impl RowColours {
    /// The colours of the visible rows. Later backgrounds cover earlier ones.
    fn of(model: &HexModel<'_>, rows: &[DumpRow], tokens: Tokens) -> Self {
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

/// The text of each row, a cell for each byte.
fn texts(model: &HexModel<'_>, rows: &[DumpRow]) -> Vec<Vec<Cell>> {
    let mut texts: Vec<Vec<Cell>> = Vec::with_capacity(rows.len());
    let mut done = 0;
    // Rows that follow each other in one direction are read together, so that no character is divided.
    for run in rows.chunk_by(|a, b| a.direction == b.direction && a.hex.span().end == b.hex.offset) {
        let Some((first, last)) = run.first().zip(run.last()) else { continue };
        let visible = Span::new(first.hex.offset, last.hex.span().end);
        // An even offset keeps encodings of two bytes a character in step.
        let before = visible.start.saturating_sub(CONTEXT as u64) & !1;
        let after = visible.end + 3;
        let content = model.dump.content(first.direction);
        let bytes = content.and_then(|content| content.read(Span::new(before, after)).ok()).unwrap_or_default();
        let start = usize::try_from(visible.start - before).unwrap_or(0).min(bytes.len());
        let cells = text_cells(&bytes, start, model.encoding);
        texts.extend(
            cells
                .chunks(BYTES_PER_ROW)
                .take(run.len())
                .zip(run)
                .map(|(cells, row)| cells.get(..row.hex.bytes().len()).unwrap_or(cells).to_vec()),
        );
        done += run.len();
        texts.resize(done, Vec::new());
    }
    texts
}

/// Puts a dot for a character that no font has: bytes that are no text may be any.
fn replace_missing_glyph(ui: &Ui, cell: &mut Cell) {
    let Cell::Char(ch) = *cell else { return };
    let font = TextStyle::Monospace.resolve(ui.style());
    if !ch.is_ascii() && !ui.fonts_mut(|fonts| fonts.has_glyph(&font, ch)) {
        *cell = Cell::Dot;
    }
}

fn layout(ui: &Ui, dump: &Dump<'_>) -> RowLayout {
    let font = TextStyle::Monospace.resolve(ui.style());
    let cell = ui.fonts_mut(|fonts| fonts.glyph_width(&font, '0'));
    let arrows = matches!(dump, Dump::Both { .. });
    let arrow = if arrows { 2.0 * cell } else { 0.0 };
    let hex = 28.0 + arrow + group_digits(dump.longest()).len() as f32 * cell;
    RowLayout { cell, hex, text: hex + cell * 3.0 * BYTES_PER_ROW as f32 + 4.0 * cell, arrows }
}

impl RowLayout {
    /// The left end of the hex of column `i`.
    fn hex_at(&self, i: usize) -> f32 {
        self.hex + self.cell * HexRow::hex_at(i) as f32
    }

    /// The column that is at `x`, in the hex or in the text.
    fn column(&self, x: f32) -> usize {
        if x >= self.text - 2.0 * self.cell {
            return ((x - self.text) / self.cell).max(0.0) as usize;
        }
        (0..BYTES_PER_ROW).rev().find(|i| x >= self.hex_at(*i) - self.cell / 2.0).unwrap_or(0)
    }
}

fn draw(
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
    let name = format!("{} {hex} {}", group_digits(row.hex.offset), accessible_text(text));
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
    columns::paint(ui, offset, &group_digits(row.hex.offset), font.clone(), cx.tokens.weak, Align::Max);
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
