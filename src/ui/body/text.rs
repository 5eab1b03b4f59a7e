//! The text of a body: drawing the visible rows, scrolling both ways, selecting lines and copying them.
//!
//! Out of scope: where the text comes from and how it is laid out (`view::TextPage`).

use egui::text::{LayoutJob, TextFormat};
use egui::{
    Event, EventFilter, FontId, Id, Key, Modifiers, Rect, Response, Role, Sense, Stroke, TextStyle, Ui, WidgetInfo,
};

use crate::http::Span;
use crate::ui::kit::{HorizontalScroll, ListRows, ROW, SCROLL_BAR, UiContext, VirtualList, columns, rows_in};
use crate::view::{LINE_MAX, Slice, TextPage, TextRow, Wrap};
use crate::words::Arg;

/// No more than this is copied at a time, in bytes. X11 takes 16 MiB with all that stands around them, and less than all is nothing there.
const COPY_MAX: u64 = 8 << 20;
/// Room at the left and the right of the text.
const MARGIN: f32 = 12.0;
/// Columns for the note behind a line that is not shown whole.
const REST_COLUMNS: u64 = 48;

/// The panel.
#[derive(Debug, Default)]
pub struct BodyText {
    list: VirtualList,
    horizontal_scroll: HorizontalScroll,
    /// The columns that fit.
    columns: usize,
    /// The part of the text that is on the screen.
    seen: Span,
    /// The line where selecting began, and the one where it ended.
    selected: Option<(Span, Span)>,
    /// An offset that is to be brought into view as soon as its row is known.
    pending_offset: Option<u64>,
    /// The bytes that were copied last, and the bytes of the selected lines if those were more.
    copied: Option<(u64, Option<u64>)>,
}

impl BodyText {
    /// The columns that fit; 0 before it was drawn.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The part of the text that is on the screen.
    pub fn seen(&self) -> Span {
        self.seen
    }

    /// Scrolls to the beginning, as the text is another one.
    pub fn reset(&mut self) {
        *self = Self { columns: self.columns, ..Self::default() };
    }

    /// Scrolls row `row` to the top, as rows are wrapped in another way.
    pub fn set_top_row(&mut self, row: u64) {
        (self.list.scroll.top_row, self.list.scroll.sub_row) = (row, 0.0);
        self.horizontal_scroll = HorizontalScroll::default();
    }

    /// Brings the row with `offset` into view, at once or when it has been counted.
    pub fn reveal(&mut self, offset: u64) {
        self.pending_offset = Some(offset);
    }

    /// A text that says what was copied last.
    pub fn copied(&self, cx: &UiContext<'_>) -> Option<String> {
        let (copied, of) = self.copied?;
        let bytes = ("bytes", Arg::from(cx.words.bytes(copied)));
        Some(match of {
            Some(of) => cx.words.with("copied-part", [bytes, ("of", Arg::from(cx.words.bytes(of)))]),
            None => cx.words.with("copied", [bytes]),
        })
    }

    /// Finds out how many columns fit.
    pub fn measure(&mut self, ui: &Ui) {
        let font = TextStyle::Monospace.resolve(ui.style());
        let width = ui.fonts_mut(|fonts| fonts.glyph_width(&font, '0'));
        let columns = ((ui.available_width() - 2.0 * MARGIN - SCROLL_BAR) / width).max(8.0) as usize;
        if columns != self.columns {
            self.columns = columns;
            ui.request_repaint();
        }
    }

    /// Selects no lines any more: something else was selected in another panel.
    pub fn deselect(&mut self) {
        self.selected = None;
    }

    /// Draws the rows of `page`; returns the lines that the user has selected anew.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, page: &TextPage<'_>, hit: Option<u64>) -> Option<Span> {
        let before = self.selection();
        let font = TextStyle::Monospace.resolve(ui.style());
        let columns = self.columns;
        let id = ui.scope_id().with("body");
        let mut place = ui.available_rect_before_wrap();
        self.scroll_to_pending(page, rows_in(place.height() - SCROLL_BAR));
        if page.index.wrap() == Wrap::Off {
            let longest = page.index.longest();
            let most = longest.min(LINE_MAX) + if longest > LINE_MAX { REST_COLUMNS } else { 0 };
            place = self.horizontal_scroll.show(ui, cx, id, place, (columns, most));
        }
        let visible = rows_in(place.height());
        self.keys(ui, id, page, visible);
        // A list that follows its end scrolls there before rows are read.
        self.list.scroll.clamp(visible, page.index.rows());
        let first = self.list.scroll.top_row;
        let slice =
            Slice { first, rows: visible as usize + 2, from: self.horizontal_scroll.column(), columns: columns + 1 };
        let rows = page.rows(slice);
        self.seen = Span::new(
            rows.first().map_or(self.seen.start, |row| row.offset),
            rows.last().map_or(self.seen.end, |row| row.end),
        );
        let selected = self.selection();
        let name = cx.text("body");
        let list = ListRows { name: &name, total: page.index.rows(), tokens: cx.tokens };
        let response = ui.scope_builder(egui::UiBuilder::new().max_rect(place), |ui| {
            self.list.show(ui, id, &list, |ui, number, place| {
                let row = number.checked_sub(first).and_then(|i| rows.get(usize::try_from(i).ok()?));
                if let Some(row) = row {
                    let is_selected = selected.is_some_and(|span| span.start <= row.offset && row.offset < span.end);
                    draw(ui, cx, &font, place, row, RowHighlight { is_selected, hit });
                }
            })
        });
        self.select(ui, &response.inner, (first, &rows), page);
        if response.inner.has_focus() {
            let filter = EventFilter { vertical_arrows: true, horizontal_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        }
        self.selection().filter(|span| before != Some(*span))
    }

    fn scroll_to_pending(&mut self, page: &TextPage<'_>, visible: f64) {
        let Some(offset) = self.pending_offset else { return };
        let Some(row) = page.row_of(offset) else { return };
        self.pending_offset = None;
        self.list.scroll.reveal_amid(row, visible, page.index.rows());
        if page.index.wrap() == Wrap::Off {
            self.horizontal_scroll.reveal(page.column_of(row, offset), self.columns);
        }
    }

    /// The bytes of the selected rows.
    fn selection(&self) -> Option<Span> {
        self.selected.map(|(anchor, head)| Span::new(anchor.start.min(head.start), anchor.end.max(head.end)))
    }

    /// A press selects a row; with Shift, or held and moved, all rows up to the one under the pointer.
    fn select(&mut self, ui: &Ui, response: &Response, (first, rows): (u64, &[TextRow]), page: &TextPage<'_>) {
        // A quick click is over within one frame.
        if !response.is_pointer_button_down_on() && !response.clicked() {
            return;
        }
        let Some(pointer) = response.interact_pointer_pos() else { return };
        let (is_begin, shift) = ui.input(|input| (input.pointer.primary_pressed(), input.modifiers.shift));
        let area = response.rect;
        let above = self.list.scroll.top_row.saturating_sub(first);
        let at = (pointer.y.clamp(area.top(), area.bottom() - 1.0) - area.top()) / ROW;
        let Some(row) = rows.get(at as usize + above as usize).or(rows.last()) else { return };
        let under = Span::new(row.offset, row.end);
        self.selected = match self.selected {
            Some((anchor, _)) if shift || !is_begin => Some((anchor, under)),
            _ => Some((under, under)),
        };
        if is_begin {
            self.copied = None;
            ui.memory_mut(|memory| memory.request_focus(response.id));
        }
        let visible = rows_in(area.height());
        let beyond = i64::from(pointer.y >= area.bottom()) - i64::from(pointer.y < area.top());
        if beyond != 0 {
            self.list.scroll.scroll_rows(beyond, visible, page.index.rows());
            ui.request_repaint();
        }
    }

    /// The keys of a text that has the focus, besides those of its list.
    fn keys(&mut self, ui: &mut Ui, id: Id, page: &TextPage<'_>, visible: f64) {
        if !ui.memory(|memory| memory.has_focus(id)) {
            return;
        }
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        if pressed(Modifiers::COMMAND, Key::A) {
            let all = Span::new(0, page.content.len());
            self.selected = Some((all, all));
        }
        for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1)] {
            if pressed(Modifiers::SHIFT, key) {
                self.extend(page, by, visible);
            }
        }
        let copies = ui.input(|input| input.events.iter().any(|event| matches!(event, Event::Copy)));
        if let Some(span) = self.selection().filter(|_| copies) {
            let text = page.content.read(Span::new(span.start, span.end.min(span.start + COPY_MAX)));
            let (text, is_cut) = copied_text(&text.unwrap_or_default(), span.len());
            self.copied = Some((text.len() as u64, is_cut.then_some(span.len())));
            ui.copy_text(text);
        }
    }

    /// Moves the end of the selection by `by` rows.
    fn extend(&mut self, page: &TextPage<'_>, by: i64, visible: f64) {
        let Some((anchor, head)) = self.selected else { return };
        let Some(row) = page.row_of(head.start).and_then(|row| row.checked_add_signed(by)) else { return };
        let Some(begin) = page.begin_of(row) else { return };
        let end = page.begin_of(row + 1).unwrap_or_else(|| page.index.fed());
        self.selected = Some((anchor, Span::new(begin, end)));
        self.list.scroll.reveal(row, visible, page.index.rows());
    }
}

/// `bytes` as text: without the end of the last line, and if not all of it was read, without the part of a character at its end; and whether
/// it is less than all. What is no character takes three bytes.
fn copied_text(bytes: &[u8], of: u64) -> (String, bool) {
    let whole = match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() && (bytes.len() as u64) < of => bytes.get(..error.valid_up_to()),
        _ => None,
    };
    let mut text = String::from_utf8_lossy(whole.unwrap_or(bytes)).into_owned();
    let end = text.floor_char_boundary(COPY_MAX as usize);
    let is_cut = (bytes.len() as u64) < of || end < text.len();
    text.truncate(end);
    if !is_cut && text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    (text, is_cut)
}

/// The highlight of a row: whether the row is selected, and the offset of the current search hit.
#[derive(Clone, Copy)]
struct RowHighlight {
    is_selected: bool,
    hit: Option<u64>,
}

fn draw(ui: &mut Ui, cx: &UiContext<'_>, font: &FontId, place: Rect, row: &TextRow, highlight: RowHighlight) {
    let tokens = cx.tokens;
    if highlight.is_selected {
        ui.painter().rect_filled(place, 0.0, tokens.selected);
    }
    let rest = (row.more > 0).then(|| cx.words.with("line-more", [("bytes", Arg::from(cx.words.bytes(row.more)))]));
    let response = ui.interact(place, Id::unique(("body", row.offset)), Sense::hover());
    let is_lit = highlight.is_selected || row.parts.iter().any(|part| part.is_chosen);
    let name = rest.as_ref().map_or_else(|| row.text.clone(), |rest| format!("{} {rest}", row.text));
    response.widget_info(|| WidgetInfo::selected(Role::Label, true, is_lit, &name));
    let mut job = LayoutJob::default();
    for (text, part) in row.parts() {
        let mut format = TextFormat::simple(font.clone(), tokens.paint(part.paint));
        if part.is_chosen && !highlight.is_selected {
            (format.background, format.color) = (tokens.chosen, tokens.text);
        }
        if part.lit.is_some() {
            (format.background, format.color) = (tokens.hit, tokens.text);
        }
        if part.lit.is_some() && part.lit == highlight.hit {
            (format.background, format.underline) = (tokens.hit_now, Stroke::new(2.0, tokens.text));
        }
        job.append(text, 0.0, format);
    }
    if let Some(rest) = &rest {
        job.append(&format!(" {rest}"), 0.0, TextFormat::simple(font.clone(), tokens.weak));
    }
    let cell = Rect::from_min_max(place.min + egui::vec2(MARGIN, 0.0), place.max);
    columns::paint_job(ui, cell, job, egui::Align::Min);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_is_no_longer_than_the_clipboard_takes() {
        let most = COPY_MAX as usize;
        for (bytes, of, length, is_cut) in [
            (b"a line\r\n".to_vec(), 8, 6, false),
            (vec![b'x'; most], COPY_MAX, most, false),
            (vec![b'x'; most], COPY_MAX + 1, most, true),
            // Each 0xff becomes a character of three bytes.
            (vec![0xff; most], COPY_MAX, most / 3 * 3, true),
            (vec![0xff; 3], 3, 9, false),
            ("x中中".as_bytes()[..6].to_vec(), 7, 4, true),
        ] {
            let (text, cut) = copied_text(&bytes, of);
            assert_eq!((text.len(), cut), (length, is_cut), "{} of {of}", bytes.len());
        }
    }
}
