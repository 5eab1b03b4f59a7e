//! The value of a figure: a number, a time or a word.

use std::cmp::Ordering;
use std::fmt;
use std::time::Duration;

use super::bound::MILLISECONDS;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum FigureValue {
    /// A count, or bytes.
    Number(u64),
    /// How long something took.
    Time(Duration),
    /// A name, such as that of a call; `yes`, `no`, `none`.
    Word(String),
}

impl FigureValue {
    /// `yes` or `no`.
    pub fn yes(is_so: bool) -> Self {
        Self::word(if is_so { "yes" } else { "no" })
    }

    /// A word.
    pub fn word(word: &str) -> Self {
        Self::Word(word.to_owned())
    }

    /// Reads `4`, `300 ms`, `2 s` or a word.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(time) = duration(text) {
            return Some(Self::Time(time));
        }
        let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        match text.parse() {
            Ok(number) => Some(Self::Number(number)),
            Err(_) => (!text.is_empty() && is_word(text)).then(|| Self::word(text)),
        }
    }

    /// The order of two values of one kind. Returns `None` for values of different kinds.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => Some(one.cmp(other)),
            (Self::Time(one), Self::Time(other)) => Some(one.cmp(other)),
            (Self::Word(one), Self::Word(other)) => Some(one.cmp(other)),
            _ => None,
        }
    }
}

/// Reads `300 ms` or `2 s`, up to a day.
pub fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (text.strip_suffix('s')?, 1.0),
    };
    let number: f64 = number.trim().parse().ok()?;
    Duration::try_from_secs_f64(number * unit).ok().filter(|time| time.as_millis() <= MILLISECONDS.into())
}

impl fmt::Display for FigureValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Time(time) if *time < Duration::from_millis(1) => write!(f, "{:.3} ms", time.as_secs_f64() * 1e3),
            Self::Time(time) if *time < Duration::from_secs(1) => write!(f, "{:.1} ms", time.as_secs_f64() * 1e3),
            Self::Time(time) => write!(f, "{:.2} s", time.as_secs_f64()),
            Self::Word(word) => f.write_str(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_and_written() {
        for (text, value, shown) in [
            ("4", FigureValue::Number(4), "4"),
            (" 300 ms", FigureValue::Time(Duration::from_millis(300)), "300.0 ms"),
            ("0.05ms", FigureValue::Time(Duration::from_micros(50)), "0.050 ms"),
            ("2 s", FigureValue::Time(Duration::from_secs(2)), "2.00 s"),
            ("peer-finished", FigureValue::word("peer-finished"), "peer-finished"),
            ("FIN_WAIT2", FigureValue::word("FIN_WAIT2"), "FIN_WAIT2"),
        ] {
            assert_eq!(FigureValue::parse(text), Some(value.clone()), "{text}");
            assert_eq!(value.to_string(), shown);
        }
        for text in ["", "two words", "a.b", "-3 s", "86401 s"] {
            assert_eq!(FigureValue::parse(text), None, "{text}");
        }
    }

    #[test]
    fn only_values_of_a_kind_compare() {
        assert_eq!(FigureValue::Number(1).compare(&FigureValue::Number(2)), Some(Ordering::Less));
        assert_eq!(FigureValue::Number(1).compare(&FigureValue::word("1")), None);
    }
}
