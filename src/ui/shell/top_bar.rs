//! The bar at the top: the role, what the role brings along, the step while calls are slowed down, and the menu.
//!
//! In scope: what has which place in it. Out of scope: what the role brings along (`client`, `server`), and the menu.

use egui::{Align, Layout, Ui, vec2};

use crate::capture::Role;
use crate::ui::action::Action;
use crate::ui::kit::widgets::segmented_control;
use crate::ui::kit::{FIELD, GRID, UiContext};

/// From this width on, beside the roles, there is room for the choice of the pace, in points.
const WIDE: f32 = 880.0;
/// The room for the pace and the step, in points.
const PACE: f32 = 264.0;
/// The room for the step alone, in points.
const PACE_NARROW: f32 = 112.0;
/// The room for the menu, in points.
const MENU: f32 = FIELD + GRID;

/// A part of the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarPart {
    /// What belongs to the role that is shown.
    OfRole,
    /// The pace of calls, while they are slowed down.
    Pace {
        /// Whether there is room for the step alone.
        is_narrow: bool,
    },
    /// The menu.
    Menu,
}

/// Draws the bar with the choice of the role, and whether a client and a server run; `draw` draws its parts.
pub fn show(
    ui: &mut Ui,
    cx: &UiContext<'_>,
    role: Role,
    (client_runs, server_runs): (bool, bool),
    mut draw: impl FnMut(&mut Ui, BarPart),
) {
    ui.horizontal(|ui| {
        let mark = |runs: bool, key: &str| if runs { format!("● {}", cx.text(key)) } else { cx.text(key) };
        let roles =
            [(Role::Client, mark(client_runs, "role-client")), (Role::Server, mark(server_runs, "role-server"))];
        if let Some(role) = segmented_control(ui, role, &roles, cx.tokens) {
            cx.actions.push(Action::ShowRole(role));
        }
        // The room of the step is kept free while there is none: what stands before it never moves.
        let is_narrow = ui.available_width() < WIDE;
        let pace = if is_narrow { PACE_NARROW } else { PACE };
        let of_role = ui.available_width() - pace - MENU - 2.0 * GRID;
        for (width, part) in [(of_role, BarPart::OfRole), (pace, BarPart::Pace { is_narrow })] {
            ui.allocate_ui_with_layout(vec2(width, FIELD), Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_width(width);
                draw(ui, part);
            });
        }
        draw(ui, BarPart::Menu);
    });
}
