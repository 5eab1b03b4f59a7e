//! The parts of JSON, HTML and XML told apart, so that they can be coloured.
//!
//! In scope: a machine that goes from byte to byte and knows what each belongs to; whose state is a few bytes, so that states can be
//! kept for places all over a text of any size (see [`HighlightIndex`](crate::view::HighlightIndex)). Out of scope:
//! whether the text is right (what is wrong is coloured as something), entities, scripts and style sheets, colours.
//!
//! Follows RFC 8259 for JSON, and for HTML and XML what the WHATWG HTML standard's tokenizer (§13.2.5) tells apart here.

/// In which language a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// JSON.
    Json,
    /// HTML, in which scripts and style sheets are no markup.
    Html,
    /// XML.
    Xml,
}

/// What a byte belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenKind {
    /// Text, or what has no part of its own.
    #[default]
    Plain,
    /// The name of a tag or of a member.
    Name,
    /// A string, or the value of an attribute.
    Text,
    /// A number or a literal, or the name of an attribute.
    Value,
    /// Punctuation and comments.
    Weak,
}

/// Where a byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between tags or tokens.
    Outside,
    /// In a string of JSON.
    String { is_name: bool, is_escaped: bool },
    /// In a number or literal.
    Word,
    /// After `<`.
    Opened,
    /// In the name of a tag.
    TagName,
    /// In a tag, after its name.
    Tag,
    /// In the name of an attribute.
    Attribute,
    /// After `=`.
    Equals,
    /// In the value of an attribute, up to the quote; 0: up to a space.
    Quoted(u8),
    /// After `<!` and this many hyphens.
    Bang(u8),
    /// In a comment, after this many hyphens.
    Comment(u8),
    /// In a declaration or instruction, up to `>`.
    Declaration,
    /// In a script or style sheet, after this many bytes of its end tag.
    Raw(u8),
}

/// The longest name that is compared is `script`.
const NAME: usize = 6;
/// As deep as members are told from elements; further in, all strings are values.
const DEEPEST: u8 = 64;

/// The machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Highlighter {
    markup: Markup,
    state: State,
    /// JSON: which containers around this place are objects, the innermost in the lowest bit, and how many there are.
    objects: u64,
    depth: u8,
    /// JSON: whether a string that begins here is a member's name.
    is_name_next: bool,
    /// HTML: the name of the tag, in lower case, as far as it is compared; of a closing tag it is empty.
    name: [u8; NAME],
    length: u8,
    /// Whether the tag closes an element.
    closes: bool,
}

impl Highlighter {
    /// At the beginning of a text.
    pub fn new(markup: Markup) -> Self {
        Self {
            markup,
            state: State::Outside,
            objects: 0,
            depth: 0,
            is_name_next: false,
            name: [0; NAME],
            length: 0,
            closes: false,
        }
    }

    /// Its language.
    pub fn markup(&self) -> Markup {
        self.markup
    }

    /// Passes over the next bytes.
    pub fn skip(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        loop {
            let Some((byte, after)) = rest.get(self.same(rest)..).and_then(<[u8]>::split_first) else { return };
            self.step(*byte);
            rest = after;
        }
    }

    /// How many bytes at the front of `rest` leave the state as it is.
    fn same(&self, rest: &[u8]) -> usize {
        let found = match self.state {
            State::String { is_escaped: false, .. } => memchr::memchr2(b'"', b'\\', rest),
            State::Outside if self.markup != Markup::Json => memchr::memchr(b'<', rest),
            State::Raw(0) => memchr::memchr(b'<', rest),
            State::Quoted(quote) if quote != 0 => memchr::memchr(quote, rest),
            State::Comment(0) => memchr::memchr(b'-', rest),
            State::Declaration => memchr::memchr(b'>', rest),
            _ => Some(0),
        };
        found.unwrap_or(rest.len())
    }

    /// What the next byte belongs to.
    pub fn step(&mut self, byte: u8) -> TokenKind {
        match self.markup {
            Markup::Json => self.json(byte),
            Markup::Html | Markup::Xml => self.tagged(byte),
        }
    }

    fn json(&mut self, byte: u8) -> TokenKind {
        if let State::String { is_name, is_escaped } = self.state {
            self.state = match byte {
                b'"' if !is_escaped => State::Outside,
                _ => State::String { is_name, is_escaped: byte == b'\\' && !is_escaped },
            };
            return if is_name { TokenKind::Name } else { TokenKind::Text };
        }
        self.state = State::Outside;
        match byte {
            b'"' => {
                let is_name = std::mem::take(&mut self.is_name_next);
                self.state = State::String { is_name, is_escaped: false };
                return if is_name { TokenKind::Name } else { TokenKind::Text };
            }
            b'{' | b'[' => self.enter(byte == b'{'),
            b'}' | b']' => self.leave(),
            b',' => self.is_name_next = self.is_in_object(),
            b':' => self.is_name_next = false,
            b' ' | b'\t' | b'\r' | b'\n' => return TokenKind::Plain,
            _ => {
                self.state = State::Word;
                return TokenKind::Value;
            }
        }
        TokenKind::Weak
    }

    fn enter(&mut self, is_object: bool) {
        self.depth = self.depth.saturating_add(1);
        self.objects = self.objects << 1 | u64::from(is_object);
        self.is_name_next = self.is_in_object();
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.objects >>= 1;
        self.is_name_next = false;
    }

    fn is_in_object(&self) -> bool {
        (1..=DEEPEST).contains(&self.depth) && self.objects & 1 == 1
    }

    fn tagged(&mut self, byte: u8) -> TokenKind {
        let is_space = byte.is_ascii_whitespace();
        let (next, paint) = match self.state {
            State::Raw(seen) => (self.raw(seen, byte), TokenKind::Plain),
            State::Opened => self.opened(byte),
            State::Bang(hyphens) => match (byte, hyphens) {
                (b'-', 0) => (State::Bang(1), TokenKind::Weak),
                (b'-', _) => (State::Comment(0), TokenKind::Weak),
                (b'>', _) => (State::Outside, TokenKind::Weak),
                _ => (State::Declaration, TokenKind::Weak),
            },
            State::Comment(hyphens) => match byte {
                b'>' if hyphens >= 2 => (State::Outside, TokenKind::Weak),
                b'-' => (State::Comment(hyphens.saturating_add(1).min(2)), TokenKind::Weak),
                _ => (State::Comment(0), TokenKind::Weak),
            },
            State::Declaration => (if byte == b'>' { State::Outside } else { State::Declaration }, TokenKind::Weak),
            State::TagName if !is_space && !matches!(byte, b'>' | b'/') => {
                self.remember(byte);
                (State::TagName, TokenKind::Name)
            }
            State::Quoted(0) if is_space => (State::Tag, TokenKind::Plain),
            State::Quoted(0) if byte == b'>' => (self.after_tag(), TokenKind::Weak),
            State::Quoted(quote) => {
                (if quote != 0 && byte == quote { State::Tag } else { State::Quoted(quote) }, TokenKind::Text)
            }
            State::Equals => match byte {
                b'"' | b'\'' => (State::Quoted(byte), TokenKind::Text),
                b'>' => (self.after_tag(), TokenKind::Weak),
                _ if is_space => (State::Equals, TokenKind::Plain),
                _ => (State::Quoted(0), TokenKind::Text),
            },
            State::TagName | State::Tag | State::Attribute => self.in_tag(byte, is_space),
            State::Outside | State::String { .. } | State::Word => match byte {
                b'<' => (State::Opened, TokenKind::Weak),
                _ => (State::Outside, TokenKind::Plain),
            },
        };
        self.state = next;
        paint
    }

    fn opened(&mut self, byte: u8) -> (State, TokenKind) {
        (self.name, self.length, self.closes) = ([0; NAME], 0, byte == b'/');
        match byte {
            b'!' => (State::Bang(0), TokenKind::Weak),
            b'?' => (State::Declaration, TokenKind::Weak),
            b'/' => (State::TagName, TokenKind::Weak),
            _ if byte.is_ascii_alphabetic() || !byte.is_ascii() || matches!(byte, b'_' | b':') => {
                self.remember(byte);
                (State::TagName, TokenKind::Name)
            }
            // A lone `<` is text.
            b'<' => (State::Opened, TokenKind::Weak),
            _ => (State::Outside, TokenKind::Plain),
        }
    }

    fn remember(&mut self, byte: u8) {
        if let Some(place) = self.name.get_mut(usize::from(self.length)) {
            *place = byte.to_ascii_lowercase();
        }
        self.length = self.length.saturating_add(1);
    }

    fn in_tag(&mut self, byte: u8, is_space: bool) -> (State, TokenKind) {
        match byte {
            b'>' => (self.after_tag(), TokenKind::Weak),
            b'/' => (State::Tag, TokenKind::Weak),
            b'=' => (State::Equals, TokenKind::Weak),
            _ if is_space => (State::Tag, TokenKind::Plain),
            _ => (State::Attribute, TokenKind::Value),
        }
    }

    /// The name of the element whose content is no markup, if that is what the tag opens.
    fn raw_name(&self) -> Option<&'static [u8]> {
        let own = self.name.get(..usize::from(self.length)).filter(|_| self.markup == Markup::Html && !self.closes)?;
        [&b"script"[..], b"style"].into_iter().find(|name| *name == own)
    }

    fn after_tag(&self) -> State {
        if self.raw_name().is_some() { State::Raw(0) } else { State::Outside }
    }

    /// In a script: `</script` ends it.
    fn raw(&mut self, seen: u8, byte: u8) -> State {
        let name = self.raw_name().unwrap_or_default();
        let expected = match usize::from(seen) {
            0 => Some(b'<'),
            1 => Some(b'/'),
            seen => name.get(seen - 2).copied(),
        };
        if expected != Some(byte.to_ascii_lowercase()) {
            return State::Raw(u8::from(byte == b'<'));
        }
        if usize::from(seen) + 1 < name.len() + 2 {
            return State::Raw(seen + 1);
        }
        self.closes = true;
        State::Tag
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A letter for each byte: what it belongs to.
    fn painted(markup: Markup, text: &str) -> String {
        let mut highlighter = Highlighter::new(markup);
        let letter = |paint| match paint {
            TokenKind::Plain => '.',
            TokenKind::Name => 'n',
            TokenKind::Text => 't',
            TokenKind::Value => 'v',
            TokenKind::Weak => 'w',
        };
        text.bytes().map(|byte| letter(highlighter.step(byte))).collect()
    }

    #[test]
    fn json_is_told_apart() {
        for (text, paint) in [
            (r#"{"a": 1, "b": "c"}"#, "wnnnw.vw.nnnw.tttw"),
            (r#"["a", null, {"b": []}]"#, "wtttw.vvvvw.wnnnw.wwww"),
            (r#"{"a\"b": "\\"}"#, "wnnnnnnw.ttttw"),
            ("-1.5e3 true", "vvvvvv.vvvv"),
            (r#"{"a": {"b": 1}, "c": 2}"#, "wnnnw.wnnnw.vww.nnnw.vw"),
        ] {
            assert_eq!(painted(Markup::Json, text), paint, "{text}");
        }
    }

    #[test]
    fn html_is_told_apart() {
        for (text, paint) in [
            ("<p class=\"a\">x</p>", "wn.vvvvvwtttw.wwnw"),
            ("<br/>a < b", "wnnww..w.."),
            ("<!-- <p> --> x", "wwwwwwwwwwww.."),
            ("<!DOCTYPE html>x", "wwwwwwwwwwwwwww."),
            ("<a href=b c>", "wn.vvvvwt.vw"),
            ("<script>a<b</script>x", "wnnnnnnw...........w."),
            ("<STYLE>p>a</style >x", "wnnnnnw...........w."),
            ("<a b='>'>x", "wn.vwtttw."),
        ] {
            assert_eq!(painted(Markup::Html, text), paint, "{text}");
        }
    }

    #[test]
    fn in_xml_a_script_is_an_element_like_others() {
        assert_eq!(painted(Markup::Xml, "<script><b/></script>"), "wnnnnnnwwnwwwwnnnnnnw");
    }

    proptest! {
        #[test]
        fn what_is_skipped_changes_the_state_as_every_byte_does(
            text in "[<>/!\\-a-c\"'=\\[\\]{},:\\\\ ]{0,200}",
            which in 0_usize..3,
        ) {
            let markup = [Markup::Json, Markup::Html, Markup::Xml][which];
            let (mut row_after, mut skipped) = (Highlighter::new(markup), Highlighter::new(markup));
            for byte in text.bytes() {
                row_after.step(byte);
            }
            skipped.skip(text.as_bytes());
            prop_assert_eq!(row_after, skipped);
        }
    }
}
