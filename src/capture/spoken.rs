//! When a direction began to speak, when it was the other's turn, when it spoke last.
//!
//! In scope: moments, so that the phases of a connection are known without a walk through its calls. Only bytes count that say
//! something: under TLS, those of the handshake don't. Out of scope: how the phases are called.

use super::Moment;

/// The moments of a direction that has spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// When the first call that carried bytes was made.
    pub begun: Moment,
    /// When it came back.
    pub first: Moment,
    /// When the last call came back before the other direction spoke; `first` if that was before.
    pub turn: Moment,
    /// When the last call of all came back.
    pub last: Moment,
}

impl Spoken {
    /// Takes in a call that was made at `begun` and came back at `at`; `is_turn`: the other direction has not spoken yet.
    #[inline]
    pub fn add(spoken: &mut Option<Self>, begun: Moment, at: Moment, is_turn: bool) {
        let spoken = spoken.get_or_insert(Self { begun, first: at, turn: at, last: at });
        spoken.last = at;
        if is_turn {
            spoken.turn = at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_turn_ends_when_the_other_side_speaks() {
        let mut spoken = None;
        for (begun, at, is_turn) in [(1, 3, true), (4, 6, true), (7, 9, false)] {
            Spoken::add(&mut spoken, Moment(begun), Moment(at), is_turn);
        }
        let expected = Spoken { begun: Moment(1), first: Moment(3), turn: Moment(6), last: Moment(9) };
        assert_eq!(spoken, Some(expected));
    }
}
