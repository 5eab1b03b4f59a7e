//! How often workers and jobs wake the window: at once when it has been still, and then no more often than drawing can bear.
//!
//! In scope: the pause between two frames that nobody's hand has asked for. Where the processor draws in place of a graphics chip, a
//! frame may cost as much as receiving some hundred megabytes, and what arrives would be held up by being shown. So it is measured
//! what a frame costs all threads of the program while no run is going on, and frames for news take no more than a tenth of the time.
//! Out of scope: frames for the mouse and the keyboard, which come at once.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use egui::{Context, Id};

/// The shortest pause.
const SHORTEST: Duration = Duration::from_millis(16);
/// The longest: figures are never older on the screen.
const LONGEST: Duration = Duration::from_millis(400);
/// A pause is so many times what a frame costs.
const SHARE: u32 = 10;
/// So many frames are remembered.
const REMEMBERED: usize = 8;

/// When a frame was drawn last, and what pause is to follow.
#[derive(Clone, Copy, Debug)]
struct Pace {
    drawn: Instant,
    pause: Duration,
}

impl Pace {
    fn due(&self, now: Instant) -> Duration {
        (self.drawn + self.pause).saturating_duration_since(now)
    }
}

/// Asks for a frame because there is news. From any thread.
pub fn wake(ctx: &Context) {
    let pace: Option<Pace> = ctx.data(|data| data.get_temp(Id::NULL));
    ctx.request_repaint_after(pace.map_or(Duration::ZERO, |pace| pace.due(Instant::now())));
}

/// What frames cost.
#[derive(Debug, Default)]
pub struct Pacer {
    used: Option<Duration>,
    costs: VecDeque<Duration>,
}

impl Pacer {
    /// A frame begins; `is_quiet` if no run is going on, so that what was used since the one before was used for drawing.
    pub fn frame(&mut self, ctx: &Context, is_quiet: bool) {
        let now = is_quiet.then(used);
        if let Some((before, now)) = self.used.zip(now) {
            self.costs.truncate(REMEMBERED - 1);
            self.costs.push_front(now.saturating_sub(before));
        }
        self.used = now;
        let pace = Pace { drawn: Instant::now(), pause: self.pause() };
        ctx.data_mut(|data| data.insert_temp(Id::NULL, pace));
    }

    /// Jobs may have worked during some of the frames, so the cheapest counts.
    fn pause(&self) -> Duration {
        let cheapest = self.costs.iter().min().copied().unwrap_or_default();
        (cheapest * SHARE).clamp(SHORTEST, LONGEST)
    }
}

/// The processor time that all threads of the program have used.
#[cfg(unix)]
fn used() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// Nobody tells: the pause is the shortest.
#[cfg(not(unix))]
fn used() -> Duration {
    Duration::ZERO
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_of_the_last_frames_counts() {
        let pacer = |costs: &[u64]| {
            let costs = costs.iter().map(|ms| Duration::from_millis(*ms)).collect();
            Pacer { used: None, costs }.pause().as_millis()
        };
        assert_eq!([pacer(&[]), pacer(&[1]), pacer(&[9, 5, 30]), pacer(&[90])], [16, 16, 50, 400]);
    }

    #[test]
    fn news_wait_for_the_rest_of_the_pause() {
        let drawn = Instant::now();
        let pace = Pace { drawn, pause: Duration::from_millis(50) };
        assert_eq!(pace.due(drawn), Duration::from_millis(50));
        assert_eq!(pace.due(drawn + Duration::from_millis(30)), Duration::from_millis(20));
        assert_eq!(pace.due(drawn + Duration::from_secs(3)), Duration::ZERO);
    }

    #[test]
    fn only_frames_without_a_run_are_measured() {
        let ctx = Context::default();
        let mut pacer = Pacer::default();
        for (is_quiet, measured) in [(true, 0), (true, 1), (false, 1), (true, 1), (true, 2)] {
            pacer.frame(&ctx, is_quiet);
            assert_eq!(pacer.costs.len(), measured);
        }
        for _ in 0..20 {
            pacer.frame(&ctx, true);
        }
        assert_eq!(pacer.costs.len(), REMEMBERED);
    }
}
