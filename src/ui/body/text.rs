//! The text of a body: drawing the visible rows, scrolling both ways, selecting and copying, folding.
//!
//! Out of scope: where the text comes from and how it is laid out (`view::TextPage`).

use egui::text::{LayoutJob, TextFormat};
use egui::{
    Button, EventFilter, FontId, Id, Key, Modifiers, Rect, Response, Role, Sense, Stroke, TextStyle, Ui, WidgetInfo,
};

use crate::export::Exporter;
use crate::http::Span;
use crate::ui::action::{Action, ViewAction};
use crate::ui::kit::{HorizontalScroll, ListRows, ROW, SCROLL_BAR, UiContext, VirtualList, columns, rows_in};
use crate::ui::shortcut::Shortcut;
use crate::view::{Fold, LINE_MAX, Layout, Slice, TextPage, TextRow, Wrap, character_beside, line_at, word_at};
use crate::words::Arg;

/// No more than this is copied at a time, in bytes. X11 takes 16 MiB with all that stands around them, and less than all is nothing there.
const COPY_MAX: u64 = 8 << 20;
/// No longer text is searched for, in bytes.
const SEARCH_MAX: u64 = 256;
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
    /// What was selected first, and last: everything from one to the other is selected.
    selected: Option<(Span, Span)>,
    /// An offset that is to be brought into view as soon as its row is known.
    pending_offset: Option<u64>,
    /// What was folded or unfolded.
    toggled: Option<u64>,
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

    /// Selects nothing any more; returns whether something was selected.
    pub fn deselect(&mut self) -> bool {
        self.selected.take().is_some()
    }

    /// What the user has folded or unfolded, by its place in the text before it is formatted.
    pub fn take_toggled(&mut self) -> Option<u64> {
        self.toggled.take()
    }

    /// Takes the place of the rows while those of another text are counted: who has folded with the keyboard still has it there.
    pub fn wait(&self, ui: &Ui) {
        ui.interact(ui.available_rect_before_wrap(), list_id(ui), Sense::focusable_noninteractive());
    }

    /// Draws the rows of `page`, with the current `hit`, and with what can be folded by `layout`; returns what the user has selected anew.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        page: &TextPage<'_>,
        (hit, layout): (Option<u64>, Option<&Layout>),
    ) -> Option<Span> {
        let before = self.selection();
        let page = &TextPage { chosen: before.unwrap_or(page.chosen), ..*page };
        let font = TextStyle::Monospace.resolve(ui.style());
        let columns = self.columns;
        let id = list_id(ui);
        let mut place = ui.available_rect_before_wrap();
        self.scroll_to_pending(page, rows_in(place.height() - SCROLL_BAR));
        self.keys(ui, id, (page, layout), rows_in(place.height()));
        if page.index.wrap() == Wrap::Off {
            let longest = page.index.longest();
            let most = longest.min(LINE_MAX) + if longest > LINE_MAX { REST_COLUMNS } else { 0 };
            place = self.horizontal_scroll.show(ui, cx, id, place, (columns, most));
        }
        let visible = rows_in(place.height());
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
        let name = cx.text("body");
        let list = ListRows { name: &name, total: page.index.rows(), tokens: cx.tokens };
        let mut toggled = None;
        let response = ui.scope_builder(egui::UiBuilder::new().max_rect(place), |ui| {
            self.list.show(ui, id, &list, |ui, number, place| {
                let row = number.checked_sub(first).and_then(|i| rows.get(usize::try_from(i).ok()?));
                if let Some(row) = row {
                    draw(ui, cx, &font, place, row, hit);
                    let fold = layout.and_then(|layout| layout.fold_at(Span::new(row.offset, row.end)));
                    if let Some(fold) = fold.filter(|fold| fold.at >= row.offset && fold_mark(ui, cx, place, *fold)) {
                        toggled = Some(fold);
                    }
                }
            })
        });
        let response = response.inner;
        self.select(ui, &response, (first, &rows), page);
        self.toggle(toggled);
        if response.has_focus() {
            let filter = EventFilter { vertical_arrows: true, horizontal_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        }
        response.context_menu(|ui| self.menu(ui, cx, page));
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

    /// Folds or unfolds `fold`, and selects where it begins: what stands before it stays where it is.
    fn toggle(&mut self, fold: Option<Fold>) {
        let Some(fold) = fold else { return };
        let begin = Span::new(fold.at, fold.at + 1);
        (self.toggled, self.selected) = (Some(fold.source), Some((begin, begin)));
    }

    /// The bytes that are selected.
    fn selection(&self) -> Option<Span> {
        let all = self.selected.map(|(from, to)| Span::new(from.start.min(to.start), from.end.max(to.end)));
        all.filter(|span| !span.is_empty())
    }

    /// A press selects a character; with Shift, or held and moved, all up to the one under the pointer. A double click selects a word, a
    /// triple click a line.
    fn select(&mut self, ui: &Ui, response: &Response, (first, rows): (u64, &[TextRow]), page: &TextPage<'_>) {
        let is_held = response.is_pointer_button_down_on() && ui.input(|input| input.pointer.primary_down());
        // A quick click is over within one frame.
        if !is_held && !response.clicked() {
            return;
        }
        let Some(pointer) = response.interact_pointer_pos() else { return };
        let (is_begin, shift) = ui.input(|input| (input.pointer.primary_pressed(), input.modifiers.shift));
        let area = response.rect;
        let above = self.list.scroll.top_row.saturating_sub(first);
        let at = (pointer.y.clamp(area.top(), area.bottom() - 1.0) - area.top()) / ROW;
        let Some(row) = rows.get(at as usize + above as usize).or(rows.last()) else { return };
        let under = row.character_at(character_under(ui, &row.text, pointer.x - area.left() - MARGIN));
        self.selected = match self.selected {
            _ if response.triple_clicked() => Some((line_at(page.content, under.start), under)),
            _ if response.double_clicked() => Some((word_at(page.content, under.start), under)),
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
    fn keys(&mut self, ui: &Ui, id: Id, (page, layout): (&TextPage<'_>, Option<&Layout>), visible: f64) {
        if !ui.memory(|memory| memory.has_focus(id)) {
            return;
        }
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        if Shortcut::SelectAll.pressed(ui.ctx()) {
            let all = Span::new(0, page.content.len());
            self.selected = Some((all, all));
        }
        for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowUp, -1)] {
            if pressed(Modifiers::SHIFT, key) {
                self.extend(page, by, visible);
            }
        }
        for (key, is_behind) in [(Key::ArrowRight, true), (Key::ArrowLeft, false)] {
            if pressed(Modifiers::SHIFT | Modifiers::COMMAND, key) {
                self.extend_beside(page, is_behind, true, visible);
            } else if pressed(Modifiers::SHIFT, key) {
                self.extend_beside(page, is_behind, false, visible);
            } else if let Some(layout) = layout
                && pressed(Modifiers::NONE, key)
            {
                // → unfolds and ← folds what begins in the row of the selection, or else what the row is in.
                let at = self.selection().map_or(self.seen.start, |span| span.start);
                let row = page.row_of(at).and_then(|row| Some(Span::new(page.begin_of(row)?, page.begin_of(row + 1)?)));
                let fold = layout.fold_at(row.unwrap_or(Span::new(at, at))).filter(|fold| fold.is_folded == is_behind);
                self.toggle(fold);
            }
        }
        if Shortcut::Copy.pressed(ui.ctx()) {
            self.copy(ui, page);
        }
    }

    /// Copies what is selected here, or else what was chosen elsewhere and is lit here.
    fn copy(&mut self, ui: &Ui, page: &TextPage<'_>) {
        let Some(span) = self.selection().or(Some(page.chosen)).filter(|span| !span.is_empty()) else { return };
        let text = page.content.read(Span::new(span.start, span.end.min(span.start + COPY_MAX)));
        let (text, is_cut) = copied_text(&text.unwrap_or_default(), span.len());
        self.copied = Some((text.len() as u64, is_cut.then_some(span.len())));
        ui.copy_text(text);
    }

    /// What can be done with the text, on a right click.
    fn menu(&mut self, ui: &mut Ui, cx: &UiContext<'_>, page: &TextPage<'_>) {
        let chosen = self.selection().or(Some(page.chosen)).filter(|span| !span.is_empty());
        let item = |ui: &mut Ui, key: &str, is_enabled: bool| {
            let clicked = ui.add_enabled(is_enabled, Button::new(cx.text(key))).clicked();
            if clicked {
                ui.close();
            }
            clicked
        };
        if item(ui, "menu-copy", chosen.is_some()) {
            self.copy(ui, page);
        }
        if item(ui, "menu-copy-all", true) {
            let all = Span::new(0, page.content.len());
            let before = self.selected.replace((all, all));
            self.copy(ui, page);
            self.selected = before;
        }
        ui.separator();
        let wanted = chosen.filter(|span| span.len() <= SEARCH_MAX);
        if item(ui, "menu-search", wanted.is_some())
            && let Some(bytes) = wanted.and_then(|span| page.content.read(span).ok())
        {
            cx.actions.push(Action::View(ViewAction::SearchFor(String::from_utf8_lossy(&bytes).into_owned())));
        }
        if item(ui, "menu-bytes", chosen.is_some()) {
            cx.actions.push(Action::View(ViewAction::ShowBytes));
        }
        if item(ui, "menu-save-body", true) {
            cx.actions.push(Action::Export(Exporter::Body));
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

    /// Moves the end of the selection by a character, or by a word; without a selection one begins at what is chosen, or on the screen.
    fn extend_beside(&mut self, page: &TextPage<'_>, is_behind: bool, by_word: bool, visible: f64) {
        let chosen = Some(page.chosen).filter(|span| !span.is_empty());
        let start = chosen.unwrap_or(Span::new(self.seen.start, self.seen.start));
        let (anchor, head) = self.selected.unwrap_or((start, start));
        let next = character_beside(page.content, if is_behind { head.end } else { head.start }, is_behind);
        if next.is_empty() {
            return;
        }
        let head = if by_word { word_at(page.content, next.start) } else { next };
        self.selected = Some((anchor, head));
        if let Some(row) = page.row_of(head.start) {
            self.list.scroll.reveal(row, visible, page.index.rows());
        }
    }
}

/// The widget that has the keyboard while rows are looked at.
fn list_id(ui: &Ui) -> Id {
    ui.scope_id().with("body")
}

/// How many characters of `text` stand before the one at `x` points from its left.
fn character_under(ui: &Ui, text: &str, x: f32) -> usize {
    let font = TextStyle::Monospace.resolve(ui.style());
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, egui::Color32::PLACEHOLDER);
    let cursor = galley.cursor_from_pos(egui::vec2(x, 0.0));
    // The cursor is the boundary that is nearest, which may be the one behind.
    let begin = galley.pos_from_cursor(cursor).left();
    cursor.index.saturating_sub(usize::from(begin > x)).into()
}

/// Draws the mark of what can be folded in the row at `place`; returns whether it was clicked.
fn fold_mark(ui: &Ui, cx: &UiContext<'_>, place: Rect, fold: Fold) -> bool {
    let area = Rect::from_min_size(place.min, egui::vec2(MARGIN, place.height()));
    let response = ui.interact(area, Id::unique(("fold", fold.source)), Sense::CLICK);
    let name = cx.text(if fold.is_folded { "unfold" } else { "fold" });
    response.widget_info(|| WidgetInfo::labeled(Role::DisclosureTriangle, true, &name));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_expanded(!fold.is_folded));
    let colour = if response.hovered() { cx.tokens.accent } else { cx.tokens.weak };
    let mark = if fold.is_folded { "⏵" } else { "⏷" };
    let font = TextStyle::Small.resolve(ui.style());
    ui.painter().text(area.center(), egui::Align2::CENTER_CENTER, mark, font, colour);
    response.clicked()
}

/// `bytes` as text, if not all of it was read without the part of a character at its end; and whether it is less than all. What is no
/// character takes three bytes.
fn copied_text(bytes: &[u8], of: u64) -> (String, bool) {
    let whole = match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() && (bytes.len() as u64) < of => bytes.get(..error.valid_up_to()),
        _ => None,
    };
    let mut text = String::from_utf8_lossy(whole.unwrap_or(bytes)).into_owned();
    let end = text.floor_char_boundary(COPY_MAX as usize);
    let is_cut = (bytes.len() as u64) < of || end < text.len();
    text.truncate(end);
    (text, is_cut)
}

fn draw(ui: &mut Ui, cx: &UiContext<'_>, font: &FontId, place: Rect, row: &TextRow, hit: Option<u64>) {
    let tokens = cx.tokens;
    let rest = (row.more > 0).then(|| cx.words.with("line-more", [("bytes", Arg::from(cx.words.bytes(row.more)))]));
    let response = ui.interact(place, Id::unique(("body", row.offset)), Sense::hover());
    let is_lit = row.parts.iter().any(|part| part.is_chosen);
    let name = rest.as_ref().map_or_else(|| row.text.clone(), |rest| format!("{} {rest}", row.text));
    response.widget_info(|| WidgetInfo::selected(Role::Label, true, is_lit, &name));
    let mut job = LayoutJob::default();
    for (text, part) in row.parts() {
        let mut format = TextFormat::simple(font.clone(), tokens.paint(part.paint));
        if part.is_chosen {
            (format.background, format.color) = (tokens.chosen, tokens.text);
        }
        if part.lit.is_some() {
            (format.background, format.color) = (tokens.hit, tokens.text);
        }
        if part.lit.is_some() && part.lit == hit {
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
            (b"a line\r\n".to_vec(), 8, 8, false),
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
