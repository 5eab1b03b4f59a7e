//! What a search of a body reads: its bytes, its text, or its formatted copy.

use egui::Context;
use encoding_rs::UTF_8;

use super::{BodyPipeline, Formatting};
use crate::decode::Stage;
use crate::http::Span;
use crate::ui::body::body_ref::BodyRef;
use crate::ui::select::{SearchSource, SearchSourceKey};

impl BodyPipeline {
    /// The source of a search: the bytes, or with `is_text` the text in UTF-8. A body in HTTP chunks is copied for the search.
    pub fn search_source(&mut self, body: &BodyRef<'_>, is_text: bool, ctx: &Context) -> Option<SearchSource> {
        let is_text = is_text && (self.text.is_some() || self.charset.encoding == UTF_8);
        if let Some(copy) = self.formatted().filter(|_| is_text) {
            let version = self.formatting.as_ref().map_or(0, Formatting::version);
            let key = SearchSourceKey::Body { key: self.key, encoding: UTF_8, is_text, version };
            let span = Span::new(0, copy.length);
            return Some(SearchSource { key, spool: copy.spool.clone(), span, is_over: true, encoding: UTF_8 });
        }
        let is_framed = body.is_framed();
        let has_copy = self.decoded.is_some() || (is_text && self.text.is_some());
        if !has_copy && is_framed && self.unframed.is_none() {
            let unpack = body.message.map(|message| body.unpack_up_to(message, Stage::Framed))?;
            self.unframed = self.derive(body.stream.spool.clone(), body.wire().start, unpack, ctx);
        }
        let text = self.text.as_ref().filter(|_| is_text).map(|(_, text)| text);
        let unframed = self.unframed.as_ref().filter(|_| is_framed);
        if let Some(unframed) = unframed {
            unframed.set_end(body.wire().end, body.is_over());
        }
        let (spool, span, is_over) = match text.or(self.decoded.as_ref()).or(unframed) {
            Some(copy) => (copy.spool(), Span::new(0, copy.state().output), copy.state().is_over),
            None if is_framed => return None,
            None => (&body.stream.spool, body.wire(), body.is_over()),
        };
        let key = SearchSourceKey::Body { key: self.key, encoding: self.charset.encoding, is_text, version: 0 };
        let encoding = if is_text { UTF_8 } else { self.charset.encoding };
        Some(SearchSource { key, spool: spool.clone(), span, is_over, encoding })
    }
}
