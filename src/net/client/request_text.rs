//! A request as text, taken apart into method, target, fields and body, and put together again (RFC 9112 §3 and §5).
//!
//! In scope: a form beside the raw text, which stays the one source of truth: what can be taken apart is put together to the same
//! text, byte for byte, and what can't be is only for the raw editor. Out of scope: what becomes of line ends on the wire.

use super::typed_bytes::{LineEnd, with_line_ends};
use crate::http::is_tchar;

/// A request in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestText {
    /// The method.
    pub method: String,
    /// The request target.
    pub target: String,
    /// The version, such as `HTTP/1.1`.
    pub version: String,
    /// The fields, in order.
    pub fields: Vec<(String, String)>,
    /// What follows the empty line.
    pub body: String,
}

impl RequestText {
    /// The parts of `text`, whose line ends are `\n`; `None` if it is no request that a form can show.
    pub fn parse(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let mut words = lines.next()?.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        let fields = lines.map(|line| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())));
        let fields = fields.collect::<Option<Vec<_>>>()?;
        let request = Self {
            method: method.to_owned(),
            target: target.to_owned(),
            version: version.to_owned(),
            fields,
            body: body.to_owned(),
        };
        (request.is_sound() && request.text() == text).then_some(request)
    }

    /// The text.
    pub fn text(&self) -> String {
        let mut text = format!("{} {} {}\n", self.method, self.target, self.version);
        for (name, value) in &self.fields {
            text.push_str(&format!("{name}: {value}\n"));
        }
        text.push('\n');
        text.push_str(&self.body);
        text
    }

    /// The value of the first field called `name`, in whatever case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Gives the field called `name` this value, at the end if there is none yet; without one it is taken out.
    pub fn set(&mut self, name: &str, value: Option<&str>) {
        let place = self.fields.iter().position(|(other, _)| other.eq_ignore_ascii_case(name));
        match (value, place) {
            (Some(value), Some(place)) => {
                if let Some((_, old)) = self.fields.get_mut(place) {
                    value.clone_into(old);
                }
            }
            (Some(value), None) => self.fields.push((name.to_owned(), value.to_owned())),
            (None, _) => self.fields.retain(|(other, _)| !other.eq_ignore_ascii_case(name)),
        }
    }

    /// Takes out what would end a line, or a word where only one may stand: nothing of a form gets into another part.
    pub fn tidy(&mut self) {
        let is_end = |ch: char| matches!(ch, '\r' | '\n' | '\0');
        let may_be_in_token = |ch: char| u8::try_from(ch).is_ok_and(is_tchar);
        self.method.retain(may_be_in_token);
        self.target.retain(|ch| !is_end(ch) && ch != ' ');
        self.version.retain(|ch| !is_end(ch) && ch != ' ');
        for (name, value) in &mut self.fields {
            name.retain(may_be_in_token);
            value.retain(|ch| !is_end(ch));
        }
    }

    /// Says in Content-Length how long the body is that follows: its text with `line_end`, and `more` bytes. Without a body there is
    /// none, and beside a Transfer-Encoding neither.
    pub fn count_body(&mut self, line_end: LineEnd, more: u64) {
        let length = with_line_ends(&self.body, line_end).len() as u64 + more;
        if self.field("transfer-encoding").is_some() || (length == 0 && matches!(&*self.method, "GET" | "HEAD")) {
            return self.set("Content-Length", None);
        }
        self.set("Content-Length", Some(&length.to_string()));
    }

    fn is_sound(&self) -> bool {
        let mut tidied = self.clone();
        tidied.tidy();
        tidied == *self && !self.method.is_empty() && !self.target.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POST: &str = "POST /a?b HTTP/1.1\nHost: x\nX: a: b\nEmpty: \n\nline\n\nmore";

    #[test]
    fn a_request_comes_apart_and_together() {
        let request = RequestText::parse(POST).unwrap();
        assert_eq!((&*request.method, &*request.target, &*request.version), ("POST", "/a?b", "HTTP/1.1"));
        assert_eq!(request.fields, [("Host", "x"), ("X", "a: b"), ("Empty", "")].map(|(n, v)| (n.into(), v.into())));
        assert_eq!((request.body.as_str(), request.text().as_str()), ("line\n\nmore", POST));
    }

    #[test]
    fn what_a_form_can_not_show_is_left_to_the_raw_text() {
        for text in [
            "",
            "GET / HTTP/1.1\nHost: x\n",
            "GET  / HTTP/1.1\n\n",
            "GET / HTTP/1.1 x\n\n",
            "GET /\n\n",
            "GET / HTTP/1.1\nHost:x\n\n",
            "GET / HTTP/1.1\nHost : x\n\n",
            "GET / HTTP/1.1\n folded: x\n\n",
            "GET / HTTP/1.1\nno colon\n\n",
            "GET / HTTP/1.1\na: b\rc\n\n",
            "G(T / HTTP/1.1\n\n",
        ] {
            assert_eq!(RequestText::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn fields_are_set_in_their_place() {
        let mut request = RequestText::parse(POST).unwrap();
        request.set("hOST", Some("y"));
        request.set("x", None);
        request.set("Accept-Encoding", Some("gzip"));
        request.count_body(LineEnd::Crlf, 0);
        let head = "POST /a?b HTTP/1.1\nHost: y\nEmpty: \nAccept-Encoding: gzip\nContent-Length: 12\n";
        assert_eq!(request.text(), format!("{head}\nline\n\nmore"));
        request.set("Transfer-Encoding", Some("chunked"));
        request.count_body(LineEnd::Crlf, 0);
        assert_eq!(request.field("content-length"), None);
        let mut get = RequestText::parse("GET / HTTP/1.1\nContent-Length: 1\n\n").unwrap();
        get.count_body(LineEnd::Crlf, 0);
        assert_eq!(get.text(), "GET / HTTP/1.1\n\n");
    }

    proptest! {
        #[test]
        fn nothing_typed_into_one_part_gets_into_another(
            method in "\\PC{0,8}[\r\n :]{0,3}", target in "[/a\r\n \0]{0,9}", name in "[a:\r\n ]{0,6}", value in "[b:\r\n\0]{0,9}",
        ) {
            let fields = vec![(name, value)];
            let version = "HTTP/1.1".into();
            let mut request = RequestText { method, target, version, fields, body: "body".into() };
            request.tidy();
            if !request.method.is_empty() && !request.target.is_empty() {
                prop_assert_eq!(RequestText::parse(&request.text()), Some(request));
            }
        }
    }
}
