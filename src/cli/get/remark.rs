//! What is to be said of the codings of a reply that was handed out.
//!
//! In scope: what it is and whether it is a fault. Out of scope: its words.

use super::reply::reply;
use super::saving::Saving;
use super::stdout_body::StdoutBody;
use crate::capture::Connection;
use crate::decode::{Coding, CodingError, CodingsError, Stage, codings_of, no_coding_of};
use crate::words::Words;

/// Something about the codings of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// The head calls this a coding; it is none.
    NoCoding(Vec<u8>),
    /// The body is not in this coding.
    PassedOver(Coding),
    /// The codings can't be undone.
    NotUndone(CodingsError),
    /// A coding could not be undone to its end.
    Fault(CodingError),
}

impl Remark {
    /// What there is to say of the reply, if its content was wanted.
    pub fn all(connection: &Connection, saving: Option<&Saving<'_>>, out: Option<&StdoutBody>) -> Vec<Self> {
        let stage = saving.map(|saving| saving.stage).or(out.map(|out| out.stage));
        let message = reply(connection).filter(|_| stage == Some(Stage::Decoded));
        let Some(message) = message else { return Vec::new() };
        let unpacked = saving.and_then(|saving| saving.unpacked.get());
        let fault = unpacked.and_then(|unpacked| unpacked.fault.clone()).or(out.and_then(|out| out.fault.clone()));
        let passed_over = unpacked.and_then(|unpacked| unpacked.passed_over).or(out.and_then(StdoutBody::passed_over));
        let all = [
            no_coding_of(&message.head, message.framing).map(Self::NoCoding),
            codings_of(&message.head, message.framing).err().map(Self::NotUndone),
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
