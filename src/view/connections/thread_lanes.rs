//! What a thread did over the time of a run, as a lane of columns: in which call it was, or that it worked between calls.
//!
//! In scope: a lane at a bounded cost, whatever the number of calls: of a long log only some are read, evenly spread. Out of scope:
//! drawing, and when a lane is made anew.

use std::io;

use crate::capture::{Call, CallKind, CallLog, Moment, ThreadRecord};

/// A log with at most this many calls is read whole.
const WHOLE: u64 = 1_024;
/// How many calls of a longer log are read.
const SAMPLES: u64 = 256;

/// What a thread did for most of a column's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreadActivity {
    /// It was not there.
    Away,
    /// It was in no call.
    Working,
    /// It was in this call.
    In(CallKind),
    /// Its calls of that time are not kept.
    Unknown,
}

/// Columns that follow each other and look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneRun {
    /// The first of them.
    pub first: usize,
    /// The one behind the last.
    pub end: usize,
    /// What the thread did.
    pub doing: ThreadActivity,
}

/// The time that a lane covers, and into how many columns it is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneScale {
    /// Where it begins.
    pub began: Moment,
    /// How long it is, in nanoseconds; at least 1.
    pub length: u64,
    /// How many columns it has.
    pub columns: usize,
}

impl LaneScale {
    /// When column `column` begins.
    fn at(&self, column: usize) -> u64 {
        let part = u128::from(self.length) * column as u128 / self.columns.max(1) as u128;
        self.began.0.saturating_add(u64::try_from(part).unwrap_or(u64::MAX))
    }

    /// The column that holds `moment`, and the one behind the last for what comes later.
    fn column(&self, moment: u64) -> usize {
        let since = u128::from(moment.saturating_sub(self.began.0));
        let column = since * self.columns as u128 / u128::from(self.length.max(1));
        usize::try_from(column).unwrap_or(usize::MAX).min(self.columns)
    }
}

/// A stretch of time of which a part was spent in calls of one kind.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stretch {
    kind: CallKind,
    from: u64,
    until: u64,
    share: f64,
}

impl Stretch {
    fn of(call: &Call) -> Self {
        Self { kind: call.kind, from: call.begun.0, until: call.ended().0, share: 1.0 }
    }
}

/// The lane of `thread` as it is known at `now`.
///
/// # Errors
/// The system's error if the log's file can't be read.
pub fn lane(thread: &ThreadRecord, scale: LaneScale, now: Moment) -> io::Result<Vec<LaneRun>> {
    let kept = thread.calls.len().min(thread.call_count);
    let mut stretches = stretches(&thread.calls, kept)?;
    let known_until = stretches.last().filter(|_| kept < thread.call_count).map(|last| last.until);
    let end = thread.ended.map_or(now, |(at, _)| at).0;
    let blocked = thread.blocked.iter();
    stretches.extend(blocked.map(|call| Stretch { kind: call.kind, from: call.since.0, until: end, share: 1.0 }));
    Ok(runs(&stretches, (thread.opened.0, end), known_until, scale))
}

/// The calls as stretches. Of a long log, a stretch goes from one call that is read to the next, with the share of the first of them.
fn stretches(log: &CallLog, count: u64) -> io::Result<Vec<Stretch>> {
    if count <= WHOLE {
        return Ok(log.range(0, usize::try_from(count).unwrap_or(0))?.iter().map(Stretch::of).collect());
    }
    let mut found: Vec<Stretch> = Vec::new();
    for sample in 0..SAMPLES {
        let pair = log.range(count * sample / SAMPLES, 2)?;
        let Some(call) = pair.first() else { break };
        let next = pair.get(1).map_or(call.ended().0, |next| next.begun.0);
        let whole = next.saturating_sub(call.begun.0).max(1);
        if let Some(before) = found.last_mut() {
            before.until = call.begun.0.max(before.from);
        }
        let share = (call.took as f64 / whole as f64).min(1.0);
        found.push(Stretch { kind: call.kind, from: call.begun.0, until: call.ended().0, share });
    }
    if let (Some(last), Some(end)) = (found.last_mut(), log.at(count - 1)?) {
        last.until = end.ended().0.max(last.from);
    }
    Ok(found)
}

fn runs(stretches: &[Stretch], life: (u64, u64), known_until: Option<u64>, scale: LaneScale) -> Vec<LaneRun> {
    let mut spent = vec![[0.0_f64; CallKind::ALL.len()]; scale.columns];
    for stretch in stretches {
        let last = scale.column(stretch.until);
        for column in scale.column(stretch.from)..=last {
            let (from, until) = (scale.at(column).max(stretch.from), scale.at(column + 1).min(stretch.until));
            let time = until.saturating_sub(from) as f64 * stretch.share;
            if let Some(place) = spent.get_mut(column).and_then(|kinds| kinds.get_mut(stretch.kind as usize)) {
                *place += time;
            }
        }
    }
    let mut runs: Vec<LaneRun> = Vec::new();
    for (column, kinds) in spent.iter().enumerate() {
        let (from, until) = (scale.at(column), scale.at(column + 1));
        let alive = until.min(life.1).saturating_sub(from.max(life.0)) as f64;
        let doing = match known_until {
            _ if alive <= 0.0 => ThreadActivity::Away,
            Some(known) if from >= known && kinds.iter().all(|time| *time == 0.0) => ThreadActivity::Unknown,
            _ => most(kinds, alive),
        };
        match runs.last_mut() {
            Some(run) if run.doing == doing => run.end = column + 1,
            _ => runs.push(LaneRun { first: column, end: column + 1, doing }),
        }
    }
    runs
}

/// The kind of call that most of the time was spent in, if half of it was spent in calls at all.
fn most(kinds: &[f64; CallKind::ALL.len()], alive: f64) -> ThreadActivity {
    if kinds.iter().sum::<f64>() * 2.0 < alive {
        return ThreadActivity::Working;
    }
    let longest = CallKind::ALL.iter().zip(kinds).max_by(|(_, a), (_, b)| a.total_cmp(b));
    longest.map_or(ThreadActivity::Working, |(kind, _)| ThreadActivity::In(*kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{CallLogWriter, Outcome};

    fn call(kind: CallKind, begun: u64, took: u64) -> Call {
        Call { kind, outcome: Outcome::Done, begun: Moment(begun), took, ..Call::default() }
    }

    fn log(calls: impl IntoIterator<Item = Call>) -> CallLog {
        let (mut writer, log) = CallLogWriter::new();
        calls.into_iter().for_each(|call| writer.append(&call).unwrap());
        writer.flush().unwrap();
        log
    }

    fn lane_of(
        calls: Vec<Call>,
        life: (u64, u64),
        known: Option<u64>,
        columns: usize,
    ) -> Vec<(usize, usize, ThreadActivity)> {
        let stretches = stretches(&log(calls.clone()), calls.len() as u64).unwrap();
        let scale = LaneScale { began: Moment(0), length: 1_000, columns };
        runs(&stretches, life, known, scale).iter().map(|run| (run.first, run.end, run.doing)).collect()
    }

    #[test]
    fn a_column_shows_what_most_of_its_time_was_spent_in() {
        use ThreadActivity::{Away, In, Working};
        let recv = CallKind::Recv;
        for (calls, life, expected) in [
            (vec![], (0, 1_000), vec![(0, 10, Working)]),
            (vec![], (300, 500), vec![(0, 3, Away), (3, 5, Working), (5, 10, Away)]),
            (vec![call(recv, 0, 500)], (0, 1_000), vec![(0, 5, In(recv)), (5, 10, Working)]),
            // 40 of 100 are not half of it; 60 are.
            (
                vec![call(recv, 10, 40), call(recv, 120, 60)],
                (0, 1_000),
                vec![(0, 1, Working), (1, 2, In(recv)), (2, 10, Working)],
            ),
            (
                vec![call(recv, 0, 40), call(CallKind::Send, 40, 60)],
                (0, 100),
                vec![(0, 1, In(CallKind::Send)), (1, 10, Away)],
            ),
            // What ends past the lane fills it to its end.
            (vec![call(recv, 800, 9_000)], (0, 1_000), vec![(0, 8, Working), (8, 10, In(recv))]),
        ] {
            assert_eq!(lane_of(calls, life, None, 10), expected);
        }
    }

    #[test]
    fn what_is_not_kept_is_not_known() {
        let calls = vec![call(CallKind::Recv, 0, 300)];
        let expected = vec![(0, 3, ThreadActivity::In(CallKind::Recv)), (3, 10, ThreadActivity::Unknown)];
        assert_eq!(lane_of(calls, (0, 1_000), Some(300), 10), expected);
    }

    #[test]
    fn of_a_long_log_some_calls_stand_for_all() {
        // Nine tenths of the first half are spent in recv, a tenth of the second.
        let calls = (0..100_000).map(|i| call(CallKind::Recv, i * 1_000, if i < 50_000 { 900 } else { 100 }));
        let found = stretches(&log(calls), 100_000).unwrap();
        assert_eq!(found.len() as u64, SAMPLES);
        let scale = LaneScale { began: Moment(0), length: 100_000_000, columns: 200 };
        let runs = runs(&found, (0, 100_000_000), None, scale);
        let expected = [(0, 100, ThreadActivity::In(CallKind::Recv)), (100, 200, ThreadActivity::Working)];
        assert_eq!(runs.iter().map(|run| (run.first, run.end, run.doing)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_lane_without_columns_or_time_is_empty_or_one_column() {
        let scale = |length, columns| LaneScale { began: Moment(5), length, columns };
        assert_eq!(runs(&[], (5, 9), None, scale(10, 0)), []);
        assert_eq!(runs(&[], (5, 9), None, scale(1, 1)).len(), 1);
    }
}
