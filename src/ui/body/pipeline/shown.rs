//! Where the bytes and the text of a body lie that are shown, and which bytes of the direction they are.

use super::BodyPipeline;
use crate::capture::Content;
use crate::decode::Unpack;
use crate::http::Span;
use crate::ui::body::body_ref::BodyRef;
use crate::ui::body::row_count::TextSource;

impl BodyPipeline {
    /// The text, for another thread to read.
    pub fn text_source(&self, body: &BodyRef<'_>) -> TextSource {
        match self.formatted() {
            Some(copy) => {
                let (spool, unpack) = (copy.spool.clone(), Unpack::unframed());
                TextSource { spool, start: 0, end: copy.length, is_over: true, unpack }
            }
            None => self.unformatted_source(body),
        }
    }

    pub(super) fn unformatted_source(&self, body: &BodyRef<'_>) -> TextSource {
        let copy = self.text.as_ref().map(|(_, text)| text).or(self.decoded.as_ref());
        match copy {
            Some(copy) => {
                let state = copy.state();
                let (spool, unpack) = (copy.spool().clone(), Unpack::unframed());
                TextSource { spool, start: 0, end: state.output, is_over: state.is_over, unpack }
            }
            None => TextSource {
                spool: body.stream.spool.clone(),
                start: body.wire().start,
                end: body.wire().end,
                is_over: body.is_over(),
                unpack: body.unpack(),
            },
        }
    }

    /// The bytes of the body at its stage, as far as they are there.
    pub fn bytes<'a>(&'a self, body: &'a BodyRef<'_>) -> Content<'a> {
        match &self.decoded {
            Some(decoded) => Content::plain(decoded.spool(), Span::new(0, decoded.state().output)),
            None => body.content(),
        }
    }

    /// The text of the body in UTF-8, as far as it has been made.
    pub fn text<'a>(&'a self, body: &'a BodyRef<'_>) -> Content<'a> {
        match (self.formatted(), &self.text) {
            (Some(copy), _) => Content::plain(&copy.spool, Span::new(0, copy.length)),
            (None, Some((_, text))) => Content::plain(text.spool(), Span::new(0, text.state().output)),
            (None, None) => self.bytes(body),
        }
    }

    /// The bytes of the direction that are `span` of the shown bytes, or with `is_text` of the shown text; `None` if what is shown is a copy
    /// whose bytes are no others'.
    pub fn in_direction(&self, body: &BodyRef<'_>, is_text: bool, span: Span) -> Option<Span> {
        let begin = self.start_in_direction(body, is_text)?;
        let span = self.formatted().filter(|_| is_text).map_or(span, |copy| copy.layout.source(span));
        Some(Span::new(span.start + begin, span.end + begin))
    }

    /// Where the bytes `span` of the direction stand in what is shown, the other way round.
    pub fn place_of(&self, body: &BodyRef<'_>, is_text: bool, span: Span) -> Option<Span> {
        let begin = self.start_in_direction(body, is_text)?;
        let within = Span::new(span.start.max(begin), span.end);
        if within.is_empty() {
            return None;
        }
        let within = Span::new(within.start - begin, within.end - begin);
        Some(self.formatted().filter(|_| is_text).map_or(within, |copy| copy.layout.place(within)))
    }

    /// The offset in the direction at which the shown bytes, or with `is_text` the text before it is formatted, begin; `None` if they are
    /// a copy.
    pub fn start_in_direction(&self, body: &BodyRef<'_>, is_text: bool) -> Option<u64> {
        let is_copy = self.decoded.is_some() || (is_text && self.text.is_some());
        (!is_copy && !body.is_framed()).then(|| body.wire().start)
    }
}
