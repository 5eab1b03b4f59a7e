//! The client's part of the bar: the address and what runs it as one field, and what belongs to the run.

use egui::{Key, Layout, TextEdit, Ui, vec2};

use super::recent_addresses;
use super::run::ClientRun;
use crate::settings::LINE_MAX;
use crate::ui::action::{Action, ClientAction};
use crate::ui::kit::widgets::{bar_primary, button_width, field_frame, focus_all, tool_button};
use crate::ui::kit::{FIELD, UiContext};
use crate::ui::runs::{Kept, transport};
use crate::ui::shortcut::Shortcut;

/// The widest address field, in points.
const ADDRESS_MAX: f32 = 560.0;
/// The address has this width, or else the buttons of the run have no words, in points.
const ADDRESS_MIN: f32 = 200.0;

/// The least width of the button that runs, in points.
const RUN_MIN: f32 = 72.0;

/// What the bar shows.
pub struct ClientBar<'a> {
    /// The address that is typed.
    pub address: &'a mut String,
    /// Whether the address is to have the keyboard.
    pub takes_focus: bool,
    /// The addresses that were run last.
    pub recent: &'a [String],
    /// Whether a run can be started.
    pub can_run: bool,
    /// Whether the run that is shown goes on.
    pub is_running: bool,
    /// The run that is shown.
    pub kept: Option<&'a Kept<ClientRun>>,
}

impl ClientBar<'_> {
    /// Draws the bar; returns whether the address was changed.
    pub fn show(self, ui: &mut Ui, cx: &UiContext<'_>) -> bool {
        let Self { address, takes_focus, recent, can_run, is_running, kept } = self;
        let (run, again) = (cx.text("run"), cx.text("run-again"));
        let run_width = button_width(ui, &run).max(button_width(ui, &again)).max(RUN_MIN);
        let stop = cx.text("stop");
        let gap = ui.spacing().item_spacing.x;
        let fixed = run_width + FIELD + 24.0 + gap + button_width(ui, &stop);
        let room = ui.available_width() - fixed;
        let has_words = room - transport::width(ui, cx, true) >= ADDRESS_MIN;
        let width = (room - transport::width(ui, cx, has_words)).clamp(80.0, ADDRESS_MAX);
        let (mut changed, mut entered, mut clicked) = (false, false, false);
        field_frame(ui, cx.tokens, |ui| {
            let edit = TextEdit::singleline(address).char_limit(LINE_MAX).frame(egui::Frame::NONE);
            let edit = edit.align(egui::Align2::LEFT_CENTER);
            let name = cx.text("address");
            let response = ui.add_sized(vec2(width, FIELD), edit).accessible_name(&name);
            if takes_focus {
                focus_all(ui, &response, address);
            }
            changed = response.changed();
            entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            let has_focus = response.has_focus();
            if let Some(chosen) = recent_addresses::show(ui, cx, recent) {
                *address = chosen;
                changed = true;
            }
            let text = if kept.is_some() { &again } else { &run };
            let layout = Layout::centered_and_justified(egui::Direction::LeftToRight);
            let run = ui.allocate_ui_with_layout(vec2(run_width, FIELD), layout, |ui| {
                bar_primary(ui, cx, text, can_run)
                    .on_hover_text(Shortcut::Run.text(ui.ctx()))
                    .on_disabled_hover_text(cx.text("run-busy"))
            });
            clicked = run.inner.clicked();
            has_focus
        });
        if clicked || (entered && can_run) {
            cx.actions.push(Action::Client(ClientAction::Run));
        }
        if tool_button(ui, &stop, is_running).on_hover_text(Shortcut::Leave.text(ui.ctx())).clicked() {
            cx.actions.push(Action::Client(ClientAction::Stop));
        }
        transport::show(ui, cx, kept, has_words);
        changed
    }
}
