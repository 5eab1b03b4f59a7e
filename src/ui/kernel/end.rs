//! One end of a connection as the kernel sees it: its address, its TCP state, the state diagram, and each step of its path.

use core::net::SocketAddr;

use egui::{Align, Label, Pos2, Rect, RichText, Role, Sense, Shape, Stroke, TextStyle, Ui, WidgetInfo, vec2};

use super::state_diagram;
use crate::capture::Moment;
use crate::capture::kernel::{StatePath, TcpEvent, TcpState, Transition};
use crate::ui::kit::{Column, GRID, ROW, UiContext, Width, columns, strong};
use crate::view::short_time;
use crate::words::Arg;

/// A step: a mark, when, where to, how it is known.
const COLUMNS: [Column; 4] = [
    Column { title: "", width: Width::Points(16.0), align: Align::Min },
    Column { title: "", width: Width::Points(64.0), align: Align::Max },
    Column { title: "", width: Width::Points(88.0), align: Align::Min },
    Column { title: "", width: Width::Share(1.0), align: Align::Min },
];

/// The steps of the longest usual path.
const STEPS: usize = 6;

/// One end of a connection, or a listening socket.
pub struct EndpointView<'a> {
    /// The key of its name.
    pub name: &'static str,
    /// The address of the end, once it is known.
    pub address: Option<SocketAddr>,
    /// The path of the socket through the states.
    pub path: &'a StatePath,
    /// Until when the kernel keeps the socket.
    pub kept_until: Option<Moment>,
    /// The moment that times count from.
    pub since: Moment,
    /// The room that is in view for the diagram with what stands above it, in points.
    pub height: f32,
}

impl EndpointView<'_> {
    /// Draws the end; returns the place of the present state in the diagram.
    pub fn show(&self, ui: &mut Ui, cx: &UiContext<'_>) -> Option<Rect> {
        let top = ui.cursor().top();
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.horizontal(|ui| {
            ui.label(strong(cx.text(self.name)));
            if let Some(address) = self.address {
                let address = RichText::new(address.to_string()).monospace().color(cx.tokens.weak);
                ui.add(Label::new(address).truncate());
            }
        });
        let (text, is_weak) = self.state(cx);
        let colour = if is_weak { cx.tokens.weak } else { cx.tokens.text };
        ui.add(Label::new(RichText::new(text).color(colour)).truncate());
        ui.add_space(4.0);
        let now = state_diagram::show(ui, cx, self.path, self.height - (ui.cursor().top() - top));
        ui.add_space(4.0);
        ui.spacing_mut().item_spacing.y = 0.0;
        for transition in &self.path.transitions {
            self.transition(ui, cx, transition);
        }
        // The plots below do not move with each step.
        ui.add_space(ROW * STEPS.saturating_sub(self.path.transitions.len()) as f32);
        now
    }

    /// The state in words, and whether it is only deduced.
    fn state(&self, cx: &UiContext<'_>) -> (String, bool) {
        let Some(state) = self.path.now() else { return (cx.text("kernel-state-unknown"), true) };
        let left = self.kept_until.map(|until| until.since(cx.now).as_secs_f64().ceil() as u64);
        match (state, left) {
            (TcpState::Closed, _) if self.path.is_seen() => (cx.text("kernel-state-gone"), false),
            (_, Some(left)) if self.path.is_seen() => {
                let parts = [("state", Arg::from(state.name())), ("left", Arg::from(left))];
                (cx.words.with("kernel-state-left", parts), false)
            }
            _ if self.path.is_seen() => {
                (cx.words.with("kernel-state-seen", [("state", Arg::from(state.name()))]), false)
            }
            _ => (cx.words.with("kernel-state-deduced", [("state", Arg::from(state.name()))]), true),
        }
    }

    fn transition(&self, ui: &mut Ui, cx: &UiContext<'_>, transition: &Transition) {
        let (place, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        let cells = columns::lay_out(&COLUMNS, place);
        let [mark, when, to, how] = cells[..] else { return };
        let at = transition.at.map(|at| short_time(at.since(self.since))).unwrap_or_default();
        let evidence = evidence(cx, transition);
        let mono = TextStyle::Monospace.resolve(ui.style());
        let body = TextStyle::Small.resolve(ui.style());
        self.mark(ui, cx, transition, mark);
        columns::paint(ui, when, &at, mono.clone(), cx.tokens.weak, Align::Max);
        columns::paint(ui, to, transition.to.name(), mono, cx.tokens.text, Align::Min);
        let is_cut = columns::paint(ui, how, &evidence, body, cx.tokens.weak, Align::Min);
        let name = format!("{} {at} {evidence}", transition.to.name());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
        if is_cut {
            response.on_hover_text(evidence);
        }
    }

    /// A line as in the diagram.
    fn mark(&self, ui: &Ui, cx: &UiContext<'_>, transition: &Transition, place: Rect) {
        let ends = [place.left_center(), Pos2::new(place.left() + GRID * 2.0, place.center().y)];
        let stroke = Stroke::new(2.0, cx.tokens.text);
        if transition.seen {
            ui.painter().line_segment(ends, stroke);
        } else {
            ui.painter().extend(Shape::dashed_line(&ends, stroke, 4.0, 2.0));
        }
    }
}

/// Says how a step is known.
fn evidence(cx: &UiContext<'_>, transition: &Transition) -> String {
    let seen = || cx.text("kernel-seen");
    match transition.event {
        None if transition.seen && transition.to == TcpState::Closed => cx.text("kernel-gone"),
        None if transition.seen => seen(),
        None => cx.text("kernel-between"),
        Some(event) => {
            let event = cx.text(deed_key(event));
            let evidence = if transition.seen { seen() } else { cx.text("kernel-deduced") };
            format!("{event} · {evidence}")
        }
    }
}

fn deed_key(event: TcpEvent) -> &'static str {
    match event {
        TcpEvent::Listening => "kernel-deed-listening",
        TcpEvent::Connecting => "kernel-deed-connecting",
        TcpEvent::Connected => "kernel-deed-connected",
        TcpEvent::NotConnected => "kernel-deed-not-connected",
        TcpEvent::Accepted => "kernel-deed-accepted",
        TcpEvent::ShutDown => "kernel-deed-shut-down",
        TcpEvent::Closed => "kernel-deed-closed",
        TcpEvent::PeerEnded => "kernel-deed-peer-ended",
        TcpEvent::OtherEnded => "kernel-deed-other-ended",
        TcpEvent::Reset => "kernel-deed-reset",
    }
}
