//! Saving a body: the dialog or the typed path, the job and its progress, and what became of it.

use std::path::{Path, PathBuf};

use crossbeam_channel::{Receiver, TryRecvError};
use egui::{Context, Key, ProgressBar, Ui};

use crate::capture::{Body, Failure, typed_path};
use crate::export::{Old, SaveEnd, SaveJob};
use crate::ui::action::Action;
use crate::ui::kit::widgets::{button, field, strip};
use crate::ui::kit::{Answer, Ask, Errand, FileDialog, Notice, UiContext, banner};
use crate::view::excerpt;
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
    /// What else is good to know before it is saved, such as a status that tells of an error.
    pub note: Option<String>,
}

/// Where the typed path comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    /// The dialog is open and the user may type as well.
    DialogOpen,
    /// There is no dialog, or it says this of why it did not open.
    NoDialog(Option<String>),
    /// The user wants to type.
    Wanted,
    /// Saving to the path failed.
    Failed(Failure),
}

enum Step {
    Idle,
    Asking {
        answers: Option<Receiver<Answer>>,
        wanted: Wanted,
        path: String,
        why: Why,
    },
    /// A file stands there already.
    Taken {
        wanted: Wanted,
        path: PathBuf,
    },
    Writing {
        job: SaveJob,
        wanted: Wanted,
        path: PathBuf,
    },
    Done(SaveEnd),
}

/// What came of asking and writing.
pub enum Heard {
    /// A path was chosen in the dialog.
    Chosen(PathBuf),
    /// It was saved to this path.
    Saved(PathBuf),
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
    /// Asks where to save what is `wanted`; `last` is the folder that was saved to last.
    pub fn ask(
        &mut self,
        dialog: &dyn FileDialog,
        wanted: Wanted,
        title: String,
        last: Option<PathBuf>,
        ctx: &Context,
    ) {
        let ask = Ask { title, name: wanted.name.clone(), folder: last.clone() };
        let woken = ctx.clone();
        let answers = Some(dialog.ask(ask, Box::new(move || woken.request_repaint())));
        self.folder.ask(ctx, || suggested_folder(last));
        let path = wanted.name.clone();
        self.step = Step::Asking { answers, wanted, path, why: Why::DialogOpen };
    }

    /// The user wants to type the path, or another one.
    pub fn type_path(&mut self) {
        match &mut self.step {
            Step::Asking { why, .. } => *why = Why::Wanted,
            Step::Taken { wanted, path } => self.step = Step::asking(wanted, path, Why::Wanted),
            _ => {}
        }
    }

    /// Ends the job and waits until nothing is left of it: the program ends.
    pub fn finish(&mut self) {
        if let Step::Writing { job, .. } = std::mem::replace(&mut self.step, Step::Idle) {
            job.finish();
        }
    }

    /// Ends asking, or the job, or shows its end no more.
    pub fn cancel(&mut self) {
        match &self.step {
            Step::Writing { job, .. } => job.cancel(),
            _ => self.step = Step::Idle,
        }
    }

    /// Starts to save to `path`; a file that is there becomes what `old` says.
    pub fn start(&mut self, path: PathBuf, old: Old, wake: impl Fn() + Send + 'static) {
        let (Step::Asking { wanted, .. } | Step::Taken { wanted, .. }) = &self.step else { return };
        self.step = match SaveJob::start(wanted.body.clone(), path.clone(), old, wake) {
            Ok(job) => Step::Writing { job, wanted: wanted.clone(), path },
            Err(failure) => Step::asking(wanted, &path, Why::Failed(failure)),
        };
    }

    /// Takes in what the dialog or the job has to say.
    pub fn poll(&mut self) -> Option<Heard> {
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
                    Answer::Chosen(path) => return Some(Heard::Chosen(path)),
                    Answer::Unavailable => *why = Why::NoDialog(None),
                    Answer::Refused(said) => *why = Why::NoDialog(Some(said)),
                    Answer::Cancelled if *why == Why::DialogOpen => self.step = Step::Idle,
                    Answer::Cancelled => {}
                }
            }
            Step::Writing { job, wanted, path } => {
                let end = job.poll()?;
                let saved = matches!(end, Ok(SaveEnd::Saved(_))).then(|| Heard::Saved(path.clone()));
                self.step = match end {
                    Ok(SaveEnd::Taken) => Step::Taken { wanted: wanted.clone(), path: path.clone() },
                    Ok(end) => Step::Done(end),
                    Err(failure) => Step::asking(wanted, path, Why::Failed(failure)),
                };
                return saved;
            }
            Step::Idle | Step::Taken { .. } | Step::Done(_) => {}
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
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        match &mut self.step {
            Step::Idle => {}
            Step::Asking { why: Why::DialogOpen, wanted, .. } => {
                strip(ui, cx.tokens.note_background, |ui| dialog_open(ui, cx, wanted))
            }
            Step::Asking { path, why, wanted, .. } => {
                if let Why::Failed(failure) = why {
                    banner::show(ui, cx, &Notice::Error(cx.words.failure(failure)), false);
                }
                strip(ui, cx.tokens.note_background, |ui| path_field(ui, cx, path, why, wanted))
            }
            Step::Taken { path, .. } => strip(ui, cx.tokens.note_background, |ui| taken(ui, cx, path)),
            Step::Writing { job, .. } => strip(ui, cx.tokens.note_background, |ui| progress(ui, cx, job)),
            Step::Done(end) => banner::show(ui, cx, &told(cx, end), true),
        }
    }
}

impl Step {
    /// The field for a path, which holds `path`.
    fn asking(wanted: &Wanted, path: &Path, why: Why) -> Self {
        Self::Asking { answers: None, wanted: wanted.clone(), path: path.display().to_string(), why }
    }
}

/// The folder that was saved to last if it is still there, or that for downloads, or the current one.
fn suggested_folder(last: Option<PathBuf>) -> PathBuf {
    let downloads = directories::UserDirs::new().and_then(|dirs| dirs.download_dir().map(PathBuf::from));
    let folder = [last, downloads].into_iter().flatten().find(|folder| folder.is_dir());
    folder.or_else(|| std::env::current_dir().ok()).unwrap_or_default()
}

fn dialog_open(ui: &mut Ui, cx: &UiContext<'_>, wanted: &Wanted) {
    ui.horizontal_wrapped(|ui| {
        ui.label(cx.text("save-dialog-open"));
        // Not every system's dialog shows the title that it is given.
        warnings(ui, cx, wanted);
        if button(ui, &cx.text("save-type-path"), true).clicked() {
            cx.actions.push(Action::TypePath);
        }
        if button(ui, &cx.text("cancel"), true).clicked() {
            cx.actions.push(Action::CancelSave);
        }
    });
}

fn warnings(ui: &mut Ui, cx: &UiContext<'_>, wanted: &Wanted) {
    let part = wanted.is_part.then(|| cx.text("save-part"));
    for text in part.as_deref().into_iter().chain(wanted.note.as_deref()) {
        ui.colored_label(cx.tokens.bad, text);
    }
}

fn path_field(ui: &mut Ui, cx: &UiContext<'_>, path: &mut String, why: &Why, wanted: &Wanted) {
    if let Why::NoDialog(said_by_it) = why {
        let text = match said_by_it {
            None => cx.text("save-no-dialog"),
            Some(text) => cx.words.with("save-dialog-refused", [("text", Arg::from(excerpt(text)))]),
        };
        ui.label(text);
    }
    warnings(ui, cx, wanted);
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 280.0).max(160.0);
        let response = field(ui, &cx.text("save-path"), path, width, cx.tokens);
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let named = !path.trim().is_empty();
        if (button(ui, &cx.text("save"), named).clicked() || entered) && named {
            cx.actions.push(Action::SaveTo(typed_path(path.trim()), Old::Stays));
        }
        if button(ui, &cx.text("cancel"), true).clicked() {
            cx.actions.push(Action::CancelSave);
        }
    });
}

/// A file stands there: is it to be replaced?
fn taken(ui: &mut Ui, cx: &UiContext<'_>, path: &Path) {
    ui.horizontal_wrapped(|ui| {
        let text = cx.words.with("save-taken", [("path", Arg::from(excerpt(&path.display().to_string())))]);
        ui.colored_label(cx.tokens.bad, text);
        if button(ui, &cx.text("save-replace"), true).clicked() {
            cx.actions.push(Action::SaveTo(path.to_owned(), Old::Replaced));
        }
        if button(ui, &cx.text("save-other-path"), true).clicked() {
            cx.actions.push(Action::TypePath);
        }
        if button(ui, &cx.text("cancel"), true).clicked() {
            cx.actions.push(Action::CancelSave);
        }
    });
}

fn progress(ui: &mut Ui, cx: &UiContext<'_>, job: &SaveJob) {
    let (done, total) = job.progress();
    ui.horizontal(|ui| {
        ui.label(cx.text("save-writing"));
        let share = if total == 0 { 1.0 } else { done as f32 / total as f32 };
        ui.add(ProgressBar::new(share).desired_width(240.0).fill(cx.tokens.accent));
        ui.label(cx.words.bytes(done));
        if button(ui, &cx.text("cancel"), true).clicked() {
            cx.actions.push(Action::CancelSave);
        }
    });
}

fn told(cx: &UiContext<'_>, end: &SaveEnd) -> Notice {
    let SaveEnd::Saved(saved) = end else { return Notice::Info(cx.text("save-cancelled")) };
    let path = Arg::from(excerpt(&saved.path.display().to_string()));
    let sha256: String = saved.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [("bytes", Arg::from(cx.words.bytes(saved.bytes))), ("path", path), ("sha256", Arg::from(sha256))];
    let mut text = cx.words.with("saved", parts);
    if let Some(coding) = saved.passed_over {
        text = format!("{text} · {}", cx.words.passed_over(coding));
    }
    match &saved.fault {
        None => Notice::Info(text),
        Some(fault) => Notice::ErrorText(format!("{text} · {}", cx.words.coding_error(fault))),
    }
}
