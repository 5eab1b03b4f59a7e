//! A hex dump: the bytes of one direction, of both in turns, or of a body alone.
//!
//! Head, separator and body have backgrounds of their own. A line under each byte has the colour of the call that carried the byte.

use egui::{Id, Key, Modifiers, Response, TextStyle, Ui};

pub use super::hex_model::HexModel;
use super::row::{RowLayout, draw, layout};
use super::row_colours::RowColours;
use crate::capture::Direction;
use crate::http::Span;
use crate::ui::kit::widgets::empty;
use crate::ui::kit::{ListRows, ROW, SCROLL_BAR, UiContext, VirtualList, context_menu, rows_in};
use crate::ui::select::{BytesChoice, Follower};
use crate::view::{BYTES_PER_ROW, CONTEXT, Cell, CopyFormat, Dump, DumpRow, TextUnit, WIDE_ROW, text_cells, unit_at};

/// The panel.
#[derive(Debug)]
pub struct HexPanel {
    list: VirtualList,
    /// The bytes of a row that have room.
    per_row: usize,
    /// The bytes of a row when it was drawn last.
    drawn_per_row: usize,
    /// The first byte in view, and the row at which it was found.
    top: Option<(Direction, u64)>,
    top_row: u64,
    /// The byte, or the unit of text, at which a selection by mouse or keyboard began.
    anchor: Option<(Direction, Span)>,
    /// Whether the selection was made in the text beside the hex.
    in_text: bool,
    has_focus: bool,
    /// What was clicked in the menu of the bytes.
    choice: Option<BytesChoice>,
}

impl Default for HexPanel {
    fn default() -> Self {
        Self {
            list: VirtualList::default(),
            per_row: BYTES_PER_ROW,
            drawn_per_row: BYTES_PER_ROW,
            top: None,
            top_row: 0,
            anchor: None,
            in_text: false,
            has_focus: false,
            choice: None,
        }
    }
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
        self.top.map_or(0, |(_, offset)| offset)
    }

    /// The bytes of a row that have room.
    #[must_use]
    pub fn per_row(&self) -> usize {
        self.per_row
    }

    /// In which form the selected bytes are copied: as text if they were selected there.
    #[must_use]
    pub fn copy_format(&self) -> CopyFormat {
        if self.in_text { CopyFormat::Text } else { CopyFormat::Hex }
    }

    /// Whether the rows had the keyboard when they were drawn last.
    #[must_use]
    pub fn has_focus(&self) -> bool {
        self.has_focus
    }

    /// What was clicked in the menu of the selected bytes.
    pub fn take_choice(&mut self) -> Option<BytesChoice> {
        self.choice.take()
    }

    /// Draws the bytes; returns those that the user has chosen anew.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: Option<&HexModel<'_>>) -> Option<(Direction, Span)> {
        let Some(model) = model.filter(|model| model.dump.rows() > 0) else {
            empty(ui, &cx.text("bytes-empty"), cx.tokens);
            return None;
        };
        let id = ui.scope_id().with("bytes");
        self.choose_width(ui, cx, &model.dump);
        let moved = self.keys(ui, id, model);
        let total = model.dump.rows();
        self.keep_place(ui, &model.dump);
        let first = self.list.scroll.top_row;
        let count = rows_in(ui.available_height()) as usize + 2;
        let rows = model.dump.read(first, count).unwrap_or_default();
        self.note_place(&rows, first, model.dump.per_row());
        let colours = RowColours::of(model, &rows, cx.tokens);
        let mut texts = texts(model, &rows);
        texts.iter_mut().flatten().for_each(|cell| replace_missing_glyph(ui, cell));
        let layout = layout(ui, cx, &model.dump, model.dump.per_row());
        let name = cx.text("bytes-rows");
        let list = ListRows { name: &name, total, tokens: cx.tokens };
        let response = self.list.show(ui, id, &list, |ui, number, place| {
            let at = number.checked_sub(first).and_then(|i| usize::try_from(i).ok());
            if let Some((row, text)) = at.and_then(|at| rows.get(at).zip(texts.get(at))) {
                draw(ui, cx, place, row, text, &colours, &layout);
            }
        });
        self.has_focus = response.has_focus();
        let chosen = self.pointer(ui, &response, model, &layout).or(moved);
        if model.calls.is_some() && (model.selected.is_some() || chosen.is_some()) {
            let choice = &mut self.choice;
            context_menu(&response, response.has_focus(), |ui| {
                *choice = BytesChoice::menu(ui, cx, Follower::Bytes);
            });
        }
        chosen
    }

    /// Finds out how many bytes of a row have room; if they are others than before, they are drawn from the next frame on.
    fn choose_width(&mut self, ui: &Ui, cx: &UiContext<'_>, dump: &Dump<'_>) {
        let wide = layout(ui, cx, dump, WIDE_ROW);
        let has_room = wide.text + wide.cell * WIDE_ROW as f32 + SCROLL_BAR <= ui.available_width();
        let per_row = if has_room { WIDE_ROW } else { BYTES_PER_ROW };
        if std::mem::replace(&mut self.per_row, per_row) != per_row {
            ui.request_repaint();
        }
    }

    /// Where rows have become wider or narrower, goes to the one that has the byte which was the first in view.
    fn keep_place(&mut self, ui: &Ui, dump: &Dump<'_>) {
        if self.drawn_per_row != dump.per_row()
            && let Some((direction, offset)) = self.top.filter(|_| !self.list.scroll.following)
            && let Some(row) = dump.row_of(direction, offset)
        {
            (self.list.scroll.top_row, self.list.scroll.sub_row) = (row, 0.0);
            self.top_row = row;
            self.drawn_per_row = dump.per_row();
        }
        self.list.scroll.clamp(rows_in(ui.available_height()), dump.rows());
    }

    /// Notes the first byte in view, unless it is the one that rows of another width have been placed by.
    fn note_place(&mut self, rows: &[DumpRow], first: u64, per_row: usize) {
        let is_waiting = self.top.is_some() && self.drawn_per_row != per_row && !self.list.scroll.following;
        if is_waiting || (self.top.is_some() && self.top_row == first) {
            return;
        }
        self.top = rows.first().map(|row| (row.direction, row.hex.offset));
        (self.top_row, self.drawn_per_row) = (first, per_row);
    }

    /// Chooses with the mouse: a click takes a byte, in the text a character, a second one a word, a third one a line; dragging or Shift
    /// takes a range.
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
            self.list.scroll.scroll_by(beyond * ROW, ROW, rows_in(area.height()), model.dump.rows());
            ui.request_repaint();
        }
        let y = (pointer.y.clamp(area.top(), area.bottom() - 1.0) - area.top()) / ROW;
        let row = model.dump.read(self.list.scroll.top_row + y as u64, 1).ok()?.pop()?;
        let (column, in_text) = layout.column(pointer.x - area.left());
        let offset = row.hex.offset + column.min(row.hex.bytes().len().saturating_sub(1)) as u64;
        let (began, is_menu) = ui.input(|input| (input.pointer.any_pressed(), input.pointer.secondary_down()));
        let is_chosen = |(own, span): (Direction, Span)| own == row.direction && span.contains(offset);
        if is_menu && model.selected.is_some_and(is_chosen) {
            // The menu is that of what is selected.
            return None;
        }
        if began {
            self.in_text = in_text;
        }
        let unit = match () {
            () if list.triple_clicked() => TextUnit::Line,
            () if list.double_clicked() => TextUnit::Word,
            () => TextUnit::Character,
        };
        let taken = if self.in_text { unit_of(model, row.direction, offset, unit) } else { None };
        let taken = taken.unwrap_or(Span::new(offset, offset + 1));
        let takes_anew = self.in_text && unit != TextUnit::Character;
        let extends = !takes_anew && (!began || ui.input(|input| input.modifiers.shift));
        // A selection that another panel has made is extended from its beginning.
        let own = model.selected.filter(|_| began);
        let is_own =
            |(_, at): (Direction, Span)| own.is_none_or(|(_, span)| at.start == span.start || at.end == span.end);
        let start = own.map(|(direction, span)| (direction, Span::new(span.start, span.start + 1)));
        let anchor = self.anchor.filter(|anchor| is_own(*anchor)).or(start);
        let anchor = anchor.filter(|(direction, _)| extends && *direction == row.direction);
        if anchor.is_none() && !began && !takes_anew && self.anchor.is_some() {
            // Dragged into the other direction.
            return None;
        }
        let (direction, from) = *self.anchor.insert(anchor.unwrap_or((row.direction, taken)));
        let chosen = (direction, around(from, taken));
        (model.selected != Some(chosen)).then_some(chosen)
    }

    /// Moves or extends the choice with the arrow keys while the list has the keyboard.
    fn keys(&mut self, ui: &Ui, id: Id, model: &HexModel<'_>) -> Option<(Direction, Span)> {
        let (direction, span) = model.selected.filter(|_| ui.memory(|memory| memory.has_focus(id)))?;
        let row = model.dump.per_row() as i64;
        let steps = [(Key::ArrowLeft, -1), (Key::ArrowRight, 1), (Key::ArrowUp, -row), (Key::ArrowDown, row)];
        let (step, extends) = ui.input_mut(|input| {
            let all = steps.into_iter().flat_map(|step| [(step, true), (step, false)]);
            let mut pressed = all.filter(|((key, _), extends)| {
                input.consume_key(if *extends { Modifiers::SHIFT } else { Modifiers::NONE }, *key)
            });
            pressed.next().map(|((_, step), extends)| (step, extends))
        })?;
        let anchor =
            self.anchor.filter(|(own, at)| *own == direction && (at.start == span.start || at.end == span.end));
        let (_, from) = anchor.unwrap_or((direction, Span::new(span.start, span.start + 1)));
        let at = if from.start == span.start { span.end.saturating_sub(1) } else { span.start };
        let last = model.dump.content(direction)?.len().checked_sub(1)?;
        let to = at.saturating_add_signed(step).min(last);
        let byte = Span::new(to, to + 1);
        let from = if extends { from } else { byte };
        self.anchor = Some((direction, from));
        let visible = rows_in(ui.available_height());
        if let Some(row) = model.dump.row_of(direction, to) {
            self.reveal(row, visible, model.dump.rows());
        }
        Some((direction, around(from, byte)))
    }
}

/// The bytes from one place to another, both included, in either order.
fn around(from: Span, to: Span) -> Span {
    Span::new(from.start.min(to.start), from.end.max(to.end))
}

/// The unit of text that the byte at `offset` belongs to.
fn unit_of(model: &HexModel<'_>, direction: Direction, offset: u64, unit: TextUnit) -> Option<Span> {
    let content = model.dump.content(direction)?;
    // An even offset keeps encodings of two bytes a character in step.
    let from = offset.saturating_sub(unit.reach()) & !1;
    let bytes = content.read(Span::new(from, (offset + unit.reach()).min(content.len()))).ok()?;
    let unit = unit_at(&bytes, usize::try_from(offset - from).ok()?, unit, model.encoding);
    let taken = Span::new(from + unit.start as u64, from + unit.end as u64);
    (!taken.is_empty()).then_some(taken)
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
                .chunks(model.dump.per_row())
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
