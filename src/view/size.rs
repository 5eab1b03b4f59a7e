//! Figures as text.
//!
//! In scope: digits, which are the same in every language. Out of scope: units and words.

/// `number` with a comma between groups of three digits: `41,377`.
#[must_use]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_three() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (41_377, "41,377"), (u64::MAX, "18,446,744,073,709,551,615")]
        {
            assert_eq!(group_digits(number), text);
        }
    }
}
