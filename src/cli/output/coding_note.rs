//! What is to be said of the codings of a reply whose body was handed out.
//!
//! In scope: the notes, and which of them are failures. Out of scope: their words.

use crate::capture::Message;
use crate::decode::{Coding, CodingError, CodingsError, Stage, codings_of, no_coding_of};
use crate::words::Words;

/// How a body was unpacked.
pub struct Unpacking {
    /// How far it was to be unpacked.
    pub stage: Stage,
    /// The coding that could not be undone.
    pub fault: Option<CodingError>,
    /// The coding that the body turned out not to be in.
    pub passed_over: Option<Coding>,
}

/// Something about the codings of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodingNote {
    /// The head calls this a coding; it is none.
    NoCoding(Vec<u8>),
    /// The body is not in this coding.
    PassedOver(Coding),
    /// The codings can't be undone.
    NotUndone(CodingsError),
    /// A coding could not be undone to its end.
    Fault(CodingError),
}

impl CodingNote {
    /// What there is to say of `reply`, whose body was handed out by `unpacking`.
    pub fn all(reply: &Message, unpacking: Unpacking) -> Vec<Self> {
        let Unpacking { stage, fault, passed_over } = unpacking;
        if stage != Stage::Decoded {
            return Vec::new();
        }
        let all = [
            no_coding_of(&reply.head, reply.framing).map(Self::NoCoding),
            codings_of(&reply.head, reply.framing).err().map(Self::NotUndone),
            passed_over.map(Self::PassedOver),
            fault.map(Self::Fault),
        ];
        all.into_iter().flatten().collect()
    }

    /// A name that does not change, fit for a key.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoCoding(_) => "no-coding",
            Self::PassedOver(_) => "not-in-it",
            Self::NotUndone(CodingsError::Unknown(_)) => "not-undone",
            Self::NotUndone(CodingsError::TooMany(_)) => "too-many-layers",
            Self::Fault(fault) => fault.kind.name(),
        }
    }

    /// The coding that it is about, as it was named.
    pub fn coding(&self) -> Option<String> {
        match self {
            Self::NoCoding(name) | Self::NotUndone(CodingsError::Unknown(name)) => {
                Some(String::from_utf8_lossy(name).into_owned())
            }
            Self::PassedOver(coding) => Some(coding.name().to_owned()),
            Self::Fault(fault) => Some(fault.coding.name().to_owned()),
            Self::NotUndone(CodingsError::TooMany(_)) => None,
        }
    }

    /// Whether content that was asked for could not be had.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::NotUndone(_) | Self::Fault(_))
    }

    /// The same in a sentence.
    pub fn text(&self, words: &Words) -> String {
        match self {
            Self::NoCoding(name) => words.no_coding(name),
            Self::PassedOver(coding) => words.passed_over(*coding),
            Self::NotUndone(error) => words.codings_error(error),
            Self::Fault(error) => words.coding_error(error),
        }
    }
}
