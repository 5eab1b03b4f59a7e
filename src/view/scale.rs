//! The scales of a plot: where an axis ends and where its marks stand.
//!
//! In scope: ends that grow in steps, so that nothing jumps while data arrives, and round marks in any part of an axis. Out of
//! scope: words and drawing.

use super::size::{BYTE_UNITS, group_digits};

/// What an axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Seconds, in powers of ten.
    Time,
    /// Bytes, in powers of 1,024.
    Bytes,
}

/// About how many marks an axis has.
const MARKS: f64 = 5.0;
/// The most marks that an axis has.
const MARKS_MAX: usize = 64;

impl Scale {
    /// The end of an axis on which `value` has room: 1, 2 or 5 times a power of ten of its unit.
    pub fn end(self, value: f64) -> f64 {
        match self {
            Self::Time => round_step(value.max(1e-6)),
            Self::Bytes => {
                let unit = unit(value.max(1.0));
                // 1,000 of a unit would not be round in the next one.
                let end = round_step(value.max(1.0) / unit);
                unit * if end > 500.0 { 1024.0 } else { end }
            }
        }
    }

    /// Round values from `low` to `high`, and how far they lie apart.
    pub fn marks(self, low: f64, high: f64) -> (f64, Vec<f64>) {
        let unit = if self == Self::Bytes { unit(high.abs().max(low.abs()).max(1.0)) } else { 1.0 };
        let apart = unit * round_step((high - low) / unit / MARKS);
        if !apart.is_finite() || apart <= 0.0 {
            return (1.0, Vec::new());
        }
        let first = (low / apart).ceil();
        let marks = (0..MARKS_MAX).map(|i| (first + i as f64) * apart).take_while(|mark| *mark <= high * (1.0 + 1e-9));
        (apart, marks.collect())
    }

    /// The text of a mark on an axis that goes up to `high`: all marks of an axis stand in one unit.
    pub fn label(self, mark: f64, high: f64) -> String {
        let (unit, name) = match self {
            Self::Time if high < 1e-3 => (1e-6, "µs"),
            Self::Time if high < 1.0 => (1e-3, "ms"),
            Self::Time => (1.0, "s"),
            Self::Bytes => {
                let unit = unit(high.max(1.0)).min(1024_f64.powi(BYTE_UNITS.len() as i32 - 1));
                let name = BYTE_UNITS.get((unit.log2() / 10.0).round() as usize);
                (unit, *name.unwrap_or(&"B"))
            }
        };
        let value = mark / unit;
        if value >= 1e3 {
            return format!("{} {name}", group_digits(value.round() as u64));
        }
        // A mark is round, but for the last bits.
        let value = (value * 1e3).round() / 1e3;
        format!("{value} {name}")
    }
}

/// The largest power of 1,024 that is not more than `value`.
fn unit(value: f64) -> f64 {
    1024_f64.powi((value.log2() / 10.0).floor() as i32)
}

/// The smallest of 1, 2 and 5 times a power of ten that is not less than `value`.
pub(super) fn round_step(value: f64) -> f64 {
    let power = 10_f64.powi(value.log10().floor() as i32);
    // What is round already stays, in spite of the rounding of logarithms.
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|digit| digit * power)
        .find(|step| *step >= value * (1.0 - 1e-9))
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_value() {
        for (value, end) in [(0.0, 1e-6), (0.001, 0.001), (0.0011, 0.002), (3.0, 5.0), (5.1, 10.0), (3_600.0, 5_000.0)]
        {
            let found = Scale::Time.end(value);
            assert!((found / end - 1.0).abs() < 1e-9, "{value}: {found}");
        }
        let kib = 1024.0;
        for (value, end) in [
            (0.0, 1.0),
            (500.0, 500.0),
            (501.0, kib),
            (kib, kib),
            (kib + 1.0, 2.0 * kib),
            (499.0 * kib, 500.0 * kib),
            (600.0 * kib, kib * kib),
            (3.0 * kib * kib, 5.0 * kib * kib),
        ] {
            assert!((Scale::Bytes.end(value) - end).abs() < 1e-6, "{value}");
        }
    }

    #[test]
    fn marks_are_round_and_few() {
        for (scale, low, high, first, apart, count) in [
            (Scale::Time, 0.0, 1.0, 0.0, 0.2, 6),
            (Scale::Time, 0.0, 2.0, 0.0, 0.5, 5),
            (Scale::Time, 0.13, 0.27, 0.15, 0.05, 3),
            (Scale::Bytes, 0.0, 1024.0, 0.0, 204.8, 6),
            (Scale::Bytes, 0.0, 5.0 * 1024.0, 0.0, 1024.0, 6),
            (Scale::Bytes, 0.0, 500.0, 0.0, 100.0, 6),
        ] {
            let (step, marks) = scale.marks(low, high);
            assert!((step - apart).abs() < 1e-9 && (marks[0] - first).abs() < 1e-9, "{low} to {high}: {marks:?}");
            assert_eq!(marks.len(), count, "{low} to {high}: {marks:?}");
        }
    }

    #[test]
    fn marks_of_an_axis_stand_in_one_unit() {
        for (scale, mark, high, text) in [
            (Scale::Time, 0.0, 5e-5, "0 µs"),
            (Scale::Time, 2e-5, 5e-5, "20 µs"),
            (Scale::Time, 0.05, 0.2, "50 ms"),
            (Scale::Time, 0.2, 1.0, "0.2 s"),
            (Scale::Time, 3_000.0, 5_000.0, "3,000 s"),
            (Scale::Bytes, 0.0, 500.0, "0 B"),
            (Scale::Bytes, 204.8, 1024.0, "0.2 KiB"),
            (Scale::Bytes, 400.0 * 1024.0, 500.0 * 1024.0, "400 KiB"),
            (Scale::Bytes, 2.0 * 1_048_576.0, 5.0 * 1_048_576.0, "2 MiB"),
        ] {
            assert_eq!(scale.label(mark, high), text);
        }
    }

    #[test]
    fn an_axis_without_length_has_no_marks() {
        for (low, high) in [(1.0, 1.0), (2.0, 1.0), (0.0, f64::NAN), (f64::NEG_INFINITY, f64::INFINITY)] {
            assert_eq!(Scale::Time.marks(low, high).1, Vec::<f64>::new());
        }
    }
}
