//! The plots of the Timing tab under the mouse: zooming, dragging, showing all again. What they show is read off their axes.

use egui::{Event, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, Rect, Shape, TouchPhase, vec2};

use super::fake_run::FakeRun;
use super::pictures::finished;
use super::*;

const BOTH: [&str; 2] = ["Throughput: ", "Read sizes: "];

/// A window with the plots of a finished run.
fn plots() -> FakeRun {
    let mut fake = finished([1280.0, 1000.0], Language::English, Theme::Light);
    // A frame of a test takes a quarter of a second.
    fake.window.harness.ctx.options_mut(|options| options.input_options.max_double_click_delay = 2.0);
    fake.window.click("Timing");
    fake.window.until_text("Read sizes: ");
    fake.window.harness.run_steps(4);
    fake
}

impl FakeRun {
    fn plot(&self, name: &str) -> Rect {
        let mut plots = self.window.harness.query_all_by_role(Role::Image);
        plots.find(|node| node.accesskit_node().label().is_some_and(|label| label.starts_with(name))).unwrap().rect()
    }

    /// The milliseconds at the left and the right end of a plot, as the marks below it tell.
    fn time(&self, name: &str) -> (f64, f64) {
        let plot = self.plot(name);
        let below = Rect::from_min_max(plot.left_bottom() - vec2(0.0, 4.0), plot.right_bottom() + vec2(0.0, 24.0));
        let texts = texts(&self.window.harness, below);
        let marks: Vec<_> =
            texts.iter().filter_map(|(at, text)| Some((f64::from(at.x), milliseconds(text)?))).collect();
        let [(left, first), .., (right, last)] = marks[..] else { panic!("too few marks below {name}: {texts:?}") };
        let each = (last - first) / (right - left);
        let at = |x: f32| first + (f64::from(x) - left) * each;
        (at(plot.left()), at(plot.right()))
    }

    fn wheels(&mut self, by: f32, modifiers: Modifiers) {
        let (unit, delta, phase) = (MouseWheelUnit::Point, vec2(0.0, by), TouchPhase::Move);
        let wheel = Event::MouseWheel { unit, delta, phase, source: MouseWheelSource::Unknown, modifiers };
        // The key is held until all of it has been taken in.
        self.window.harness.event(Event::ModifiersChanged(modifiers));
        self.window.harness.event(wheel);
        self.window.harness.run_steps(8);
        self.window.harness.event(Event::ModifiersChanged(Modifiers::NONE));
        self.window.harness.run_steps(2);
    }

    fn double_clicks(&mut self, at: Pos2) {
        for _ in 0..2 {
            self.window.harness.drag_at(at);
            self.window.harness.drop_at(at);
        }
        self.window.harness.run_steps(4);
    }
}

/// The texts that are painted in `area`, from left to right, each with its middle.
fn texts(harness: &Harness<'_, App>, area: Rect) -> Vec<(Pos2, String)> {
    fn gather(shape: &Shape, found: &mut Vec<(Pos2, String)>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| gather(shape, found)),
            Shape::Text(text) => found.push((text.pos + text.galley.size() / 2.0, text.galley.text().to_owned())),
            _ => {}
        }
    }
    let mut found = Vec::new();
    harness.output().shapes.iter().for_each(|clipped| gather(&clipped.shape, &mut found));
    found.retain(|(at, _)| area.contains(*at));
    found.sort_by(|a, b| a.0.x.total_cmp(&b.0.x));
    found
}

fn milliseconds(text: &str) -> Option<f64> {
    let (figure, unit) = text.split_once(' ')?;
    let each = [("µs", 0.001), ("ms", 1.0), ("s", 1000.0)].into_iter().find(|(name, _)| *name == unit)?.1;
    figure.parse::<f64>().ok().map(|figure| figure * each)
}

/// Whether two stretches of time are the same, as far as marks can tell.
fn are_alike(a: (f64, f64), b: (f64, f64)) -> bool {
    let least = (a.1 - a.0) / 100.0;
    (a.0 - b.0).abs() < least && (a.1 - b.1).abs() < least
}

#[test]
fn ctrl_and_the_wheel_zoom_both_plots_around_the_pointer() {
    let mut fake = plots();
    let before = fake.time(BOTH[0]);
    assert!(are_alike(before, fake.time(BOTH[1])), "{before:?}");
    let plot = fake.plot(BOTH[0]);
    fake.window.harness.hover_at(plot.center());
    fake.window.harness.run_steps(2);
    fake.wheels(100.0, Modifiers::NONE);
    assert!(are_alike(before, fake.time(BOTH[0])), "the wheel alone is for scrolling");
    fake.wheels(100.0, Modifiers::COMMAND);
    let zoomed = fake.time(BOTH[0]);
    let (length, full) = (zoomed.1 - zoomed.0, before.1 - before.0);
    assert!(length < full * 0.8 && length > full * 0.2, "{before:?} became {zoomed:?}");
    assert!((zoomed.0 + zoomed.1 - before.0 - before.1).abs() < full / 50.0, "its middle stays: {zoomed:?}");
    assert!(are_alike(zoomed, fake.time(BOTH[1])), "both show the same time");
    fake.wheels(-100.0, Modifiers::COMMAND);
    assert!(are_alike(before, fake.time(BOTH[0])), "{:?}", fake.time(BOTH[0]));
}

#[test]
fn dragging_moves_both_plots_and_a_double_click_shows_all_again() {
    let mut fake = plots();
    let before = fake.time(BOTH[1]);
    let plot = fake.plot(BOTH[1]);
    let each = (before.1 - before.0) / f64::from(plot.width());
    fake.window.harness.hover_at(plot.center());
    fake.window.harness.drag_at(plot.center());
    for step in 1..=4 {
        fake.window.harness.hover_at(plot.center() - vec2(25.0 * step as f32, 0.0));
        fake.window.step();
    }
    fake.window.harness.drop_at(plot.center() - vec2(100.0, 0.0));
    fake.window.harness.run_steps(3);
    let moved = (before.0 + 100.0 * each, before.1 + 100.0 * each);
    for name in BOTH {
        assert!(are_alike(moved, fake.time(name)), "{name}{before:?} became {:?}", fake.time(name));
    }
    fake.window.harness.hover_at(plot.center());
    fake.wheels(100.0, Modifiers::COMMAND);
    assert!(!are_alike(moved, fake.time(BOTH[1])));
    fake.double_clicks(plot.center());
    for name in BOTH {
        assert!(are_alike(before, fake.time(name)), "{name}{before:?} became {:?}", fake.time(name));
    }
}
