//! What the search bar has found: the job that searches, and the hit that the user stands on.
//!
//! In scope: a search for each pair of a query and a source, begun anew when either changes; the next hit and the one before, around
//! the end. Out of scope: drawing. Nothing here waits.

use egui::Context;
use encoding_rs::Encoding;

use crate::capture::{Direction, Failure, Hit, Pattern, PatternError, Search, SearchProgress, Spool, StreamLayer};
use crate::http::Span;
use crate::ui::body::BodyKey;

/// The number of hits that are lit at once; a screen holds fewer bytes.
const LIT_MAX: usize = 16 * 1024;

/// How the text of a query is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueryKind {
    /// A text in a character encoding.
    #[default]
    Text,
    /// Bytes in hex.
    Hex,
    /// A regular expression.
    Regex,
}

/// What the user searches for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// How the text is read.
    pub kind: QueryKind,
    /// The text as it was typed.
    pub text: String,
    /// Whether capital and small letters differ.
    pub matches_case: bool,
    /// The character encoding of a text, if the user chose one; `None`: the source's own.
    pub encoding: Option<&'static Encoding>,
}

impl Query {
    fn pattern(&self, source: &SearchSource) -> Result<Pattern, PatternError> {
        let chosen = self.encoding.filter(|_| !source.key.is_text());
        match self.kind {
            QueryKind::Text => Pattern::text(&self.text, chosen.unwrap_or(source.encoding), !self.matches_case),
            QueryKind::Hex => Pattern::hex(&self.text),
            QueryKind::Regex => Pattern::regex(&self.text, !self.matches_case),
        }
    }
}

/// Which bytes are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchSourceKey {
    /// All bytes of a direction, or those under its TLS.
    Bytes {
        /// When the connection was opened, its number, the direction.
        of: (u64, u32, Direction),
        /// Which of them.
        layer: StreamLayer,
        /// The first of them that is shown.
        first: u64,
    },
    /// A body.
    Body {
        /// Which one, and how far it is unpacked.
        key: BodyKey,
        /// What its text is written in.
        encoding: &'static Encoding,
        /// Whether it is the text in UTF-8 that was made of it.
        is_text: bool,
        /// Which formatted copy of it; 0: none.
        version: u32,
    },
}

impl SearchSourceKey {
    /// Whether its text is in UTF-8 whatever the user chooses.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Body { is_text: true, .. })
    }
}

/// The bytes that are searched, as far as they are there.
#[derive(Clone, Debug)]
pub struct SearchSource {
    /// Which ones they are.
    pub key: SearchSourceKey,
    /// Where they lie.
    pub spool: Spool,
    /// Which of the spool's; the beginning stays where it is.
    pub span: Span,
    /// Whether no more will come.
    pub is_over: bool,
    /// What their text is written in.
    pub encoding: &'static Encoding,
}

/// Where the user wants to go. Offsets count from the beginning of the spool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    /// To the first hit from an offset on.
    From(u64),
    /// To the last before an offset.
    Before(u64),
}

/// What a search was begun for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SearchKey {
    key: SearchSourceKey,
    query: Query,
    own: &'static Encoding,
}

/// The searches of one bar.
#[derive(Debug, Default)]
pub struct SearchState {
    asked: Option<SearchKey>,
    /// Where the source begins in its spool.
    base: u64,
    search: Option<Search>,
    searched: Option<SearchProgress>,
    is_cancelled: bool,
    error: Option<PatternError>,
    failure: Option<Failure>,
    current: Option<Hit>,
    goal: Option<Goal>,
    /// A hit that is to be shown.
    to_show: Option<Span>,
}

impl SearchState {
    /// Goes on: begins anew if `query` or `source` is another one, tells how far the source goes, and looks for the hit that is the goal
    /// at `position` or where the user last asked to go.
    pub fn prepare(&mut self, query: &Query, source: &SearchSource, position: u64, ctx: &Context) {
        let asked = SearchKey { key: source.key, query: query.clone(), own: source.encoding };
        if self.asked.as_ref() != Some(&asked) {
            self.begin(asked, source, position, ctx);
        }
        if let Some(search) = &self.search {
            search.set_end(source.span.end, source.is_over);
            self.searched = Some(search.progress());
        }
        self.look_for_goal();
    }

    fn begin(&mut self, asked: SearchKey, source: &SearchSource, position: u64, ctx: &Context) {
        let is_typed = self.asked.as_ref().is_none_or(|before| before.query != asked.query);
        self.stop();
        self.base = source.span.start;
        // Another source is searched without leaving the place that is looked at.
        self.goal = is_typed.then_some(Goal::From(self.base + position));
        if !asked.query.text.is_empty() {
            let ctx = ctx.clone();
            let wake = move || crate::ui::kit::repaint::request_repaint(&ctx);
            match asked.query.pattern(source) {
                Ok(pattern) => match Search::start(source.spool.clone(), source.span.start, pattern, wake) {
                    Ok(search) => self.search = Some(search),
                    Err(failure) => self.failure = Some(failure),
                },
                Err(error) => self.error = Some(error),
            }
        }
        self.asked = Some(asked);
    }

    /// Ends the search and forgets what it found.
    pub fn stop(&mut self) {
        *self = Self::default();
    }

    /// Ends the search, but keeps what it found.
    pub fn cancel(&mut self) {
        if let Some(search) = &self.search {
            search.cancel();
            self.is_cancelled = true;
        }
    }

    /// Whether it was cancelled before its end.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled
    }

    /// How far the search has come.
    pub fn searched(&self) -> Option<&SearchProgress> {
        self.searched.as_ref()
    }

    /// Why the query can't be searched for.
    pub fn error(&self) -> Option<&PatternError> {
        self.error.as_ref()
    }

    /// What failed on our side.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref().or_else(|| self.searched.as_ref()?.failure.as_ref())
    }

    /// The hit that the user stands on.
    pub fn current(&self) -> Option<Hit> {
        self.current
    }

    /// The bytes of that hit, counted from the beginning of the source.
    pub fn current_span(&self) -> Option<Span> {
        self.current.map(|hit| self.in_source(hit.span))
    }

    /// Asks for the next hit; the first from `position` on if the user stands on none.
    pub fn next(&mut self, position: u64) {
        let from = self.current.map_or(self.base + position, |hit| hit.span.end);
        self.goal = Some(Goal::From(from));
    }

    /// Asks for the hit before.
    pub fn previous(&mut self, position: u64) {
        let before = self.current.map_or(self.base + position, |hit| hit.span.start);
        self.goal = Some(Goal::Before(before));
    }

    /// A hit that was found and is to be shown, once; counted from the beginning of the source.
    pub fn take_hit_to_show(&mut self) -> Option<Span> {
        self.to_show.take().map(|span| self.in_source(span))
    }

    /// The hits within `span`, both counted from the beginning of the source.
    pub fn hits_in(&self, span: Span) -> Vec<Span> {
        let Some(searched) = &self.searched else { return Vec::new() };
        let span = Span::new(self.base.saturating_add(span.start), self.base.saturating_add(span.end));
        searched.hits.hits_in(span, LIT_MAX).into_iter().map(|hit| self.in_source(hit)).collect()
    }

    fn in_source(&self, span: Span) -> Span {
        Span::new(span.start.saturating_sub(self.base), span.end.saturating_sub(self.base))
    }

    /// Looks for the hit that is the goal, as far as it can be known yet.
    fn look_for_goal(&mut self) {
        let (Some(goal), Some(searched)) = (self.goal, &self.searched) else { return };
        let hits = &searched.hits;
        let is_idle = self.is_cancelled || searched.is_idle();
        let looked = self.base + searched.searched;
        let hit = match goal {
            Goal::From(offset) => hits.first_at_or_after(offset),
            Goal::Before(offset) if is_idle || looked >= offset => hits.last_before(offset),
            Goal::Before(_) => return,
        };
        let around = || if matches!(goal, Goal::From(_)) { hits.first() } else { hits.last_before(u64::MAX) };
        let hit = hit.or_else(|| if is_idle { around() } else { None });
        if hit.is_some() || is_idle {
            self.goal = None;
        }
        if let Some(hit) = hit {
            (self.current, self.to_show) = (Some(hit), Some(hit.span));
        }
    }
}
