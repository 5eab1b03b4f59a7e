//! The lines above the Calls list: which calls it shows, how they are folded, how their times are told.
//!
//! In scope: the controls, and what they ask for. Out of scope: doing it.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{
    Button, CornerRadius, PopupCloseBehavior, Response, RichText, Stroke, TextEdit, TextStyle, Ui, Vec2, WidgetInfo,
};

use super::lines::Progress;
use crate::capture::{CallKind, Ending, Filter, Kinds, Outcome, Outcomes, Place, Scope, Sifting, Way};
use crate::ui::kit::{Tokens, UiContext};
use crate::view::group_digits;
use crate::words::{Arg, Words};

/// The height of the controls.
pub const SMALL: f32 = 20.0;
/// A sieve that works for so long shows how far it has come.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(300);

/// How times are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// In seconds since the run began.
    #[default]
    SinceStart,
    /// In seconds since the call in the row before was made.
    SincePrevious,
    /// As the clock on the wall shows it.
    WallClock,
}

impl Times {
    const ALL: [Self; 3] = [Self::SinceStart, Self::SincePrevious, Self::WallClock];

    fn key(self) -> &'static str {
        match self {
            Self::SinceStart => "times-since-start",
            Self::SincePrevious => "times-since-previous",
            Self::WallClock => "times-wall-clock",
        }
    }
}

/// What the controls ask for.
#[derive(Debug, Default)]
pub struct CallsFilter {
    /// How times are told.
    pub times: Times,
    /// Whether the calls of all connections are shown.
    pub is_all: bool,
    filter: Filter,
    fold: bool,
    is_open: bool,
    /// The sizes as they are typed.
    least: String,
    most: String,
}

/// What is told beside the controls.
pub struct Told {
    /// Whether there are more places than one to show calls of.
    pub has_others: bool,
    /// Calls of the place that is looked at.
    pub calls: u64,
    /// How far the sieve has come, if there is one.
    pub progress: Option<Progress>,
}

impl CallsFilter {
    /// What is to be sieved for a list whose own calls are those of `place`; `None` if all of them are shown as they are.
    pub fn sifting(&self, place: Place, has_others: bool) -> Option<Sifting> {
        let scope = if self.is_all && has_others { Scope::All } else { Scope::One(place) };
        let is_needed = scope == Scope::All || self.fold || !self.filter.is_off();
        is_needed.then(|| Sifting { scope, filter: self.filter.clone(), fold: self.fold })
    }

    /// Whether calls may be left out.
    pub fn leaves_out(&self) -> bool {
        !self.filter.is_off()
    }

    /// Shows every call of one connection again, unfolded.
    fn clear(&mut self) {
        self.clear_filter();
        (self.fold, self.is_all) = (false, false);
    }

    fn clear_filter(&mut self) {
        self.filter = Filter::default();
        self.least.clear();
        self.most.clear();
    }

    /// Draws the controls.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, told: &Told) {
        ui.scope(|ui| {
            let style = ui.style_mut();
            style.override_text_style = Some(TextStyle::Small);
            style.spacing.interact_size.y = SMALL;
            style.spacing.button_padding = Vec2::new(7.0, 1.0);
            style.spacing.item_spacing = Vec2::new(4.0, 3.0);
            ui.add_space(3.0);
            let mut fits = true;
            ui.horizontal(|ui| {
                ui.add_space(6.0);
                self.toggles(ui, cx, told.has_others);
                // What has no room beside the toggles goes: what is told first.
                let (times, said) = (self.times_width(ui, cx) + 16.0, self.told_width(ui, cx, told));
                let left = ui.available_width();
                fits = left >= times;
                if fits {
                    self.at_right(ui, cx, told, left >= times + said);
                }
            });
            if !fits {
                ui.horizontal(|ui| self.at_right(ui, cx, told, true));
            }
            if self.is_open {
                ui.horizontal_wrapped(|ui| {
                    ui.add_space(6.0);
                    self.fields(ui, cx);
                });
            }
            ui.add_space(3.0);
        });
        // The words for outcomes are those of the language that is spoken now.
        self.filter.said = said(cx.words, &self.filter.text);
    }

    /// Draws what stands at the right.
    fn at_right(&mut self, ui: &mut Ui, cx: &UiContext<'_>, told: &Told, tells: bool) {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add_space(6.0);
            self.times(ui, cx);
            if tells {
                self.told(ui, cx, told);
            }
        });
    }

    /// The room that the choice of times takes,
    fn times_width(&self, ui: &Ui, cx: &UiContext<'_>) -> f32 {
        let text = format!("{} ▼", cx.text(self.times.key()));
        width(ui, text) + 2.0 * ui.spacing().button_padding.x
    }

    /// and that what is told takes; a failure is cut, so that it takes little.
    fn told_width(&self, ui: &Ui, cx: &UiContext<'_>, told: &Told) -> f32 {
        match &told.progress {
            Some(progress) if progress.failure.is_some() => 96.0,
            Some(progress) if progress.is_slow(cx) => 280.0,
            progress => width(ui, self.count(cx, told, progress.as_ref())) + ui.spacing().item_spacing.x,
        }
    }

    fn toggles(&mut self, ui: &mut Ui, cx: &UiContext<'_>, has_others: bool) {
        let name = cx.text("calls-filter");
        let text = if self.filter.is_off() { name.clone() } else { format!("● {name}") };
        let response = toggle(ui, &text, &name, self.is_open, cx.tokens);
        if response.on_hover_text(cx.text("calls-filter-hint")).clicked() {
            self.is_open = !self.is_open;
        }
        let name = cx.text("calls-fold");
        let response = toggle(ui, &name, &name, self.fold, cx.tokens);
        if response.on_hover_text(cx.text("calls-fold-hint")).clicked() {
            self.fold = !self.fold;
        }
        ui.add_space(4.0);
        ui.add_enabled_ui(has_others, |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let is_all = self.is_all && has_others;
            for (all, key) in [(false, "calls-this"), (true, "calls-all")] {
                let name = cx.text(key);
                if toggle(ui, &name, &name, is_all == all, cx.tokens).clicked() {
                    self.is_all = all;
                }
            }
        });
    }

    fn times(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let texts = Times::ALL.map(|times| (times, cx.text(times.key())));
        let name = cx.text("times");
        if let Some(times) = menu(ui, &name, self.times, &texts, cx) {
            self.times = times;
        }
    }

    fn told(&mut self, ui: &mut Ui, cx: &UiContext<'_>, told: &Told) {
        let plain = |ui: &mut Ui, text| drop(ui.weak(text));
        let Some(progress) = &told.progress else { return plain(ui, self.count(cx, told, None)) };
        if let Some(failure) = &progress.failure {
            let sentence = cx.words.failure(failure);
            let label = egui::Label::new(RichText::new(&sentence.what).color(cx.tokens.bad)).truncate();
            ui.add(label).on_hover_text(sentence.to_string());
            return;
        }
        if progress.is_slow(cx) {
            if ui.add(Button::new(cx.text("cancel")).small()).on_hover_text(cx.text("calls-cancel-hint")).clicked() {
                self.clear();
            }
            let part = progress.taken as f32 / progress.told.max(1) as f32;
            let bar = egui::ProgressBar::new(part).desired_width(96.0).desired_height(8.0);
            ui.add(bar.fill(cx.tokens.accent));
            let text = cx.words.with("calls-sieving", [("percent", Arg::from((part * 100.0).floor() as u64))]);
            ui.weak(text);
            return;
        }
        plain(ui, self.count(cx, told, Some(progress)));
    }

    /// How many calls there are, and how many of them are shown.
    fn count(&self, cx: &UiContext<'_>, told: &Told, progress: Option<&Progress>) -> String {
        let digits = |count| Arg::from(group_digits(count));
        let Some(progress) = progress else {
            let count = [("count", digits(told.calls)), ("number", Arg::from(told.calls))];
            return cx.words.with("calls-count", count);
        };
        let key = if self.fold { "calls-shown-rows" } else { "calls-shown" };
        let counts = [
            ("shown", digits(progress.passed)),
            ("total", digits(progress.told)),
            ("rows", digits(progress.rows)),
            ("number", Arg::from(progress.rows)),
        ];
        cx.words.with(key, counts)
    }

    fn fields(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        self.kinds(ui, cx);
        for (way, key, arrow) in [(Way::Sent, "calls-only-sent", "↑"), (Way::Received, "calls-only-received", "↓")]
        {
            let chosen = self.filter.way == Some(way);
            let name = cx.text(key);
            if toggle(ui, arrow, &name, chosen, cx.tokens).on_hover_text(&name).clicked() {
                self.filter.way = if chosen { None } else { Some(way) };
            }
        }
        let endings = [
            (Ending::Any, cx.text("calls-ending-any")),
            (Ending::Failures, cx.text("calls-ending-failures")),
            (Ending::Only(Outcome::Done), cx.text("calls-ending-done")),
            (Ending::Only(Outcome::PeerFinished), cx.text("outcome-peer-finished")),
            (Ending::Only(Outcome::TimedOut), cx.text("outcome-timed-out")),
            (Ending::Only(Outcome::Stopped), cx.text("outcome-stopped")),
            (Ending::Only(Outcome::Failed), cx.text("outcome-failed")),
        ];
        if let Some(ending) = menu(ui, &cx.text("calls-ending"), self.filter.ending, &endings, cx) {
            self.filter.ending = ending;
        }
        let label = ui.weak(cx.text("calls-size"));
        self.filter.least = size(ui, &mut self.least, &cx.text("calls-least"), cx.tokens);
        ui.weak("–").labelled_by(label.id);
        self.filter.most = size(ui, &mut self.most, &cx.text("calls-most"), cx.tokens);
        let hint = cx.text("calls-text");
        let edit = TextEdit::singleline(&mut self.filter.text).hint_text(&hint).align(egui::Align2::LEFT_CENTER);
        let width = (ui.available_size_before_wrap().x - 64.0).clamp(96.0, 200.0);
        let response = ui.add_sized(Vec2::new(width, SMALL), edit).on_hover_text(cx.text("calls-text-hint"));
        response.widget_info(|| named(&self.filter.text, &hint));
        ui.add_enabled_ui(!self.filter.is_off(), |ui| {
            if ui.add(Button::new(cx.text("calls-clear")).min_size(Vec2::new(0.0, SMALL))).clicked() {
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
        let button = Button::new(format!("{text} ▼")).min_size(Vec2::new(0.0, SMALL));
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
                    *kinds = Kinds::ALL;
                }
                if ui.button(cx.text("calls-kinds-none")).clicked() {
                    CallKind::ALL.into_iter().for_each(|kind| kinds.set(kind, false));
                }
            });
        });
    }
}

impl Progress {
    /// Whether it takes so long that how far it has come is shown.
    fn is_slow(&self, cx: &UiContext<'_>) -> bool {
        self.busy_since.is_some_and(|since| cx.now.since(since) > PATIENCE)
    }
}

/// The width of a text in small type.
fn width(ui: &Ui, text: String) -> f32 {
    let font = TextStyle::Small.resolve(ui.style());
    ui.fonts_mut(|fonts| fonts.layout_no_wrap(text, font, egui::Color32::WHITE).size().x)
}

/// The outcomes whose words hold `text`.
fn said(words: &Words, text: &str) -> Outcomes {
    let text = text.to_lowercase();
    let key = |outcome| match outcome {
        Outcome::Done => None,
        Outcome::PeerFinished => Some("outcome-peer-finished"),
        Outcome::TimedOut => Some("outcome-timed-out"),
        Outcome::Stopped => Some("outcome-stopped"),
        Outcome::Failed => Some("outcome-failed"),
    };
    let holds = |outcome| key(outcome).is_some_and(|key| words.text(key).to_lowercase().contains(&text));
    if text.is_empty() { Outcomes::default() } else { Outcomes::of(holds) }
}

/// A small button that stays down; `name` is what a screen reader says.
pub fn toggle(ui: &mut Ui, text: &str, name: &str, is_down: bool, tokens: Tokens) -> Response {
    let colour = if is_down { tokens.accent } else { tokens.text };
    let button = Button::new(RichText::new(text).color(colour))
        .fill(if is_down { tokens.selected } else { tokens.paper })
        .stroke(Stroke::new(1.0, if is_down { tokens.accent } else { tokens.line }))
        .corner_radius(CornerRadius::same(3))
        .selected(is_down)
        .min_size(Vec2::new(SMALL, SMALL));
    let response = ui.add(button);
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(egui::Role::Button, enabled, is_down, name));
    response
}

/// A small button that offers choices; returns the one that was clicked.
pub fn menu<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    current: T,
    all: &[(T, String)],
    cx: &UiContext<'_>,
) -> Option<T> {
    let text = all.iter().find(|(value, _)| *value == current).map_or("", |(_, text)| text);
    let colour = if current == all.first()?.0 { cx.tokens.text } else { cx.tokens.accent };
    let button = Button::new(RichText::new(format!("{text} ▼")).color(colour)).min_size(Vec2::new(0.0, SMALL));
    let mut chosen = None;
    let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (value, text) in all {
            if ui.selectable_label(*value == current, text).clicked() {
                chosen = Some(*value);
            }
        }
    });
    let said = format!("{name}: {text}");
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &said));
    response.on_hover_text(name);
    chosen
}

/// A field for a number of bytes; `None` if it is empty, or what stands in it is no number, which it shows.
fn size(ui: &mut Ui, typed: &mut String, name: &str, tokens: Tokens) -> Option<u32> {
    let digits: String = typed.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
    let number = digits.parse().ok();
    let colour = if number.is_none() && !digits.is_empty() { tokens.bad } else { tokens.text };
    let edit = TextEdit::singleline(typed).text_color(colour).align(egui::Align2::RIGHT_CENTER);
    let response = ui.add_sized(Vec2::new(56.0, SMALL), edit).on_hover_text(name);
    response.widget_info(|| named(typed, name));
    number
}

/// What a screen reader says of a field that has no label beside it.
pub fn named(text: &str, name: &str) -> WidgetInfo {
    let mut info = WidgetInfo::text_edit(true, text, text, "");
    info.label = Some(name.to_owned());
    info
}
