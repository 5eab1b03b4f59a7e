//! How what a server sends goes out: late, in small pieces, cut.
//!
//! In scope: the next step, which does not depend on how the bytes were cut before. Out of scope: carrying it out (`message_order`).

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Small pieces with pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dribble {
    /// Bytes of each send, at least 1.
    pub bytes: u32,
    /// The pause between two sends.
    pub every: Duration,
}

/// Where a reply is cut, and what is done there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// The number of bytes that go out before.
    pub after: u64,
    /// What is done then.
    pub then: CutAction,
}

/// What is done at a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CutAction {
    /// The connection is closed.
    Close,
    /// The connection is reset.
    Reset,
    /// Nothing for so long, then the rest.
    Pause(Duration),
    /// Nothing more, ever.
    Stall,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendStep {
    /// Wait.
    Pause(Duration),
    /// Send the next bytes, of this number.
    Send(usize),
    /// Go no further.
    Cut(CutAction),
}

/// The shape of what a connection sends. The default is none: all goes out as it comes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// The pause before the first byte.
    pub before_first_byte: Duration,
    /// The pause before the end.
    pub before_close: Duration,
    /// Small pieces, if any.
    pub dribble: Option<Dribble>,
    /// A cut, if any.
    pub cut: Option<Cut>,
}

/// How far what one connection sends has come in its shape.
#[derive(Clone, Debug)]
pub struct Shaping {
    shape: Shape,
    sent: u64,
    /// Whether the pause that is due before the next bytes is over.
    has_paused: bool,
    cut_is_over: bool,
}

impl Shaping {
    /// Nothing has been sent.
    pub fn new(shape: Shape) -> Self {
        Self { shape, sent: 0, has_paused: false, cut_is_over: false }
    }

    /// The next step while `left` bytes, at least one, are to be sent.
    pub fn next(&mut self, left: usize) -> SendStep {
        if !std::mem::replace(&mut self.has_paused, true) {
            let pause = self.pause();
            if !pause.is_zero() {
                return SendStep::Pause(pause);
            }
        }
        let cut = self.shape.cut.filter(|_| !self.cut_is_over);
        let before_cut = cut.map_or(u64::MAX, |cut| cut.after.saturating_sub(self.sent));
        match (cut, before_cut) {
            (Some(Cut { then: CutAction::Pause(pause), .. }), 0) => {
                self.cut_is_over = true;
                return SendStep::Pause(pause);
            }
            (Some(Cut { then, .. }), 0) => return SendStep::Cut(then),
            _ => {}
        }
        let piece = self.shape.dribble.map_or(usize::MAX, |dribble| dribble.bytes.max(1) as usize);
        let bytes = left.min(piece).min(usize::try_from(before_cut).unwrap_or(usize::MAX));
        self.sent += bytes as u64;
        self.has_paused = self.shape.dribble.is_none();
        SendStep::Send(bytes)
    }

    /// The pause before the end.
    pub fn before_close(&self) -> Duration {
        self.shape.before_close
    }

    fn pause(&self) -> Duration {
        if self.sent == 0 {
            return self.shape.before_first_byte;
        }
        self.shape.dribble.map_or(Duration::ZERO, |dribble| dribble.every)
    }

    /// Whether a cut is due now, though nothing more is to be sent.
    pub fn cut_is_due(&self) -> Option<CutAction> {
        self.shape.cut.filter(|cut| !self.cut_is_over && cut.after == self.sent && self.sent > 0).map(|cut| cut.then)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(shape: Shape, bytes: usize) -> Vec<SendStep> {
        let mut shaping = Shaping::new(shape);
        let (mut left, mut steps) = (bytes, Vec::new());
        while left > 0 {
            let step = shaping.next(left);
            steps.push(step);
            match step {
                SendStep::Send(bytes) => left -= bytes,
                SendStep::Cut(_) => break,
                SendStep::Pause(_) => {}
            }
        }
        steps
    }

    const SECOND: Duration = Duration::from_secs(1);

    fn cut(after: u64, then: CutAction) -> Shape {
        Shape { cut: Some(Cut { after, then }), ..Shape::default() }
    }

    #[test]
    fn without_a_shape_all_goes_out_at_once() {
        assert_eq!(steps(Shape::default(), 10), [SendStep::Send(10)]);
    }

    #[test]
    fn a_reply_dribbles_with_a_pause_between_and_one_before() {
        let dribble = Some(Dribble { bytes: 4, every: SECOND });
        let shape = Shape { dribble, before_first_byte: 2 * SECOND, ..Shape::default() };
        let (four, wait) = (SendStep::Send(4), SendStep::Pause(SECOND));
        assert_eq!(steps(shape, 10), [SendStep::Pause(2 * SECOND), four, wait, four, wait, SendStep::Send(2)]);
    }

    #[test]
    fn a_cut_comes_after_its_bytes_exactly() {
        for then in [CutAction::Close, CutAction::Reset, CutAction::Stall] {
            assert_eq!(steps(cut(7, then), 10), [SendStep::Send(7), SendStep::Cut(then)]);
            assert_eq!(steps(cut(7, then), 7), [SendStep::Send(7)]);
            let mut shaping = Shaping::new(cut(7, then));
            assert_eq!(shaping.next(7), SendStep::Send(7));
            assert_eq!(shaping.cut_is_due(), Some(then));
        }
        let pause = cut(7, CutAction::Pause(SECOND));
        assert_eq!(steps(pause, 10), [SendStep::Send(7), SendStep::Pause(SECOND), SendStep::Send(3)]);
        assert_eq!(steps(cut(0, CutAction::Close), 10), [SendStep::Cut(CutAction::Close)]);
    }

    #[test]
    fn a_cut_is_kept_within_pieces() {
        let dribble = Some(Dribble { bytes: 4, every: Duration::ZERO });
        let shape = Shape { dribble, ..cut(6, CutAction::Close) };
        assert_eq!(steps(shape, 10), [SendStep::Send(4), SendStep::Send(2), SendStep::Cut(CutAction::Close)]);
    }
}
