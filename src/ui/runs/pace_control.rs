//! How fast the calls of a role's runs are made, and the button that makes the next one.

use std::time::Duration;

use egui::{DragValue, Role, TextWrapMode, Ui, WidgetInfo};

use crate::capture::SocketId;
use crate::net::{Pace, PaceMode};
use crate::ui::action::{Action, DueCall};
use crate::ui::kit::widgets::{combo, primary, segmented_control};
use crate::ui::kit::{FIELD, UiContext};
use crate::words::Arg;

/// The time that a call waits at a slow pace, at first.
const SLOW: Duration = Duration::from_secs(1);

/// The panel.
pub struct PaceControl {
    pace: Pace,
    /// The time that a call waits when the pace is slow.
    slow: Duration,
}

impl Default for PaceControl {
    fn default() -> Self {
        Self { pace: Pace::default(), slow: SLOW }
    }
}

impl PaceControl {
    /// The pace of all runs of the role.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.pace.clone()
    }

    /// Whether each call waits for a step.
    #[must_use]
    pub fn is_stepping(&self) -> bool {
        self.pace.mode() == PaceMode::Step
    }

    /// Changes how fast calls are made.
    pub fn set(&mut self, mode: PaceMode) {
        if let PaceMode::Slow(time) = mode {
            self.slow = time;
        }
        self.pace.set(mode);
    }

    /// Lets a call be made.
    pub fn step(&self, due: DueCall) {
        // The call may have been made meanwhile, as when the pace has changed; then there is nothing to do.
        let _ = self.pace.step(due.session, due.socket);
    }

    /// Draws the choice of a pace; returns whether one was chosen.
    pub fn choose(&self, ui: &mut Ui, cx: &UiContext<'_>) -> bool {
        let all = [PaceMode::Run, PaceMode::Slow(self.slow), PaceMode::Step];
        let all = all.map(|mode| (mode, cx.text(key(mode))));
        let chosen = segmented_control(ui, self.pace.mode(), &all, cx.tokens);
        cx.actions.extend(chosen.map(Action::SetPaceMode));
        chosen.is_some()
    }

    /// Draws what slows the calls down, if anything does: a list of paces, left out where it `is_narrow`, and the time or the step. `due`
    /// is the call that a step would make.
    pub fn show(&self, ui: &mut Ui, cx: &UiContext<'_>, due: Option<DueCall>, is_narrow: bool) {
        let mode = self.pace.mode();
        if mode != PaceMode::Run && !is_narrow {
            self.list(ui, cx, mode);
        }
        match mode {
            PaceMode::Run => {}
            PaceMode::Slow(time) => {
                let mut seconds = time.as_secs_f64();
                let drag = DragValue::new(&mut seconds).range(0.01..=60.0).speed(0.05).max_decimals(2).suffix(" s");
                let name = cx.text("pace-each");
                let drag = ui.add_sized([56.0, FIELD], drag).accessible_name(&name);
                if drag.on_hover_text(name).changed() {
                    cx.actions.push(Action::SetPaceMode(PaceMode::Slow(Duration::from_secs_f64(seconds))));
                }
            }
            PaceMode::Step => {
                let name = match due {
                    Some(due) => cx.words.with("step-call", [("call", Arg::from(call(cx, due)))]),
                    None => cx.text("step"),
                };
                ui.style_mut().wrap_mode = Some(TextWrapMode::Truncate);
                let step = primary(ui, &name, due.is_some(), cx.tokens);
                if step.on_hover_text(format!("{name}  F10")).clicked() {
                    cx.actions.extend(due.map(Action::Step));
                }
            }
        }
    }

    fn list(&self, ui: &mut Ui, cx: &UiContext<'_>, mode: PaceMode) {
        let named = |mode| cx.text(key(mode));
        let shown = cx.words.with("pace-is", [("tempo", Arg::from(named(mode)))]);
        let choice = combo("pace").width(96.0).selected_text(&shown).show_ui(ui, |ui| {
            for other in [PaceMode::Run, PaceMode::Slow(self.slow), PaceMode::Step] {
                let is_chosen = key(other) == key(mode);
                let response = ui.selectable_label(is_chosen, named(other)).on_hover_text(cx.text(hint(other)));
                if response.clicked() {
                    ui.close();
                    cx.actions.push(Action::SetPaceMode(other));
                }
            }
        });
        choice.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &shown));
        choice.response.on_hover_text(cx.text(hint(mode)));
    }
}

/// The call, with `listener` before it if that makes it.
fn call(cx: &UiContext<'_>, due: DueCall) -> String {
    let asked = if due.call.asked == 0 { String::new() } else { due.call.asked.to_string() };
    let call = format!("{}({asked})", due.call.kind.name());
    match due.socket {
        SocketId::Listener => format!("{} {call}", cx.text("step-listener")),
        SocketId::Connection(_) => call,
    }
}

fn key(mode: PaceMode) -> &'static str {
    match mode {
        PaceMode::Run => "pace-run",
        PaceMode::Slow(_) => "pace-slow",
        PaceMode::Step => "pace-step",
    }
}

fn hint(mode: PaceMode) -> &'static str {
    match mode {
        PaceMode::Run => "pace-run-hint",
        PaceMode::Slow(_) => "pace-slow-hint",
        PaceMode::Step => "pace-step-hint",
    }
}
