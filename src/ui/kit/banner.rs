//! A notice to the user: an error with advice, or a note.

use std::time::Duration;

use egui::{Align, Id, Layout, Ui, Vec2};

use super::glossary_tooltip::explain;
use super::look::Icon;
use super::look::tokens::{FIELD, GRID};
use super::ui_context::UiContext;
use super::widgets::{icon_button, strip, strong};
use crate::capture::Moment;
use crate::ui::action::{Action, WindowAction};
use crate::words::{Sentence, Topic};

/// A note that only informs stands this long.
const STANDS: Duration = Duration::from_secs(8);

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

/// Draws a notice. With `dismissible` it has a button to put it away, and goes by itself after a while if it only informs.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, notice: &Notice, dismissible: bool) {
    show_with(ui, cx, notice, dismissible, |_| ());
}

/// Draws a notice with `more` behind its text.
pub fn show_with(ui: &mut Ui, cx: &UiContext<'_>, notice: &Notice, dismissible: bool, more: impl FnOnce(&mut Ui)) {
    let background = match notice {
        Notice::Error(_) | Notice::ErrorText(_) => cx.tokens.error_background,
        Notice::Info(_) => cx.tokens.note_background,
    };
    strip(ui, background, |ui| {
        ui.horizontal_top(|ui| {
            let width = ui.available_width() - if dismissible { FIELD + GRID } else { 0.0 };
            let text = Layout::left_to_right(Align::Center).with_main_wrap(true);
            ui.allocate_ui_with_layout(Vec2::new(width, FIELD), text, |ui| {
                ui.set_min_size(Vec2::new(width, FIELD));
                show_text(ui, cx, notice);
                more(ui);
            });
            // It stands at the end, where no explanation of the text lies over it.
            if dismissible && icon_button(ui, Icon::Close, &cx.text("dismiss"), true).clicked() {
                cx.actions.push(Action::Window(WindowAction::Dismiss));
            }
        });
    });
    if let Notice::Info(text) = notice
        && dismissible
    {
        leave(ui, cx, text);
    }
}

fn show_text(ui: &mut Ui, cx: &UiContext<'_>, notice: &Notice) {
    match notice {
        Notice::Error(sentence) => show_sentence(ui, cx, sentence),
        Notice::ErrorText(text) => _ = ui.label(strong(format!("⚠ {text}")).color(cx.tokens.error)),
        Notice::Info(text) => _ = ui.label(text),
    }
}

/// Lets the note `text` go once it has stood long enough, not while the pointer is on it.
fn leave(ui: &Ui, cx: &UiContext<'_>, text: &str) {
    let is_pointed_at = ui.rect_contains_pointer(ui.min_rect());
    let frame = ui.ctx().cumulative_frame_nr();
    let id = Id::unique("the note that goes");
    let mut standing = ui.data(|data| data.get_temp::<Standing>(id)).unwrap_or_default();
    let left = standing.left(Id::unique(("note", text)), frame, cx.now, is_pointed_at);
    ui.data_mut(|data| data.insert_temp(id, standing));
    if left.is_zero() {
        cx.actions.push(Action::Window(WindowAction::LetNoteGo));
    } else {
        ui.ctx().request_repaint_after(left);
    }
}

/// The note that stands: since when, and in which frame it was seen last.
#[derive(Clone, Copy, Debug, Default)]
struct Standing {
    note: Option<Id>,
    since: Moment,
    frame: u64,
}

impl Standing {
    /// How much longer `note` stands. It stands anew when it was not there in the frame before, and while it is pointed at.
    fn left(&mut self, note: Id, frame: u64, now: Moment, is_pointed_at: bool) -> Duration {
        if self.note != Some(note) || frame > self.frame + 1 || is_pointed_at {
            (self.note, self.since) = (Some(note), now);
        }
        self.frame = frame;
        STANDS.saturating_sub(now.since(self.since))
    }
}

fn show_sentence(ui: &mut Ui, cx: &UiContext<'_>, sentence: &Sentence) {
    let what = ui.label(strong(format!("⚠ {}", sentence.what)).color(cx.tokens.error));
    explain(what, cx, sentence.topic);
    if let Some(system) = &sentence.system {
        ui.weak(format!("[{system}]"));
    }
    ui.label(&sentence.advice);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_goes_when_it_has_stood_long_enough_and_nobody_points_at_it() {
        let at = |seconds: u64| Moment(seconds * 1_000_000_000);
        let (one, other) = (Id::unique("one"), Id::unique("other"));
        let mut standing = Standing::default();
        for (what, note, frame, second, is_pointed_at, left) in [
            ("it has come", one, 1, 10, false, 8),
            ("it stands", one, 2, 13, false, 5),
            ("the pointer is on it", one, 3, 17, true, 8),
            ("the pointer has left", one, 4, 20, false, 5),
            ("it has stood", one, 5, 25, false, 0),
            ("another one comes", other, 6, 26, false, 8),
            ("that one goes", other, 7, 40, false, 0),
            ("the same comes again, later", other, 90, 50, false, 8),
        ] {
            assert_eq!(standing.left(note, frame, at(second), is_pointed_at), Duration::from_secs(left), "{what}");
        }
    }
}
