//! The top line: which role is shown, the newcomer's button, the pace of its calls, language and theme.

use egui::{Align, Button, Layout, RichText, TextStyle, Ui, Vec2};

use super::sessions_menu;
use crate::capture::Role;
use crate::settings::{Language, Theme};
use crate::ui::action::Action;
use crate::ui::kit::widgets::{button, choices, toggle};
use crate::ui::kit::{FIELD, Look};
use crate::ui::runs::{Due, PaceControl};

/// What the line shows.
pub struct Shown<'a> {
    /// The role that is shown.
    pub role: Role,
    /// Whether the client runs.
    pub client_runs: bool,
    /// Whether the server runs.
    pub server_runs: bool,
    /// How fast the calls of the role are made,
    pub pace: &'a PaceControl,
    /// and the one that a step would make.
    pub due: Option<Due>,
    /// Whether the lessons are shown.
    pub lessons: bool,
    /// Whether large type and strong contrast are used,
    pub is_projected: bool,
    /// and for a lesson, which needs little of the line.
    pub is_alone: bool,
    /// Whether the program is shown.
    pub shows_program: bool,
    /// The theme that was chosen.
    pub theme: Theme,
    /// The sessions of both roles.
    pub sessions: sessions_menu::Shown<'a>,
}

/// How much of the line there is room for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    /// All.
    Wide,
    /// All but the name of the program, and with smaller gaps.
    Close,
    /// Marks in place of what is long.
    Narrow,
}

impl Room {
    fn of(ui: &Ui, shown: &Shown<'_>) -> Self {
        let of_pace = if shown.pace.is_stepping() { STEP } else { 0.0 };
        match ui.available_width() - of_pace {
            _ if shown.is_alone => Self::Close,
            width if width >= WIDE => Self::Wide,
            width if width >= CLOSE => Self::Close,
            _ => Self::Narrow,
        }
    }
}

/// The line needs so many points,
const WIDE: f32 = 1168.0;
/// or so many with smaller gaps;
const CLOSE: f32 = 960.0;
/// the button of a step so many more.
const STEP: f32 = 104.0;

/// Draws the line.
pub fn show(ui: &mut Ui, look: &Look<'_>, shown: &Shown<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let room = Room::of(ui, shown);
        if room == Room::Wide {
            ui.label(RichText::new("Socketscope").text_style(TextStyle::Heading).strong().color(look.tokens.text));
            ui.add_space(8.0);
        } else {
            ui.spacing_mut().item_spacing.x = 4.0;
        }
        let mark = |runs: bool, key: &str| if runs { format!("● {}", look.text(key)) } else { look.text(key) };
        let roles = [
            (Role::Client, mark(shown.client_runs, "role-client")),
            (Role::Server, mark(shown.server_runs, "role-server")),
        ];
        if let Some(role) = choices(ui, shown.role, &roles, look.tokens) {
            actions.push(Action::Show(role));
        }
        ui.add_space(4.0);
        let is_narrow = room == Room::Narrow;
        if !shown.is_alone {
            let name = format!("▶ {}", look.text("try-here"));
            let text = if is_narrow { "▶" } else { &name };
            let try_here = button(ui, text, true).accessible_name(&name);
            if try_here.on_hover_text(look.text("try-here-hint")).clicked() {
                actions.push(Action::TryHere);
            }
        }
        let lessons = toggle(ui, &look.text("lessons"), shown.lessons, true, look.tokens);
        if lessons.on_hover_text(look.text("lessons-hint")).clicked() {
            actions.push(Action::OpenLessons(!shown.lessons));
        }
        if !shown.is_alone {
            sessions_menu::show(ui, look, &shown.sessions, is_narrow, actions);
        }
        shown.pace.show(ui, look, shown.due, room != Room::Wide, actions);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            theme(ui, look, shown.theme, shown.is_projected, actions);
            language(ui, look, actions);
            let help = Button::new("?").min_size(Vec2::splat(FIELD));
            let name = look.text("words");
            if ui.add(help).accessible_name(name).on_hover_text(look.text("words-hint")).clicked() {
                actions.push(Action::Explain(None));
            }
            let program = toggle(ui, &look.text("program"), shown.shows_program, true, look.tokens);
            if program.on_hover_text(look.text("program-hint")).clicked() {
                actions.push(Action::ShowProgram(!shown.shows_program));
            }
        });
    });
}

/// The button names the language that it changes to, in that language.
fn language(ui: &mut Ui, look: &Look<'_>, actions: &mut Vec<Action>) {
    let (text, other) = match look.words.language() {
        Language::English => ("中文", Language::Chinese),
        Language::Chinese => ("English", Language::English),
    };
    if button(ui, text, true).clicked() {
        actions.push(Action::Speak(other));
    }
}

/// The theme, and whether everything is large, as on a wall.
fn theme(ui: &mut Ui, look: &Look<'_>, current: Theme, is_projected: bool, actions: &mut Vec<Action>) {
    let all = [Theme::System, Theme::Light, Theme::Dark].map(|theme| (theme, look.text(theme_key(theme))));
    let mut chosen = current;
    let response = egui::ComboBox::from_id_salt("theme")
        .selected_text(look.text(theme_key(current)))
        .width(96.0)
        .show_ui(ui, |ui| {
            for (theme, text) in all {
                ui.selectable_value(&mut chosen, theme, text);
            }
            ui.separator();
            let projector = ui.selectable_label(is_projected, format!("{}  F11", look.text("projector")));
            if projector.on_hover_text(look.text("projector-hint")).clicked() {
                ui.close();
                actions.push(Action::Project(!is_projected));
            }
        });
    let name = look.text("theme");
    response.response.on_hover_text(name);
    if chosen != current {
        actions.push(Action::Paint(chosen));
    }
}

fn theme_key(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "theme-system",
        Theme::Light => "theme-light",
        Theme::Dark => "theme-dark",
    }
}
