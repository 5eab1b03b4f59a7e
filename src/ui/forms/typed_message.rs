//! A message that the user types: text with a choice of line ends, or hex.

use egui::Ui;

use super::request_editor::line_ends;
use crate::capture::hex_bytes;
use crate::net::{LineEnd, TypedError, with_line_ends};
use crate::ui::kit::UiContext;

/// What is typed.
#[derive(Debug, Default)]
pub struct TypedMessage {
    /// The text, or the digits.
    pub text: String,
    as_hex: bool,
    /// What the user chose.
    line_end: Option<LineEnd>,
}

impl TypedMessage {
    /// The bytes of the message, with the line end behind its last line too; `usual` is the line end until the user chooses.
    pub fn bytes(&self, usual: LineEnd) -> Result<Vec<u8>, TypedError> {
        self.bytes_of(&self.text, usual)
    }

    /// The bytes of each line that holds something, as messages of their own.
    pub fn lines(&self, usual: LineEnd) -> Result<Vec<Vec<u8>>, TypedError> {
        // An error names its place in the whole text.
        self.bytes(usual)?;
        self.text.lines().filter(|line| !line.trim().is_empty()).map(|line| self.bytes_of(line, usual)).collect()
    }

    fn bytes_of(&self, text: &str, usual: LineEnd) -> Result<Vec<u8>, TypedError> {
        if self.as_hex {
            return Ok(hex_bytes(text)?);
        }
        Ok(with_line_ends(&format!("{text}\n"), self.line_end.unwrap_or(usual)))
    }

    /// Draws the choice of how it is meant; `salt` tells it from others.
    pub fn show_options(&mut self, ui: &mut Ui, cx: &UiContext<'_>, usual: LineEnd, salt: &str) {
        ui.checkbox(&mut self.as_hex, cx.text("message-hex"));
        if !self.as_hex {
            let mut line_end = self.line_end.unwrap_or(usual);
            let before = line_end;
            line_ends(ui, cx, salt, &mut line_end);
            if line_end != before {
                self.line_end = Some(line_end);
            }
        }
    }

    /// Draws what is wrong with what is typed.
    pub fn fault(ui: &mut Ui, cx: &UiContext<'_>, error: TypedError) {
        ui.colored_label(cx.tokens.error, cx.words.typed_error(error));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::HexError;

    #[test]
    fn a_text_is_one_message_or_as_many_as_it_has_lines() {
        let text = TypedMessage { text: "a\n\nb c".into(), ..TypedMessage::default() };
        assert_eq!(text.bytes(LineEnd::None).unwrap(), b"ab c");
        assert_eq!(text.bytes(LineEnd::Lf).unwrap(), b"a\n\nb c\n");
        assert_eq!(text.lines(LineEnd::Crlf).unwrap(), [&b"a\r\n"[..], b"b c\r\n"]);
        let hex = TypedMessage { text: "61 62\n0a".into(), as_hex: true, line_end: Some(LineEnd::Crlf) };
        assert_eq!(hex.bytes(LineEnd::None).unwrap(), b"ab\n");
        assert_eq!(hex.lines(LineEnd::None).unwrap(), [&b"ab"[..], b"\n"]);
        assert!(TypedMessage { text: "6".into(), as_hex: true, line_end: None }.bytes(LineEnd::None).is_err());
        let faulty = TypedMessage { text: "61\n6".into(), as_hex: true, line_end: None };
        assert_eq!(faulty.lines(LineEnd::None), Err(HexError::HalfByte { at: 3 }.into()));
    }
}
