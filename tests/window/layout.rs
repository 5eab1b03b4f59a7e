//! The layout at several sizes, in both languages, with and without the program and a lesson: nothing lies outside the window, lies
//! over something else, or is cut where it can't be scrolled to. Rectangles are compared, no pictures.

use std::collections::HashMap;

use egui::accesskit::NodeId;
use egui::{Key, Rect, Shape, vec2};

use super::*;

const SIZES: [[f32; 2]; 4] = [[800.0, 560.0], [1024.0, 640.0], [1280.0, 800.0], [1920.0, 1080.0]];

/// What can be clicked or typed into.
const WORKED: [Role; 9] = [
    Role::Button,
    Role::CheckBox,
    Role::ComboBox,
    Role::Link,
    Role::MultilineTextInput,
    Role::RadioButton,
    Role::SpinButton,
    Role::Tab,
    Role::TextInput,
];

/// A widget: where it is, and where it is seen.
#[derive(Debug)]
struct Placed {
    role: Role,
    name: String,
    rect: Rect,
    seen: Rect,
    layer: egui::LayerId,
}

fn widgets(window: &Window) -> Vec<Placed> {
    let rects: HashMap<NodeId, _> = window.harness.ctx.viewport(|viewport| {
        let all = viewport.this_pass.widgets.layers().flat_map(|(_, rects)| rects.iter());
        all.map(|rect| (rect.id.accesskit_id(), *rect)).collect()
    });
    let nodes = window.harness.root().children_recursive();
    let placed = nodes.into_iter().filter_map(|node| {
        let node = node.accesskit_node();
        let rect = rects.get(&node.locate().0)?;
        let name = node.label().or_else(|| node.value()).unwrap_or_default();
        Some(Placed { role: node.role(), name, rect: rect.rect, seen: rect.interact_rect, layer: rect.layer_id })
    });
    placed.collect()
}

/// What is wrong in the window as it is drawn.
fn faults(window: &Window, size: [f32; 2]) -> Vec<String> {
    let all = widgets(window);
    let screen = Rect::from_min_size(egui::Pos2::ZERO, size.into()).expand(1.0);
    let bars: Vec<_> = all.iter().filter(|placed| placed.role == Role::ScrollBar).map(|placed| placed.rect).collect();
    let worked: Vec<_> = all.iter().filter(|placed| WORKED.contains(&placed.role)).collect();
    assert!(worked.len() > 15, "the search is broken: {worked:?}");
    let mut faults = Vec::new();
    for placed in &worked {
        let Placed { role, name, rect, seen, .. } = placed;
        let below =
            |bar: &Rect| bar.height() > bar.width() && bar.left() > rect.left() && bar.left() < rect.right() + 400.0;
        let beside = |bar: &Rect| bar.width() > bar.height() && bar.top() > rect.top();
        let is_cut_across = rect.width() > seen.width() + 1.0 && !bars.iter().any(beside);
        let is_cut_along = rect.height() > seen.height() + 1.0 && !bars.iter().any(below);
        if is_cut_across || is_cut_along {
            faults.push(format!("{role:?} {name:?} at {rect:?} is seen at {seen:?}"));
        } else if seen.is_positive() && !screen.contains_rect(*seen) {
            faults.push(format!("{role:?} {name:?} at {rect:?} lies outside the window"));
        }
        if rect.width() < 10.0 || rect.height() > 2.0 * rect.width().max(24.0) {
            faults.push(format!("{role:?} {name:?} at {rect:?} is too narrow"));
        }
    }
    for (number, one) in worked.iter().enumerate() {
        for other in &worked[number + 1..] {
            let both = one.seen.intersect(other.seen);
            let is_within = one.seen.contains_rect(other.seen) || other.seen.contains_rect(one.seen);
            if one.layer == other.layer && both.width() > 1.0 && both.height() > 1.0 && !is_within {
                let (one, other) = ((&one.role, &one.name, one.seen), (&other.role, &other.name, other.seen));
                faults.push(format!("{one:?} lies over {other:?}"));
            }
        }
    }
    faults.extend(cut_texts(window, &bars));
    faults
}

/// Texts that the edge of a panel cuts across.
fn cut_texts(window: &Window, bars: &[Rect]) -> Vec<String> {
    let mut cut = Vec::new();
    let is_text = |shape: &Shape| matches!(shape, Shape::Text(_));
    let texts = window.harness.output().shapes.iter().filter(|clipped| is_text(&clipped.shape)).count();
    assert!(texts > 20, "the search is broken: {texts} texts");
    for clipped in &window.harness.output().shapes {
        let Shape::Text(text) = &clipped.shape else { continue };
        let rect = text.visual_bounding_rect();
        let clip = clipped.clip_rect;
        let is_seen = clip.intersects(rect) && clip.intersect(rect).width() > 1.0;
        let can_scroll = bars.iter().any(|bar| bar.width() > bar.height() && bar.top() > rect.top());
        if is_seen && (rect.right() > clip.right() + 1.0 || rect.left() < clip.left() - 1.0) && !can_scroll {
            cut.push(format!("the text {:?} at {rect:?} is cut by {clip:?}", text.galley.text()));
        }
    }
    cut
}

/// Looks at the window at all sizes; without anything beside the run, with the program, with a lesson, with both.
fn look(window: &mut Window, what: &str, words: (&str, &str), lesson: &str) {
    let mut all = Vec::new();
    for (has_program, has_lesson) in [(false, false), (true, false), (true, true), (false, true)] {
        let shows_program = window.harness.query_by_role_and_label(Role::Tab, words.1).is_some();
        if has_program != shows_program {
            window.harness.key_press(Key::F9);
            window.harness.run_steps(4);
        }
        let shows_lesson = window.harness.query_by_label(lesson).is_some();
        if has_lesson != shows_lesson {
            window.menu(words.0);
            if has_lesson {
                window.harness.get_by_label(lesson).click();
                window.harness.run_steps(4);
            }
        }
        for size in SIZES {
            window.harness.set_size(vec2(size[0], size[1]));
            window.harness.run_steps(6);
            let case = format!("{what}, {size:?}, program {has_program}, lesson {has_lesson}");
            let faults = faults(window, size);
            if !faults.is_empty() {
                all.push(format!("\n{case}:\n  {}", faults.join("\n  ")));
            }
        }
        window.harness.set_size(vec2(1280.0, 800.0));
        window.harness.run_steps(4);
    }
    assert!(all.is_empty(), "{}", all.concat());
}

/// A window after the page of the server beside it has come.
fn tried() -> Window {
    let mut window = Window::open(Setup::default());
    window.try_here();
    window
}

#[test]
fn nothing_of_a_client_is_cut_at_any_size() {
    let mut window = tried();
    look(&mut window, "client", ("Lessons", "Program"), "Four sends, one read");
}
