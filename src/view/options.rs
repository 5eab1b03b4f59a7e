//! How lists and dumps are shown: which columns, how wide, offsets in which notation.
//!
//! In scope: the choices of the user, with their bounds. Out of scope: drawing, and where they are kept (`settings`).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// The width that a column may have, in points.
pub const COLUMN_WIDTH: RangeInclusive<f32> = 24.0..=2_000.0;
/// No list has as many columns as this.
const COLUMNS_MAX: usize = 64;
/// No key of a column is as long as this, in bytes.
const KEY_MAX: usize = 64;

/// How the views are shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewOptions {
    /// The columns of the Calls list.
    pub calls: ColumnOptions,
    /// The columns of the table of connections.
    pub connections: ColumnOptions,
    /// Whether offsets of bytes are told in hex.
    pub hex_offsets: bool,
}

/// Which columns of a list are hidden, and how wide the user has made the others. Columns are named by the keys of their titles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnOptions {
    hidden: BTreeSet<String>,
    widths: BTreeMap<String, f32>,
}

impl ViewOptions {
    /// Drops what a hand has edited into nonsense.
    pub(crate) fn mend(&mut self) {
        self.calls.mend();
        self.connections.mend();
    }
}

impl ColumnOptions {
    /// Whether the user has hidden the column.
    #[must_use]
    pub fn is_hidden(&self, key: &str) -> bool {
        self.hidden.contains(key)
    }

    /// Hides the column, or shows it.
    pub fn hide(&mut self, key: &str, is_hidden: bool) {
        if !is_hidden {
            self.hidden.remove(key);
        } else if self.hidden.len() < COLUMNS_MAX {
            self.hidden.insert(key.to_owned());
        }
    }

    /// The width that the user has given the column, in points.
    #[must_use]
    pub fn width(&self, key: &str) -> Option<f32> {
        self.widths.get(key).copied()
    }

    /// Gives the column a width in points, within [`COLUMN_WIDTH`].
    pub fn set_width(&mut self, key: &str, width: f32) {
        if width.is_finite() && (self.widths.len() < COLUMNS_MAX || self.widths.contains_key(key)) {
            self.widths.insert(key.to_owned(), width.clamp(*COLUMN_WIDTH.start(), *COLUMN_WIDTH.end()));
        }
    }

    /// Whether nothing is hidden and all widths are the list's own.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.hidden.is_empty() && self.widths.is_empty()
    }

    fn mend(&mut self) {
        self.hidden.retain(|key| key.len() <= KEY_MAX);
        self.widths.retain(|key, width| key.len() <= KEY_MAX && COLUMN_WIDTH.contains(width));
        if self.hidden.len() > COLUMNS_MAX || self.widths.len() > COLUMNS_MAX {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_stay_within_their_bounds() {
        let mut columns = ColumnOptions::default();
        for (given, kept) in [(1.0, Some(24.0)), (300.0, Some(300.0)), (1e9, Some(2_000.0)), (f32::NAN, Some(2_000.0))]
        {
            columns.set_width("column-time", given);
            assert_eq!(columns.width("column-time"), kept);
        }
        assert_eq!(columns.width("column-call"), None);
    }

    #[test]
    fn nonsense_in_a_file_is_dropped_and_the_rest_stays() {
        let text = r#"{ "calls": { "hidden": ["column-bar"], "widths": { "column-time": 1e9, "column-call": 80 } } }"#;
        let mut options: ViewOptions = serde_json::from_str(text).unwrap();
        options.mend();
        assert!(options.calls.is_hidden("column-bar") && !options.calls.is_hidden("column-time"));
        assert_eq!((options.calls.width("column-time"), options.calls.width("column-call")), (None, Some(80.0)));
        let mut many = ColumnOptions::default();
        many.hidden.extend((0..1_000).map(|number| number.to_string()));
        many.mend();
        assert!(many.is_default());
    }
}
