//! The strip below the address: what went wrong and what to try, or something good to know.

use egui::{RichText, Ui};

use super::glossary_tooltip::explain;
use super::ui_context::UiContext;
use super::widgets::{button, strip};
use crate::ui::action::Action;
use crate::words::{Sentence, Topic};

/// What is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Something went wrong.
    Bad(Sentence),
    /// Something went wrong that one text says.
    BadText(String),
    /// Something good to know.
    Note(String),
}

impl Notice {
    /// Where more is said of the cause.
    #[must_use]
    pub fn topic(&self) -> Option<Topic> {
        match self {
            Self::Bad(sentence) => sentence.topic,
            Self::BadText(_) | Self::Note(_) => None,
        }
    }
}

/// Draws a notice. With `dismissible` it has a button to put it away.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, notice: &Notice, dismissible: bool) {
    let ground = match notice {
        Notice::Bad(_) | Notice::BadText(_) => cx.tokens.bad_ground,
        Notice::Note(_) => cx.tokens.note_ground,
    };
    strip(ui, ground, |ui| {
        ui.horizontal_wrapped(|ui| {
            match notice {
                Notice::Bad(sentence) => sentence_parts(ui, cx, sentence),
                Notice::BadText(text) => {
                    ui.label(RichText::new(format!("⚠ {text}")).color(cx.tokens.bad).strong());
                }
                Notice::Note(text) => {
                    ui.label(text);
                }
            }
            if dismissible && button(ui, &cx.text("dismiss"), true).clicked() {
                cx.actions.push(Action::Dismiss);
            }
        });
    });
}

fn sentence_parts(ui: &mut Ui, cx: &UiContext<'_>, sentence: &Sentence) {
    let what = ui.label(RichText::new(format!("⚠ {}", sentence.what)).color(cx.tokens.bad).strong());
    explain(what, cx, sentence.topic);
    if let Some(system) = &sentence.system {
        ui.weak(format!("[{system}]"));
    }
    ui.label(&sentence.advice);
}
