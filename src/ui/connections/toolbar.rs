//! The line above the table of connections: what it shows, of which connections, and how many there are.

use egui::{Align, Label, Layout, RichText, TextEdit, TextStyle, Ui, Vec2};

use super::sorting::Arranged;
use super::table::Shown;
use crate::ui::calls::SMALL;
use crate::ui::calls::filter_bar::{menu, named, toggle};
use crate::ui::kit::UiContext;
use crate::ui::server::ServerRun;
use crate::view::{ConnectionStates, group_digits};
use crate::words::Arg;

/// The room that the line takes.
pub const BAR: f32 = 30.0;

/// What is shown besides the rows.
#[derive(Debug, Default)]
pub struct ConnectionsBar {
    /// Whether the lanes of the threads are shown in place of the table.
    pub lanes: bool,
    /// Whether the strip is shown with which connections are spoken to, if the user has chosen.
    pub strip: Option<bool>,
}

/// Gives `ui` the small controls of the lines above a list.
pub fn small(ui: &mut Ui) {
    let style = ui.style_mut();
    style.override_text_style = Some(TextStyle::Small);
    style.drag_value_text_style = TextStyle::Small;
    style.spacing.interact_size.y = SMALL;
    style.spacing.button_padding = Vec2::new(7.0, 1.0);
    style.spacing.item_spacing = Vec2::new(4.0, 3.0);
}

impl ConnectionsBar {
    /// Draws the line; `has_strip` says whether the strip is shown. Returns whether the newest is to be looked at.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        arranged: &mut Arranged,
        shown: &Shown<'_>,
        has_strip: bool,
    ) -> bool {
        let mut goes_to_newest = false;
        ui.scope(|ui| {
            small(ui);
            ui.add_space(3.0);
            ui.horizontal(|ui| {
                ui.add_space(6.0);
                self.toggles(ui, cx, has_strip);
                ui.add_space(4.0);
                filter(ui, cx, arranged);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.add_space(6.0);
                    told(ui, cx, arranged, shown);
                    if shown.run.is_some_and(ServerRun::is_behind) {
                        goes_to_newest = newest(ui, cx);
                    }
                });
            });
            ui.add_space(3.0);
        });
        goes_to_newest
    }

    fn toggles(&mut self, ui: &mut Ui, cx: &UiContext<'_>, has_strip: bool) {
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let names =
                [(false, "connections-table", None), (true, "connections-lanes", Some("connections-lanes-hint"))];
            for (lanes, key, hint) in names {
                let name = cx.text(key);
                let response = toggle(ui, &name, &name, self.lanes == lanes, cx.tokens);
                let response = hint.map_or(response.clone(), |hint| response.on_hover_text(cx.text(hint)));
                if response.clicked() {
                    self.lanes = lanes;
                }
            }
        });
        ui.add_space(4.0);
        let name = cx.text("connections-strip");
        let response = toggle(ui, &name, &name, has_strip, cx.tokens);
        if response.on_hover_text(cx.text("connections-strip-hint")).clicked() {
            self.strip = Some(!has_strip);
        }
    }
}

/// The button that goes to the newest connection. It stands here, where it hides no row.
fn newest(ui: &mut Ui, cx: &UiContext<'_>) -> bool {
    let text = RichText::new(cx.text("calls-newest")).color(cx.tokens.accent);
    let stroke = egui::Stroke::new(1.0, cx.tokens.accent);
    let button = egui::Button::new(text).fill(cx.tokens.paper).stroke(stroke).min_size(Vec2::new(0.0, SMALL));
    ui.add(button).on_hover_text(cx.text("connections-newest-hint")).clicked()
}

fn filter(ui: &mut Ui, cx: &UiContext<'_>, arranged: &mut Arranged) {
    let name = cx.text("connections-find");
    let edit = TextEdit::singleline(&mut arranged.query.text).hint_text(&name).align(egui::Align2::LEFT_CENTER);
    let width = (ui.available_width() * 0.3).clamp(96.0, 200.0);
    let response = ui.add_sized(Vec2::new(width, SMALL), edit).on_hover_text(cx.text("connections-find-hint"));
    response.widget_info(|| named(&arranged.query.text, &name));
    let states = ConnectionStates::ALL.map(|states| (states, cx.text(states_key(states))));
    if let Some(states) = menu(ui, &cx.text("column-state"), arranged.query.states, &states, cx) {
        arranged.query.states = states;
    }
}

fn states_key(states: ConnectionStates) -> &'static str {
    match states {
        ConnectionStates::All => "connections-states-all",
        ConnectionStates::Open => "connections-states-open",
        ConnectionStates::Closed => "connections-states-closed",
        ConnectionStates::Failed => "connections-states-failed",
    }
}

/// How many connections are open, how many threads work, and who was turned away.
fn told(ui: &mut Ui, cx: &UiContext<'_>, arranged: &Arranged, shown: &Shown<'_>) {
    let Some(session) = shown.session() else { return };
    let counted = |key, number: u64| {
        cx.words.with(key, [("count", Arg::from(group_digits(number))), ("number", Arg::from(number))])
    };
    let mut parts = Vec::new();
    if arranged.query.leaves_out() {
        let (rows, all) = (arranged.order.len() as u64, session.connections.len() as u64);
        let counts = [("shown", Arg::from(group_digits(rows))), ("total", Arg::from(group_digits(all)))];
        parts.push(cx.words.with("calls-shown", counts));
    }
    parts.push(counted("connections-open", arranged.all.open.len() as u64));
    parts.push(counted("connections-threads", arranged.threads));
    let turned_away = session.listener.as_ref().map_or(0, |listener| listener.turned_away);
    if turned_away > 0 {
        parts.push(counted("connections-turned-away", turned_away));
    }
    let colour = if turned_away > 0 { cx.tokens.text } else { cx.tokens.weak };
    let response = ui.add(Label::new(RichText::new(parts.join(" · ")).color(colour)).truncate());
    if turned_away > 0 {
        response.on_hover_text(cx.text("connections-turned-away-hint"));
    }
}
