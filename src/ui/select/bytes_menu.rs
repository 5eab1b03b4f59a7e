//! What can be done with chosen bytes, in the menu of a row: copying them in some form, saving them, seeing them elsewhere.

use egui::Ui;
use encoding_rs::Encoding;

use super::selection::{Bytes, Follower, Selection};
use crate::capture::Connection;
use crate::export::Exporter;
use crate::http::Span;
use crate::ui::action::Action;
use crate::ui::kit::UiContext;
use crate::view::{CopyFormat, copy_as};

/// The most bytes that are copied at a time.
pub const COPY_MAX: u64 = 1024 * 1024;

/// What the user wants done with bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesChoice {
    /// Put them on the clipboard in this form.
    Copy(CopyFormat),
    /// Save them to a file.
    Save,
    /// Show them in this view.
    ShowIn(Follower),
}

impl BytesChoice {
    /// Draws the entries of a menu in the view `own`; returns the one that was clicked.
    pub fn menu(ui: &mut Ui, cx: &UiContext<'_>, own: Follower) -> Option<Self> {
        let mut choice = None;
        ui.menu_button(cx.text("copy-bytes"), |ui| {
            for form in CopyFormat::ALL {
                if ui.button(cx.text(form.name())).clicked() {
                    choice = Some(Self::Copy(form));
                }
            }
        });
        if ui.button(cx.text("save-bytes")).clicked() {
            choice = Some(Self::Save);
        }
        ui.separator();
        for (view, key) in [(Follower::Bytes, "show-in-bytes"), (Follower::Ladder, "show-in-ladder")] {
            if view != own && ui.button(cx.text(key)).clicked() {
                choice = Some(Self::ShowIn(view));
            }
        }
        choice
    }

    /// Does it with `bytes` of `connection`, which are what `selection` has chosen. Text is in `encoding`.
    pub fn carry_out(
        self,
        ui: &Ui,
        cx: &UiContext<'_>,
        (connection, bytes): (&Connection, Bytes),
        encoding: &'static Encoding,
        selection: &mut Selection,
    ) {
        match self {
            Self::Copy(form) => {
                let (spool, kept) = connection.bytes(bytes.direction, bytes.layer);
                let whole = bytes.span.intersect(Span::new(0, kept));
                let span = Span::new(whole.start, whole.end.min(whole.start.saturating_add(COPY_MAX)));
                let read = spool.read(span).unwrap_or_default();
                let copied = read.len() as u64;
                cx.copy(ui.ctx(), copy_as(&read, span.start, form, encoding), (copied, whole.len()));
            }
            Self::Save => cx.actions.push(Action::Export(Exporter::Bytes)),
            Self::ShowIn(view) => selection.show_in(view),
        }
    }
}
