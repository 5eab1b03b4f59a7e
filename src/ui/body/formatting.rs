//! The formatted copy of a body in JSON, HTML or XML: made on a thread once the body is over, and anew when an element is folded.
//!
//! In scope: when it is made, why there is none, and what is folded. Out of scope: how a text is laid out (`view::format`).

use std::collections::BTreeSet;

use egui::Context;

use super::row_count::TextSource;
use crate::capture::{Spool, SpoolWriter};
use crate::http::Span;
use crate::ui::kit::BackgroundQuery;
use crate::view::{FORMAT_MAX, Layout, Markup, format};

/// A formatted copy.
#[derive(Debug)]
pub struct FormattedCopy {
    /// Where it lies.
    pub spool: Spool,
    /// How many bytes it has.
    pub length: u64,
    /// Where its pieces stand.
    pub layout: Layout,
}

/// Why a body is not shown formatted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unformatted {
    /// It is still arriving.
    NotOver,
    /// It is longer than is formatted, or has too many parts.
    TooLong,
    /// It is being formatted.
    Working,
    /// The copy could not be made.
    Failed,
}

impl Unformatted {
    /// The key of the text that says so.
    pub fn key(self) -> &'static str {
        match self {
            Self::NotOver => "unformatted-not-over",
            Self::TooLong => "unformatted-too-long",
            Self::Working => "unformatted-working",
            Self::Failed => "unformatted-failed",
        }
    }
}

/// The making of the copy.
pub struct Formatting {
    /// What is folded, by its offset in the text.
    folded: BTreeSet<u64>,
    query: BackgroundQuery<Result<FormattedCopy, Unformatted>>,
    copy: Result<FormattedCopy, Unformatted>,
    /// Whether the copy that is there, or was asked for, has folded what is to be folded now.
    is_asked: bool,
    /// Grows with each copy.
    version: u32,
}

impl std::fmt::Debug for Formatting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Formatting").field("version", &self.version).finish_non_exhaustive()
    }
}

impl Default for Formatting {
    fn default() -> Self {
        let query = BackgroundQuery::new("format");
        Self { folded: BTreeSet::new(), query, copy: Err(Unformatted::NotOver), is_asked: false, version: 0 }
    }
}

impl Formatting {
    /// The copy, or why there is none.
    pub fn copy(&self) -> Result<&FormattedCopy, Unformatted> {
        self.copy.as_ref().map_err(|why| *why)
    }

    /// Which copy it is.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Folds the element that begins at `source` in the text, or unfolds it.
    pub fn toggle(&mut self, source: u64) {
        if !self.folded.remove(&source) {
            self.folded.insert(source);
        }
        self.is_asked = false;
    }

    /// Folds all that `copy` can fold but the outermost, or nothing any more.
    pub fn fold_all(&mut self, folds: bool) {
        self.folded.clear();
        if let Ok(copy) = &self.copy
            && folds
        {
            self.folded.extend(copy.layout.folds.iter().skip(1).map(|fold| fold.source));
        }
        self.is_asked = false;
    }

    /// Takes in what was made, and has a copy of `source` made if it is needed. Returns whether the copy is another one now.
    pub fn prepare(&mut self, source: TextSource, markup: Markup, ctx: &Context) -> bool {
        let made = self.query.poll();
        let is_new = made.is_some();
        if let Some(made) = made {
            self.copy = made.unwrap_or(Err(Unformatted::Failed));
            self.version += 1;
        }
        if !self.is_asked && source.is_over {
            self.is_asked = true;
            if self.copy.is_err() {
                self.copy = Err(Unformatted::Working);
            }
            let folded = self.folded.clone();
            self.query.ask(ctx, move || made_of(source, markup, &folded));
        }
        is_new
    }
}

/// Makes a copy of `source`, on a thread.
fn made_of(source: TextSource, markup: Markup, folded: &BTreeSet<u64>) -> Result<FormattedCopy, Unformatted> {
    let (mut writer, spool) = SpoolWriter::on(source.spool.disk());
    let text = text_of(source)?;
    let (output, layout) = format(&text, markup, folded).map_err(|_| Unformatted::TooLong)?;
    writer.append(&output).and_then(|()| writer.flush()).map_err(|_| Unformatted::Failed)?;
    Ok(FormattedCopy { spool, length: output.len() as u64, layout })
}

/// The whole text of `source`, without what is still to be taken off.
fn text_of(source: TextSource) -> Result<Vec<u8>, Unformatted> {
    let TextSource { spool, start, end, mut unpack, .. } = source;
    if end - start > FORMAT_MAX {
        return Err(Unformatted::TooLong);
    }
    let bytes = spool.read(Span::new(start, end)).map_err(|_| Unformatted::Failed)?;
    let mut text = Vec::with_capacity(bytes.len());
    let mut keep = |piece: &[u8]| {
        text.extend(piece);
        if text.len() as u64 > FORMAT_MAX { Err(()) } else { Ok(()) }
    };
    match unpack.push(&bytes, &mut keep) {
        Ok(()) => Ok(text),
        Err(_) if text.len() as u64 > FORMAT_MAX => Err(Unformatted::TooLong),
        // A framing that ends in a fault has told what was before it.
        Err(_) => Ok(text),
    }
}
