//! The position in a list that may have more rows than a pixel position in `f32` can tell apart.
//!
//! In scope: the position as a row number and a part of a row, exact for any `u64`, and sticking to the end while rows are
//! added. Out of scope: drawing, the pointer, the keyboard.

/// Where a list stands.
///
/// `visible` is, in all methods, how many rows fit into the view, parts of rows included; `total` how many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VirtualScroll {
    /// The row at the top of the view, counted from 0.
    pub top_row: u64,
    /// How much of that row lies above the view: from 0 up to, not including, 1 row.
    pub sub_row: f32,
    /// Whether the end of the list is kept in view as rows are added; see [`VirtualScroll::clamp`].
    pub following: bool,
}

impl VirtualScroll {
    /// Moves the view by `pixels` (down the list if positive), rows being `row_height` pixels high. Going up ends following,
    /// reaching the end begins it. Does nothing where a figure makes no sense.
    pub fn scroll_by(&mut self, pixels: f32, row_height: f32, visible: f64, total: u64) {
        let rows = f64::from(pixels) / f64::from(row_height);
        if row_height > 0.0 && rows.is_finite() {
            self.move_by(0, rows, visible, total);
        }
    }

    /// Moves the view by `rows` rows (down the list if positive), as [`VirtualScroll::scroll_by`] does.
    pub fn scroll_rows(&mut self, rows: i64, visible: f64, total: u64) {
        self.move_by(rows, 0.0, visible, total);
    }

    /// Moves the view by `pages` pages (down the list if positive), as [`VirtualScroll::scroll_by`] does. A page is one row
    /// less than what is wholly visible, so that one row stays in sight.
    pub fn page(&mut self, pages: i32, visible: f64, total: u64) {
        let rows = (visible.floor() as i64).saturating_sub(1).max(1);
        self.move_by(rows.saturating_mul(i64::from(pages)), 0.0, visible, total);
    }

    /// Goes to the first row and ends following.
    pub fn home(&mut self) {
        *self = Self::default();
    }

    /// Goes to the end and begins following.
    pub fn end(&mut self, visible: f64, total: u64) {
        (self.top_row, self.sub_row) = last(visible, total);
        self.following = true;
    }

    /// Moves the view no farther than needed for `row` to be wholly in it. Ends following, unless `row` is the last one.
    pub fn reveal(&mut self, row: u64, visible: f64, total: u64) {
        let row = row.min(total.saturating_sub(1));
        self.following &= row.saturating_add(1) >= total;
        let lowest = last(visible, row.saturating_add(1));
        if (row, 0.0) < self.position() || visible < 1.0 {
            (self.top_row, self.sub_row) = (row, 0.0);
        } else if self.position() < lowest {
            (self.top_row, self.sub_row) = lowest;
        }
        self.clamp(visible, total);
    }

    /// Brings `row` into the view, if it is not wholly in it, with up to three rows beside it that lie in the direction in which the
    /// view was moved. Ends following as [`VirtualScroll::reveal`] does.
    pub fn reveal_amid(&mut self, row: u64, visible: f64, total: u64) {
        let before = *self;
        self.reveal(row, visible, total);
        let beside = ((visible.floor() as u64).saturating_sub(1) / 2).min(3);
        if self.position() < before.position() {
            self.reveal(row.saturating_sub(beside), visible, total);
        } else if self.position() > before.position() {
            self.reveal(row.saturating_add(beside), visible, total);
        }
    }

    /// How far the view has come, from 0 (the start) to 1 (the end); 0 if all rows are visible.
    pub fn fraction(&self, visible: f64, total: u64) -> f64 {
        let (row, part) = last(visible, total);
        let whole = row as f64 + f64::from(part);
        if whole <= 0.0 { 0.0 } else { ((self.top_row as f64 + f64::from(self.sub_row)) / whole).clamp(0.0, 1.0) }
    }

    /// Goes to where [`VirtualScroll::fraction`] is `fraction`. Begins following at 1, ends it before.
    pub fn set_fraction(&mut self, fraction: f64, visible: f64, total: u64) {
        if fraction >= 1.0 {
            return self.end(visible, total);
        }
        let (row, part) = last(visible, total);
        let whole = (row as f64 + f64::from(part)) * fraction.max(0.0);
        self.place(whole as u64, whole.fract());
        self.following = false;
        self.clamp(visible, total);
    }

    /// Brings the position back into the list, or to its end if that is followed. To be called before rows are drawn, as the
    /// view or the list may have changed.
    pub fn clamp(&mut self, visible: f64, total: u64) {
        let end = last(visible, total);
        if self.following || self.position() > end {
            (self.top_row, self.sub_row) = end;
        }
    }

    fn position(&self) -> (u64, f32) {
        (self.top_row, self.sub_row)
    }

    fn move_by(&mut self, rows: i64, parts: f64, visible: f64, total: u64) {
        let (before, end) = (self.position(), last(visible, total));
        let moved = f64::from(self.sub_row) + parts;
        let whole = (moved.floor() as i64).saturating_add(rows);
        match self.top_row.checked_add_signed(whole) {
            Some(row) => self.place(row, moved - moved.floor()),
            None if whole < 0 => self.place(0, 0.0),
            None => (self.top_row, self.sub_row) = end,
        }
        if self.position() > end {
            (self.top_row, self.sub_row) = end;
        }
        let downwards = rows > 0 || parts > 0.0;
        if downwards && self.position() == end {
            self.following = true;
        } else if self.position() < before {
            self.following = false;
        }
    }

    fn place(&mut self, row: u64, part: f64) {
        let part = part as f32;
        // What is just below 1 may become 1 in an f32.
        (self.top_row, self.sub_row) = if part < 1.0 { (row, part) } else { (row.saturating_add(1), 0.0) };
    }
}

/// The position at which the last row ends where the view ends; the start if all rows are visible.
fn last(visible: f64, total: u64) -> (u64, f32) {
    let whole = visible.max(0.0).ceil();
    let part = (whole - visible.max(0.0)) as f32;
    match total.checked_sub(whole as u64) {
        Some(row) if part < 1.0 => (row, part),
        Some(row) => (row.saturating_add(1), 0.0),
        None => (0, 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: u64 = 3_000_000_000;

    fn at(top_row: u64, sub_row: f32) -> VirtualScroll {
        VirtualScroll { top_row, sub_row, following: false }
    }

    #[test]
    fn a_far_row_is_reached_exactly_and_left_by_single_pixels() {
        let mut scroll = at(0, 0.0);
        scroll.scroll_rows(FAR as i64, 20.0, 2 * FAR);
        assert_eq!(scroll, at(FAR, 0.0));
        for _ in 0..16 {
            scroll.scroll_by(1.0, 16.0, 20.0, 2 * FAR);
        }
        assert_eq!(scroll, at(FAR + 1, 0.0));
        scroll.scroll_by(-1.0, 16.0, 20.0, 2 * FAR);
        assert_eq!(scroll, at(FAR, 15.0 / 16.0));
        scroll.reveal(FAR, 20.0, 2 * FAR);
        assert_eq!(scroll, at(FAR, 0.0));
        scroll.reveal(u64::MAX, 20.0, u64::MAX);
        assert_eq!(scroll, at(u64::MAX - 20, 0.0));
    }

    #[test]
    fn the_end_shows_the_last_row_whole() {
        let mut scroll = at(0, 0.0);
        scroll.end(10.25, FAR);
        assert_eq!(scroll.position(), (FAR - 11, 0.75));
        scroll.end(10.25, 10);
        assert_eq!(scroll.position(), (0, 0.0));
        scroll.end(10.25, 11);
        assert_eq!(scroll.position(), (0, 0.75));
        scroll.end(10.25, 0);
        assert_eq!(scroll.position(), (0, 0.0));
    }

    #[test]
    fn following_ends_on_the_way_up_and_begins_at_the_end() {
        let mut scroll = VirtualScroll { following: true, ..VirtualScroll::default() };
        for total in [1, 5, 10, 11, 1000] {
            scroll.clamp(10.0, total);
            assert_eq!(scroll.position(), (total.saturating_sub(10), 0.0));
        }
        scroll.scroll_by(-1.0, 16.0, 10.0, 1000);
        assert!(!scroll.following);
        scroll.clamp(10.0, 2000);
        assert_eq!(scroll.position(), (989, 15.0 / 16.0));
        scroll.scroll_by(1e9, 16.0, 10.0, 2000);
        assert_eq!((scroll.position(), scroll.following), ((1990, 0.0), true));
        scroll.home();
        assert_eq!(scroll, at(0, 0.0));
    }

    #[test]
    fn a_list_that_fits_goes_on_being_followed() {
        let mut scroll = VirtualScroll { following: true, ..VirtualScroll::default() };
        scroll.scroll_by(-50.0, 16.0, 10.0, 3);
        assert_eq!((scroll.position(), scroll.following), ((0, 0.0), true));
    }

    #[test]
    fn fractions_go_there_and_back() {
        let mut scroll = at(0, 0.0);
        for fraction in [0.0, 0.25, 0.5, 0.999] {
            scroll.set_fraction(fraction, 20.5, FAR);
            assert!((scroll.fraction(20.5, FAR) - fraction).abs() < 1e-12);
            assert!(!scroll.following);
        }
        scroll.set_fraction(1.0, 20.5, FAR);
        assert_eq!((scroll.position(), scroll.following), ((FAR - 21, 0.5), true));
        assert_eq!(scroll.fraction(20.5, FAR), 1.0);
        assert_eq!(scroll.fraction(20.5, 20), 0.0);
        scroll.set_fraction(f64::NAN, 20.5, FAR);
        assert_eq!(scroll.position(), (0, 0.0));
    }

    #[test]
    fn pages_leave_one_row_in_sight() {
        let mut scroll = at(0, 0.0);
        scroll.page(3, 10.5, 1000);
        assert_eq!(scroll, at(27, 0.0));
        scroll.page(-1, 10.5, 1000);
        assert_eq!(scroll, at(18, 0.0));
        scroll.page(-9, 10.5, 1000);
        assert_eq!(scroll, at(0, 0.0));
        scroll.page(i32::MAX, 10.5, 1000);
        assert!(scroll.following);
    }

    #[test]
    fn revealing_moves_no_farther_than_needed() {
        let mut scroll = at(100, 0.5);
        scroll.reveal(105, 10.0, 1000);
        assert_eq!(scroll, at(100, 0.5));
        scroll.reveal(110, 10.0, 1000);
        assert_eq!(scroll, at(101, 0.0));
        scroll.reveal(50, 10.0, 1000);
        assert_eq!(scroll, at(50, 0.0));
        scroll.reveal(7, 0.5, 1000);
        assert_eq!(scroll, at(7, 0.0));
        scroll.reveal(5000, 10.0, 0);
        assert_eq!(scroll, at(0, 0.0));
    }

    #[test]
    fn what_was_out_of_view_is_revealed_with_rows_beside_it() {
        for (row, from, to) in [
            // In view, at its very end: nothing moves.
            (109, 100, 100),
            (110, 100, 104),
            (99, 100, 96),
            (500, 100, 494),
            (1, 100, 0),
            (999, 100, 990),
        ] {
            let mut scroll = at(from, 0.0);
            scroll.reveal_amid(row, 10.0, 1000);
            assert_eq!(scroll.position(), (to, 0.0), "row {row}");
        }
        // Where there is no room beside it, the row itself is in view.
        let mut scroll = at(100, 0.0);
        scroll.reveal_amid(200, 2.0, 1000);
        assert_eq!(scroll.position(), (199, 0.0));
    }

    #[test]
    fn figures_without_sense_change_nothing() {
        let mut scroll = at(7, 0.5);
        for (pixels, height) in [(f32::NAN, 16.0), (f32::INFINITY, 16.0), (1.0, 0.0), (1.0, -1.0)] {
            scroll.scroll_by(pixels, height, 10.0, 100);
            assert_eq!(scroll, at(7, 0.5));
        }
    }
}
