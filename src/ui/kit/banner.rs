//! A notice to the user: an error with advice, or a note.

use egui::{RichText, Ui};

use super::glossary_tooltip::explain;
use super::ui_context::UiContext;
use super::widgets::{button, strip};
use crate::ui::action::{Action, WindowAction};
use crate::words::{Sentence, Topic};

/// A message to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Something went wrong.
    Error(Sentence),
    /// Something went wrong that one text says.
    ErrorText(String),
    /// Something good to know.
    Info(String),
}

impl Notice {
    /// The topic of the glossary that explains the cause.
    #[must_use]
    pub fn topic(&self) -> Option<Topic> {
        match self {
            Self::Error(sentence) => sentence.topic,
            Self::ErrorText(_) | Self::Info(_) => None,
        }
    }
}

/// Draws a notice. With `dismissible` it has a button to put it away.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, notice: &Notice, dismissible: bool) {
    let background = match notice {
        Notice::Error(_) | Notice::ErrorText(_) => cx.tokens.error_background,
        Notice::Info(_) => cx.tokens.note_background,
    };
    strip(ui, background, |ui| {
        ui.horizontal_wrapped(|ui| {
            match notice {
                Notice::Error(sentence) => show_sentence(ui, cx, sentence),
                Notice::ErrorText(text) => {
                    ui.label(RichText::new(format!("⚠ {text}")).color(cx.tokens.bad).strong());
                }
                Notice::Info(text) => {
                    ui.label(text);
                }
            }
            if dismissible && button(ui, &cx.text("dismiss"), true).clicked() {
                cx.actions.push(Action::Window(WindowAction::Dismiss));
            }
        });
    });
}

fn show_sentence(ui: &mut Ui, cx: &UiContext<'_>, sentence: &Sentence) {
    let what = ui.label(RichText::new(format!("⚠ {}", sentence.what)).color(cx.tokens.bad).strong());
    explain(what, cx, sentence.topic);
    if let Some(system) = &sentence.system {
        ui.weak(format!("[{system}]"));
    }
    ui.label(&sentence.advice);
}
