//! A canned reply in the server's form.

use serde::{Deserialize, Serialize};

use super::client_form::{FormError, Written};
use crate::capture::hex_bytes;
use crate::net::responders::When;
use crate::net::{LineEnd, with_line_ends};

/// A canned reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CannedForm {
    /// How it is written.
    pub written: Written,
    /// The text, its line ends as `\n`.
    pub text: String,
    /// What they become.
    pub line_end: LineEnd,
    /// Bytes, as hex.
    pub hex: String,
    /// The path of a file.
    pub file: String,
    /// When it goes out.
    pub when: When,
    /// Whether the connection is closed after it.
    pub then_close: bool,
}

impl Default for CannedForm {
    fn default() -> Self {
        Self {
            written: Written::Text,
            text: "HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 7\n\nHello\n".into(),
            line_end: LineEnd::Crlf,
            hex: String::new(),
            file: String::new(),
            when: When::Request,
            then_close: true,
        }
    }
}

impl CannedForm {
    /// The bytes, unless they are those of a file.
    ///
    /// # Errors
    /// If the hex is none.
    pub(super) fn typed(&self) -> Result<Option<Vec<u8>>, FormError> {
        match self.written {
            Written::Text => Ok(Some(with_line_ends(&self.text, self.line_end))),
            Written::Hex => hex_bytes(&self.hex).map(Some).map_err(FormError::CannedHex),
            Written::File => Ok(None),
        }
    }
}
