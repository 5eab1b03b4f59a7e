//! Moves a window back onto a monitor, if the monitor that it was on last is gone.

use eframe::CreationContext;
use egui::{Pos2, Rect, Vec2, pos2, vec2};

use crate::settings::WindowPlace;

/// The height of a title bar, by which a window is moved.
const TITLE: f32 = 24.0;
/// The part of the title bar that has to be visible, so that the user can drag it.
const TITLE_SEEN: Vec2 = vec2(96.0, 12.0);
/// The distance from the corner of a monitor at which a window is put, in points.
const INSET: f32 = 32.0;

/// Puts the window that is being made onto a monitor if it was to stand on none.
pub fn move_onto_monitor(cc: &CreationContext<'_>, place: Option<&WindowPlace>) {
    let (Some(window), Some(place)) = (cc.winit_window(), place.filter(|place| !place.maximized)) else { return };
    let scale = window.scale_factor() as f32;
    let monitors = window.primary_monitor().into_iter().chain(window.available_monitors());
    let (handles, areas): (Vec<_>, Vec<_>) = monitors
        .map(|monitor| {
            let (at, size) = (monitor.position(), monitor.size());
            let at = pos2(at.x as f32, at.y as f32);
            (monitor, Rect::from_min_size(at, vec2(size.width as f32, size.height as f32)))
        })
        .unzip();
    if let (false, Some(monitor)) = (is_reachable(place, scale, &areas), handles.first()) {
        let mut corner = monitor.position();
        let inset = (INSET * scale) as i32;
        (corner.x, corner.y) = (corner.x + inset, corner.y + inset);
        window.set_outer_position(corner);
    }
}

/// Whether the title bar of a window that stands at `place` can be grasped on one of the monitors, which are in pixels, `scale` for each
/// of the window's. Where the system tells no place, or no monitors, it is.
fn is_reachable(place: &WindowPlace, scale: f32, monitors: &[Rect]) -> bool {
    let (Some(x), Some(y)) = (place.x, place.y) else { return true };
    let title = Rect::from_min_size(Pos2::new(x, y) * scale, vec2(place.width, TITLE) * scale);
    let seen = TITLE_SEEN * scale;
    let is_seen = |monitor: &Rect| {
        let part = title.intersect(*monitor);
        part.width() >= seen.x && part.height() >= seen.y
    };
    monitors.is_empty() || monitors.iter().any(is_seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_bar_is_on_a_monitor_or_the_window_comes_back() {
        let monitor = |x, y| Rect::from_min_size(pos2(x, y), vec2(1920.0, 1080.0));
        let (one, above) = ([monitor(0.0, 0.0)], [monitor(0.0, 0.0), monitor(0.0, -1080.0)]);
        let place = |x, y| WindowPlace { x: Some(x), y: Some(y), width: 1280.0, height: 800.0, maximized: false };
        for (x, y, on_one, with_another_above) in [
            (10.0, 10.0, true, true),
            (10.0, -1080.0, false, true),
            (10.0, -20.0, false, true),
            (10.0, -8.0, true, true),
            (-1200.0, 10.0, false, false),
            (-1100.0, 10.0, true, true),
            (1900.0, 10.0, false, false),
            (10.0, 1079.0, false, false),
            (5000.0, 5000.0, false, false),
        ] {
            assert_eq!(is_reachable(&place(x, y), 1.0, &one), on_one, "{x} {y}");
            assert_eq!(is_reachable(&place(x, y), 1.0, &above), with_another_above, "{x} {y}");
        }
        assert!(is_reachable(&place(860.0, 10.0), 2.0, &one) && !is_reachable(&place(960.0, 10.0), 2.0, &one));
        assert!(is_reachable(&WindowPlace { y: None, ..place(9000.0, 0.0) }, 1.0, &one));
        assert!(is_reachable(&place(9000.0, 0.0), 1.0, &[]));
    }
}
