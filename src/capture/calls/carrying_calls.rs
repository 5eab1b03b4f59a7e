//! Which calls carried a range of bytes.

use std::io;

use crate::capture::{CallKind, CallLog, Direction};
use crate::http::Span;

/// How many calls are read at a time.
const PIECE: usize = 256;

/// A call and the bytes that it carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CarryingCall {
    /// Its number in the log, counted from 0.
    pub number: u64,
    /// Its bytes.
    pub span: Span,
}

/// The calls that carried a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CarryingCalls {
    /// Each of them, in order.
    Each(Vec<CarryingCall>),
    /// More than were asked for: the first and the last.
    Many(CarryingCall, CarryingCall),
}

impl Default for CarryingCalls {
    fn default() -> Self {
        Self::Each(Vec::new())
    }
}

impl CarryingCalls {
    /// The calls of `log` that carried any of the bytes `span` of `direction`: each, if there are no more than `most` calls
    /// of any kind from the first to the last of them. Fails if the log's file can't be read.
    pub fn of(log: &CallLog, direction: Direction, span: Span, most: usize) -> io::Result<Self> {
        let carrier = |offset| -> io::Result<Option<CarryingCall>> {
            let found = log.carrying(direction, offset)?;
            Ok(found.map(|(number, call)| CarryingCall { number, span: call.span() }))
        };
        if span.is_empty() {
            return Ok(Self::default());
        }
        let Some(first) = carrier(span.start)? else { return Ok(Self::default()) };
        // What came last may not stand in the log yet.
        let last = carrier(span.end - 1)?;
        let end = last.map_or(u64::MAX, |last| last.number + 1);
        if let Some(last) = last.filter(|last| last.number - first.number >= most as u64) {
            return Ok(Self::Many(first, last));
        }
        let kind = CallKind::from(direction);
        let mut all = Vec::new();
        let mut at = first.number;
        while at < end && all.len() < most {
            let calls = log.range(at, PIECE)?;
            if calls.is_empty() {
                break;
            }
            let numbered = (at..end).zip(&calls);
            let ours = numbered.filter(|(_, call)| call.kind == kind && call.got > 0);
            let before = all.len();
            all.extend(ours.map(|(number, call)| CarryingCall { number, span: call.span() }));
            at += calls.len() as u64;
            if all.get(before..).unwrap_or_default().iter().any(|carrier| carrier.span.end >= span.end) {
                break;
            }
        }
        all.retain(|carrier| carrier.span.start < span.end);
        Ok(Self::Each(all))
    }

    /// Each of them; none if there are too many.
    pub fn each(&self) -> &[CarryingCall] {
        match self {
            Self::Each(all) => all,
            Self::Many(..) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{Call, CallLogWriter};

    /// A log in which each recv brings 10 bytes, and two sends of 1 byte stand between any two of them.
    fn log() -> CallLog {
        let (mut writer, log) = CallLogWriter::new();
        let mut append = |kind, offset, got| writer.append(&Call { kind, offset, got, ..Call::default() }).unwrap();
        append(CallKind::Connect, 0, 0);
        for i in 0..1000 {
            append(CallKind::Send, i * 2, 1);
            append(CallKind::Send, i * 2 + 1, 1);
            append(CallKind::Recv, i * 10, 10);
        }
        append(CallKind::Recv, 10_000, 0);
        writer.flush().unwrap();
        log
    }

    #[test]
    fn each_call_that_brought_a_byte_is_found() {
        let log = log();
        let found = CarryingCalls::of(&log, Direction::Received, Span::new(25, 41), 100).unwrap();
        let spans: Vec<_> = found.each().iter().map(|carrier| (carrier.span.start, carrier.number)).collect();
        assert_eq!(spans, [(20, 9), (30, 12), (40, 15)]);
        let all = CarryingCalls::of(&log, Direction::Received, Span::new(0, 10_000), 5000).unwrap();
        assert_eq!(all.each().len(), 1000);
        let past = CarryingCalls::of(&log, Direction::Received, Span::new(9_995, 20_000), 100).unwrap();
        assert_eq!(past.each(), [CarryingCall { number: 3000, span: Span::new(9_990, 10_000) }]);
        assert_eq!(CarryingCalls::of(&log, Direction::Sent, Span::new(3, 5), 100).unwrap().each().len(), 2);
        assert_eq!(
            CarryingCalls::of(&log, Direction::Received, Span::new(10_000, 10_001), 9).unwrap(),
            CarryingCalls::default()
        );
        assert_eq!(CarryingCalls::of(&log, Direction::Received, Span::new(5, 5), 9).unwrap(), CarryingCalls::default());
    }

    #[test]
    fn of_too_many_the_first_and_the_last_are_told() {
        let first = CarryingCall { number: 3, span: Span::new(0, 10) };
        let last = CarryingCall { number: 3000, span: Span::new(9_990, 10_000) };
        let found = CarryingCalls::of(&log(), Direction::Received, Span::new(0, 10_000), 100).unwrap();
        assert_eq!((found.each(), &found), (&[][..], &CarryingCalls::Many(first, last)));
    }
}
