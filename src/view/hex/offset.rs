//! An offset as people type it, and as it is shown.
//!
//! In scope: decimal figures with separators, hex with `0x`, `+` and `-` from where one is, a share in percent, and the units KiB, MiB
//! and GiB by their letters. Out of scope: whether there is such a byte.

use crate::view::size::group_digits;

/// The offset that `text` names, seen from offset `from` in `total` bytes; `None` if it is none.
pub fn parse_offset(text: &str, from: u64, total: u64) -> Option<u64> {
    let text: String = text.chars().filter(|ch| !matches!(ch, ' ' | ',' | '_' | '\'' | '，')).collect();
    if let Some(share) = text.strip_suffix(['%', '％']) {
        let share: f64 = share.parse().ok()?;
        return (0.0..=100.0).contains(&share).then(|| (total.saturating_sub(1) as f64 * share / 100.0) as u64);
    }
    if let Some(forward) = text.strip_prefix('+') {
        return from.checked_add(amount(forward)?);
    }
    if let Some(back) = text.strip_prefix('-') {
        return from.checked_sub(amount(back)?);
    }
    amount(&text)
}

/// An offset as it is shown: in decimal with separators, or in hex with eight digits at least.
#[must_use]
pub fn offset_text(offset: u64, is_hex: bool) -> String {
    if is_hex { format!("{offset:08x}") } else { group_digits(offset) }
}

fn amount(text: &str) -> Option<u64> {
    let text = text.to_ascii_lowercase();
    if let Some(hex) = text.strip_prefix("0x") {
        return digits(hex, 16);
    }
    let units = [("g", 30), ("m", 20), ("k", 10)];
    let bare = text.trim_end_matches("ib");
    for (unit, bits) in units {
        if let Some(figure) = bare.strip_suffix(unit) {
            return digits(figure, 10)?.checked_mul(1 << bits);
        }
    }
    digits(&text, 10)
}

/// Only digits: the parser of the standard library also takes signs.
fn digits(text: &str, radix: u32) -> Option<u64> {
    text.chars().all(|ch| ch.is_digit(radix)).then(|| u64::from_str_radix(text, radix).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_read_as_people_type_them() {
        for (text, offset) in [
            ("0", Some(0)),
            ("41,377", Some(41_377)),
            (" 41 377 ", Some(41_377)),
            ("0x1F", Some(31)),
            ("0X10", Some(16)),
            ("+16", Some(116)),
            ("-0x10", Some(84)),
            ("-101", None),
            ("3k", Some(3072)),
            ("2MiB", Some(2 << 20)),
            ("10G", Some(10 << 30)),
            ("50%", Some(499)),
            ("100%", Some(999)),
            ("101%", None),
            ("", None),
            ("+", None),
            ("++1", None),
            ("0x", None),
            ("abc", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(parse_offset(text, 100, 1000), offset, "{text}");
        }
    }

    #[test]
    fn offsets_are_shown_in_decimal_or_in_hex() {
        for (offset, decimal, hex) in
            [(0, "0", "00000000"), (41_377, "41,377", "0000a1a1"), (1 << 36, "68,719,476,736", "1000000000")]
        {
            assert_eq!((offset_text(offset, false).as_str(), offset_text(offset, true).as_str()), (decimal, hex));
            assert_eq!(parse_offset(&format!("0x{hex}"), 0, u64::MAX), Some(offset));
        }
    }
}
