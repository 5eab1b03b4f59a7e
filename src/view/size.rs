//! Figures as text.
//!
//! In scope: digits, and the units that are written alike in every language. Out of scope: words.

use std::time::Duration;

/// Units of bytes, each 1,024 of the one before.
pub const BYTE_UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];

/// `number` with a comma between groups of three digits: `41,377`.
pub fn group_digits(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A time with three digits that count, in the unit that fits it: `213 µs`, `1.24 ms`, `3.22 s`.
pub fn short_time(time: Duration) -> String {
    let nanos = time.as_nanos() as f64;
    let (value, unit) = match nanos {
        _ if nanos < 999_500.0 => (nanos / 1e3, "µs"),
        _ if nanos < 999_500_000.0 => (nanos / 1e6, "ms"),
        _ => (nanos / 1e9, "s"),
    };
    format!("{} {unit}", three_digits(value))
}

/// A number of bytes with three digits that count, in the binary unit that fits it: `812 B`, `1.24 KiB`.
pub fn short_bytes(bytes: f64) -> String {
    let (mut value, mut units) = (bytes.max(0.0), BYTE_UNITS.iter());
    let mut unit = units.next();
    while value >= 1023.5
        && let Some(larger) = units.next()
    {
        value /= 1024.0;
        unit = Some(larger);
    }
    format!("{} {}", three_digits(value), unit.unwrap_or(&"B"))
}

/// Three digits that count, or all before the point; whole numbers without a fraction.
fn three_digits(value: f64) -> String {
    if value.fract() == 0.0 || value >= 99.95 {
        return group_digits(value.round() as u64);
    }
    let decimals = if value < 9.995 { 2 } else { 1 };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_stand_in_the_unit_that_fits() {
        for (nanos, text) in [
            (0, "0 µs"),
            (310, "0.31 µs"),
            (213_400, "213 µs"),
            (999_499, "999 µs"),
            (999_501, "1.00 ms"),
            (1_000_000, "1 ms"),
            (12_345_678, "12.3 ms"),
            (999_600_000, "1.00 s"),
            (3_217_000_000, "3.22 s"),
            (99_960_000_000, "100 s"),
            (5_000_000_000_000, "5,000 s"),
        ] {
            assert_eq!(short_time(Duration::from_nanos(nanos)), text);
        }
    }

    #[test]
    fn bytes_stand_in_the_binary_unit_that_fits() {
        for (bytes, text) in [
            (0.0, "0 B"),
            (812.0, "812 B"),
            (1_023.6, "1.00 KiB"),
            (1_024.0, "1 KiB"),
            (1_270.0, "1.24 KiB"),
            (5_452_595.0, "5.20 MiB"),
            (1e15, "909 TiB"),
            (1e18, "909,495 TiB"),
        ] {
            assert_eq!(short_bytes(bytes), text);
        }
    }

    #[test]
    fn digits_stand_in_groups_of_three() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (41_377, "41,377"), (u64::MAX, "18,446,744,073,709,551,615")]
        {
            assert_eq!(group_digits(number), text);
        }
    }
}
