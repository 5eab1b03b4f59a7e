//! The bar above the Calls list: which calls the list shows, whether like calls are folded, and the format of times.
//!
//! In scope: the controls. Out of scope: filtering.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Button, PopupCloseBehavior, RichText, TextEdit, TextStyle, Ui, Vec2};

use super::lines::FilterProgress;
use crate::capture::{
    CallFilter, CallKind, CallKinds, CallListSpec, CallOutcomes, CallScope, Direction, Outcome, OutcomeFilter, SocketId,
};
use crate::ui::kit::small_controls::{SMALL, small_controls, small_menu, small_toggle, small_tool, text_edit_info};
use crate::ui::kit::{Icon, Tokens, UiContext};
use crate::view::group_digits;
use crate::words::{Arg, Words};

/// The progress of the filter is shown once it works for longer than this.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(300);

/// The format of times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeFormat {
    /// In seconds since the run began.
    #[default]
    SinceStart,
    /// In seconds since the call in the row before was made.
    SincePrevious,
    /// The wall clock's time.
    WallClock,
}

impl TimeFormat {
    const ALL: [Self; 3] = [Self::SinceStart, Self::SincePrevious, Self::WallClock];

    fn key(self) -> &'static str {
        match self {
            Self::SinceStart => "times-since-start",
            Self::SincePrevious => "times-since-previous",
            Self::WallClock => "times-wall-clock",
        }
    }
}

/// The controls, and what they ask for.
#[derive(Debug, Default)]
pub struct CallsFilter {
    /// How times are told.
    pub time_format: TimeFormat,
    /// Whether the calls of all connections are shown.
    pub is_all: bool,
    filter: CallFilter,
    fold: bool,
    is_open: bool,
    /// The sizes as they are typed.
    least: String,
    most: String,
}

/// What the bar says beside the controls.
pub struct CallCounts {
    /// Whether there are more places than one to show calls of.
    pub has_others: bool,
    /// Calls of the place that is looked at.
    pub calls: u64,
    /// The progress of the filter, if there is one.
    pub progress: Option<FilterProgress>,
}

impl CallsFilter {
    /// Which calls a list shows whose own calls are those of `socket`; `None` if all of them are shown as they are.
    pub fn spec(&self, socket: SocketId, has_others: bool) -> Option<CallListSpec> {
        let scope = if self.is_all && has_others { CallScope::All } else { CallScope::One(socket) };
        let is_needed = scope == CallScope::All || self.fold || !self.filter.is_off();
        is_needed.then(|| CallListSpec { scope, filter: self.filter.clone(), fold: self.fold })
    }

    /// Whether calls may be left out.
    pub fn hides_calls(&self) -> bool {
        !self.filter.is_off()
    }

    /// Shows every call of one connection again, unfolded.
    fn clear(&mut self) {
        self.clear_filter();
        (self.fold, self.is_all) = (false, false);
    }

    /// Shows only calls of this kind; the bar says so.
    pub fn show_only_kind(&mut self, kind: CallKind) {
        CallKind::ALL.into_iter().for_each(|other| self.filter.kinds.set(other, other == kind));
        self.is_open = true;
    }

    /// Shows only calls of this direction; the bar says so.
    pub fn show_only_direction(&mut self, direction: Direction) {
        self.filter.direction = Some(direction);
        self.is_open = true;
    }

    /// Shows every call that the filter has left out.
    pub fn clear_filter(&mut self) {
        self.filter = CallFilter::default();
        self.least.clear();
        self.most.clear();
    }

    /// Draws the controls.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, counts: &CallCounts) {
        ui.scope(|ui| {
            small_controls(ui);
            ui.add_space(3.0);
            let mut fits = true;
            ui.horizontal(|ui| {
                ui.add_space(6.0);
                self.toggles(ui, cx, counts.has_others);
                // Without room beside the toggles the counts go first, then the menu of time formats.
                let (time_format, said) = (self.time_format_width(ui, cx) + 16.0, self.counts_width(ui, cx, counts));
                let left = ui.available_width();
                fits = left >= time_format;
                if fits {
                    self.right_side(ui, cx, counts, left >= time_format + said);
                }
            });
            if !fits {
                ui.horizontal(|ui| self.right_side(ui, cx, counts, true));
            }
            if self.is_open {
                ui.horizontal_wrapped(|ui| {
                    ui.add_space(6.0);
                    self.fields(ui, cx);
                });
            }
            ui.add_space(3.0);
        });
        // The filter compares names of outcomes in the present language.
        self.filter.outcomes_with_text = matching_outcomes(cx.words, &self.filter.text);
    }

    /// Draws what stands at the right.
    fn right_side(&mut self, ui: &mut Ui, cx: &UiContext<'_>, counts: &CallCounts, has_room: bool) {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(6.0);
            self.time_format(ui, cx);
            if has_room {
                self.show_counts(ui, cx, counts);
            }
        });
    }

    /// The width of the menu of time formats, in points.
    fn time_format_width(&self, ui: &Ui, cx: &UiContext<'_>) -> f32 {
        let text = format!("{} ▼", cx.text(self.time_format.key()));
        width(ui, text) + 2.0 * ui.spacing().button_padding.x
    }

    /// The width of the counts, in points. A failure may be cut, so it needs little.
    fn counts_width(&self, ui: &Ui, cx: &UiContext<'_>, counts: &CallCounts) -> f32 {
        match &counts.progress {
            Some(progress) if progress.failure.is_some() => 96.0,
            Some(progress) if progress.is_slow(cx) => 280.0,
            progress => width(ui, self.count(cx, counts, progress.as_ref())) + ui.spacing().item_spacing.x,
        }
    }

    fn toggles(&mut self, ui: &mut Ui, cx: &UiContext<'_>, has_others: bool) {
        let name = cx.text("calls-filter");
        let text = if self.filter.is_off() { name.clone() } else { format!("● {name}") };
        let response = small_toggle(ui, &text, &name, self.is_open, cx.tokens);
        if response.on_hover_text(cx.text("calls-filter-hint")).clicked() {
            self.is_open = !self.is_open;
        }
        let name = cx.text("calls-fold");
        let response = small_toggle(ui, &name, &name, self.fold, cx.tokens);
        if response.on_hover_text(cx.text("calls-fold-hint")).clicked() {
            self.fold = !self.fold;
        }
        ui.add_space(4.0);
        ui.add_enabled_ui(has_others, |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let is_all = self.is_all && has_others;
            for (all, key) in [(false, "calls-this"), (true, "calls-all")] {
                let name = cx.text(key);
                if small_toggle(ui, &name, &name, is_all == all, cx.tokens).clicked() {
                    self.is_all = all;
                }
            }
        });
    }

    fn time_format(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let texts = TimeFormat::ALL.map(|time_format| (time_format, cx.text(time_format.key())));
        let name = cx.text("times");
        if let Some(time_format) = small_menu(ui, &name, self.time_format, &texts, cx) {
            self.time_format = time_format;
        }
    }

    fn show_counts(&mut self, ui: &mut Ui, cx: &UiContext<'_>, counts: &CallCounts) {
        let plain = |ui: &mut Ui, text| drop(ui.weak(text));
        let Some(progress) = &counts.progress else { return plain(ui, self.count(cx, counts, None)) };
        if let Some(failure) = &progress.failure {
            let sentence = cx.words.failure(failure);
            let label = egui::Label::new(RichText::new(&sentence.what).color(cx.tokens.error)).truncate();
            ui.add(label).on_hover_text(sentence.to_string());
            return;
        }
        if progress.is_slow(cx) {
            if ui.add(Button::new(cx.text("cancel")).small()).on_hover_text(cx.text("calls-cancel-hint")).clicked() {
                self.clear();
            }
            let part = progress.examined as f32 / progress.known.max(1) as f32;
            let bar = egui::ProgressBar::new(part).desired_width(96.0).desired_height(8.0);
            ui.add(bar.fill(cx.tokens.weak));
            let text = cx.words.with("calls-filtering", [("percent", Arg::from((part * 100.0).floor() as u64))]);
            ui.weak(text);
            return;
        }
        plain(ui, self.count(cx, counts, Some(progress)));
    }

    /// Says how many calls there are, and how many of them are shown.
    fn count(&self, cx: &UiContext<'_>, counts: &CallCounts, progress: Option<&FilterProgress>) -> String {
        let digits = |count| Arg::from(group_digits(count));
        let Some(progress) = progress else {
            let count = [("count", digits(counts.calls)), ("number", Arg::from(counts.calls))];
            return cx.words.with("calls-count", count);
        };
        let key = if self.fold { "calls-shown-rows" } else { "calls-shown" };
        let counts = [
            ("shown", digits(progress.passed)),
            ("total", digits(progress.known)),
            ("rows", digits(progress.rows)),
            ("number", Arg::from(progress.rows)),
        ];
        cx.words.with(key, counts)
    }

    fn fields(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        self.kinds(ui, cx);
        for (direction, key, arrow) in
            [(Direction::Sent, "calls-only-sent", "↑"), (Direction::Received, "calls-only-received", "↓")]
        {
            let chosen = self.filter.direction == Some(direction);
            let name = cx.text(key);
            if small_toggle(ui, arrow, &name, chosen, cx.tokens).on_hover_text(&name).clicked() {
                self.filter.direction = if chosen { None } else { Some(direction) };
            }
        }
        let endings = [
            (OutcomeFilter::Any, cx.text("calls-ending-any")),
            (OutcomeFilter::Failures, cx.text("calls-ending-failures")),
            (OutcomeFilter::Only(Outcome::Done), cx.text("calls-ending-done")),
            (OutcomeFilter::Only(Outcome::PeerFinished), cx.text("outcome-peer-finished")),
            (OutcomeFilter::Only(Outcome::TimedOut), cx.text("outcome-timed-out")),
            (OutcomeFilter::Only(Outcome::Stopped), cx.text("outcome-stopped")),
            (OutcomeFilter::Only(Outcome::Failed), cx.text("outcome-failed")),
        ];
        if let Some(ending) = small_menu(ui, &cx.text("calls-ending"), self.filter.outcome, &endings, cx) {
            self.filter.outcome = ending;
        }
        let label = ui.weak(cx.text("calls-size"));
        self.filter.least = size(ui, &mut self.least, &cx.text("calls-least"), cx.tokens);
        ui.weak("–").labelled_by(label.id);
        self.filter.most = size(ui, &mut self.most, &cx.text("calls-most"), cx.tokens);
        let hint = cx.text("calls-text");
        let edit = TextEdit::singleline(&mut self.filter.text).hint_text(&hint).align(egui::Align2::LEFT_CENTER);
        let width = (ui.available_size_before_wrap().x - 64.0).clamp(96.0, 200.0);
        let response = ui.add_sized(Vec2::new(width, SMALL), edit).on_hover_text(cx.text("calls-text-hint"));
        response.widget_info(|| text_edit_info(&self.filter.text, &hint));
        ui.add_enabled_ui(!self.filter.is_off(), |ui| {
            if ui.add(small_tool(cx.text("calls-clear"))).clicked() {
                self.clear_filter();
            }
        });
    }

    fn kinds(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let kinds = &mut self.filter.kinds;
        let text = match kinds.count() {
            count if count == CallKind::ALL.len() => cx.text("calls-kinds-all"),
            count => cx.words.with("calls-kinds", [("count", Arg::from(count as u64))]),
        };
        let button = small_tool((text.as_str(), Icon::ChevronDown.atom()));
        let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
        MenuButton::from_button(button).config(config).ui(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for kind in CallKind::ALL {
                let mut is_in = kinds.has(kind);
                if ui.checkbox(&mut is_in, kind.name()).changed() {
                    kinds.set(kind, is_in);
                }
            }
            ui.horizontal(|ui| {
                if ui.button(cx.text("calls-kinds-every")).clicked() {
                    *kinds = CallKinds::ALL;
                }
                if ui.button(cx.text("calls-kinds-none")).clicked() {
                    CallKind::ALL.into_iter().for_each(|kind| kinds.set(kind, false));
                }
            });
        });
    }
}

impl FilterProgress {
    /// Whether the filter has been at work for so long that its progress is shown.
    fn is_slow(&self, cx: &UiContext<'_>) -> bool {
        self.busy_since.is_some_and(|since| cx.now.since(since) > PATIENCE)
    }
}

/// The width of a text in small type.
fn width(ui: &Ui, text: String) -> f32 {
    let font = TextStyle::Small.resolve(ui.style());
    ui.fonts_mut(|fonts| fonts.layout_no_wrap(text, font, egui::Color32::WHITE).size().x)
}

/// The outcomes whose names contain `text`.
fn matching_outcomes(words: &Words, text: &str) -> CallOutcomes {
    let text = text.to_lowercase();
    let key = |outcome| match outcome {
        Outcome::Done => None,
        Outcome::PeerFinished => Some("outcome-peer-finished"),
        Outcome::TimedOut => Some("outcome-timed-out"),
        Outcome::Stopped => Some("outcome-stopped"),
        Outcome::Failed => Some("outcome-failed"),
    };
    let holds = |outcome| key(outcome).is_some_and(|key| words.text(key).to_lowercase().contains(&text));
    if text.is_empty() { CallOutcomes::default() } else { CallOutcomes::of(holds) }
}

/// A field for a number of bytes; `None` if it is empty, or what stands in it is no number, which it shows.
fn size(ui: &mut Ui, typed: &mut String, name: &str, tokens: Tokens) -> Option<u32> {
    let digits: String = typed.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
    let number = digits.parse().ok();
    let colour = if number.is_none() && !digits.is_empty() { tokens.error } else { tokens.text };
    let edit = TextEdit::singleline(typed).text_color(colour).align(egui::Align2::RIGHT_CENTER);
    let response = ui.add_sized(Vec2::new(56.0, SMALL), edit).on_hover_text(name);
    response.widget_info(|| text_edit_info(typed, name));
    number
}
