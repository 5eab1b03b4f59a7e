//! What a call must be like to be shown.
//!
//! In scope: the filter as data, and the test of one call. Out of scope: reading calls. Nothing of the payload is looked at.

use crate::capture::{Call, CallKind, Direction, Outcome};

use super::source::NoteText;

/// A set of kinds of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallKinds(u16);

impl CallKinds {
    /// Every kind.
    pub const ALL: Self = Self((1 << CallKind::ALL.len()) - 1);

    /// Whether `kind` is in it.
    #[must_use]
    pub fn has(self, kind: CallKind) -> bool {
        self.0 & (1 << kind as u16) != 0
    }

    /// Takes `kind` in, or out.
    pub fn set(&mut self, kind: CallKind, is_in: bool) {
        let bit = 1 << kind as u16;
        self.0 = if is_in { self.0 | bit } else { self.0 & !bit };
    }

    /// How many kinds are in it.
    #[must_use]
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
    #[must_use]
    pub fn has(self, outcome: Outcome) -> bool {
        self.0 & (1 << outcome as u8) != 0
    }

    /// Those of all outcomes for which `holds` does.
    #[must_use]
    pub fn of(holds: impl Fn(Outcome) -> bool) -> Self {
        let bits = Outcome::ALL.into_iter().filter(|outcome| holds(*outcome)).map(|outcome| 1 << outcome as u8);
        Self(bits.sum())
    }
}

/// How calls must have come back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutcomeFilter {
    /// In any way.
    #[default]
    Any,
    /// With an error, or with the time run out.
    Failures,
    /// In this way.
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

/// What a call must be like. The default lets every call through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallFilter {
    /// Which calls.
    pub kinds: CallKinds,
    /// Only those that carry bytes in this direction.
    pub direction: Option<Direction>,
    /// Only a send or recv that carried at least so many bytes,
    pub least: Option<u32>,
    /// and at most so many.
    pub most: Option<u32>,
    /// How they came back.
    pub ending: OutcomeFilter,
    /// What stands in the row: the call, its arguments, addresses, what is said about a failure. Small and capital letters are the
    /// same. Empty: anything.
    pub text: String,
    /// The outcomes whose words in the user's language hold the text.
    pub said: CallOutcomes,
}

impl CallFilter {
    /// Whether every call comes through.
    #[must_use]
    pub fn is_off(&self) -> bool {
        *self == Self { said: self.said, ..Self::default() }
    }

    /// Whether it looks at texts, and so needs the notes.
    #[must_use]
    pub fn reads_notes(&self) -> bool {
        !self.text.is_empty()
    }
}

/// A filter made ready for many calls.
pub(super) struct FilterTest {
    filter: CallFilter,
    /// The text in small letters.
    text: String,
    /// The last call without a note whose text was looked at, and whether the text is in it: most are like the one before.
    last: Option<(CallKind, u32, bool)>,
}

impl FilterTest {
    pub(super) fn new(filter: CallFilter) -> Self {
        Self { text: filter.text.to_lowercase(), filter, last: None }
    }

    /// Whether `text` holds what is looked for.
    pub(super) fn is_in(&self, text: &str) -> bool {
        text.to_lowercase().contains(&self.text)
    }

    /// Whether `call` comes through; `note_text` is what is known of its note, `peer` whether the text is in the peer's address.
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
            && filter.ending.allows(call.outcome)
            && (self.text.is_empty() || (carries && peer) || self.reads(call, note_text))
    }

    fn reads(&mut self, call: &Call, note_text: Option<&NoteText>) -> bool {
        if self.filter.said.has(call.outcome) {
            return true;
        }
        let Some(note_text) = note_text else { return self.reads_plain(call) };
        let note = Some(&note_text.note);
        let subject = note_text.note.subject.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = format!("{}({})", call.kind.name(), call.arguments(note));
        [name, call.returned(note), subject].iter().any(|text| self.is_in(text)) || self.is_in(&note_text.said)
    }

    fn reads_plain(&mut self, call: &Call) -> bool {
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
