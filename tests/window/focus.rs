//! The keyboard's way through the window: Tab goes where the eye goes, and each stop has a ring.

use egui::{Id, Key, Rect, Shape};

use super::*;

/// Where a stop is, in the order of the eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Top,
    Left,
    Middle,
    Bottom,
}

/// A place where Tab stops.
#[derive(Debug)]
struct Stop {
    id: Id,
    place: Rect,
    name: String,
    has_ring: bool,
}

/// The name of what has the focus, as a screen reader says it.
fn focused_name(window: &Window) -> String {
    let nodes = window.harness.root().children_recursive();
    let focused = nodes.into_iter().find(|node| node.accesskit_node().is_focused());
    focused.and_then(|node| node.accesskit_node().label()).unwrap_or_default()
}

/// Whether a ring in the accent's colour is drawn around `place`.
fn has_ring(window: &Window, place: Rect) -> bool {
    let accent = window.harness.ctx.global_style().visuals.selection.stroke.color;
    let seen = place.intersect(window.harness.ctx.content_rect());
    window.harness.output().shapes.iter().any(|clipped| match &clipped.shape {
        Shape::Rect(ring) => {
            let is_around = ring.rect.expand(0.5).contains_rect(seen) && seen.expand(3.0).contains_rect(ring.rect);
            ring.stroke.width == 2.0 && ring.stroke.color == accent && is_around
        }
        _ => false,
    })
}

/// Each stop of Tab, until it comes back to the first.
fn stops(window: &mut Window) -> Vec<Stop> {
    let mut stops: Vec<Stop> = Vec::new();
    for _ in 0..300 {
        window.harness.key_press(Key::Tab);
        window.harness.run_steps(2);
        let Some(id) = window.harness.ctx.memory(|memory| memory.focused()) else { continue };
        if stops.iter().any(|stop| stop.id == id) {
            return stops;
        }
        let place = window.harness.ctx.read_response(id).unwrap().interact_rect;
        let has_ring = has_ring(window, place);
        stops.push(Stop { id, place, name: focused_name(window), has_ring });
    }
    panic!("Tab did not come back to the first stop");
}

fn part(window: &Window, place: Rect) -> Part {
    let screen = window.harness.ctx.content_rect();
    let at = place.center();
    match () {
        () if at.y < 44.0 => Part::Top,
        () if at.y > screen.bottom() - 44.0 => Part::Bottom,
        () if at.x < 304.0 => Part::Left,
        () => Part::Middle,
    }
}

fn check(window: &mut Window, least: usize) {
    let stops = stops(window);
    assert!(stops.len() >= least, "only {} stops", stops.len());
    for stop in &stops {
        assert!(stop.has_ring, "no ring: {stop:?}");
        // The lines between views are moved with the mouse; the menus of the tabs do the same by keyboard.
        let is_line = stop.place.size().min_elem() <= 8.0;
        assert!(is_line || !stop.name.is_empty(), "no name: {stop:?}");
    }
    let parts: Vec<Part> = stops.iter().map(|stop| part(window, stop.place)).collect();
    assert!(parts.is_sorted(), "{:#?}", parts.iter().zip(&stops).collect::<Vec<_>>());
}

#[test]
fn every_stop_of_the_first_screen_has_a_ring() {
    let mut window = Window::open(Setup { is_first: true, ..Setup::default() });
    check(&mut window, 20);
}

#[test]
fn every_stop_of_a_client_with_a_reply_has_a_ring() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    check(&mut window, 30);
}

#[test]
fn every_stop_of_a_server_has_a_ring() {
    let mut window = Window::open(Setup { theme: Theme::Dark, ..Setup::default() });
    window.click("Server");
    window.click("Listen");
    window.until_text("● listening on");
    check(&mut window, 20);
}
