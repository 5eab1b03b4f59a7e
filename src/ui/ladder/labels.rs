//! Places for the texts of a ladder's arrows: on the arrow, and where no other arrow crosses the text.
//!
//! A text without a place is left out; the calls at the ends of its arrow say the same. Out of scope: texts, painting.

use std::collections::HashMap;

use egui::{Pos2, Rangef, Rect, Vec2, pos2, vec2};

use crate::capture::Role;
use crate::view::{Arrow, ArrowEnd, ArrowKind};

/// With more arrows than this in view no texts are drawn: nobody could read them.
const ARROWS_MAX: usize = 512;
/// The most texts.
const TEXTS_MAX: usize = 64;
/// The distance of texts from the lifelines, where the heads of arrows are, in points.
const LIFELINE_GAP: f32 = 20.0;
/// The room around the tip of an arrow that ends between the lifelines.
const TIP_GAP: f32 = 8.0;
/// Two lines no farther from each other are one on the screen.
const SAME_LINE: f32 = 3.0;
/// The other places along an arrow where a text may stand.
const POSITIONS: [f32; 6] = [0.5, 0.3, 0.7, 0.2, 0.8, 0.4];

/// An arrow, and the part of its line that is in view.
pub type DrawnArrow = (Arrow, [Pos2; 2]);

/// The texts of some arrows.
pub struct Labels<'a> {
    drawn: &'a [DrawnArrow],
    shared_ends: SharedEnds,
    area: Rect,
    /// Between the lifelines.
    room: Rangef,
    /// The texts that have a place, by the numbers of their arrows.
    placed: Vec<(usize, Rect)>,
}

impl<'a> Labels<'a> {
    /// The texts of the arrows `drawn` in `area` between two lifelines.
    #[must_use]
    pub fn new(drawn: &'a [DrawnArrow], area: Rect, [left, right]: [f32; 2]) -> Self {
        let shared_ends = SharedEnds::of(drawn.iter().map(|(arrow, _)| arrow));
        Self {
            drawn,
            shared_ends,
            area,
            room: Rangef::new(left + LIFELINE_GAP, right - LIFELINE_GAP),
            placed: Vec::new(),
        }
    }

    /// A place for a text of this size on arrow number `at`, if there is one.
    pub fn place(&mut self, at: usize, size: Vec2) -> Option<Rect> {
        if self.drawn.len() > ARROWS_MAX || self.placed.len() >= TEXTS_MAX {
            return None;
        }
        let (arrow, [from, to]) = self.drawn.get(at)?;
        // SYN+ACK without its SYN says nothing.
        if arrow.kind == ArrowKind::SynAck && !self.placed.iter().any(|(other, _)| self.is_handshake(at, *other)) {
            return None;
        }
        // An arrow that leaves its call alone has its text at its tail.
        let tail = (LIFELINE_GAP + size.x / 2.0) / (to.x - from.x).abs().max(1.0);
        let tail = Some(tail).filter(|_| self.shared_ends.leaves_alone(arrow));
        let shares = tail.into_iter().chain([self.shared_ends.share(arrow)]).chain(POSITIONS);
        let places: Vec<Rect> = shares.map(|share| self.around(*from + (*to - *from) * share, size)).collect();
        let free = |place: &&Rect| self.is_free(at, **place);
        let alone = places.iter().filter(free).find(|place| !self.is_crossed(at, **place));
        // At its edge, a line may pass behind it.
        let inside = |place: &&Rect| !self.is_crossed(at, place.shrink2(vec2(place.width() / 4.0, 3.0)));
        let place = alone.or_else(|| places.iter().filter(free).find(inside)).copied()?;
        self.placed.push((at, place));
        Some(place)
    }

    fn is_handshake(&self, one: usize, two: usize) -> bool {
        self.drawn.get(one).zip(self.drawn.get(two)).is_some_and(|((a, _), (b, _))| is_pair(a, b))
    }

    /// A wide text stays between the lifelines.
    fn around(&self, middle: Pos2, size: Vec2) -> Rect {
        let most = (self.room.max - size.x).max(self.room.min);
        let x = (middle.x - size.x / 2.0).clamp(self.room.min, most);
        let lowest = (self.area.bottom() - size.y).max(self.area.top());
        let y = (middle.y - size.y / 2.0).clamp(self.area.top(), lowest);
        Rect::from_min_size(pos2(x, y), size)
    }

    /// Whether no other text stands there, no tip of an arrow, and none of the same line.
    fn is_free(&self, at: usize, place: Rect) -> bool {
        let wide = place.expand2(vec2(4.0, -1.0));
        let is_taken = |(other, placed): &(usize, Rect)| placed.intersects(wide) || self.is_same_line(at, *other);
        let has_tip = |(_, [_, tip]): &DrawnArrow| place.expand(TIP_GAP).contains(*tip);
        !self.placed.iter().any(is_taken) && !self.drawn.iter().any(has_tip)
    }

    fn is_crossed(&self, at: usize, place: Rect) -> bool {
        let crosses = |(number, (_, line)): (usize, &DrawnArrow)| {
            number != at && !self.is_beside(at, number, place) && is_in(*line, place)
        };
        self.drawn.iter().enumerate().any(crosses)
    }

    /// Whether two arrows are one line on the screen, other than there and back.
    fn is_same_line(&self, one: usize, two: usize) -> bool {
        let (Some((a, [from, to])), Some((b, other))) = (self.drawn.get(one), self.drawn.get(two)) else {
            return false;
        };
        let is_near = |point: &Pos2| y_at(*other, point.x).is_some_and(|y| (y - point.y).abs() < SAME_LINE);
        !is_pair(a, b) && is_near(from) && is_near(to)
    }

    /// Whether another arrow is so near at this place that it looks like the same line, or is its way back.
    fn is_beside(&self, one: usize, two: usize, place: Rect) -> bool {
        let (Some((a, line)), Some((b, other))) = (self.drawn.get(one), self.drawn.get(two)) else { return false };
        let near = |x: f32| y_at(*line, x).zip(y_at(*other, x)).is_some_and(|(a, b)| (a - b).abs() < SAME_LINE);
        is_pair(a, b) || (near(place.left()) && near(place.right()))
    }
}

/// Whether they are a handshake.
fn is_pair(a: &Arrow, b: &Arrow) -> bool {
    let carried = (a.kind, b.kind);
    matches!(carried, (ArrowKind::Syn, ArrowKind::SynAck) | (ArrowKind::SynAck, ArrowKind::Syn))
        && (a.to == b.from || b.to == a.from)
}

/// The height of a line at `x`.
fn y_at([from, to]: [Pos2; 2], x: f32) -> Option<f32> {
    let is_within = Rangef::new(from.x.min(to.x) - 1.0, from.x.max(to.x) + 1.0).contains(x);
    let share = (x - from.x) / (to.x - from.x);
    (is_within && share.is_finite()).then_some(from.y + (to.y - from.y) * share)
}

/// Whether a part of a line is in `place`.
fn is_in(line: [Pos2; 2], place: Rect) -> bool {
    let [from, to] = line;
    let left = place.left().max(from.x.min(to.x));
    let right = place.right().min(from.x.max(to.x));
    if left > right {
        return false;
    }
    let ends = y_at(line, left).zip(y_at(line, right));
    ends.is_some_and(|(one, two)| Rangef::new(one.min(two), one.max(two)).intersects(place.y_range()))
}

/// The numbers of arrows that begin, and that end, at the same call.
struct SharedEnds {
    from: HashMap<(Role, u64), usize>,
    to: HashMap<(Role, u64), usize>,
}

impl SharedEnds {
    fn of<'a>(arrows: impl Iterator<Item = &'a Arrow>) -> Self {
        let mut shared_ends = Self { from: HashMap::new(), to: HashMap::new() };
        for arrow in arrows {
            if let ArrowEnd::Call { entry, .. } = arrow.from {
                *shared_ends.from.entry((arrow.side, entry)).or_default() += 1;
            }
            if let ArrowEnd::Call { entry, .. } = arrow.to {
                *shared_ends.to.entry((arrow.side, entry)).or_default() += 1;
            }
        }
        shared_ends
    }

    /// Whether no other arrow begins at the same call.
    fn leaves_alone(&self, arrow: &Arrow) -> bool {
        match arrow.from {
            ArrowEnd::Call { entry, .. } => self.from.get(&(arrow.side, entry)).is_none_or(|count| *count == 1),
            ArrowEnd::System { .. } | ArrowEnd::Open(_) => true,
        }
    }

    /// The place of an arrow's text along the arrow: close to the end that the arrow does not share with others.
    fn share(&self, arrow: &Arrow) -> f32 {
        let count = |of: &HashMap<(Role, u64), usize>, tip: &ArrowEnd| match tip {
            ArrowEnd::Call { entry, .. } => of.get(&(arrow.side, *entry)).copied().unwrap_or(1),
            ArrowEnd::System { .. } | ArrowEnd::Open(_) => 1,
        };
        match (count(&self.from, &arrow.from), count(&self.to, &arrow.to)) {
            (1, 1) => 0.5,
            (1, _) => 0.25,
            (_, 1) => 0.75,
            _ => 0.5,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Moment;
    use crate::view::Unmatched;

    const AREA: Rect = Rect { min: Pos2::ZERO, max: pos2(400.0, 300.0) };
    const SIZE: Vec2 = vec2(60.0, 14.0);

    fn drawn(entry: u64, carried: ArrowKind, from: Pos2, to: Pos2) -> DrawnArrow {
        let side = if to.x > from.x { Role::Client } else { Role::Server };
        let tip = |entry| ArrowEnd::Call { entry, row: 0.0, at: Moment(0) };
        (Arrow { kind: carried, side, from: tip(entry), to: tip(entry + 100) }, [from, to])
    }

    fn places(drawn: &[DrawnArrow]) -> Vec<Option<Rect>> {
        let mut labels = Labels::new(drawn, AREA, [0.0, 400.0]);
        (0..drawn.len()).map(|at| labels.place(at, SIZE)).collect()
    }

    #[test]
    fn a_text_stands_on_its_arrow_and_not_on_one_that_crosses_it() {
        let fin = |entry, from, to| drawn(entry, ArrowKind::Fin, from, to);
        // They cross in the middle, where both texts would stand.
        let drawn = [fin(1, pos2(4.0, 100.0), pos2(396.0, 160.0)), fin(2, pos2(396.0, 100.0), pos2(4.0, 160.0))];
        let places = places(&drawn);
        for (at, place) in places.iter().enumerate() {
            let place = place.unwrap();
            assert!(is_in(drawn[at].1, place) && !is_in(drawn[1 - at].1, place), "{at}: {place:?}");
        }
    }

    #[test]
    fn a_text_stands_at_the_tail_of_its_arrow() {
        let fin = |entry, from, to| drawn(entry, ArrowKind::Fin, from, to);
        let (left, right) = (pos2(4.0, 100.0), pos2(396.0, 120.0));
        let places = places(&[fin(1, left, right), fin(2, right + vec2(0.0, 60.0), left + vec2(0.0, 100.0))]);
        let [one, two] = [0, 1].map(|at: usize| places[at].unwrap());
        assert!(one.left() - left.x < LIFELINE_GAP + 1.0 && right.x - two.right() < LIFELINE_GAP + 1.0);
    }

    #[test]
    fn no_text_hides_where_an_arrow_ends_between_the_lifelines() {
        let mut half = drawn(1, ArrowKind::Fin, pos2(396.0, 100.0), pos2(200.0, 104.0));
        half.0.to = ArrowEnd::Open(Unmatched::NotYet);
        let whole = drawn(2, ArrowKind::Fin, pos2(4.0, 104.0), pos2(396.0, 100.0));
        for place in places(&[half, whole]).into_iter().flatten() {
            assert!(!place.expand(4.0).contains(pos2(200.0, 104.0)), "{place:?}");
        }
    }

    #[test]
    fn of_many_arrows_in_one_line_one_is_named_and_a_handshake_has_both_its_names() {
        let bytes =
            |entry| drawn(entry, ArrowKind::Bytes(crate::http::Span::new(0, 1)), pos2(4.0, 50.0), pos2(396.0, 51.0));
        assert_eq!(places(&[bytes(1), bytes(2), bytes(3)]).iter().flatten().count(), 1);
        let system = ArrowEnd::System { row: 0.0, at: Moment(0) };
        let mut there = drawn(1, ArrowKind::Syn, pos2(4.0, 80.0), pos2(396.0, 80.0));
        let mut back = drawn(1, ArrowKind::SynAck, pos2(396.0, 80.5), pos2(4.0, 80.5));
        (there.0.to, back.0.from) = (system, system);
        assert_eq!(places(&[there, back]).iter().flatten().count(), 2);
    }
}
