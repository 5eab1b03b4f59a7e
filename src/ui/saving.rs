//! Saving a body: the dialog or the typed path, the job and its progress, and what became of it.

use std::path::PathBuf;

use crossbeam_channel::{Receiver, TryRecvError};
use egui::{Context, Key, ProgressBar, RichText, Ui};

use super::action::Action;
use super::banner::{self, Notice};
use super::dialog::{Answer, Ask, FileDialog};
use super::errand::Errand;
use super::look::Look;
use super::widgets::{button, field, strip};
use crate::capture::{Body, Failure};
use crate::export::{SaveEnd, SaveJob};
use crate::words::Arg;

/// What is to be saved.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The body.
    pub body: Body,
    /// The suggested name.
    pub name: String,
    /// Whether more of it may come, or never will.
    pub is_part: bool,
}

/// Where the typed path comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// The dialog is open and the user may type as well.
    DialogOpen,
    /// There is no dialog.
    NoDialog,
    /// The user wants to type.
    Wanted,
}

enum Step {
    Idle,
    Asking { answers: Option<Receiver<Answer>>, wanted: Wanted, path: String, why: Why },
    Writing { job: SaveJob },
    Done(Result<SaveEnd, Failure>),
}

/// The panel.
pub struct Saving {
    step: Step,
    /// The folder that is suggested.
    folder: Errand<PathBuf>,
}

impl Default for Saving {
    fn default() -> Self {
        Self { step: Step::Idle, folder: Errand::new("suggest folder") }
    }
}

impl Saving {
    /// Asks where to save what is `wanted`.
    pub fn ask(&mut self, dialog: &dyn FileDialog, wanted: Wanted, title: String, ctx: &Context) {
        let ask = Ask { title, name: wanted.name.clone() };
        let woken = ctx.clone();
        let answers = Some(dialog.ask(ask, Box::new(move || woken.request_repaint())));
        self.folder.ask(ctx, suggested_folder);
        let path = wanted.name.clone();
        self.step = Step::Asking { answers, wanted, path, why: Why::DialogOpen };
    }

    /// The user wants to type the path.
    pub fn type_path(&mut self) {
        if let Step::Asking { why, .. } = &mut self.step {
            *why = Why::Wanted;
        }
    }

    /// Ends the job and waits until nothing is left of it: the program ends.
    pub fn finish(&mut self) {
        if let Step::Writing { job } = std::mem::replace(&mut self.step, Step::Idle) {
            job.finish();
        }
    }

    /// Ends asking, or the job, or shows its end no more.
    pub fn cancel(&mut self) {
        match &self.step {
            Step::Writing { job } => job.cancel(),
            _ => self.step = Step::Idle,
        }
    }

    /// Starts to save to `path`.
    pub fn start(&mut self, path: PathBuf, wake: impl Fn() + Send + 'static) {
        let Step::Asking { wanted, .. } = &self.step else { return };
        self.step = match SaveJob::start(wanted.body.clone(), path, wake) {
            Ok(job) => Step::Writing { job },
            Err(failure) => Step::Done(Err(failure)),
        };
    }

    /// Takes in what the dialog or the job has to say; returns a path that was chosen.
    pub fn poll(&mut self) -> Option<PathBuf> {
        match &mut self.step {
            Step::Asking { answers, why, wanted, path } => {
                if let Some(Ok(folder)) = self.folder.poll()
                    && *path == wanted.name
                {
                    *path = folder.join(&wanted.name).display().to_string();
                }
                let answer = match answers.as_ref()?.try_recv() {
                    Ok(answer) => answer,
                    Err(TryRecvError::Empty) => return None,
                    Err(TryRecvError::Disconnected) => Answer::Unavailable,
                };
                *answers = None;
                match answer {
                    Answer::Chosen(path) => return Some(path),
                    Answer::Unavailable => *why = Why::NoDialog,
                    Answer::Cancelled if *why == Why::DialogOpen => self.step = Step::Idle,
                    Answer::Cancelled => {}
                }
            }
            Step::Writing { job } => {
                if let Some(end) = job.poll() {
                    self.step = Step::Done(end);
                }
            }
            Step::Idle | Step::Done(_) => {}
        }
        None
    }

    /// Whether a job runs, whose progress has to be drawn.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        matches!(self.step, Step::Writing { .. })
    }

    /// Whether there is anything to draw.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        matches!(self.step, Step::Idle)
    }

    /// Draws the strip above the bottom line.
    pub fn show(&mut self, ui: &mut Ui, look: &Look<'_>, actions: &mut Vec<Action>) {
        match &mut self.step {
            Step::Idle => {}
            Step::Asking { why: Why::DialogOpen, wanted, .. } => {
                strip(ui, look.tokens.note_ground, |ui| dialog_open(ui, look, wanted, actions))
            }
            Step::Asking { path, why, wanted, .. } => {
                strip(ui, look.tokens.note_ground, |ui| path_field(ui, look, path, *why, wanted, actions))
            }
            Step::Writing { job } => strip(ui, look.tokens.note_ground, |ui| progress(ui, look, job, actions)),
            Step::Done(end) => banner::show(ui, look, &told(look, end), true, actions),
        }
    }
}

/// The user's folder for downloads, or the current one.
fn suggested_folder() -> PathBuf {
    let folder = directories::UserDirs::new()
        .and_then(|dirs| dirs.download_dir().map(PathBuf::from))
        .filter(|folder| folder.is_dir());
    folder.or_else(|| std::env::current_dir().ok()).unwrap_or_default()
}

fn dialog_open(ui: &mut Ui, look: &Look<'_>, wanted: &Wanted, actions: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        ui.label(look.text("save-dialog-open"));
        // Not every system's dialog shows the title that it is given.
        if wanted.is_part {
            ui.label(RichText::new(look.text("save-part")).color(look.tokens.bad));
        }
        if button(ui, &look.text("save-type-path"), true).clicked() {
            actions.push(Action::TypePath);
        }
        if button(ui, &look.text("cancel"), true).clicked() {
            actions.push(Action::CancelSave);
        }
    });
}

fn path_field(ui: &mut Ui, look: &Look<'_>, path: &mut String, why: Why, wanted: &Wanted, actions: &mut Vec<Action>) {
    if why == Why::NoDialog {
        ui.label(RichText::new(look.text("save-no-dialog")).color(look.tokens.text));
    }
    if wanted.is_part {
        ui.label(RichText::new(look.text("save-part")).color(look.tokens.bad));
    }
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 280.0).max(160.0);
        let response = field(ui, &look.text("save-path"), path, width, look.tokens);
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let named = !path.trim().is_empty();
        if (button(ui, &look.text("save"), named).clicked() || entered) && named {
            actions.push(Action::SaveTo(PathBuf::from(path.trim())));
        }
        if button(ui, &look.text("cancel"), true).clicked() {
            actions.push(Action::CancelSave);
        }
    });
}

fn progress(ui: &mut Ui, look: &Look<'_>, job: &SaveJob, actions: &mut Vec<Action>) {
    let (done, total) = job.progress();
    ui.horizontal(|ui| {
        ui.label(look.text("save-writing"));
        let share = if total == 0 { 1.0 } else { done as f32 / total as f32 };
        ui.add(ProgressBar::new(share).desired_width(240.0).fill(look.tokens.accent));
        ui.label(look.words.bytes(done));
        if button(ui, &look.text("cancel"), true).clicked() {
            actions.push(Action::CancelSave);
        }
    });
}

fn told(look: &Look<'_>, end: &Result<SaveEnd, Failure>) -> Notice {
    match end {
        Ok(SaveEnd::Saved(saved)) => {
            let path = Arg::from(saved.path.display().to_string());
            let sha256: String = saved.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
            let parts =
                [("bytes", Arg::from(look.words.bytes(saved.bytes))), ("path", path), ("sha256", Arg::from(sha256))];
            let mut text = look.words.with("saved", parts);
            if let Some(coding) = saved.passed_over {
                text = format!("{text} · {}", look.words.passed_over(coding));
            }
            match &saved.fault {
                None => Notice::Note(text),
                Some(fault) => Notice::BadText(format!("{text} · {}", look.words.coding_error(fault))),
            }
        }
        Ok(SaveEnd::Cancelled) => Notice::Note(look.text("save-cancelled")),
        Err(failure) => Notice::Bad(look.words.failure(failure)),
    }
}
