//! When a direction began to speak, when it was the other's turn, when it spoke last.
//!
//! In scope: moments, so that the phases of a connection are known without a walk through its calls. Only bytes count that say
//! something: under TLS, those of the handshake don't. Out of scope: how the phases are called.

use crate::capture::{Burst, Moment};

/// The times of a direction in which bytes have gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnTimes {
    /// When the first call that carried bytes was made.
    pub begun: Moment,
    /// When it came back.
    pub first: Moment,
    /// When the last call came back before the other direction spoke; `first` if that was before.
    pub turn: Moment,
    /// When the last call of all came back.
    pub last: Moment,
}

impl TurnTimes {
    /// Adds the calls of both directions since the last report; each direction needs to know whether the other one has spoken before.
    ///
    /// What is about to be sent is reported first, so calls of both directions stand together only where one was the answer to the
    /// other.
    pub fn update(turn_times: [&mut Option<Self>; 2], bursts: [&Burst; 2]) {
        let [one, other] = turn_times;
        let since = |turn_times: &Option<Self>, burst: &Burst| match turn_times {
            Some(turn_times) => Some(turn_times.first),
            None => (burst.calls > 0).then_some(burst.first),
        };
        let [burst, other_burst] = bursts;
        let (began, other_began) = (since(one, burst), since(other, other_burst));
        Self::add(one, burst, other_began);
        Self::add(other, other_burst, began);
    }

    /// Adds the calls of one direction; the other direction has spoken since `answered`.
    fn add(turn_times: &mut Option<Self>, burst: &Burst, answered: Option<Moment>) {
        let Burst { calls, begun, first, last, .. } = *burst;
        if calls == 0 {
            return;
        }
        let turn_times = turn_times.get_or_insert(Self { begun, first, turn: first, last });
        turn_times.last = last;
        if answered.is_none_or(|answered| first < answered) {
            turn_times.turn = turn_times.turn.max(answered.map_or(last, |answered| last.min(answered)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn burst(begun: u64, first: u64, last: u64) -> Burst {
        Burst { calls: 2, begun: Moment(begun), first: Moment(first), last: Moment(last), ..Burst::default() }
    }

    fn told(bursts: &[[Burst; 2]]) -> [Option<[u64; 4]>; 2] {
        let (mut sent, mut received) = (None, None);
        for [out, back] in bursts {
            TurnTimes::update([&mut sent, &mut received], [out, back]);
        }
        [sent, received]
            .map(|turn_times: Option<TurnTimes>| turn_times.map(|s| [s.begun.0, s.first.0, s.turn.0, s.last.0]))
    }

    #[test]
    fn the_turn_ends_when_the_other_side_speaks() {
        let none = Burst::default();
        for (bursts, expected) in [
            (vec![], [None, None]),
            (vec![[none, none]], [None, None]),
            (vec![[burst(1, 3, 5), none], [burst(6, 7, 8), none]], [Some([1, 3, 8, 8]), None]),
            (
                vec![[burst(1, 3, 5), none], [none, burst(6, 9, 12)], [burst(13, 14, 15), burst(12, 13, 16)]],
                [Some([1, 3, 5, 15]), Some([6, 9, 9, 16])],
            ),
            // In one report: the question came before the answer,
            (vec![[burst(1, 3, 5), burst(5, 9, 12)]], [Some([1, 3, 5, 5]), Some([5, 9, 9, 12])]),
            // or the answer was recorded before it.
            (vec![[burst(1, 10, 10), burst(1, 9, 12)]], [Some([1, 10, 10, 10]), Some([1, 9, 10, 12])]),
            // The same report again, grown because the channel was full.
            (vec![[burst(1, 3, 5), none], [burst(1, 3, 8), none]], [Some([1, 3, 8, 8]), None]),
        ] {
            assert_eq!(told(&bursts), expected);
        }
    }
}
