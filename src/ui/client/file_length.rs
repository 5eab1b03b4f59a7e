//! Measures the file that the client sends as a body, since Content-Length says how long it is.

use egui::Context;

use crate::capture::{GivenFile, typed_path};
use crate::net::RequestText;
use crate::settings::{BodyForm, ClientForm, Written};
use crate::ui::kit::BackgroundQuery;

/// The length of the file that was measured last.
pub struct BodyFileLength {
    known: Option<(String, u64)>,
    query: BackgroundQuery<(String, u64)>,
}

impl Default for BodyFileLength {
    fn default() -> Self {
        Self { known: None, query: BackgroundQuery::new("measure") }
    }
}

impl BodyFileLength {
    /// Finds out how long the file of `body` is. One that can't be read has no bytes; why, the run says.
    pub fn ask(&mut self, ctx: &Context, body: &BodyForm) {
        let path = body.file.clone();
        self.query.ask(ctx, move || {
            let length = GivenFile::open(&typed_path(path.trim())).map_or(0, |file| file.length());
            (path, length)
        });
    }

    /// The length of the file of `body` in bytes; 0 while it is not known.
    #[must_use]
    pub fn length(&self, body: &BodyForm) -> u64 {
        self.known.as_ref().filter(|(path, _)| *path == body.file).map_or(0, |(_, length)| *length)
    }

    /// Writes the length into the request of `draft`, once it is known.
    pub fn hear(&mut self, draft: &mut ClientForm) {
        let Some(Ok(found)) = self.query.poll() else { return };
        self.known = Some(found);
        if draft.body.kind == Written::File
            && let Some(mut request) = RequestText::parse(&draft.request)
        {
            request.count_body(draft.line_end, self.length(&draft.body));
            draft.request = request.text();
        }
    }
}
