//! The bar above the table of connections: table or lanes, the filter, and the counts.

use egui::{Align, Label, Layout, RichText, TextEdit, Ui, Vec2};

use super::model::ConnectionsModel;
use super::sorting::SortedConnections;
use crate::ui::kit::UiContext;
use crate::ui::kit::small_controls::{SMALL, small_controls, small_menu, small_toggle, text_edit_info};
use crate::ui::server::ServerRun;
use crate::view::{ConnectionStates, group_digits};
use crate::words::Arg;

/// The room that the line takes.
pub const BAR_HEIGHT: f32 = 30.0;

/// The choice of what the panel shows.
#[derive(Debug, Default)]
pub struct ConnectionsBar {
    /// Whether the lanes of the threads are shown in place of the table.
    pub shows_threads: bool,
    /// Whether the strip is shown with which connections are spoken to, if the user has chosen.
    pub shows_send_bar: Option<bool>,
}

impl ConnectionsBar {
    /// Draws the line; `has_send_bar` says whether the strip is shown. Returns whether the newest is to be looked at.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        sorted: &mut SortedConnections,
        model: &ConnectionsModel<'_>,
        has_send_bar: bool,
    ) -> bool {
        let mut goes_to_newest = false;
        ui.scope(|ui| {
            small_controls(ui);
            ui.add_space(3.0);
            ui.horizontal(|ui| {
                ui.add_space(6.0);
                self.toggles(ui, cx, has_send_bar);
                ui.add_space(4.0);
                filter(ui, cx, sorted);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.add_space(6.0);
                    show_counts(ui, cx, sorted, model);
                    if model.run.is_some_and(ServerRun::is_behind) {
                        goes_to_newest = newest_button(ui, cx);
                    }
                });
            });
            ui.add_space(3.0);
        });
        goes_to_newest
    }

    fn toggles(&mut self, ui: &mut Ui, cx: &UiContext<'_>, has_send_bar: bool) {
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let names =
                [(false, "connections-table", None), (true, "connections-lanes", Some("connections-lanes-hint"))];
            for (shows_threads, key, hint) in names {
                let name = cx.text(key);
                let response = small_toggle(ui, &name, &name, self.shows_threads == shows_threads, cx.tokens);
                let response = hint.map_or(response.clone(), |hint| response.on_hover_text(cx.text(hint)));
                if response.clicked() {
                    self.shows_threads = shows_threads;
                }
            }
        });
        ui.add_space(4.0);
        let name = cx.text("connections-strip");
        let response = small_toggle(ui, &name, &name, has_send_bar, cx.tokens);
        if response.on_hover_text(cx.text("connections-strip-hint")).clicked() {
            self.shows_send_bar = Some(!has_send_bar);
        }
    }
}

/// The button that goes to the newest connection. It stands here, where it hides no row.
fn newest_button(ui: &mut Ui, cx: &UiContext<'_>) -> bool {
    let text = RichText::new(cx.text("calls-newest"));
    let stroke = egui::Stroke::new(1.0, cx.tokens.weak);
    let button = egui::Button::new(text).fill(cx.tokens.surface).stroke(stroke).min_size(Vec2::new(0.0, SMALL));
    ui.add(button).on_hover_text(cx.text("connections-newest-hint")).clicked()
}

fn filter(ui: &mut Ui, cx: &UiContext<'_>, sorted: &mut SortedConnections) {
    let name = cx.text("connections-find");
    let edit = TextEdit::singleline(&mut sorted.query.text).hint_text(&name).align(egui::Align2::LEFT_CENTER);
    let width = (ui.available_width() * 0.3).clamp(96.0, 200.0);
    let response = ui.add_sized(Vec2::new(width, SMALL), edit).on_hover_text(cx.text("connections-find-hint"));
    response.widget_info(|| text_edit_info(&sorted.query.text, &name));
    let states = ConnectionStates::ALL.map(|states| (states, cx.text(states_key(states))));
    if let Some(states) = small_menu(ui, &cx.text("column-state"), sorted.query.states, &states, cx) {
        sorted.query.states = states;
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

/// Says how many connections are open, how many threads work, and how many clients were turned away.
fn show_counts(ui: &mut Ui, cx: &UiContext<'_>, sorted: &SortedConnections, model: &ConnectionsModel<'_>) {
    let Some(session) = model.session() else { return };
    let counted = |key, number: u64| {
        cx.words.with(key, [("count", Arg::from(group_digits(number))), ("number", Arg::from(number))])
    };
    let mut parts = Vec::new();
    if sorted.query.leaves_out() {
        let (rows, all) = (sorted.order.len() as u64, session.connections.len() as u64);
        let counts = [("shown", Arg::from(group_digits(rows))), ("total", Arg::from(group_digits(all)))];
        parts.push(cx.words.with("calls-shown", counts));
    }
    parts.push(counted("connections-open", sorted.all.open.len() as u64));
    parts.push(counted("connections-threads", sorted.threads));
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
