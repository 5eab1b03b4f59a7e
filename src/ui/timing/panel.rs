//! The Timing tab: the phases of a connection and its throughput; for a server also those of all connections together.
//!
//! In scope: which of the two is shown, and the first calls of the log, which the phases need. Out of scope: what the phases are
//! (`view::phases`), the table of phases and the plots, which have files of their own.

use egui::{Label, RichText, ScrollArea, Ui};

use super::phase_table::{self, PhaseChart, PhaseTable};
use super::throughput_plots::{self, ThroughputPlots};
use crate::capture::{Call, Connection, ConnectionId, Direction, Listener, Moment, Role, SessionId};
use crate::ui::connection::ConnectionModel;
use crate::ui::kit::widgets::{empty, segmented_control};
use crate::ui::kit::{GRID, SCROLL_BAR, UiContext};
use crate::view::{self, HEAD_CALLS, Phase, PhaseKind, group_digits};
use crate::words::Arg;

/// A run, and one of its connections, or with `None` all of them.
type TimingKey = (SessionId, Option<ConnectionId>);

/// The panel.
#[derive(Debug, Default)]
pub struct TimingPanel {
    /// Whether all connections of a server are looked at together.
    all: bool,
    of: Option<TimingKey>,
    /// The first calls of the connection that is looked at.
    first_calls: Vec<Call>,
    /// The phase under the pointer or the keyboard.
    lit: Option<PhaseKind>,
    plots: ThroughputPlots,
}

impl TimingPanel {
    /// Draws the timing; `None` if nothing has run yet.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: Option<&ConnectionModel<'_>>) {
        let Some(model) = model else { return empty(ui, &cx.text("timing-empty"), cx.tokens) };
        let of_server = model.session.listener.as_ref().filter(|_| model.session.role == Role::Server);
        ScrollArea::vertical().id_salt("timing").auto_shrink(false).show(ui, |ui| {
            // The scroll bar lies over the right edge, and takes the pointer from what is close to it.
            ui.set_max_width(ui.available_width() - SCROLL_BAR - GRID);
            match (of_server, model.connection) {
                (Some(listener), connection) if self.all || connection.is_none() => {
                    self.server(ui, cx, model, listener)
                }
                (_, Some(connection)) => self.connection(ui, cx, model, connection),
                (_, None) => empty(ui, &cx.text("timing-empty"), cx.tokens),
            }
        });
    }

    /// Draws the switch between a server's connection and all its connections, and a note on the figures.
    fn header(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: &ConnectionModel<'_>, text: Option<String>) {
        let has_switch = model.session.role == Role::Server && model.connection.is_some();
        if !has_switch && text.is_none() {
            return;
        }
        ui.horizontal(|ui| {
            let both = [(false, cx.text("timing-this")), (true, cx.text("timing-all"))];
            if has_switch && let Some(all) = segmented_control(ui, self.all, &both, cx.tokens) {
                self.all = all;
            }
            if let Some(text) = text {
                ui.add(Label::new(RichText::new(text).color(cx.tokens.weak)).truncate());
            }
        });
    }

    fn connection(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: &ConnectionModel<'_>, connection: &Connection) {
        self.reset_for((model.session.id, Some(connection.id)));
        let opened = connection.thread.opened;
        let at = since_run_began(model, opened);
        let began = || cx.words.with("timing-began", [("at", Arg::from(format!("{at:.6}")))]);
        self.header(ui, cx, model, (at > 0.0).then(began));
        self.read_first_calls(connection);
        let phases = view::phases(connection, model.session.role, &self.first_calls, cx.now);
        let rows = phase_table::of_one(cx, &phases, model.session.role, opened);
        self.phases(ui, cx, &rows);
        let ended = connection.thread.ended.map(|(at, _)| at);
        let throughput = throughput_plots::Throughput {
            of: Direction::BOTH.map(|direction| &connection.stream(direction).rate),
            ended,
        };
        self.plots.show(ui, cx, &throughput);
    }

    fn server(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: &ConnectionModel<'_>, listener: &Listener) {
        self.reset_for((model.session.id, None));
        let connections = &model.session.connections;
        if connections.is_empty() {
            return empty(ui, &cx.text("timing-empty"), cx.tokens);
        }
        let kept = || {
            let count = Arg::from(group_digits(connections.len() as u64));
            cx.words.with("timing-kept", [("count", count)])
        };
        self.header(ui, cx, model, (model.session.forgotten > 0).then(kept));
        let phases = |connection| -> Vec<Phase> { view::phases(connection, Role::Server, &[], cx.now) };
        let sums = view::sum_by_kind(connections.iter().flat_map(phases));
        let rows = phase_table::of_many(cx, &sums);
        self.phases(ui, cx, &rows);
        let over = listener.thread.ended.map(|(at, _)| at).filter(|_| model.session.is_over());
        self.plots.show(
            ui,
            cx,
            &throughput_plots::Throughput {
                of: Direction::BOTH.map(|direction| listener.rate(direction)),
                ended: over,
            },
        );
    }

    fn phases(&mut self, ui: &mut Ui, cx: &UiContext<'_>, table: &PhaseTable) {
        let bar = PhaseChart { table, lit: self.lit };
        let over = bar.show(ui, cx).or(bar.rows(ui, cx));
        if over != self.lit {
            self.lit = over;
            ui.ctx().request_repaint();
        }
    }

    /// Forgets what was kept of another connection.
    fn reset_for(&mut self, key: TimingKey) {
        if self.of != Some(key) {
            *self = Self { all: self.all, of: Some(key), ..Self::default() };
        }
    }

    /// The head of a log is read again only while it grows.
    fn read_first_calls(&mut self, connection: &Connection) {
        let count = usize::try_from(connection.thread.call_count).unwrap_or(usize::MAX).min(HEAD_CALLS);
        if self.first_calls.len() < count {
            // A log that can't be read now is read again in the next frame.
            self.first_calls = connection.thread.calls.range(0, count).unwrap_or_default();
        }
    }
}

/// How many seconds after the run `moment` was.
fn since_run_began(model: &ConnectionModel<'_>, moment: Moment) -> f64 {
    let listener = model.session.listener.as_ref().map(|listener| listener.thread.opened);
    let began = listener.or_else(|| model.session.connections.first().map(|first| first.thread.opened));
    began.map_or(0.0, |began| moment.since(began).as_secs_f64())
}
