//! Why a run was not started, or did not take what it was told.

use crate::capture::Failure;
use crate::net::Refused;
use crate::settings::FormError;
use crate::ui::kit::Notice;
use crate::words::Words;

/// Why not.
#[derive(Clone, Debug, PartialEq)]
pub enum RunError {
    /// The form can't be used.
    Form(FormError),
    /// The system refused.
    Failure(Failure),
    /// A client's connection did not take a command.
    Command(Refused),
    /// A server did not take an order to connections.
    Order(Refused),
}

impl RunError {
    /// The notice that tells it.
    #[must_use]
    pub fn notice(&self, words: &Words) -> Notice {
        match self {
            Self::Failure(failure) => Notice::Error(words.failure(failure)),
            _ => Notice::ErrorText(self.text(words)),
        }
    }

    /// The sentence that tells it.
    #[must_use]
    pub fn text(&self, words: &Words) -> String {
        let key = match self {
            Self::Form(error) => return words.form_error(error),
            Self::Failure(failure) => return words.failure(failure).to_string(),
            Self::Command(Refused::Busy) => "send-busy",
            Self::Command(Refused::NotOpen) => "send-not-open",
            Self::Order(Refused::Busy) => "order-busy",
            Self::Order(Refused::NotOpen) => "order-over",
        };
        words.text(key).into_owned()
    }
}
