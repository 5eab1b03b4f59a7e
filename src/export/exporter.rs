//! The exporters: what can be written to a file of a run.
//!
//! In scope: the table of exporters, and what each of them is given. Out of scope: writing the file (`save`), asking the user for its
//! path.
//!
//! To add an exporter: a file in this folder that makes an [`Export`] of what is looked at; a variant of [`Exporter`], for which the
//! compiler then asks in each `match` here; its place in [`Exporter::OF_RUN`], which the status bar shows; and the texts of its
//! [`ExporterKeys`] in `assets/words`.

use super::body::{self, SelectedBody};
use super::bytes::{Export, SelectedBytes};
use super::program::{self, Program};
use crate::capture::Session;

/// What the user looks at: an exporter takes its part of it.
#[derive(Default)]
pub struct Selected<'a> {
    /// The run.
    pub session: Option<&'a Session>,
    /// The body of the message, if there is one.
    pub body: Option<SelectedBody<'a>>,
    /// The bytes that are chosen, if any are.
    pub bytes: Option<SelectedBytes>,
    /// The program that does what the run does, if one is shown.
    pub program: Option<&'a Program>,
}

/// The table of exporters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exporter {
    /// The body of the message that is looked at.
    Body,
    /// The bytes that are chosen.
    Bytes,
    /// The program that does what the run does.
    Program,
}

/// The keys of an exporter's texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExporterKeys {
    /// The button.
    pub button: &'static str,
    /// The title of the dialog.
    pub title: &'static str,
    /// The title of the dialog when the file is less than the whole.
    pub title_of_part: &'static str,
}

impl Exporter {
    /// Those that the status bar offers, in their order. Chosen bytes are saved from their menu, a program from its own panel.
    pub const OF_RUN: [Self; 1] = [Self::Body];

    /// The keys of its texts.
    pub fn keys(self) -> ExporterKeys {
        match self {
            Self::Body => ExporterKeys { button: "save-body", title: "save-title", title_of_part: "save-title-part" },
            Self::Bytes => {
                ExporterKeys { button: "save-bytes", title: "save-bytes-title", title_of_part: "save-bytes-title" }
            }
            Self::Program => ExporterKeys {
                button: "program-save",
                title: "program-save-title",
                title_of_part: "program-save-title",
            },
        }
    }

    /// Whether there is something to export.
    pub fn can_export(self, selected: &Selected<'_>) -> bool {
        match self {
            Self::Body => selected.body.is_some(),
            Self::Bytes => selected.bytes.is_some(),
            Self::Program => selected.program.is_some(),
        }
    }

    /// The file that can be saved now; `None`: there is nothing to export.
    pub fn export(self, selected: &Selected<'_>) -> Option<Export> {
        match self {
            Self::Body => selected.body.as_ref().map(body::export),
            Self::Bytes => selected.bytes.as_ref().map(SelectedBytes::export),
            Self::Program => selected.program.map(program::export),
        }
    }
}
