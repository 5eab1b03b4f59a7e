//! The rules of a server that answers by rules: each holds what one recv brought against something, and the first that fits answers.

use egui::{Align, Layout, TextEdit, TextStyle, Ui, Vec2};

use crate::settings::{LINE_MAX, RULES_MAX, RuleForm, RuleThen, RuleWhen};
use crate::ui::kit::widgets::{button, combo_box, seconds, small_icon_button, small_text};
use crate::ui::kit::{FIELD, Icon, UiContext};
use crate::words::Arg;

/// The width of the choices; what is typed stands beside them.
const CHOICE: f32 = 132.0;
/// The longest delay, in seconds.
const DELAY_MAX: f32 = 60.0;

/// What is to be done with the list.
#[derive(Clone, Copy)]
enum Change {
    Remove(usize),
    /// A rule changes places with the one after it.
    Swap(usize),
}

/// Draws the list. `fault` is the rule that can't be used, counted from 1, and why.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, rules: &mut Vec<RuleForm>, fault: Option<(usize, &str)>) {
    let mut change = None;
    let count = rules.len();
    for (i, draft) in rules.iter_mut().enumerate() {
        ui.push_id(("rule", i), |ui| change = rule(ui, cx, draft, (i, count)).or(change));
        if let Some((_, why)) = fault.filter(|(number, _)| *number == i + 1) {
            small_text(ui, why, cx.tokens.error);
        }
        ui.add(egui::Separator::default().spacing(4.0));
    }
    match change {
        Some(Change::Remove(i)) if i < count => drop(rules.remove(i)),
        Some(Change::Swap(i)) if i + 1 < count => rules.swap(i, i + 1),
        _ => {}
    }
    ui.horizontal(|ui| {
        if button(ui, &cx.text("rule-add"), count < RULES_MAX).clicked() {
            rules.push(RuleForm::default());
        }
        small_text(ui, cx.text("rule-escapes"), cx.tokens.weak);
    });
}

/// A part of the rule number `i`, counted from 0, as a screen reader names it.
fn name(cx: &UiContext<'_>, key: &str, i: usize) -> String {
    cx.words.with(key, [("number", Arg::from(i as u64 + 1))])
}

fn rule(ui: &mut Ui, cx: &UiContext<'_>, rule: &mut RuleForm, (i, count): (usize, usize)) -> Option<Change> {
    ui.horizontal(|ui| {
        let all = RuleWhen::ALL.map(|when| (when, cx.text(when_key(when))));
        combo_box(ui, &name(cx, "rule-when", i), &mut rule.when, &all, CHOICE);
        if rule.when != RuleWhen::Anything {
            typed(ui, &mut rule.pattern, name(cx, "rule-pattern", i));
        }
    });
    let replies = matches!(rule.then, RuleThen::Reply | RuleThen::ReplyAndClose);
    ui.horizontal(|ui| {
        let all = RuleThen::ALL.map(|then| (then, cx.text(then_key(then))));
        combo_box(ui, &name(cx, "rule-then", i), &mut rule.then, &all, CHOICE);
        if replies {
            typed(ui, &mut rule.reply, name(cx, "rule-reply", i));
        }
    });
    ui.horizontal(|ui| {
        ui.add(seconds(&mut rule.delay, 0.0..=DELAY_MAX)).accessible_name(name(cx, "rule-delay", i));
        ui.weak(cx.text("rule-later"));
        if replies {
            let hex = name(cx, "rule-hex", i);
            ui.checkbox(&mut rule.reply_is_hex, cx.text("message-hex")).accessible_name(hex);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let remove = small_icon_button(ui, Icon::Close, &name(cx, "rule-remove", i), true).clicked();
            let down = small_icon_button(ui, Icon::ChevronDown, &name(cx, "rule-down", i), i + 1 < count).clicked();
            let up = small_icon_button(ui, Icon::ChevronUp, &name(cx, "rule-up", i), i > 0).clicked();
            match (remove, down, up) {
                (true, ..) => Some(Change::Remove(i)),
                (_, true, _) => Some(Change::Swap(i)),
                (.., true) => i.checked_sub(1).map(Change::Swap),
                _ => None,
            }
        })
        .inner
    })
    .inner
}

/// A field for what is typed, over what is left of the row.
fn typed(ui: &mut Ui, text: &mut String, name: String) {
    let width = ui.available_width();
    let edit = TextEdit::singleline(text).char_limit(LINE_MAX).font(TextStyle::Monospace).desired_width(width);
    ui.add_sized(Vec2::new(width, FIELD), edit.align(egui::Align2::LEFT_CENTER)).accessible_name(name);
}

fn when_key(when: RuleWhen) -> &'static str {
    match when {
        RuleWhen::Line => "rule-equals-line",
        RuleWhen::Equals => "rule-equals",
        RuleWhen::Contains => "rule-contains",
        RuleWhen::StartsWith => "rule-starts-with",
        RuleWhen::Regex => "rule-regex",
        RuleWhen::Hex => "rule-equals-hex",
        RuleWhen::Anything => "rule-anything",
    }
}

fn then_key(then: RuleThen) -> &'static str {
    match then {
        RuleThen::Reply => "rule-replies",
        RuleThen::ReplyAndClose => "rule-replies-and-closes",
        RuleThen::Close => "rule-closes",
        RuleThen::Nothing => "rule-nothing",
    }
}
