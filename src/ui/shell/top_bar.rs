//! The top bar: the role, `Try it here`, lessons, sessions, the pace of calls, language and theme.

use egui::{Align, Layout, RichText, Ui};

use super::sessions_menu;
use crate::capture::Role;
use crate::settings::{Language, Theme};
use crate::ui::action::{Action, DueCall, LessonAction, ProgramAction, WindowAction};
use crate::ui::kit::widgets::{combo, segmented_control, toggle, tool_button};
use crate::ui::kit::{Icon, UiContext};
use crate::ui::runs::PaceControl;

/// What the line shows.
pub struct TopBarModel<'a> {
    /// The role that is shown.
    pub role: Role,
    /// Whether the client runs.
    pub client_runs: bool,
    /// Whether the server runs.
    pub server_runs: bool,
    /// The pace of the role's calls.
    pub pace: &'a PaceControl,
    /// The call that a step would make.
    pub due: Option<DueCall>,
    /// Whether the lessons are shown.
    pub lessons: bool,
    /// Whether large type and strong contrast are used.
    pub is_projected: bool,
    /// Whether a projected lesson is shown, which needs little of the line.
    pub is_alone: bool,
    /// Whether the program is shown.
    pub shows_program: bool,
    /// The theme that was chosen.
    pub theme: Theme,
    /// Whether the user wants less motion.
    pub less_motion: bool,
    /// The sessions of both roles.
    pub sessions: sessions_menu::SessionsModel<'a>,
}

/// How much of the bar has room.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BarWidth {
    /// All.
    Wide,
    /// All but the name of the program, and with smaller gaps.
    Close,
    /// Marks in place of what is long.
    Narrow,
}

impl BarWidth {
    fn of(ui: &Ui, model: &TopBarModel<'_>) -> Self {
        let of_pace = if model.pace.is_stepping() { STEP_BUTTON } else { 0.0 };
        match ui.available_width() - of_pace {
            _ if model.is_alone => Self::Close,
            width if width >= WIDE => Self::Wide,
            width if width >= CLOSE => Self::Close,
            _ => Self::Narrow,
        }
    }
}

/// The least width of the whole bar, in points.
const WIDE: f32 = 1168.0;
/// The least width of the bar with smaller gaps, in points.
const CLOSE: f32 = 960.0;
/// The width of the step button, in points.
const STEP_BUTTON: f32 = 104.0;

/// Draws the line.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, model: &TopBarModel<'_>) {
    ui.horizontal(|ui| {
        let width = BarWidth::of(ui, model);
        if width == BarWidth::Wide {
            ui.label(RichText::new("Socketscope").heading().color(cx.tokens.text));
            ui.add_space(8.0);
        } else {
            ui.spacing_mut().item_spacing.x = 4.0;
        }
        let mark = |runs: bool, key: &str| if runs { format!("● {}", cx.text(key)) } else { cx.text(key) };
        let roles = [
            (Role::Client, mark(model.client_runs, "role-client")),
            (Role::Server, mark(model.server_runs, "role-server")),
        ];
        if let Some(role) = segmented_control(ui, model.role, &roles, cx.tokens) {
            cx.actions.push(Action::ShowRole(role));
        }
        ui.add_space(4.0);
        let is_narrow = width == BarWidth::Narrow;
        if !model.is_alone {
            let name = cx.text("try-here");
            let text = if is_narrow { "" } else { &name };
            let try_here = tool_button(ui, (Icon::Play.atom(), text), true).accessible_name(&name);
            if try_here.on_hover_text(cx.text("try-here-hint")).clicked() {
                cx.actions.push(Action::Window(WindowAction::TryHere));
            }
        }
        let lessons = toggle(ui, &cx.text("lessons"), model.lessons, true, cx.tokens);
        if lessons.on_hover_text(cx.text("lessons-hint")).clicked() {
            cx.actions.push(Action::Lesson(LessonAction::ShowPanel(!model.lessons)));
        }
        if !model.is_alone {
            sessions_menu::show(ui, cx, &model.sessions, is_narrow);
        }
        model.pace.show(ui, cx, model.due, width != BarWidth::Wide);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            theme(ui, cx, model);
            language(ui, cx);
            let help = tool_button(ui, Icon::Help.atom(), true).accessible_name(cx.text("words"));
            if help.on_hover_text(cx.text("words-hint")).clicked() {
                cx.actions.push(Action::Window(WindowAction::Explain(None)));
            }
            let program = toggle(ui, &cx.text("program"), model.shows_program, true, cx.tokens);
            if program.on_hover_text(cx.text("program-hint")).clicked() {
                cx.actions.push(Action::Program(ProgramAction::Show(!model.shows_program)));
            }
        });
    });
}

/// The button names the language that it changes to, in that language.
fn language(ui: &mut Ui, cx: &UiContext<'_>) {
    let (text, other) = match cx.words.language() {
        Language::English => ("中文", Language::Chinese),
        Language::Chinese => ("English", Language::English),
    };
    if tool_button(ui, text, true).clicked() {
        cx.actions.push(Action::Window(WindowAction::SetLanguage(other)));
    }
}

/// The theme, whether everything is large, as on a wall, and whether things move.
fn theme(ui: &mut Ui, cx: &UiContext<'_>, model: &TopBarModel<'_>) {
    let TopBarModel { theme: current, is_projected, less_motion, .. } = *model;
    let all = [Theme::System, Theme::Light, Theme::Dark].map(|theme| (theme, cx.text(theme_key(theme))));
    let mut chosen = current;
    let response = combo("theme").selected_text(cx.text(theme_key(current))).width(96.0).show_ui(ui, |ui| {
        for (theme, text) in all {
            ui.selectable_value(&mut chosen, theme, text);
        }
        ui.separator();
        let projector = ui.selectable_label(is_projected, format!("{}  F11", cx.text("projector")));
        if projector.on_hover_text(cx.text("projector-hint")).clicked() {
            ui.close();
            cx.actions.push(Action::Window(WindowAction::SetProjector(!is_projected)));
        }
        let motion = ui.selectable_label(less_motion, cx.text("less-motion"));
        if motion.on_hover_text(cx.text("less-motion-hint")).clicked() {
            ui.close();
            cx.actions.push(Action::Window(WindowAction::SetLessMotion(!less_motion)));
        }
    });
    let name = cx.text("theme");
    response.response.on_hover_text(name);
    if chosen != current {
        cx.actions.push(Action::Window(WindowAction::SetTheme(chosen)));
    }
}

fn theme_key(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "theme-system",
        Theme::Light => "theme-light",
        Theme::Dark => "theme-dark",
    }
}
