//! The filter of a list of calls.
//!
//! In scope: the filter as data, and the test of one call. Out of scope: reading calls. The filter does not look at the bytes.

use crate::capture::{Call, CallKind, Direction, Outcome};

use super::log_reader::NoteText;

/// A set of kinds of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallKinds(u16);

impl CallKinds {
    /// Every kind.
    pub const ALL: Self = Self((1 << CallKind::ALL.len()) - 1);

    /// Whether `kind` is in it.
    pub fn has(self, kind: CallKind) -> bool {
        self.0 & (1 << kind as u16) != 0
    }

    /// Takes `kind` in, or out.
    pub fn set(&mut self, kind: CallKind, is_in: bool) {
        let bit = 1 << kind as u16;
        self.0 = if is_in { self.0 | bit } else { self.0 & !bit };
    }

    /// How many kinds are in it.
    pub fn count(self) -> usize {
        self.0.count_ones() as usize
    }
}

impl Default for CallKinds {
    fn default() -> Self {
        Self::ALL
    }
}

/// A set of outcomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallOutcomes(u8);

impl CallOutcomes {
    /// Whether `outcome` is in it.
    pub fn has(self, outcome: Outcome) -> bool {
        self.0 & (1 << outcome as u8) != 0
    }

    /// All outcomes for which `holds` is true.
    pub fn of(holds: impl Fn(Outcome) -> bool) -> Self {
        let bits = Outcome::ALL.into_iter().filter(|outcome| holds(*outcome)).map(|outcome| 1 << outcome as u8);
        Self(bits.sum())
    }
}

/// Which outcomes calls must have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutcomeFilter {
    /// Any outcome.
    #[default]
    Any,
    /// An error, or a time-out.
    Failures,
    /// This outcome.
    Only(Outcome),
}

impl OutcomeFilter {
    fn allows(self, outcome: Outcome) -> bool {
        match self {
            Self::Any => true,
            Self::Failures => matches!(outcome, Outcome::Failed | Outcome::TimedOut),
            Self::Only(only) => outcome == only,
        }
    }
}

/// A filter of calls. The default lets every call pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallFilter {
    /// Which calls.
    pub kinds: CallKinds,
    /// Only calls that carry bytes in this direction.
    pub direction: Option<Direction>,
    /// The fewest bytes that a send or recv must have carried. If it is set, no other call passes.
    pub least: Option<u32>,
    /// The most bytes that a send or recv may have carried. If it is set, no other call passes.
    pub most: Option<u32>,
    /// Which outcomes they must have.
    pub outcome: OutcomeFilter,
    /// A text that the row must contain: in the call, its arguments, its addresses, or the words for its failure. Upper and lower case
    /// are the same. An empty text is in every row.
    pub text: String,
    /// The outcomes whose words in the user's language contain the text.
    pub outcomes_with_text: CallOutcomes,
}

impl CallFilter {
    /// Whether every call passes.
    pub fn is_off(&self) -> bool {
        *self == Self { outcomes_with_text: self.outcomes_with_text, ..Self::default() }
    }

    /// Whether the filter needs the notes of calls, as it looks at texts.
    pub fn reads_notes(&self) -> bool {
        !self.text.is_empty()
    }
}

/// A filter made ready for many calls.
pub(super) struct FilterTest {
    filter: CallFilter,
    /// The text in lower case.
    text: String,
    /// The kind and the bytes asked for of the last call without a note, and whether it contains the text: most calls are like the one
    /// before.
    last: Option<(CallKind, u32, bool)>,
}

impl FilterTest {
    pub(super) fn new(filter: CallFilter) -> Self {
        Self { text: filter.text.to_lowercase(), filter, last: None }
    }

    /// Whether `text` contains the text of the filter.
    pub(super) fn is_in(&self, text: &str) -> bool {
        text.to_lowercase().contains(&self.text)
    }

    /// Whether `call` passes. `peer` says whether the peer's address contains the text.
    pub(super) fn passes(&mut self, call: &Call, note_text: Option<&NoteText>, peer: bool) -> bool {
        let filter = &self.filter;
        let carries = matches!(call.kind, CallKind::Send | CallKind::Recv);
        let is_sized = filter.least.is_none() && filter.most.is_none()
            || carries
                && filter.least.is_none_or(|least| call.got >= least)
                && filter.most.is_none_or(|most| call.got <= most);
        filter.kinds.has(call.kind)
            && filter.direction.is_none_or(|direction| call.kind == CallKind::from(direction))
            && is_sized
            && filter.outcome.allows(call.outcome)
            && (self.text.is_empty() || (carries && peer) || self.has_text(call, note_text))
    }

    fn has_text(&mut self, call: &Call, note_text: Option<&NoteText>) -> bool {
        if self.filter.outcomes_with_text.has(call.outcome) {
            return true;
        }
        let Some(note_text) = note_text else { return self.has_text_without_note(call) };
        let note = Some(&note_text.note);
        let subject = note_text.note.subject.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = format!("{}({})", call.kind.name(), call.arguments(note));
        [name, call.returned(note), subject].iter().any(|text| self.is_in(text)) || self.is_in(&note_text.failure)
    }

    fn has_text_without_note(&mut self, call: &Call) -> bool {
        if let Some((kind, asked, held)) = self.last
            && (kind, asked) == (call.kind, call.asked)
        {
            return held;
        }
        let held = self.is_in(&format!("{}({})", call.kind.name(), call.arguments(None)));
        self.last = Some((call.kind, call.asked, held));
        held
    }
}
