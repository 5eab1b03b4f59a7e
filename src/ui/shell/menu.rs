//! The menu of the window: what is seldom changed, and what stands beside the run.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Align, Button, Layout, PopupCloseBehavior, Ui, Vec2};

use super::sessions_menu::{self, SessionsModel};
use crate::settings::{Language, Theme};
use crate::ui::action::{Action, LessonAction, ProgramAction, Sheet, WindowAction};
use crate::ui::kit::widgets::{segmented_control, tool};
use crate::ui::kit::{FIELD, GRID, UiContext};
use crate::ui::runs::PaceControl;
use crate::ui::shortcut::Shortcut;

/// The width of the menu, in points.
const WIDTH: f32 = 320.0;
/// The width of the names before choices, in points.
const NAME_WIDTH: f32 = 88.0;

/// What the menu shows.
pub struct MenuModel<'a> {
    /// The pace of the role's calls.
    pub pace: &'a PaceControl,
    /// Whether the lessons are shown.
    pub lessons: bool,
    /// Whether the program is shown.
    pub shows_program: bool,
    /// Whether large type and strong contrast are used.
    pub is_projected: bool,
    /// The theme that was chosen.
    pub theme: Theme,
    /// Whether nothing is to move.
    pub less_motion: bool,
    /// The sessions of both roles.
    pub sessions: SessionsModel<'a>,
}

/// Draws the button, and the menu while it is open.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, model: &MenuModel<'_>) {
    let button = tool("☰").min_size(Vec2::splat(FIELD));
    // A click on the entry of the recent sessions opens these, and closes nothing; the others close the menu themselves.
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = MenuButton::from_button(button).config(config).ui(ui, |ui| {
        ui.set_width(WIDTH);
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.spacing_mut().button_padding = Vec2::new(GRID, 4.0);
        entries(ui, cx, model);
    });
    let name = cx.text("menu");
    response.accessible_name(&name).on_hover_text(name);
}

fn entries(ui: &mut Ui, cx: &UiContext<'_>, model: &MenuModel<'_>) {
    let window = |action| cx.actions.push(Action::Window(action));
    if entry(ui, cx, ("try-here", ""), false) {
        window(WindowAction::TryHere);
    }
    if entry(ui, cx, ("lessons", ""), model.lessons) {
        cx.actions.push(Action::Lesson(LessonAction::ShowPanel(!model.lessons)));
    }
    if entry(ui, cx, ("program", &Shortcut::Program.text(ui.ctx())), model.shows_program) {
        cx.actions.push(Action::Program(ProgramAction::Show(!model.shows_program)));
    }
    if entry(ui, cx, ("words", &Shortcut::Words.text(ui.ctx())), false) {
        window(WindowAction::Explain(None));
    }
    sessions_menu::show(ui, cx, &model.sessions);
    ui.separator();
    choices(ui, &cx.text("pace"), |ui| model.pace.choose(ui, cx));
    choices(ui, &cx.text("theme"), |ui| {
        let all = [Theme::System, Theme::Light, Theme::Dark].map(|theme| (theme, cx.text(theme_key(theme))));
        segmented_control(ui, model.theme, &all, cx.tokens).map(|theme| window(WindowAction::SetTheme(theme))).is_some()
    });
    choices(ui, &cx.text("language"), |ui| {
        let all = [(Language::English, "English".into()), (Language::Chinese, "中文".into())];
        let chosen = segmented_control(ui, cx.words.language(), &all, cx.tokens);
        chosen.map(|language| window(WindowAction::SetLanguage(language))).is_some()
    });
    ui.separator();
    if entry(ui, cx, ("projector", &Shortcut::Projector.text(ui.ctx())), model.is_projected) {
        window(WindowAction::SetProjector(!model.is_projected));
    }
    if entry(ui, cx, ("less-motion", ""), model.less_motion) {
        window(WindowAction::SetLessMotion(!model.less_motion));
    }
    if entry(ui, cx, ("view-reset", ""), false) {
        window(WindowAction::ResetLayout);
    }
    if entry(ui, cx, ("shortcuts", &Shortcut::Shortcuts.text(ui.ctx())), false) {
        window(WindowAction::ToggleSheet(Sheet::Shortcuts));
    }
    if entry(ui, cx, ("about", ""), false) {
        window(WindowAction::ToggleSheet(Sheet::About));
    }
}

/// Draws an entry with its key; returns whether it was chosen. Its text is explained by that of `name-hint`.
fn entry(ui: &mut Ui, cx: &UiContext<'_>, (name, key): (&str, &str), is_on: bool) -> bool {
    let text = cx.text(name);
    let button = Button::selectable(is_on, &text).shortcut_text(key).min_size(Vec2::new(ui.available_width(), FIELD));
    let response = ui.add(button).on_hover_text(cx.text(&format!("{name}-hint")));
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, is_on, &text));
    if response.clicked() {
        ui.close();
    }
    response.clicked()
}

/// Draws a name and the choices for it; `contents` returns whether something was chosen.
fn choices(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui) -> bool) {
    ui.horizontal(|ui| {
        ui.add_space(GRID);
        let row = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(Vec2::new(NAME_WIDTH, FIELD), row, |ui| {
            ui.set_min_width(NAME_WIDTH);
            ui.label(name);
        });
        if contents(ui) {
            ui.close();
        }
    });
}

fn theme_key(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "theme-system",
        Theme::Light => "theme-light",
        Theme::Dark => "theme-dark",
    }
}
