//! The TCP state diagram of RFC 9293, figure 5, with the path that one end has taken.
//!
//! In scope: drawing, and names for screen readers that say whether the path led to a state. Observed steps are drawn with whole lines,
//! deduced ones with dashed lines. Out of scope: the path (`capture::kernel::Path`).

use egui::{
    CornerRadius, FontId, Pos2, Rangef, Rect, Role, Sense, Shape, Stroke, StrokeKind, TextStyle, Ui, Vec2, WidgetInfo,
    vec2,
};

use crate::capture::kernel::{StatePath, TRANSITIONS, TcpState, Transition};
use crate::ui::kit::glossary_tooltip::explain;
use crate::ui::kit::{GRID, UiContext};
use crate::words::{Arg, Topic};

/// The size of a state, where there is room.
const NODE: Vec2 = vec2(96.0, 24.0);
/// The least size of a state.
const NODE_MIN: Vec2 = vec2(76.0, 20.0);
/// The distance between two rows of states, with little room and with enough.
const PITCH: Rangef = Rangef { min: 32.0, max: 40.0 };
/// The part of the width that a state takes.
const SHARE: f32 = 0.29;
/// The rows.
const ROWS: f32 = 7.0;
/// The greatest width of the diagram, as long arrows are hard to follow.
const WIDTH_MAX: f32 = 400.0;
/// The length of the head of an arrow.
const HEAD: f32 = 7.0;
/// The lengths of a broken line and of its gaps.
const DASHES: (f32, f32) = (5.0, 4.0);

/// CLOSED stands in two places: a socket begins in one and ends in the other.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Node {
    state: TcpState,
    is_end: bool,
}

impl Node {
    const fn of(state: TcpState) -> Self {
        Self { state, is_end: false }
    }

    /// The node that a step leads to. A socket that never had a connection goes back to where it began.
    fn at(from: Option<TcpState>, to: TcpState) -> Self {
        let is_back = matches!(from, Some(TcpState::Listen | TcpState::SynSent));
        Self { state: to, is_end: to == TcpState::Closed && !is_back }
    }

    fn all() -> impl Iterator<Item = Self> {
        TcpState::ALL.into_iter().map(Self::of).chain([Self { state: TcpState::Closed, is_end: true }])
    }

    /// The column, from 0 to 2, and the row.
    fn place(self) -> (f32, f32) {
        match self.state {
            TcpState::Closed if self.is_end => (2.0, 6.0),
            TcpState::Closed => (1.0, 0.0),
            TcpState::Listen => (0.0, 1.0),
            TcpState::SynSent => (2.0, 1.0),
            TcpState::SynReceived => (0.0, 2.0),
            TcpState::Established => (1.0, 3.0),
            TcpState::FinWait1 => (0.0, 4.0),
            TcpState::CloseWait => (2.0, 4.0),
            TcpState::FinWait2 => (0.0, 5.0),
            TcpState::Closing => (1.0, 5.0),
            TcpState::LastAck => (2.0, 5.0),
            TcpState::TimeWait => (0.0, 6.0),
        }
    }
}

/// The places of the states.
#[derive(Clone, Copy, Debug)]
struct DiagramLayout {
    area: Rect,
    node: Vec2,
    pitch: f32,
}

impl DiagramLayout {
    /// A layout as large as `room` allows, at the origin.
    fn sized(room: Vec2) -> Self {
        let width = room.x.min(WIDTH_MAX);
        let pitch = (room.y / ROWS).clamp(PITCH.min, PITCH.max);
        let part = (pitch - PITCH.min) / PITCH.span();
        let node = vec2((width * SHARE).clamp(NODE_MIN.x, NODE.x), NODE_MIN.y + (NODE.y - NODE_MIN.y) * part);
        let size = vec2(width, node.y + (ROWS - 1.0) * pitch);
        Self { area: Rect::from_min_size(Pos2::ZERO, size), node, pitch }
    }

    fn rect(self, node: Node) -> Rect {
        let (column, row) = node.place();
        let x = self.area.left() + self.node.x / 2.0 + (self.area.width() - self.node.x) * column / 2.0;
        Rect::from_center_size(Pos2::new(x, self.area.top() + self.node.y / 2.0 + row * self.pitch), self.node)
    }
}

/// Whether the path has reached a state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reached {
    No,
    Passed { seen: bool },
    Now { seen: bool },
}

/// Draws the diagram with the way `path`, as wide as there is room, and lower where `height` is little; returns where the state is.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, path: &StatePath, height: f32) -> Option<Rect> {
    // A gap to the diagram beside this one.
    let layout = DiagramLayout::sized(vec2(ui.available_width() - GRID * 2.0, height));
    let (area, whole) = ui.allocate_exact_size(layout.area.size(), Sense::hover());
    let layout = DiagramLayout { area, ..layout };
    let mut now = None;
    let name = cx.text("kernel-diagram");
    whole.widget_info(|| WidgetInfo::labeled(Role::Group, true, &name));
    arrows(ui, cx, layout);
    for transition in &path.transitions {
        draw_step(ui, cx, layout, transition);
    }
    for node in Node::all() {
        let reached = reached(path, node);
        let place = layout.rect(node);
        draw(ui, cx, place, node, reached);
        now = now.or(matches!(reached, Reached::Now { .. }).then_some(place));
        let id = whole.id.with((node.state.name(), node.is_end));
        let response = ui.interact(place, id, Sense::hover());
        let name = accessible_name(cx, node, reached);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
        explain(response, cx, Topic::tcp_state(node.state));
    }
    now
}

fn reached(path: &StatePath, node: Node) -> Reached {
    let led = path.transitions.iter().rposition(|transition| Node::at(transition.from, transition.to) == node);
    match led.and_then(|at| Some((at + 1 == path.transitions.len(), path.transitions.get(at)?))) {
        Some((true, transition)) => Reached::Now { seen: transition.seen },
        Some((false, transition)) => Reached::Passed { seen: transition.seen },
        None if path.transitions.first().is_some_and(|first| first.from.map(Node::of) == Some(node)) => {
            Reached::Passed { seen: false }
        }
        None => Reached::No,
    }
}

fn accessible_name(cx: &UiContext<'_>, node: Node, reached: Reached) -> String {
    let key = match reached {
        Reached::No => return node.state.name().to_owned(),
        Reached::Passed { .. } => "kernel-node-passed",
        Reached::Now { seen: true } => "kernel-node-now",
        Reached::Now { seen: false } => "kernel-node-deduced",
    };
    cx.words.with(key, [("state", Arg::from(node.state.name()))])
}

/// All arrows, as hairlines.
fn arrows(ui: &Ui, cx: &UiContext<'_>, layout: DiagramLayout) {
    let stroke = Stroke::new(1.0, cx.tokens.weak.gamma_multiply(0.6));
    for (from, to) in TRANSITIONS {
        let (start, end) = ends(layout, Node::of(from), Node::at(Some(from), to));
        ui.painter().line_segment([start, end], stroke);
        head(ui, start, end, stroke);
    }
}

/// A step that was taken. One that follows no arrow is drawn as a broken line, since it is not known how it was.
fn draw_step(ui: &Ui, cx: &UiContext<'_>, layout: DiagramLayout, transition: &Transition) {
    let Some(from) = transition.from else { return };
    let (start, end) = ends(layout, Node::of(from), Node::at(transition.from, transition.to));
    let stroke = Stroke::new(2.0, cx.tokens.text);
    if transition.seen && transition.is_arrow() {
        ui.painter().line_segment([start, end], stroke);
    } else {
        ui.painter().extend(Shape::dashed_line(&[start, end], stroke, DASHES.0, DASHES.1));
    }
    head(ui, start, end, stroke);
}

/// The ends of an arrow, at the edges of two states.
fn ends(layout: DiagramLayout, from: Node, to: Node) -> (Pos2, Pos2) {
    let (from, to) = (layout.rect(from), layout.rect(to));
    let way = to.center() - from.center();
    let half = layout.node / 2.0 + Vec2::splat(2.0);
    let part = |length: f32, half: f32| if length == 0.0 { f32::INFINITY } else { half / length.abs() };
    let edge = way * part(way.x, half.x).min(part(way.y, half.y)).min(0.5);
    (from.center() + edge, to.center() - edge)
}

fn head(ui: &Ui, start: Pos2, end: Pos2, stroke: Stroke) {
    let way = (end - start).normalized();
    for side in [way.rot90(), -way.rot90()] {
        ui.painter().line_segment(
            [end, end - way * HEAD + side * HEAD * 0.5],
            Stroke::new(stroke.width.min(2.0), stroke.color),
        );
    }
}

fn draw(ui: &Ui, cx: &UiContext<'_>, place: Rect, node: Node, reached: Reached) {
    let tokens = cx.tokens;
    let (fill, line, text) = match reached {
        Reached::No => (tokens.surface, Stroke::new(1.0, tokens.line), tokens.weak),
        Reached::Passed { .. } => (tokens.stripe, Stroke::new(1.5, tokens.weak), tokens.text),
        Reached::Now { seen: true } => (tokens.accent, Stroke::new(1.5, tokens.accent), tokens.on_accent),
        Reached::Now { seen: false } => (tokens.selected, Stroke::new(1.5, tokens.accent), tokens.text),
    };
    let is_broken = matches!(reached, Reached::Passed { seen: false } | Reached::Now { seen: false });
    ui.painter().rect_filled(place, CornerRadius::same(4), fill);
    if is_broken {
        let corners =
            [place.left_top(), place.right_top(), place.right_bottom(), place.left_bottom(), place.left_top()];
        ui.painter().extend(Shape::dashed_line(&corners, line, DASHES.0, DASHES.1));
    } else {
        ui.painter().rect_stroke(place, CornerRadius::same(4), line, StrokeKind::Inside);
    }
    let mut font = TextStyle::Monospace.resolve(ui.style());
    font.size = TextStyle::Small.resolve(ui.style()).size;
    let lay_out = |font: FontId| ui.painter().layout_no_wrap(node.state.name().to_owned(), font, text);
    let mut galley = lay_out(font.clone());
    let room = place.width() - 4.0;
    if galley.size().x > room {
        font.size *= room / galley.size().x;
        galley = lay_out(font);
    }
    ui.painter().galley(place.center() - galley.size() / 2.0, galley, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_states_share_a_place_and_no_arrow_crosses_a_state() {
        for room in [vec2(320.0, 400.0), vec2(264.0, 100.0), vec2(900.0, 250.0)] {
            assert_apart(DiagramLayout::sized(room));
        }
    }

    fn assert_apart(layout: DiagramLayout) {
        let nodes: Vec<_> = Node::all().collect();
        for (at, node) in nodes.iter().enumerate() {
            assert!(layout.area.contains_rect(layout.rect(*node)));
            assert!(nodes[..at].iter().all(|other| !layout.rect(*other).intersects(layout.rect(*node))));
        }
        for (from, to) in TRANSITIONS {
            let (start, end) = ends(layout, Node::of(from), Node::at(Some(from), to));
            for transition in 1..100 {
                let point = start.lerp(end, transition as f32 / 100.0);
                let crossed = nodes.iter().find(|node| layout.rect(**node).contains(point));
                assert!(
                    crossed.is_none(),
                    "{} to {} crosses {}",
                    from.name(),
                    to.name(),
                    crossed.unwrap().state.name()
                );
            }
        }
    }
}
