//! The codings a head declares for its body (RFC 9110 §8.4, RFC 9112 §6.1).
//!
//! In scope: the names of the codings. Out of scope: undoing the codings (see `decode`).

use crate::http::characters::trim_ows;

/// The codings of a body. Each list is in the order in which the codings were applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codings<'a> {
    /// Content codings: the elements of Content-Encoding, such as `gzip`.
    pub content: Vec<&'a [u8]>,
    /// Transfer codings: the elements of Transfer-Encoding, such as `chunked`, without their parameters. Chunked keeps its parameters.
    pub transfer: Vec<&'a [u8]>,
}

impl<'a> Codings<'a> {
    /// The codings that the values of Content-Encoding and those of Transfer-Encoding name.
    pub(crate) fn of(content: impl Iterator<Item = &'a [u8]>, transfer: impl Iterator<Item = &'a [u8]>) -> Self {
        let transfer = transfer.flat_map(elements).map(without_parameters);
        Self { content: content.flat_map(elements).collect(), transfer: transfer.collect() }
    }

    /// Whether the body has no coding, so that its bytes are the content itself.
    pub fn is_plain(&self) -> bool {
        self.transfer.is_empty() && self.content.iter().copied().all(is_identity)
    }

    /// Whether chunked is the last transfer coding, which is the one that delimits the body. Identity, known from RFC 2616, is passed over.
    pub(crate) fn ends_chunked(&self) -> bool {
        self.transfer.iter().rev().find(|name| !is_identity(name)).copied().is_some_and(is_chunked)
    }

    /// How often chunked is among the transfer codings.
    pub(crate) fn chunked_count(&self) -> usize {
        self.transfer.iter().copied().filter(|name| is_chunked(name)).count()
    }

    /// The transfer codings before chunked, where chunked delimits the body. A sender that names chunked twice has applied it once, as
    /// curl and browsers read it.
    pub fn within_chunks(&self) -> &[&'a [u8]] {
        let is_other = |name: &&[u8]| !is_chunked(name) && !is_identity(name);
        let last = self.transfer.iter().rposition(is_other).map_or(0, |last| last + 1);
        self.transfer.get(..last).unwrap_or_default()
    }
}

/// The elements of a comma-separated list without the empty ones (RFC 9110 §5.6.1.2). A comma within a quoted string does not separate.
fn elements(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    let mut escaped = false;
    let separates = move |&byte: &u8| {
        let literal = std::mem::replace(&mut escaped, false);
        match byte {
            _ if literal => {}
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => return true,
            _ => {}
        }
        false
    };
    let whole = value.split(separates).map(trim_ows);
    whole.filter(|element| !element.is_empty())
}

fn is_chunked(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"chunked")
}

fn is_identity(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"identity")
}

/// `element` without its parameters. Chunked has none, and a recipient treats them as an error (RFC 9112 §7.1). So the parameters of
/// chunked stay, and make it another coding.
fn without_parameters(element: &[u8]) -> &[u8] {
    let name = trim_ows(element.split(|&byte| byte == b';').next().unwrap_or(element));
    if is_chunked(name) { element } else { name }
}

#[cfg(test)]
mod tests {
    use super::{elements, without_parameters};

    fn listed(value: &str) -> Vec<&str> {
        let names = elements(value.as_bytes()).map(without_parameters);
        names.map(|name| std::str::from_utf8(name).unwrap()).collect()
    }

    #[test]
    fn splits_at_commas_outside_quotes() {
        assert_eq!(listed("gzip, chunked"), ["gzip", "chunked"]);
        assert_eq!(listed(" , a ,\r\n\tb,"), ["a", "b"]);
        assert_eq!(listed(r#"a;p=", chunked", b ;q=1"#), ["a", "b"]);
        assert_eq!(listed(r#"a;p="\", chunked""#), ["a"]);
        assert_eq!(listed("Chunked ;a=b, chunked"), ["Chunked ;a=b", "chunked"]);
        assert!(listed("").is_empty());
    }
}
