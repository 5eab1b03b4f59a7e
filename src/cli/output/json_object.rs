//! An object of JSON, written key by key.
//!
//! In scope: leaving out keys that have no value; escapes for what would turn, hide or control text in a terminal. Out of scope: which keys
//! an event has (`json`).

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::view::visible;

/// Escapes what serde_json passes: the control characters of C1, and those that turn or hide text.
struct EscapeInvisible;

impl Formatter for EscapeInvisible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if visible(fragment) == fragment {
            return out.write_all(fragment.as_bytes());
        }
        for ch in fragment.chars() {
            let mut text = [0; 4];
            let text = ch.encode_utf8(&mut text);
            if visible(text) == *text {
                out.write_all(text.as_bytes())?;
                continue;
            }
            for unit in ch.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}

/// The text of an object without its closing brace.
pub(super) struct JsonObject(Vec<u8>);

impl JsonObject {
    /// `{}`
    pub(super) fn new() -> Self {
        Self(vec![b'{'])
    }

    /// With one more key, unless `value` is `None`.
    pub(super) fn put(mut self, key: &'static str, value: impl Serialize) -> Self {
        let begun = self.0.len();
        self.put_key(key);
        // Writing to a Vec does not fail.
        let _ = value.serialize(&mut Serializer::with_formatter(&mut self.0, EscapeInvisible));
        if self.0.ends_with(b":null") {
            self.0.truncate(begun);
        }
        self
    }

    /// With one more key, whose value is an object.
    pub(super) fn put_object(mut self, key: &'static str, object: Self) -> Self {
        self.put_key(key);
        self.0.extend(object.into_text());
        self
    }

    /// With one more key, whose value is a list of objects.
    pub(super) fn put_list(mut self, key: &'static str, objects: impl Iterator<Item = Self>) -> Self {
        self.put_key(key);
        self.0.push(b'[');
        for (nth, object) in objects.enumerate() {
            self.0.extend((nth > 0).then_some(b','));
            self.0.extend(object.into_text());
        }
        self.0.push(b']');
        self
    }

    fn put_key(&mut self, key: &'static str) {
        let comma = if self.0.len() > 1 { "," } else { "" };
        self.0.extend_from_slice(format!("{comma}\"{key}\":").as_bytes());
    }

    /// The whole text.
    pub(super) fn into_text(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }
}
