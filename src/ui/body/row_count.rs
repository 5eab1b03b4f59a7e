//! Counts the rows of a body's text on a thread.
//!
//! In scope: the thread for one way of wrapping, and the rows that it has found. Out of scope: which rows are on the screen.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::capture::{Failure, Follower, FollowerState, JobProgress, Processor, Spool};
use crate::decode::Unpack;
use crate::view::{HighlightIndex, LineIndex, Markup, Wrap};

/// A text that another thread reads from its beginning while the text grows.
pub struct TextSource {
    /// The spool that holds the bytes.
    pub spool: Spool,
    /// The offset of the first byte in the spool.
    pub start: u64,
    /// The offset up to which the bytes can be read now.
    pub end: u64,
    /// Whether no more bytes will come.
    pub is_over: bool,
    /// What is still to be taken off: the framing of chunks, or nothing. The result is the text, in UTF-8 as far as it is valid.
    pub unpack: Unpack,
}

/// The rows that have been found. They take some mebibytes of memory at most, however long the text is.
#[derive(Debug)]
pub struct TextRows {
    /// The offsets at which rows begin.
    pub index: LineIndex,
    /// What is coloured in the rows, if the text is markup.
    pub highlights: Option<HighlightIndex>,
}

/// The rows of one text, wrapped in one way. Dropping them ends the thread.
#[derive(Debug)]
pub struct RowCounter {
    wrap: Wrap,
    markup: Option<Markup>,
    follower: Follower<RowIndexer>,
}

impl RowCounter {
    /// Starts to count the rows of `source`; `wake` is called when there is more to see.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub fn start(
        source: TextSource,
        wrap: Wrap,
        markup: Option<Markup>,
        wake: impl Fn() + Send + 'static,
    ) -> Result<Self, Failure> {
        let indexer = RowIndexer { index: LineIndex::new(wrap), highlights: markup.map(HighlightIndex::new) };
        let follower = Follower::start("rows", (source.spool, source.start), source.unpack, indexer, wake)?;
        Ok(Self { wrap, markup, follower })
    }

    /// How lines are wrapped.
    pub fn wrap(&self) -> Wrap {
        self.wrap
    }

    /// The language by which rows are coloured.
    pub fn markup(&self) -> Option<Markup> {
        self.markup
    }

    /// Tells how far the source goes, and whether that is all.
    pub fn set_end(&self, end: u64, is_over: bool) {
        self.follower.set_end(end, is_over);
    }

    /// Stops counting, or lets it go on.
    pub fn stop(&self, is_stopped: bool) {
        self.follower.stop(is_stopped);
    }

    /// The state of the count.
    pub fn state(&self) -> Arc<FollowerState<Option<Arc<TextRows>>>> {
        self.follower.state()
    }

    /// The progress of the count, once it takes longer than `patience`.
    pub fn progress_after(&self, patience: Duration) -> Option<JobProgress> {
        self.follower.progress_after(patience)
    }
}

/// The thread's side.
#[derive(Debug)]
struct RowIndexer {
    index: LineIndex,
    highlights: Option<HighlightIndex>,
}

impl Processor for RowIndexer {
    type Output = Option<Arc<TextRows>>;

    fn process(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.index.feed(bytes);
        if let Some(highlights) = &mut self.highlights {
            highlights.feed(bytes);
        }
        Ok(())
    }

    fn output(&mut self) -> io::Result<Option<Arc<TextRows>>> {
        Ok(Some(Arc::new(TextRows { index: self.index.clone(), highlights: self.highlights.clone() })))
    }
}
