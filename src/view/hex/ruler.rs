//! The ruler's scale: which part of a direction is on it, from the whole of it down to single bytes.
//!
//! In scope: zoom, pan and ticks as arithmetic, exact to the byte up to 2^53 bytes. Out of scope: drawing, and what stands on it.

use crate::http::Span;
use crate::view::scale::round_step;

/// The widest that a byte gets, in points.
const WIDEST: f64 = 28.0;

/// A scale over a width in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RulerScale {
    /// The byte at the left end, and how far into it.
    start: f64,
    /// Bytes a point.
    step: f64,
    /// Whether all bytes stay in view while there come more.
    whole: bool,
}

impl Default for RulerScale {
    fn default() -> Self {
        Self { start: 0.0, step: 1.0, whole: true }
    }
}

impl RulerScale {
    /// Whether all bytes stay in view while there come more.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// To be called before drawing: the bytes `all` over `width` points, either of which may have changed.
    pub fn clamp(&mut self, all: Span, width: f32) {
        let (first, total, width) = (all.start as f64, all.len().max(1) as f64, f64::from(width.max(1.0)));
        let most = (total / width).max(1.0 / WIDEST);
        self.step = if self.whole { most } else { self.step.clamp(1.0 / WIDEST, most) };
        let last = first + (total - self.step * width).max(0.0);
        self.start = if self.whole { first } else { self.start.clamp(first, last) };
        self.whole |= self.step >= most && most > 1.0 / WIDEST;
    }

    /// Shows everything.
    pub fn show_whole(&mut self) {
        self.whole = true;
    }

    /// Shows `span` and a little around it.
    pub fn show(&mut self, span: Span, width: f32) {
        let width = f64::from(width.max(1.0));
        let room = (span.len().max(1) as f64 * 1.25 / width).max(1.0 / WIDEST);
        self.whole = false;
        self.step = room;
        self.start = (span.start as f64 - (room * width - span.len() as f64) / 2.0).max(0.0);
    }

    /// Moves as little as needed for `span`, or its beginning, to be in view. The scale stays.
    pub fn reveal(&mut self, span: Span, width: f32) {
        let visible = self.step * f64::from(width);
        let (start, end) = (span.start as f64, span.end as f64);
        let fits = end - start <= visible;
        if start < self.start || (!fits && start >= self.start + visible) {
            self.start = (start - visible / 8.0).max(0.0);
        } else if fits && end > self.start + visible {
            self.start = end - visible * 7.0 / 8.0;
        }
    }

    /// Makes things `factor` times as wide; what is at `x` points stays there.
    pub fn zoom(&mut self, factor: f32, x: f32) {
        let factor = f64::from(factor);
        if !factor.is_normal() || factor < 0.0 {
            return;
        }
        let at = self.start + f64::from(x) * self.step;
        let step = (self.step / factor).max(1.0 / WIDEST);
        self.whole &= factor <= 1.0;
        self.start = (at - f64::from(x) * step).max(0.0);
        self.step = step;
    }

    /// Moves by `points`, towards later bytes if positive.
    pub fn pan(&mut self, points: f32) {
        if !self.whole {
            self.start = (self.start + f64::from(points) * self.step).max(0.0);
        }
    }

    /// Where the byte at `offset` begins, in points from the left end; far outside, a little outside.
    pub fn x(&self, offset: u64) -> f32 {
        ((offset as f64 - self.start) / self.step).clamp(-1e5, 1e5) as f32
    }

    /// The byte at `x` points.
    pub fn offset(&self, x: f32) -> u64 {
        (self.start + f64::from(x) * self.step).max(0.0) as u64
    }

    /// The bytes of which any part is in view.
    pub fn visible(&self, width: f32) -> Span {
        let end = (self.start + f64::from(width) * self.step).ceil();
        Span::new(self.start as u64, end as u64)
    }

    /// Round offsets in view, at least `room` points from one to the next.
    pub fn ticks(&self, width: f32, room: f32) -> Vec<u64> {
        let step = round_step((f64::from(room) * self.step).max(1.0)) as u64;
        let visible = self.visible(width);
        let first = visible.start.div_ceil(step).saturating_mul(step);
        (0..)
            .map(|i| first.saturating_add(step.saturating_mul(i)))
            .take_while(|at| *at < visible.end)
            .take(400)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB10: u64 = 10 << 30;

    fn scale(total: u64, width: f32) -> RulerScale {
        let mut scale = RulerScale::default();
        scale.clamp(Span::new(0, total), width);
        scale
    }

    #[test]
    fn the_whole_stays_in_view_as_it_grows() {
        let mut scale = scale(1000, 500.0);
        assert_eq!((scale.visible(500.0), scale.x(500)), (Span::new(0, 1000), 250.0));
        scale.clamp(Span::new(0, GIB10), 500.0);
        assert_eq!((scale.visible(500.0), scale.is_whole()), (Span::new(0, GIB10), true));
        scale.clamp(Span::new(GIB10, GIB10 + 1000), 500.0);
        assert_eq!(scale.visible(500.0), Span::new(GIB10, GIB10 + 1000));
    }

    #[test]
    fn a_single_byte_of_ten_gibibytes_is_found() {
        let mut scale = scale(GIB10, 800.0);
        let wanted = GIB10 - 12_345;
        for _ in 0..400 {
            let x = scale.x(wanted);
            scale.zoom(1.2, x);
            scale.clamp(Span::new(0, GIB10), 800.0);
        }
        assert!(scale.visible(800.0).len() <= 30 && scale.visible(800.0).contains(wanted));
        assert_eq!(scale.offset(scale.x(wanted) + 1.0), wanted);
        assert_eq!(scale.offset(scale.x(wanted) - 1.0), wanted - 1);
        for _ in 0..400 {
            scale.zoom(1.0 / 1.2, 400.0);
            scale.clamp(Span::new(0, GIB10), 800.0);
        }
        assert!(scale.is_whole());
    }

    #[test]
    fn a_few_bytes_are_not_wider_than_they_need_be() {
        let mut scale = scale(10, 800.0);
        assert_eq!(scale.x(1), 28.0);
        scale.zoom(3.0, 10.0);
        scale.clamp(Span::new(0, 10), 800.0);
        assert_eq!((scale.x(0), scale.x(1)), (0.0, 28.0));
    }

    #[test]
    fn what_is_shown_is_in_the_middle_and_revealing_moves_little() {
        let mut scale = scale(GIB10, 800.0);
        scale.show(Span::new(5_000_000, 5_000_800), 800.0);
        scale.clamp(Span::new(0, GIB10), 800.0);
        assert!(scale.x(5_000_000) > 50.0 && scale.x(5_000_800) < 750.0);
        let before = scale;
        scale.reveal(Span::new(5_000_100, 5_000_200), 800.0);
        assert_eq!(scale, before);
        scale.reveal(Span::new(9_000_000, 9_000_010), 800.0);
        assert!((0.0..800.0).contains(&scale.x(9_000_000)));
        scale.reveal(Span::new(100, 9_000_000), 800.0);
        assert!((0.0..800.0).contains(&scale.x(100)));
    }

    #[test]
    fn ticks_are_round_and_apart() {
        let scale = scale(GIB10, 1000.0);
        let ticks = scale.ticks(1000.0, 90.0);
        assert_eq!(ticks[..3], [0, 1_000_000_000, 2_000_000_000]);
        assert_eq!(ticks.len(), 11);
        let mut near = scale;
        near.show(Span::new(1000, 1010), 1000.0);
        let ticks = near.ticks(1000.0, 10.0);
        assert!(ticks.windows(2).all(|pair| pair[1] == pair[0] + 1));
    }

    #[test]
    fn figures_without_sense_change_nothing() {
        let mut scale = scale(1000, 500.0);
        let before = scale;
        for factor in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            scale.zoom(factor, 3.0);
            assert_eq!(scale, before);
        }
    }
}
