//! Asks for a path in the system's dialog, on behalf of a form.

use std::rc::Rc;

use crossbeam_channel::{Receiver, TryRecvError};
use egui::Context;

use crate::ui::action::PathOf;
use crate::ui::kit::{Answer, FileDialog, Pick};
use crate::words::Words;

/// The dialog, and who waits for its answer.
pub(super) struct PathPicker {
    dialog: Rc<dyn FileDialog>,
    open: Option<(PathOf, Receiver<Answer>)>,
}

impl PathPicker {
    /// A picker that asks with `dialog`.
    pub fn new(dialog: Rc<dyn FileDialog>) -> Self {
        Self { dialog, open: None }
    }

    /// Opens the dialog. The answer of a dialog that was open before is not heard any more.
    pub fn ask(&mut self, of: PathOf, words: &Words, ctx: &Context) {
        let (title, is_folder) = match of {
            PathOf::Folder => ("choose-folder", true),
            PathOf::CannedReply | PathOf::SentFile | PathOf::Scene => ("choose-file", false),
        };
        let pick = Pick { title: words.text(title).into_owned(), is_folder };
        let ctx = ctx.clone();
        self.open = Some((of, self.dialog.pick(pick, Box::new(move || ctx.request_repaint()))));
    }

    /// The answer, once it is there, and which path it is; never waits.
    pub fn poll(&mut self) -> Option<(PathOf, Answer)> {
        let (of, answers) = self.open.as_ref()?;
        let answer = match answers.try_recv() {
            Ok(answer) => answer,
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => Answer::Unavailable,
        };
        let of = *of;
        self.open = None;
        Some((of, answer))
    }
}
