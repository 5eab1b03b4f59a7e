//! What a server does wrong on purpose, so that a client can be watched; with each of it, what the other side will see.

use std::time::Duration;

use egui::{DragValue, Frame, Margin, Ui};

use crate::net::{Cut, CutAction, Dribble, Faults, ServeMode};
use crate::settings::{ServerForm, ServerOption};
use crate::ui::forms::{SectionBadge, collapsing_section, disabled_option};
use crate::ui::kit::UiContext;
use crate::ui::kit::widgets::{combo_box, seconds, small_text};

/// The longest wait, in seconds.
const WAIT_MAX: f32 = 600.0;
/// The shortest one.
const WAIT_MIN: f32 = 0.001;
/// The pause at a cut, in seconds, at first.
const PAUSE: f32 = 5.0;
/// The width of the choices.
const CHOICE: f32 = 112.0;

/// How many faults there are.
fn count(faults: &Faults) -> usize {
    let waits = [faults.before_accept, faults.before_first_byte, faults.before_close];
    let others = [
        faults.mode != ServeMode::Serve,
        faults.dribble.is_some(),
        faults.cut.is_some(),
        faults.length_off_by != 0,
        faults.chunk_size.is_some(),
    ];
    waits.iter().filter(|wait| !wait.is_zero()).count() + others.iter().filter(|is_on| **is_on).count()
}

/// Draws the section. Faults that would change nothing can't be chosen, and say why.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, open: &mut bool, draft: &mut ServerForm) {
    let in_force = draft.faults_in_force();
    let badge = SectionBadge { count: count(&in_force), reset: Some(cx.text("faults-none")) };
    let reset = collapsing_section::show(ui, cx, &cx.text("faults"), open, &badge, |ui| {
        mode(ui, cx, draft, in_force.mode);
        wait(ui, cx, "before-accept", &mut draft.faults.before_accept);
        disabled_option::show(ui, cx, draft.no_effect(ServerOption::BeforeFirstByte), |ui| {
            wait(ui, cx, "before-first-byte", &mut draft.faults.before_first_byte);
        });
        wait(ui, cx, "before-close", &mut draft.faults.before_close);
        disabled_option::show(ui, cx, draft.no_effect(ServerOption::Dribble), |ui| {
            dribble(ui, cx, &mut draft.faults.dribble)
        });
        disabled_option::show(ui, cx, draft.no_effect(ServerOption::Cut), |ui| cut(ui, cx, &mut draft.faults.cut));
        disabled_option::show(ui, cx, draft.no_effect(ServerOption::LengthOff), |ui| {
            length(ui, cx, &mut draft.faults.length_off_by);
        });
        disabled_option::show(ui, cx, draft.no_effect(ServerOption::ChunkSize), |ui| {
            chunks(ui, cx, &mut draft.faults.chunk_size);
        });
    });
    if reset {
        draft.faults = Faults::default();
    }
}

/// A switch with the fields that belong to it, and below it, while it is on, what the other side sees.
fn fault(
    ui: &mut Ui,
    cx: &UiContext<'_>,
    name: &str,
    on: &mut bool,
    sees: &str,
    fields: impl FnOnce(&mut Ui, egui::Id),
) -> bool {
    let changed = ui
        .horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let check = ui.checkbox(on, name).on_hover_text(sees);
            if *on {
                fields(ui, check.id);
            }
            check.changed()
        })
        .inner;
    if *on {
        inset(ui, |ui| small_text(ui, sees, cx.tokens.weak));
    }
    changed
}

/// Below a switch, in line with its text.
fn inset<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let left = (ui.spacing().icon_width + ui.spacing().icon_spacing) as i8;
    Frame::new().inner_margin(Margin { left, ..Margin::ZERO }).show(ui, contents).inner
}

fn mode(ui: &mut Ui, cx: &UiContext<'_>, draft: &mut ServerForm, mut chosen: ServeMode) {
    let no_effect = draft.no_effect(ServerOption::NeverAnswer);
    let offered = ServeMode::ALL.into_iter().filter(|mode| no_effect.is_none() || *mode != ServeMode::NeverAnswer);
    let offered = offered.map(|mode| (mode, cx.text(mode_key(mode)))).collect::<Vec<_>>();
    let before = chosen;
    ui.horizontal(|ui| {
        let name = cx.text("conduct");
        ui.label(&name);
        combo_box(ui, &name, &mut chosen, &offered, ui.available_width());
    });
    if chosen != before {
        draft.faults.mode = chosen;
    }
    let sees = match chosen {
        ServeMode::Serve => return,
        ServeMode::CloseUnread => "conduct-close-unread-sees",
        ServeMode::NeverAnswer => "conduct-never-answer-sees",
    };
    small_text(ui, cx.text(sees), cx.tokens.weak);
}

fn mode_key(mode: ServeMode) -> &'static str {
    match mode {
        ServeMode::Serve => "conduct-serve",
        ServeMode::CloseUnread => "conduct-close-unread",
        ServeMode::NeverAnswer => "conduct-never-answer",
    }
}

fn wait(ui: &mut Ui, cx: &UiContext<'_>, key: &str, time: &mut Duration) {
    let mut on = !time.is_zero();
    let mut value = time.as_secs_f32();
    let sees = cx.text(&format!("{key}-sees"));
    let changed = fault(ui, cx, &cx.text(key), &mut on, &sees, |ui, label| {
        if value <= 0.0 {
            value = 1.0;
        }
        ui.add(seconds(&mut value, WAIT_MIN..=WAIT_MAX)).labelled_by(label);
    });
    // What has not been touched stays as exact as it is.
    if changed || value != time.as_secs_f32() {
        *time = if on { Duration::try_from_secs_f32(value).unwrap_or_default() } else { Duration::ZERO };
    }
}

fn dribble(ui: &mut Ui, cx: &UiContext<'_>, dribble: &mut Option<Dribble>) {
    let mut on = dribble.is_some();
    let mut now = dribble.unwrap_or(Dribble { bytes: 1, every: Duration::from_millis(100) });
    let sees = cx.text("dribble-sees");
    let mut every = now.every.as_secs_f32();
    fault(ui, cx, &cx.text("dribble"), &mut on, &sees, |ui, _| {
        let bytes = DragValue::new(&mut now.bytes).range(1..=1_048_576).suffix(" B");
        ui.add(bytes).accessible_name(cx.text("dribble-bytes"));
        ui.label(cx.text("dribble-every"));
        ui.add(seconds(&mut every, 0.0..=60.0)).accessible_name(cx.text("dribble-pause"));
    });
    if every != now.every.as_secs_f32() {
        now.every = Duration::try_from_secs_f32(every).unwrap_or_default();
    }
    *dribble = on.then_some(now);
}

/// What comes at a cut, without the time of a pause.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Close,
    Reset,
    Pause,
    Stall,
}

impl End {
    const ALL: [Self; 4] = [Self::Close, Self::Reset, Self::Pause, Self::Stall];

    fn of(then: CutAction) -> Self {
        match then {
            CutAction::Close => Self::Close,
            CutAction::Reset => Self::Reset,
            CutAction::Pause(_) => Self::Pause,
            CutAction::Stall => Self::Stall,
        }
    }

    fn then(self, pause: Duration) -> CutAction {
        match self {
            Self::Close => CutAction::Close,
            Self::Reset => CutAction::Reset,
            Self::Pause => CutAction::Pause(pause),
            Self::Stall => CutAction::Stall,
        }
    }

    /// The key of its name, and of what the other side sees.
    fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::Close => ("cut-close", "cut-close-sees"),
            Self::Reset => ("cut-reset", "cut-reset-sees"),
            Self::Pause => ("cut-pause", "cut-pause-sees"),
            Self::Stall => ("cut-stall", "cut-stall-sees"),
        }
    }
}

fn cut(ui: &mut Ui, cx: &UiContext<'_>, cut: &mut Option<Cut>) {
    let mut on = cut.is_some();
    let mut now = cut.unwrap_or(Cut { after: 100, then: CutAction::Close });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let check = ui.checkbox(&mut on, cx.text("cut")).on_hover_text(cx.text("cut-close-sees"));
        if on {
            ui.add(DragValue::new(&mut now.after).suffix(" B")).labelled_by(check.id);
        }
    });
    if on {
        inset(ui, |ui| now.then = then(ui, cx, now.then));
    }
    *cut = on.then_some(now);
}

/// What comes at the cut.
fn then(ui: &mut Ui, cx: &UiContext<'_>, then: CutAction) -> CutAction {
    let mut end = End::of(then);
    let mut pause = if let CutAction::Pause(pause) = then { pause.as_secs_f32() } else { PAUSE };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let all = End::ALL.map(|end| (end, cx.text(end.keys().0)));
        let name = cx.text("cut-then");
        ui.label(&name);
        combo_box(ui, &name, &mut end, &all, CHOICE);
        if end == End::Pause {
            ui.add(seconds(&mut pause, WAIT_MIN..=WAIT_MAX)).accessible_name(cx.text("cut-pause-time"));
        }
    });
    small_text(ui, cx.text(end.keys().1), cx.tokens.weak);
    end.then(Duration::try_from_secs_f32(pause).unwrap_or_default())
}

fn length(ui: &mut Ui, cx: &UiContext<'_>, off_by: &mut i64) {
    let mut on = *off_by != 0;
    let sees = cx.text(match *off_by {
        ..0 => "length-short-sees",
        0.. => "length-long-sees",
    });
    let mut value = if on { *off_by } else { 10 };
    fault(ui, cx, &cx.text("length-off"), &mut on, &sees, |ui, label| {
        ui.add(DragValue::new(&mut value).range(-1_000_000_000..=1_000_000_000).suffix(" B")).labelled_by(label);
    });
    *off_by = if on { value } else { 0 };
}

fn chunks(ui: &mut Ui, cx: &UiContext<'_>, size: &mut Option<u32>) {
    let mut on = size.is_some();
    let mut value = size.unwrap_or(16);
    let sees = cx.text("chunks-sees");
    fault(ui, cx, &cx.text("chunks"), &mut on, &sees, |ui, label| {
        ui.add(DragValue::new(&mut value).range(1..=1_048_576).suffix(" B")).labelled_by(label);
    });
    *size = on.then_some(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_counts() {
        assert_eq!(count(&Faults::default()), 0);
        let second = Duration::from_secs(1);
        let all = Faults {
            mode: ServeMode::CloseUnread,
            before_accept: second,
            before_first_byte: second,
            before_close: second,
            dribble: Some(Dribble { bytes: 1, every: second }),
            cut: Some(Cut { after: 1, then: CutAction::Stall }),
            length_off_by: -1,
            chunk_size: Some(16),
        };
        assert_eq!(count(&all), 8);
    }
}
