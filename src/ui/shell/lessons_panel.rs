//! The lessons: a list by topic, and the one that is open: what to look at, a question, the answer with what was observed.
//!
//! In scope: choosing, predicting, telling. Out of scope: running the scene, which the window does ([`LessonAction::Run`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Atom, Button, Frame, Label, Layout, Margin, RichText, ScrollArea, TextStyle, Ui};

use crate::capture::{SessionId, typed_path};
use crate::lesson::{Chapter, Observations, Scene, SceneProgress, SceneRunner, catalogue};
use crate::ui::action::{Action, LessonAction, PathOf, RunAction};
use crate::ui::forms::path_field;
use crate::ui::kit::fonts::semi_bold;
use crate::ui::kit::widgets::{button, icon_button, link_button, primary_with_icon, small_text, toggle, tool_button};
use crate::ui::kit::{FIELD, GRID, Icon, SCROLL_BAR, UiContext, strong};
use crate::words::Arg;

/// The most scenes of the user's own.
const OWN_MAX: usize = 100;

/// The panel.
#[derive(Default)]
pub struct LessonsPanel {
    /// Whether it is shown.
    pub is_open: bool,
    /// The scene that runs, or has run.
    pub runner: Option<SceneRunner>,
    /// The path of a scene of the user's own.
    pub path: String,
    /// Why that could not be used.
    pub fault: Option<String>,
    scene: Option<Arc<Scene>>,
    own: Vec<Arc<Scene>>,
    guess: Option<usize>,
    /// The scenes that have run to their end, and whether what they claim was observed.
    seen: BTreeMap<String, bool>,
}

impl LessonsPanel {
    /// The scene that is open.
    #[must_use]
    pub fn scene(&self) -> Option<&Arc<Scene>> {
        self.scene.as_ref().filter(|_| self.is_open)
    }

    /// Opens the scene `id`, if there is one.
    pub fn open(&mut self, id: &str) {
        let scene = self.all().find(|scene| scene.id == id).cloned();
        if scene.is_some() {
            self.is_open = true;
            self.choose(scene);
        }
    }

    /// Opens a scene of the user's own. One with the same name goes.
    pub fn add(&mut self, scene: Scene) {
        let scene = Arc::new(scene);
        self.own.retain(|other| other.id != scene.id);
        if self.own.len() >= OWN_MAX {
            self.own.remove(0);
        }
        self.own.push(Arc::clone(&scene));
        self.choose(Some(scene));
    }

    /// Whether its scene goes on.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.runner.as_ref().is_some_and(|runner| *runner.progress() == SceneProgress::Running)
    }

    /// Notes how the scene ended that runs, if it has.
    pub fn note(&mut self) {
        if let Some(runner) = &self.runner
            && let SceneProgress::Over(observed) = runner.progress()
        {
            self.seen.insert(runner.scene().id.clone(), observed.holds());
        }
    }

    fn all(&self) -> impl Iterator<Item = &Arc<Scene>> {
        catalogue().iter().chain(&self.own)
    }

    fn choose(&mut self, scene: Option<Arc<Scene>>) {
        self.scene = scene;
        self.guess = None;
    }

    /// Draws the list, or the scene that is open; `shown` is the run that is looked at.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, shown: Option<SessionId>) {
        ui.horizontal(|ui| {
            match &self.scene {
                Some(_) => {
                    let all = (Icon::ChevronLeft.atom(), cx.text("lessons-all"));
                    if tool_button(ui, all, true).clicked() {
                        self.choose(None);
                        cx.actions.push(Action::Lesson(LessonAction::Leave));
                    }
                }
                None => _ = ui.label(strong(cx.text("lessons"))),
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if icon_button(ui, Icon::Close, &cx.text("lessons-close"), true).clicked() {
                    cx.actions.push(Action::Lesson(LessonAction::ShowPanel(false)));
                }
            });
        });
        match self.scene.clone() {
            Some(scene) => self.lesson(ui, cx, &scene, shown),
            None => self.list(ui, cx),
        }
    }

    fn list(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        ScrollArea::vertical().id_salt("lessons").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            small_text(ui, cx.text("lessons-hint"), cx.tokens.weak);
            let mut chosen = None;
            for topic in Chapter::ALL {
                let mut scenes = self.all().filter(|scene| scene.topic == topic).peekable();
                if scenes.peek().is_none() {
                    continue;
                }
                ui.add_space(GRID);
                ui.label(strong(cx.text(topic_key(topic))).color(cx.tokens.weak));
                for scene in scenes {
                    let name = scene.title.of(cx.words.language());
                    let mark = match self.seen.get(&scene.id) {
                        Some(true) => "✔ ",
                        Some(false) => "✖ ",
                        None => "",
                    };
                    let text = RichText::new(format!("{mark}{name}")).color(cx.tokens.text);
                    let row = Button::new((text, Atom::grow()))
                        .frame_when_inactive(false)
                        .wrap()
                        .min_size(egui::vec2(ui.available_width(), FIELD));
                    if ui.add(row).clicked() {
                        chosen = Some(Arc::clone(scene));
                    }
                }
            }
            if chosen.is_some() {
                self.choose(chosen);
            }
            self.own_scenes(ui, cx);
        });
    }

    fn own_scenes(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        ui.add_space(2.0 * GRID);
        ui.spacing_mut().item_spacing.y = GRID;
        ui.label(strong(cx.text("lessons-own"))).on_hover_text(cx.text("lessons-own-hint"));
        let before = self.path.clone();
        path_field::show(ui, cx, PathOf::Scene, &mut self.path);
        if self.path != before {
            self.fault = None;
        }
        if button(ui, &cx.text("lessons-open"), !self.path.trim().is_empty()).clicked() {
            cx.actions.push(Action::Lesson(LessonAction::ReadScene(typed_path(self.path.trim()))));
        }
        if let Some(fault) = &self.fault {
            ui.colored_label(cx.tokens.error, fault);
        }
    }

    fn lesson(&mut self, ui: &mut Ui, cx: &UiContext<'_>, scene: &Arc<Scene>, shown: Option<SessionId>) {
        let language = cx.words.language();
        let runner = self.runner.as_ref().filter(|runner| Arc::ptr_eq(runner.scene(), scene));
        let progress = runner.map(|runner| runner.progress().clone());
        ScrollArea::vertical().id_salt("lesson").auto_shrink(false).show(ui, |ui| {
            // The scroll bar lies over the right edge.
            ui.set_max_width(ui.available_width() - SCROLL_BAR);
            let heading = RichText::new(scene.title.of(language)).heading();
            ui.label(heading.color(cx.tokens.text));
            ui.label(scene.watch.of(language));
            ui.add_space(GRID);
            let is_over = matches!(progress, Some(SceneProgress::Over(_)));
            self.question(ui, cx, scene, is_over);
            ui.add_space(GRID);
            Self::transport(ui, cx, progress.as_ref());
            if let Some(runner) = &self.runner.as_ref().filter(|_| progress.is_some()) {
                players(ui, cx, runner, shown);
            }
            match &progress {
                Some(SceneProgress::Over(observed)) => {
                    self.answer(ui, cx, scene, observed);
                    self.next(ui, cx, scene);
                }
                Some(SceneProgress::Stuck(what)) => {
                    let text = cx.words.with("lesson-stuck", [("what", Arg::from(what.clone()))]);
                    ui.colored_label(cx.tokens.error, text);
                }
                Some(SceneProgress::Running) => _ = ui.weak(cx.text("lesson-running")),
                None => {}
            }
        });
    }

    fn question(&mut self, ui: &mut Ui, cx: &UiContext<'_>, scene: &Scene, is_over: bool) {
        let language = cx.words.language();
        if scene.question.of(language).is_empty() {
            return;
        }
        ui.label(strong(scene.question.of(language)));
        for (number, choice) in scene.choices.iter().enumerate() {
            let text = RichText::new(choice.of(language));
            if is_over {
                // The user predicts before the answer is shown, and not after.
                Self::result(ui, cx, text, self.guess == Some(number), scene.right == Some(number));
                continue;
            }
            // The ring of an unchosen radio button would hardly be visible on a dark background.
            ui.visuals_mut().widgets.inactive.bg_stroke.color = cx.tokens.weak;
            if ui.radio(self.guess == Some(number), text.color(cx.tokens.text)).clicked() {
                self.guess = Some(number);
            }
        }
    }

    /// A choice once the answer is known.
    fn result(ui: &mut Ui, cx: &UiContext<'_>, text: RichText, is_guess: bool, is_right: bool) {
        let (mark, colour) = match (is_right, is_guess) {
            (true, _) => ("✔", cx.tokens.success),
            (false, true) => ("✖", cx.tokens.error),
            (false, false) => ("–", cx.tokens.weak),
        };
        ui.horizontal_top(|ui| {
            ui.set_min_height(FIELD);
            ui.add_sized([16.0, 18.0], Label::new(RichText::new(mark).color(colour)));
            let text = if is_right { text.family(semi_bold()) } else { text };
            ui.add(Label::new(text.color(colour)).wrap());
        });
    }

    fn transport(ui: &mut Ui, cx: &UiContext<'_>, progress: Option<&SceneProgress>) {
        ui.horizontal(|ui| {
            let is_running = progress == Some(&SceneProgress::Running);
            let name = cx.text(if progress.is_none() { "lesson-run" } else { "lesson-again" });
            if primary_with_icon(ui, Icon::Play, &name, !is_running, cx.tokens).clicked() {
                cx.actions.push(Action::Lesson(LessonAction::Run));
            }
            if progress.is_some() && button(ui, &cx.text("lesson-stop"), true).clicked() {
                cx.actions.push(Action::Lesson(LessonAction::Stop));
            }
        });
    }

    fn answer(&self, ui: &mut Ui, cx: &UiContext<'_>, scene: &Scene, observed: &Observations) {
        let tokens = cx.tokens;
        let frame = Frame::new().fill(tokens.note_background).inner_margin(Margin::same(12)).corner_radius(4);
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            if let Some(guess) = self.guess {
                let is_right = scene.right == Some(guess);
                let (key, colour) = if is_right {
                    ("lesson-guess-right", tokens.success)
                } else {
                    ("lesson-guess-wrong", tokens.error)
                };
                ui.label(strong(cx.text(key)).color(colour));
            }
            if !observed.holds() {
                ui.label(strong(cx.text("lesson-otherwise")).color(tokens.error));
            }
            let answer = scene.answer_with(cx.words.language(), &|name| observed.figure(name));
            ui.label(answer);
        });
        ui.add_space(GRID);
        ui.label(strong(cx.text("lesson-observed"))).on_hover_text(cx.text("lesson-observed-hint"));
        ui.spacing_mut().item_spacing.y = 2.0;
        for (claim, holds) in &observed.claims {
            let (mark, colour) = if *holds { ("✔", tokens.success) } else { ("✖", tokens.error) };
            let figures = claim.names().map(|name| observed.figure(name).unwrap_or_else(|| "–".into()));
            let figures = figures.collect::<Vec<_>>().join(", ");
            ui.horizontal_top(|ui| {
                ui.colored_label(colour, mark);
                let mut text = LayoutJob::default();
                let font = TextStyle::Monospace.resolve(ui.style());
                text.append(&claim.to_string(), 0.0, TextFormat::simple(font.clone(), tokens.text));
                text.append(&format!(" ({figures})"), 0.0, TextFormat::simple(font, tokens.weak));
                ui.add(Label::new(text).wrap());
            });
        }
        for claimed in &observed.elsewhere {
            let system = claimed.only_on.clone().unwrap_or_default();
            let arguments = [("claim", Arg::from(claimed.claim.to_string())), ("system", Arg::from(system))];
            small_text(ui, cx.words.with("lesson-elsewhere", arguments), tokens.weak);
        }
        ui.add_space(GRID);
    }

    fn next(&mut self, ui: &mut Ui, cx: &UiContext<'_>, scene: &Arc<Scene>) {
        let next = self.all().skip_while(|other| other.id != scene.id).nth(1).cloned();
        let Some(next) = next else { return };
        let name = next.title.of(cx.words.language());
        let text = cx.words.with("lesson-next", [("title", Arg::from(name.to_owned()))]);
        if link_button(ui, (text, Icon::ChevronRight.atom()), cx.tokens).clicked() {
            self.choose(Some(next));
            cx.actions.push(Action::Lesson(LessonAction::Leave));
        }
    }
}

/// Draws a button for each who plays, servers first: to look at his run.
fn players(ui: &mut Ui, cx: &UiContext<'_>, runner: &SceneRunner, shown: Option<SessionId>) {
    let scene = runner.scene();
    let names = scene.servers.iter().map(|it| &it.name).chain(scene.clients.iter().map(|it| &it.name));
    let mut players = names.filter_map(|name| Some((name, *runner.runs().get(name)?))).peekable();
    if players.peek().is_none() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.weak(cx.text("lesson-players"));
        for (name, id) in players {
            let player = toggle(ui, name, shown == Some(id), true, cx.tokens);
            if player.on_hover_text(cx.text("lesson-players-hint")).clicked() {
                cx.actions.push(Action::Run(RunAction::Show(id)));
            }
        }
    });
}

fn topic_key(topic: Chapter) -> &'static str {
    match topic {
        Chapter::Stream => "lessons-stream",
        Chapter::End => "lessons-end",
        Chapter::Http => "lessons-http",
        Chapter::Server => "lessons-server",
        Chapter::Kernel => "lessons-kernel",
        Chapter::Own => "lessons-own",
    }
}
