//! A log of what each frame costs, for measuring the window: `SOCKETSCOPE_FRAME_LOG=FILE`, or `-` for stderr. Built with the feature
//! `frame-log`.
//!
//! In scope: one line a frame, and a summary at the end. `frame` is the processor time of the window's thread until the next frame
//! begins, drawing by OpenGL included. `state` and `draw` are the parts of it that `App::logic` and `App::ui` took. `inputs` is the
//! number of events of mouse, keyboard and window that the frame answers. `end` is when the next frame began, in nanoseconds of
//! CLOCK_MONOTONIC. After a frame that answers an event egui draws another one at once, so `end` is when the answer was on the screen;
//! after other frames time may have passed in between. Out of scope: the processor time of other threads. Where the system does not
//! tell a thread's processor time, the wall clock stands for it; without CLOCK_MONOTONIC, `end` counts from the first frame.

use std::fs::File;
use std::io::{self, LineWriter, Write};
use std::time::{Duration, Instant};

use eframe::Frame;
use egui::{Context, Ui, Visuals};

use crate::capture::given_file::unwaiting;
use crate::capture::variable;

/// The environment variable that names the file.
const VARIABLE: &str = "SOCKETSCOPE_FRAME_LOG";

/// An app whose frames are logged, if the environment asks for it.
pub struct Logged<A> {
    app: A,
    log: Option<FrameLog>,
}

impl<A> Logged<A> {
    /// Logs the frames of `app`.
    pub fn new(app: A) -> Self {
        Self { app, log: FrameLog::from_environment() }
    }

    fn log(&mut self, step: impl FnOnce(&mut FrameLog)) {
        if let Some(log) = &mut self.log {
            step(log);
        }
    }
}

impl<A: eframe::App> eframe::App for Logged<A> {
    fn logic(&mut self, ctx: &Context, frame: &mut Frame) {
        self.log(|log| log.state_begins(ctx));
        self.app.logic(ctx, frame);
        self.log(FrameLog::state_ends);
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut Frame) {
        self.log(FrameLog::draw_begins);
        self.app.ui(ui, frame);
        self.log(FrameLog::draw_ends);
    }

    fn clear_color(&self, visuals: &Visuals) -> [f32; 4] {
        self.app.clear_color(visuals)
    }

    fn on_exit(&mut self, gl: Option<&eframe::glow::Context>) {
        if let Some(log) = self.log.take() {
            log.finish();
        }
        self.app.on_exit(gl);
    }
}

/// The log of one window.
struct FrameLog {
    out: Box<dyn Write>,
    began: Instant,
    /// The thread's processor time when the present frame began.
    frame: Option<Duration>,
    /// The thread's processor time when the present half of the frame began.
    half: Duration,
    state: Duration,
    draw: Duration,
    /// The number of events that the present frame answers.
    inputs: usize,
    costs: Vec<Duration>,
}

/// The most frames that are kept for the summary.
const KEPT: usize = 1 << 20;

impl FrameLog {
    /// The log that the environment asks for.
    fn from_environment() -> Option<Self> {
        let name = variable(VARIABLE)?;
        let out: Box<dyn Write> = if name == "-" {
            Box::new(io::stderr())
        } else {
            // Without a file that can be written there is no log.
            let mut options = File::options();
            let options = options.write(true).create(true).truncate(true);
            Box::new(LineWriter::new(unwaiting(options).open(name).ok()?))
        };
        Some(Self::to(out))
    }

    fn to(out: Box<dyn Write>) -> Self {
        Self {
            out,
            began: Instant::now(),
            frame: None,
            half: Duration::ZERO,
            state: Duration::ZERO,
            draw: Duration::ZERO,
            inputs: 0,
            costs: Vec::new(),
        }
    }

    /// A frame begins, with its state.
    fn state_begins(&mut self, ctx: &Context) {
        let now = used();
        if let Some(began) = self.frame.replace(now) {
            self.write(now.saturating_sub(began));
        }
        self.half = now;
        self.inputs = ctx.input(|input| input.raw.events.len());
    }

    /// The state is up to date.
    fn state_ends(&mut self) {
        self.state = used().saturating_sub(self.half);
    }

    /// Drawing begins.
    fn draw_begins(&mut self) {
        self.half = used();
    }

    /// Drawing ends.
    fn draw_ends(&mut self) {
        self.draw = used().saturating_sub(self.half);
    }

    fn write(&mut self, cost: Duration) {
        if self.costs.len() < KEPT {
            self.costs.push(cost);
        }
        let (at, ms) = (self.began.elapsed().as_secs_f64(), |part: Duration| part.as_secs_f64() * 1e3);
        let (state, draw, cost) = (ms(self.state), ms(self.draw), ms(cost));
        let (inputs, end) = (self.inputs, monotonic().as_nanos());
        // An error of the log must not disturb the frames.
        let _ = writeln!(
            self.out,
            "at {at:.3} s\tstate {state:.3} ms\tdraw {draw:.3} ms\tframe {cost:.3} ms\tinputs {inputs}\tend {end} ns"
        );
    }

    /// Writes the summary.
    fn finish(mut self) {
        self.costs.sort_unstable();
        let count = self.costs.len();
        let part = |share: usize| self.costs.get((count * share / 1000).min(count.saturating_sub(1)));
        let ms = |share| part(share).map_or(0.0, |cost| cost.as_secs_f64() * 1e3);
        let (median, p95, p99, worst) = (ms(500), ms(950), ms(990), ms(1000));
        let _ = writeln!(
            self.out,
            "frames {count}\tmedian {median:.3} ms\t95% {p95:.3} ms\t99% {p99:.3} ms\tworst {worst:.3} ms"
        );
        let _ = self.out.flush();
    }
}

/// The processor time that this thread has used.
#[cfg(unix)]
fn used() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// The time of a clock that other programs can read, too.
#[cfg(unix)]
fn monotonic() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    Duration::try_from(time).unwrap_or_default()
}

#[cfg(not(unix))]
fn monotonic() -> Duration {
    used()
}

#[cfg(not(unix))]
fn used() -> Duration {
    use std::sync::OnceLock;
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    BEGAN.get_or_init(Instant::now).elapsed()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use egui::{Event, RawInput};

    use super::*;

    #[derive(Clone, Default)]
    struct Shared(Rc<RefCell<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Draws a frame that answers `events`; returns whether another one is to follow at once.
    fn frame(ctx: &Context, log: &mut FrameLog, events: Vec<Event>) -> bool {
        let mut output = ctx.run_ui(RawInput { events, ..RawInput::default() }, |ui| log.state_begins(ui.ctx()));
        output.textures_delta.clear();
        log.state_ends();
        log.draw_begins();
        log.draw_ends();
        output.viewport_output.values().any(|viewport| viewport.repaint_delay.is_zero())
    }

    #[test]
    fn each_frame_is_a_line_and_the_end_a_summary() {
        let shared = Shared::default();
        let (ctx, mut log) = (Context::default(), FrameLog::to(Box::new(shared.clone())));
        let before = monotonic().as_nanos();
        for events in [vec![], vec![Event::Copy, Event::Cut], vec![], vec![]] {
            frame(&ctx, &mut log, events);
        }
        log.finish();
        let text = String::from_utf8(shared.0.borrow().clone()).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[..3].iter().all(|line| line.starts_with("at ") && line.contains("\tframe ")));
        assert!(lines[3].starts_with("frames 3\tmedian "));
        let inputs: Vec<_> = lines[..3].iter().map(|line| line.split('\t').nth(4).unwrap()).collect();
        assert_eq!(inputs, ["inputs 0", "inputs 2", "inputs 0"]);
        let end = |line: &&str| line.split(' ').nth_back(1).unwrap().parse::<u128>().unwrap();
        let ends = lines[..3].iter().map(end);
        let moments: Vec<_> = [before].into_iter().chain(ends).chain([monotonic().as_nanos()]).collect();
        assert!(moments.is_sorted(), "{moments:?}");
    }

    #[test]
    fn a_frame_that_answers_something_is_followed_by_another_at_once() {
        let (ctx, mut log) = (Context::default(), FrameLog::to(Box::new(io::sink())));
        // A new window draws a few frames in any case.
        while frame(&ctx, &mut log, Vec::new()) {}
        assert!(frame(&ctx, &mut log, vec![Event::Copy]));
    }
}
