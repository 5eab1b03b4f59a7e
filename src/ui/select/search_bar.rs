//! The bar above what is shown that searches it: what for, how far it has come, the next hit and the one before.
//!
//! Opened by Ctrl+F, closed by Esc or its cross. Enter and F3 go on, with Shift back. What is found is lit by whoever shows the
//! bytes: [`SearchBar::hits_in`]; what is searched is told before each frame: [`SearchBar::prepare`].

use egui::{Context, EventFilter, Key, Modifiers, TextEdit, TextWrapMode, Ui, Vec2, WidgetInfo};

use encoding_rs::Encoding;

use super::search_state::{Query, QueryKind, SearchSource, SearchState};
use crate::capture::SearchProgress;
use crate::decode::ENCODINGS;
use crate::http::Span;
use crate::ui::kit::widgets::{button, combo, focus_all, icon_button, segmented_control};
use crate::ui::kit::{FIELD, Icon, UiContext};
use crate::ui::shortcut::Shortcut;
use crate::view::group_digits;
use crate::words::Arg;

/// The width of the field, at most and at least.
const WIDTH: (f32, f32) = (224.0, 96.0);
/// What stands beside it takes so much room, and the choice of an encoding so much more.
const BESIDE: (f32, f32) = (512.0, 104.0);

/// The bar.
#[derive(Debug, Default)]
pub struct SearchBar {
    is_open: bool,
    /// The field is to have the keyboard, and its text to be selected.
    wants_focus: bool,
    query: Query,
    state: SearchState,
    /// Where the view begins.
    position: u64,
    /// The encoding of what was searched last; `None` for a text that is in UTF-8 in any case.
    own: Option<&'static Encoding>,
}

impl SearchBar {
    /// Opens the bar with the keyboard in its field.
    pub fn open(&mut self) {
        (self.is_open, self.wants_focus) = (true, true);
    }

    /// Opens the bar to search for `text`.
    pub fn open_for(&mut self, text: String) {
        (self.query.text, self.query.kind) = (text, QueryKind::Text);
        self.open();
    }

    /// Closes it and ends its search; what was searched for stays.
    pub fn close(&mut self) {
        self.is_open = false;
        self.state.stop();
    }

    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Tells where the view begins, as an offset in the source: a search begins there.
    pub fn set_position(&mut self, offset: u64) {
        self.position = offset;
    }

    /// Tells what is searched, `None` if there is nothing to be searched. A search begins anew when that is something else. The search
    /// wakes the window itself.
    pub fn prepare(&mut self, source: Option<&SearchSource>, ctx: &Context) {
        match source.filter(|_| self.is_open) {
            Some(source) => {
                self.own = Some(source.encoding).filter(|_| !source.key.is_text());
                self.state.prepare(&self.query, source, self.position, ctx);
            }
            None => self.state.stop(),
        }
    }

    /// The hits in `span` of the source.
    #[must_use]
    pub fn hits_in(&self, span: Span) -> Vec<Span> {
        self.state.hits_in(span)
    }

    /// The hit that the user stands on.
    #[must_use]
    pub fn current(&self) -> Option<Span> {
        self.state.current_span()
    }

    /// Draws the bar if it is open; returns a hit that is to be brought into view.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>) -> Option<Span> {
        if !self.is_open {
            return None;
        }
        let before = self.query.clone();
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            self.field(ui, cx);
            self.buttons(ui, cx);
            self.kinds(ui, cx);
            if self.query.kind != QueryKind::Hex {
                ui.checkbox(&mut self.query.matches_case, cx.text("search-case"));
            }
            if let Some(own) = self.own.filter(|_| self.query.kind == QueryKind::Text) {
                self.encodings(ui, cx, own);
            }
            self.progress(ui, cx);
        });
        self.faults(ui, cx);
        if before != self.query {
            ui.request_repaint();
        }
        self.state.take_hit_to_show()
    }

    fn kinds(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let kinds =
            [(QueryKind::Text, "search-text"), (QueryKind::Hex, "search-hex"), (QueryKind::Regex, "search-regex")];
        let kinds = kinds.map(|(kind, key)| (kind, cx.text(key)));
        if let Some(kind) = segmented_control(ui, self.query.kind, &kinds, cx.tokens) {
            self.query.kind = kind;
            self.wants_focus = true;
        }
    }

    fn field(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let id = ui.scope_id().with("search field");
        if ui.memory(|memory| memory.has_focus(id)) {
            self.keys(ui);
        }
        let hint = match self.query.kind {
            QueryKind::Text => "search-hint-text",
            QueryKind::Hex => "search-hint-hex",
            QueryKind::Regex => "search-hint-regex",
        };
        // Esc closes the bar; egui would take the keyboard away before that is seen.
        let filter = EventFilter { escape: true, horizontal_arrows: true, vertical_arrows: true, tab: false };
        let has_encoding = self.own.is_some() && self.query.kind == QueryKind::Text;
        let beside = BESIDE.0 + if has_encoding { BESIDE.1 } else { 0.0 };
        let width = (ui.available_width() - beside).clamp(WIDTH.1, WIDTH.0);
        let edit = TextEdit::singleline(&mut self.query.text)
            .id(id)
            .event_filter(filter)
            .hint_text(cx.text(hint))
            .align(egui::Align2::LEFT_CENTER)
            .desired_width(width);
        let label = ui.weak(cx.text("search"));
        let response = ui.add_sized(Vec2::new(width, FIELD), edit).labelled_by(label.id);
        if std::mem::take(&mut self.wants_focus) {
            focus_all(ui, &response, &self.query.text);
        }
    }

    /// The keys that work in the field.
    fn keys(&mut self, ui: &Ui) {
        let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        if pressed(Modifiers::SHIFT, Key::Enter) {
            self.go(ui, false);
        } else if pressed(Modifiers::NONE, Key::Enter) {
            self.go(ui, true);
        }
        if pressed(Modifiers::NONE, Key::Escape) {
            self.close();
            ui.request_repaint();
        }
    }

    /// The character encoding that a text is searched in.
    fn encodings(&mut self, ui: &mut Ui, cx: &UiContext<'_>, own: &'static Encoding) {
        let shown = self.query.encoding.unwrap_or(own).name();
        let name = cx.words.with("search-encoding", [("encoding", Arg::from(shown))]);
        let chosen = &mut self.query.encoding;
        let response = combo("search encoding").selected_text(shown).width(64.0).show_ui(ui, |ui| {
            ui.selectable_value(chosen, None, format!("{} · {}", own.name(), cx.text("search-encoding-own")));
            for encoding in ENCODINGS {
                ui.selectable_value(chosen, Some(*encoding), encoding.name());
            }
        });
        response.response.widget_info(|| WidgetInfo::labeled(egui::Role::ComboBox, true, &name));
        response.response.on_hover_text(name);
    }

    fn buttons(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let can_go = self.state.searched().is_some_and(|searched| !searched.hits.is_empty());
        let (back, on) = (Shortcut::PreviousHit.pressed(ui.ctx()), Shortcut::NextHit.pressed(ui.ctx()));
        if icon_button(ui, Icon::ChevronUp, &cx.text("search-previous"), can_go).clicked() || back {
            self.go(ui, false);
        }
        if icon_button(ui, Icon::ChevronDown, &cx.text("search-next"), can_go).clicked() || on {
            self.go(ui, true);
        }
        if icon_button(ui, Icon::Close, &cx.text("search-close"), true).clicked() {
            self.close();
            ui.request_repaint();
        }
    }

    fn go(&mut self, ui: &Ui, forwards: bool) {
        match forwards {
            true => self.state.next(self.position),
            false => self.state.previous(self.position),
        }
        ui.request_repaint();
    }

    /// Which hit of how many, and how far the search has come.
    fn progress(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let Some(searched) = self.state.searched() else { return };
        // What does not fit stands as a whole on the next line.
        ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
        let is_at_work = !searched.is_idle() && !self.state.is_cancelled();
        ui.label(self.count(cx, searched));
        let percent = [("percent", Arg::from(searched.searched.saturating_mul(100) / searched.total.max(1)))];
        if self.state.is_cancelled() && !searched.is_idle() {
            ui.weak(cx.words.with("search-cancelled", percent));
        } else if is_at_work {
            ui.weak(cx.words.with("search-progress", percent));
            if button(ui, &cx.text("search-cancel"), true).clicked() {
                self.state.cancel();
            }
        }
    }

    fn count(&self, cx: &UiContext<'_>, searched: &SearchProgress) -> String {
        let count = searched.hits.len() as u64;
        let number = i64::try_from(count).unwrap_or(i64::MAX);
        let hits = [("count", Arg::from(group_digits(count))), ("number", Arg::from(number))];
        match self.state.current() {
            _ if count == 0 && searched.is_over => cx.text("search-none"),
            _ if count == 0 => cx.text("search-none-yet"),
            None => cx.words.with("search-hits", hits),
            Some(hit) => {
                let at = ("at", Arg::from(group_digits(hit.number as u64 + 1)));
                cx.words.with("search-hit-of", hits.into_iter().chain([at]))
            }
        }
    }

    /// Why it can't be searched for, or no further.
    fn faults(&self, ui: &mut Ui, cx: &UiContext<'_>) {
        if let Some(error) = self.state.error() {
            ui.colored_label(cx.tokens.error, cx.words.pattern_error(error));
        }
        if let Some(failure) = self.state.failure() {
            ui.colored_label(cx.tokens.error, cx.words.failure(failure).to_string());
        }
        if let Some(searched) = self.state.searched().filter(|searched| searched.is_full) {
            let facts = [
                ("count", Arg::from(group_digits(searched.hits.len() as u64))),
                ("looked", Arg::from(group_digits(searched.searched))),
            ];
            ui.colored_label(cx.tokens.error, cx.words.with("search-full", facts));
        }
    }
}
