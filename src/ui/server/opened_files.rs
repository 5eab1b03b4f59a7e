//! Opens on a thread what the server's form names on the disk, and keeps it until the form names something else.

use egui::Context;

use crate::capture::Failure;
use crate::net::responders::{OnDisk, Opened};
use crate::ui::kit::BackgroundQuery;

type Result = std::result::Result<Opened, Failure>;

/// The path that is open, and the one that is being opened.
pub struct PathOpener {
    /// The path that was opened last, or why it could not be opened.
    known: Option<(OnDisk, Result)>,
    /// The path that is being opened.
    asked: Option<OnDisk>,
    query: BackgroundQuery<Result>,
}

impl Default for PathOpener {
    fn default() -> Self {
        Self { known: None, asked: None, query: BackgroundQuery::new("open") }
    }
}

impl PathOpener {
    /// `wanted`, or why it can't be opened; `None`: it is being opened from now on, and is to be asked for again when that is done.
    pub fn of(&mut self, wanted: &OnDisk, ctx: &Context) -> Option<&Result> {
        let is_known = self.known.as_ref().is_some_and(|(known, _)| known == wanted);
        if !is_known && self.asked.as_ref() != Some(wanted) {
            self.asked = Some(wanted.clone());
            let wanted = wanted.clone();
            self.query.ask(ctx, move || wanted.open());
        }
        self.known.as_ref().filter(|_| is_known).map(|(_, opened)| opened)
    }

    /// Forgets what was opened: what is asked for next is opened as it then is.
    pub fn forget(&mut self) {
        (self.known, self.asked) = (None, None);
    }

    /// Whether it has been opened now, or could not be.
    pub fn poll(&mut self) -> bool {
        let Some(opened) = self.query.poll() else { return false };
        self.known = self.asked.take().map(|asked| (asked, opened.and_then(|opened| opened)));
        true
    }

    /// Whether it takes long.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        self.query.is_slow()
    }
}
