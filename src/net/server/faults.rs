//! Faults that a server makes on purpose, so that a client can be watched.
//!
//! In scope: what can be asked for, and the state of one connection's reply under it. Out of scope: carrying it out (`shaped`), for HTTP
//! in the head of a reply (`responders::http`), and which of them a responder can make (`settings`).

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The faults of a server's connections. The default has none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Faults {
    /// What is done with a connection at all.
    pub conduct: Conduct,
    /// How long the listener waits before each accept.
    pub before_accept: Duration,
    /// How long a connection waits before its first byte.
    pub before_first_byte: Duration,
    /// How long it waits before it closes.
    pub before_close: Duration,
    /// The reply goes out in small pieces.
    pub dribble: Option<Dribble>,
    /// The reply is cut.
    pub cut: Option<Cut>,
    /// Bytes by which Content-Length is too large, or with a minus too small.
    pub length_off_by: i64,
    /// Bodies are sent in HTTP chunks of so many bytes.
    pub chunk_size: Option<u32>,
}

/// What is done with a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conduct {
    /// The responder answers.
    #[default]
    Serve,
    /// It is closed without a recv.
    CloseUnread,
    /// It is read and never answered.
    NeverAnswer,
}

impl Conduct {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Serve, Self::CloseUnread, Self::NeverAnswer];
}

/// Small pieces with pauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dribble {
    /// Bytes of each send, at least 1.
    pub bytes: u32,
    /// The pause between two sends.
    pub every: Duration,
}

/// Where a reply is cut, and how it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// So many bytes go out before.
    pub after: u64,
    /// What comes then.
    pub then: Then,
}

/// What comes at a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Then {
    /// The connection is closed.
    Close,
    /// The connection is reset.
    Reset,
    /// Nothing for so long, then the rest.
    Pause(Duration),
    /// Nothing more, ever.
    Stall,
}

impl Faults {
    /// Whether there are none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether what is sent has to be looked at: delayed, cut or sent in pieces, or followed by a late end.
    #[must_use]
    pub fn shape_the_reply(&self) -> bool {
        let waits = !self.before_first_byte.is_zero() || !self.before_close.is_zero();
        waits || self.dribble.is_some() || self.cut.is_some()
    }
}

/// What is to be done next so that bytes go out as the faults want it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Wait.
    Pause(Duration),
    /// Send the next so many bytes.
    Send(usize),
    /// Go no further.
    End(Then),
}

/// How far the reply of one connection has come under its faults.
#[derive(Clone, Debug)]
pub struct Shaping {
    faults: Faults,
    sent: u64,
    /// Whether the pause that is due before the next bytes is over.
    has_paused: bool,
    cut_is_over: bool,
}

impl Shaping {
    /// The reply is about to begin.
    #[must_use]
    pub fn new(faults: Faults) -> Self {
        Self { faults, sent: 0, has_paused: false, cut_is_over: false }
    }

    /// The next step while `left` bytes, at least one, are to be sent.
    pub fn next(&mut self, left: usize) -> Step {
        if !std::mem::replace(&mut self.has_paused, true) {
            let pause = self.pause();
            if !pause.is_zero() {
                return Step::Pause(pause);
            }
        }
        let cut = self.faults.cut.filter(|_| !self.cut_is_over);
        let before_cut = cut.map_or(u64::MAX, |cut| cut.after.saturating_sub(self.sent));
        match (cut, before_cut) {
            (Some(Cut { then: Then::Pause(pause), .. }), 0) => {
                self.cut_is_over = true;
                return Step::Pause(pause);
            }
            (Some(Cut { then, .. }), 0) => return Step::End(then),
            _ => {}
        }
        let piece = self.faults.dribble.map_or(usize::MAX, |dribble| dribble.bytes.max(1) as usize);
        let bytes = left.min(piece).min(usize::try_from(before_cut).unwrap_or(usize::MAX));
        self.sent += bytes as u64;
        self.has_paused = self.faults.dribble.is_none();
        Step::Send(bytes)
    }

    /// How long the end of what is sent is put off.
    #[must_use]
    pub fn before_the_end(&self) -> Duration {
        self.faults.before_close
    }

    fn pause(&self) -> Duration {
        if self.sent == 0 {
            return self.faults.before_first_byte;
        }
        self.faults.dribble.map_or(Duration::ZERO, |dribble| dribble.every)
    }

    /// Whether a cut is due now, though nothing more is to be sent.
    #[must_use]
    pub fn cut_is_due(&self) -> Option<Then> {
        self.faults.cut.filter(|cut| !self.cut_is_over && cut.after == self.sent && self.sent > 0).map(|cut| cut.then)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(faults: Faults, bytes: usize) -> Vec<Step> {
        let mut shaping = Shaping::new(faults);
        let (mut left, mut steps) = (bytes, Vec::new());
        while left > 0 {
            let step = shaping.next(left);
            steps.push(step);
            match step {
                Step::Send(bytes) => left -= bytes,
                Step::End(_) => break,
                Step::Pause(_) => {}
            }
        }
        steps
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn without_faults_all_goes_out_at_once() {
        assert_eq!(steps(Faults::default(), 10), [Step::Send(10)]);
    }

    #[test]
    fn a_reply_dribbles_with_a_pause_between_and_one_before() {
        let dribble = Some(Dribble { bytes: 4, every: SECOND });
        let faults = Faults { dribble, before_first_byte: 2 * SECOND, ..Faults::default() };
        let (four, wait) = (Step::Send(4), Step::Pause(SECOND));
        assert_eq!(steps(faults, 10), [Step::Pause(2 * SECOND), four, wait, four, wait, Step::Send(2)]);
    }

    #[test]
    fn a_cut_comes_after_its_bytes_exactly() {
        for then in [Then::Close, Then::Reset, Then::Stall] {
            let faults = Faults { cut: Some(Cut { after: 7, then }), ..Faults::default() };
            assert_eq!(steps(faults.clone(), 10), [Step::Send(7), Step::End(then)]);
            assert_eq!(steps(faults.clone(), 7), [Step::Send(7)]);
            let mut shaping = Shaping::new(faults);
            assert_eq!(shaping.next(7), Step::Send(7));
            assert_eq!(shaping.cut_is_due(), Some(then));
        }
        let cut = Some(Cut { after: 7, then: Then::Pause(SECOND) });
        let faults = Faults { cut, ..Faults::default() };
        assert_eq!(steps(faults, 10), [Step::Send(7), Step::Pause(SECOND), Step::Send(3)]);
        let none = Faults { cut: Some(Cut { after: 0, then: Then::Close }), ..Faults::default() };
        assert_eq!(steps(none, 10), [Step::End(Then::Close)]);
    }

    #[test]
    fn a_cut_is_kept_within_pieces() {
        let dribble = Some(Dribble { bytes: 4, every: Duration::ZERO });
        let faults = Faults { dribble, cut: Some(Cut { after: 6, then: Then::Close }), ..Faults::default() };
        assert_eq!(steps(faults, 10), [Step::Send(4), Step::Send(2), Step::End(Then::Close)]);
    }
}
