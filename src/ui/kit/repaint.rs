//! Requests repaints for news, no more often than drawing can bear.
//!
//! In scope: the pause between two frames that no input has asked for. Where the processor draws in place of a graphics chip, a frame may
//! cost as much processor time as receiving some hundred megabytes, so drawing would hold up what arrives. So the cost of a frame is
//! measured while no run is going on, and frames for news take a tenth of the time at most. Out of scope: frames for mouse and keyboard,
//! which come at once.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use egui::{Context, Id};

/// The shortest pause.
const SHORTEST: Duration = Duration::from_millis(16);
/// The longest: figures are never older on the screen.
const LONGEST: Duration = Duration::from_millis(400);
/// The pause after a frame, in times of the frame's cost.
const FRAMES_PER_PAUSE: u32 = 10;
/// How many frames' costs are kept.
const REMEMBERED: usize = 8;

/// The last frame: when it was drawn, and the pause that is to follow.
#[derive(Clone, Copy, Debug)]
struct LastFrame {
    drawn: Instant,
    pause: Duration,
}

impl LastFrame {
    fn due(&self, now: Instant) -> Duration {
        (self.drawn + self.pause).saturating_duration_since(now)
    }
}

/// Asks for a frame because there is news. From any thread.
pub fn request_repaint(ctx: &Context) {
    let last: Option<LastFrame> = ctx.data(|data| data.get_temp(Id::NULL));
    ctx.request_repaint_after(last.map_or(Duration::ZERO, |last| last.due(Instant::now())));
}

/// Measures what frames cost, and spreads repaints accordingly.
#[derive(Debug, Default)]
pub struct RepaintThrottle {
    cpu_time: Option<Duration>,
    costs: VecDeque<Duration>,
}

impl RepaintThrottle {
    /// A frame begins; `is_quiet` if no run is going on, so that what was used since the one before was used for drawing.
    pub fn begin_frame(&mut self, ctx: &Context, is_quiet: bool) {
        let now = is_quiet.then(cpu_time);
        if let Some((before, now)) = self.cpu_time.zip(now) {
            self.costs.truncate(REMEMBERED - 1);
            self.costs.push_front(now.saturating_sub(before));
        }
        self.cpu_time = now;
        let last = LastFrame { drawn: Instant::now(), pause: self.pause() };
        ctx.data_mut(|data| data.insert_temp(Id::NULL, last));
    }

    /// Jobs may have worked during some of the frames, so the cheapest counts.
    fn pause(&self) -> Duration {
        let cheapest = self.costs.iter().min().copied().unwrap_or_default();
        (cheapest * FRAMES_PER_PAUSE).clamp(SHORTEST, LONGEST)
    }
}

/// The processor time that all threads of the program have used.
#[cfg(unix)]
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// Nobody tells: the pause is the shortest.
#[cfg(not(unix))]
fn cpu_time() -> Duration {
    Duration::ZERO
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_of_the_last_frames_counts() {
        let repaint_throttle = |costs: &[u64]| {
            let costs = costs.iter().map(|ms| Duration::from_millis(*ms)).collect();
            RepaintThrottle { cpu_time: None, costs }.pause().as_millis()
        };
        assert_eq!(
            [repaint_throttle(&[]), repaint_throttle(&[1]), repaint_throttle(&[9, 5, 30]), repaint_throttle(&[90])],
            [16, 16, 50, 400]
        );
    }

    #[test]
    fn news_wait_for_the_rest_of_the_pause() {
        let drawn = Instant::now();
        let last = LastFrame { drawn, pause: Duration::from_millis(50) };
        assert_eq!(last.due(drawn), Duration::from_millis(50));
        assert_eq!(last.due(drawn + Duration::from_millis(30)), Duration::from_millis(20));
        assert_eq!(last.due(drawn + Duration::from_secs(3)), Duration::ZERO);
    }

    #[test]
    fn only_frames_without_a_run_are_measured() {
        let ctx = Context::default();
        let mut repaint_throttle = RepaintThrottle::default();
        for (is_quiet, measured) in [(true, 0), (true, 1), (false, 1), (true, 1), (true, 2)] {
            repaint_throttle.begin_frame(&ctx, is_quiet);
            assert_eq!(repaint_throttle.costs.len(), measured);
        }
        for _ in 0..20 {
            repaint_throttle.begin_frame(&ctx, true);
        }
        assert_eq!(repaint_throttle.costs.len(), REMEMBERED);
    }
}
