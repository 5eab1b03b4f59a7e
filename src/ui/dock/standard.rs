//! How views stand as long as the user has not moved any: as the size of the dock says.

use crate::capture::Role;
use crate::settings::{Arrangement, View};

/// From this width on the views stand beside the lists, in points: that of a window of 1,600 points, less the form.
const BESIDE_LISTS: f32 = 1240.0;
/// From this width on a second view has room beside the first, in points.
const TWO_VIEWS: f32 = 880.0;
/// The least height of the views, in points: some rows of hex below the ruler.
const VIEWS_HEIGHT: f32 = 336.0;
/// The least height of the calls, in points.
const CALLS_HEIGHT: f32 = 120.0;
/// The greatest width of a second view beside lists and views that stand below each other, in points.
const SECOND_WIDTH: f32 = 528.0;

/// The gap between tiles, in points.
pub(super) const GAP: f32 = 6.0;

/// The views that are tabs of one place at first.
const VIEWS: [View; 7] = [View::Head, View::Body, View::Bytes, View::Timing, View::Ladder, View::Kernel, View::Tls];

/// The room that a dock has, in points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Room {
    /// The width.
    pub width: f32,
    /// The height.
    pub height: f32,
    /// The height without what is told about a run for a while: the lists have the same height then as now.
    pub whole_height: f32,
    /// The height that a server's connections need.
    pub connections: f32,
}

/// The arrangement for `room`: the view `active` is seen, and those of `beside` too where there is room, each in tabs of its own.
pub(super) fn standard(role: Role, room: Room, active: View, beside: &[View]) -> Arrangement {
    let has_room = room.width >= TWO_VIEWS;
    let others = VIEWS.into_iter().filter(|view| !beside.contains(view));
    let views: Vec<_> = if has_room { others.collect() } else { others.chain(beside.iter().copied()).collect() };
    let seen = beside.last().copied().filter(|_| !has_room).unwrap_or(active);
    let active = if views.contains(&seen) { seen } else { View::Body };
    let views = Arrangement::Tabs { views, active };
    let second: Vec<_> = beside.iter().filter(|_| has_room).map(|view| (1.0, one(*view))).collect();
    if room.width >= BESIDE_LISTS {
        let lists = lists(role, room);
        return match column(second) {
            None => Arrangement::Row(vec![(0.45, lists), (0.55, views)]),
            Some(second) => Arrangement::Row(vec![(0.36, lists), (0.32, views), (0.32, second)]),
        };
    }
    let mut parts = Vec::new();
    let (mut height, mut whole) = (room.height, room.whole_height);
    if role == Role::Server {
        parts.push((room.connections, one(View::Connections)));
        height -= room.connections + GAP;
        whole -= room.connections + GAP;
    }
    let calls = (whole * 0.44).min(whole - VIEWS_HEIGHT).max(CALLS_HEIGHT);
    parts.push((calls, one(View::Calls)));
    parts.push(((height - calls - GAP).max(CALLS_HEIGHT), views));
    let stacked = Arrangement::Column(parts);
    match column(second) {
        None => stacked,
        Some(second) => {
            let share = (SECOND_WIDTH / room.width).min(0.48);
            Arrangement::Row(vec![(1.0 - share, stacked), (share, second)])
        }
    }
}

/// The lists at the left of the views.
fn lists(role: Role, room: Room) -> Arrangement {
    if role == Role::Client {
        return one(View::Calls);
    }
    let connections = room.connections.max(room.height * 0.5).min(room.height - CALLS_HEIGHT);
    Arrangement::Column(vec![(connections, one(View::Connections)), (room.height - connections, one(View::Calls))])
}

fn one(view: View) -> Arrangement {
    Arrangement::Tabs { views: vec![view], active: view }
}

/// One part as it is, several below each other.
fn column(mut parts: Vec<(f32, Arrangement)>) -> Option<Arrangement> {
    match parts.len() {
        0 | 1 => parts.pop().map(|(_, part)| part),
        _ => Some(Arrangement::Column(parts)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(width: f32, height: f32) -> Room {
        Room { width, height, whole_height: height, connections: 200.0 }
    }

    #[test]
    fn every_size_has_every_view_once() {
        for role in [Role::Client, Role::Server] {
            for (width, height) in [(480.0, 440.0), (700.0, 540.0), (950.0, 700.0), (1580.0, 950.0), (3000.0, 2000.0)] {
                for beside in [&[][..], &[View::Program], &[View::Ladder, View::Program]] {
                    let arrangement = standard(role, room(width, height), View::Bytes, beside);
                    assert!(arrangement.is_sound(), "{role:?} {width} {height}: {arrangement:?}");
                    let views = View::ALL.into_iter().filter(|view| arrangement.contains(*view)).count();
                    let lists = if role == Role::Server { 2 } else { 1 };
                    assert_eq!(views, VIEWS.len() + lists + usize::from(beside.contains(&View::Program)));
                }
            }
        }
    }

    #[test]
    fn a_wide_dock_has_the_views_beside_the_lists_and_a_narrow_one_below() {
        let wide = standard(Role::Client, room(1256.0, 800.0), View::Body, &[]);
        assert!(matches!(&wide, Arrangement::Row(parts) if parts[0] == (0.45, one(View::Calls))), "{wide:?}");
        let narrow = standard(Role::Client, room(940.0, 700.0), View::Body, &[]);
        assert!(matches!(&narrow, Arrangement::Column(parts) if parts[0].1 == one(View::Calls)), "{narrow:?}");
        let low = standard(Role::Client, room(480.0, 460.0), View::Body, &[View::Program]);
        let Arrangement::Column(parts) = &low else { panic!("{low:?}") };
        assert!(matches!(&parts[1].1, Arrangement::Tabs { active: View::Program, .. }), "it is seen: {low:?}");
    }
}
