//! Saving to a file: the dialog or the typed path, the job and its progress, and what became of it.
//!
//! In scope: the whole way of a save, once it is known what is exported. Out of scope: what an export is made of (`export::Exporter`).

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use crossbeam_channel::{Receiver, TryRecvError};
use egui::{Context, Key, ProgressBar, Ui};

use super::show_in_folder::ShowInFolder;
use crate::capture::{Failure, typed_path};
use crate::export::{Export, IfExists, SaveEnd, SaveJob};
use crate::settings::LINE_MAX;
use crate::ui::body::time_left;
use crate::ui::kit::widgets::{button, field, focus_when_new, strip};
use crate::ui::kit::{Answer, Ask, BackgroundQuery, FileDialog, Notice, UiContext, banner, file_dialog};
use crate::view::{Rate, excerpt, short_bytes};
use crate::words::Arg;

/// What is to be saved.
#[derive(Clone, Debug)]
struct Wanted {
    export: Export,
    /// What else is good to know before it is saved, such as a status that tells of an error.
    note: Option<String>,
}

/// Why a path can be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    /// The dialog is open and the user may type as well.
    DialogOpen,
    /// There is no dialog, or a dialog that did not open and says this.
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
    /// A file exists at the path.
    Exists {
        wanted: Wanted,
        path: PathBuf,
    },
    Writing {
        job: SaveJob,
        /// How fast it writes.
        rate: Rate,
        wanted: Wanted,
        path: PathBuf,
    },
    Done(SaveEnd),
}

/// What the user clicked in the strip. It is done before the next frame.
enum Click {
    TypePath,
    Cancel,
    SaveTo(PathBuf, IfExists),
    ShowInFolder(PathBuf),
}

/// The panel.
pub struct Saving {
    dialog: Rc<dyn FileDialog>,
    /// The folder that was saved to last; empty: none.
    folder: String,
    /// The folder that is suggested.
    suggested: BackgroundQuery<PathBuf>,
    step: Step,
    clicked: Option<Click>,
    show_in_folder: ShowInFolder,
    /// The file that could not be shown in its folder, and why.
    not_shown: Option<(PathBuf, String)>,
}

impl Saving {
    /// A panel that asks with `dialog`; `folder` is the folder that was saved to last, or empty.
    #[must_use]
    pub fn new(dialog: Rc<dyn FileDialog>, folder: String) -> Self {
        let suggested = BackgroundQuery::new("suggest folder");
        let show_in_folder = ShowInFolder::default();
        Self { dialog, folder, suggested, step: Step::Idle, clicked: None, show_in_folder, not_shown: None }
    }

    /// The folder that was saved to last; empty: none.
    #[must_use]
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// Asks where to save `export`. `title` is that of the dialog; `note` is shown in the strip, as not every dialog shows its title.
    pub fn ask(&mut self, export: Export, title: String, note: Option<String>, ctx: &Context) {
        let last = Some(&self.folder).filter(|folder| !folder.is_empty()).map(PathBuf::from);
        let ask = Ask { title, name: export.file_name.clone(), folder: last.clone() };
        let woken = ctx.clone();
        let answers = Some(self.dialog.ask(ask, Box::new(move || woken.request_repaint())));
        self.suggested.ask(ctx, || suggested_folder(last));
        let path = export.file_name.clone();
        self.step = Step::Asking { answers, wanted: Wanted { export, note }, path, why: Why::DialogOpen };
    }

    /// The user wants to type the path, or another one.
    fn type_path(&mut self) {
        match &mut self.step {
            Step::Asking { why, .. } => *why = Why::Wanted,
            Step::Exists { wanted, path } => self.step = Step::asking(wanted, path, Why::Wanted),
            _ => {}
        }
    }

    /// Ends the job and waits until nothing is left of it: the program ends.
    pub fn finish(&mut self) {
        if let Step::Writing { job, .. } = std::mem::replace(&mut self.step, Step::Idle) {
            job.finish();
        }
    }

    /// Ends asking, or the job, or hides what became of it.
    pub fn cancel(&mut self) {
        match &self.step {
            Step::Writing { job, .. } => job.cancel(),
            _ => self.step = Step::Idle,
        }
    }

    /// Starts to save to `path`.
    fn start(&mut self, path: PathBuf, if_exists: IfExists, ctx: &Context) {
        let (Step::Asking { wanted, .. } | Step::Exists { wanted, .. }) = &self.step else { return };
        let woken = ctx.clone();
        let bytes = wanted.export.bytes.clone();
        self.step = match SaveJob::start(bytes, path.clone(), if_exists, move || woken.request_repaint()) {
            Ok(job) => Step::Writing { job, rate: Rate::default(), wanted: wanted.clone(), path },
            Err(failure) => Step::asking(wanted, &path, Why::Failed(failure)),
        };
    }

    /// Does what was clicked, and takes in what the dialog or the job has to say.
    pub fn poll(&mut self, ctx: &Context) {
        match self.clicked.take() {
            Some(Click::TypePath) => self.type_path(),
            Some(Click::Cancel) => self.cancel(),
            Some(Click::SaveTo(path, if_exists)) => self.start(path, if_exists, ctx),
            Some(Click::ShowInFolder(path)) => {
                self.not_shown = None;
                self.show_in_folder.ask(path, ctx);
            }
            None => {}
        }
        if let (Some(why), Step::Done(SaveEnd::Saved(saved))) = (self.show_in_folder.poll(), &self.step) {
            self.not_shown = Some((saved.path.clone(), why));
        }
        match &mut self.step {
            Step::Asking { .. } => {
                if let Some(path) = self.poll_dialog() {
                    self.start(path, file_dialog::IF_EXISTS, ctx);
                }
            }
            Step::Writing { job, rate, wanted, path } => {
                rate.note(Instant::now(), job.progress().0);
                let Some(end) = job.poll() else { return };
                let step = match end {
                    Ok(SaveEnd::Exists) => Step::Exists { wanted: wanted.clone(), path: path.clone() },
                    Ok(end) => Step::Done(end),
                    Err(failure) => Step::asking(wanted, path, Why::Failed(failure)),
                };
                if let Step::Done(SaveEnd::Saved(_)) = step {
                    remember_folder_of(path, &mut self.folder);
                }
                self.step = step;
            }
            Step::Idle | Step::Exists { .. } | Step::Done(_) => {}
        }
    }

    /// The path that was chosen in the dialog, if one was.
    fn poll_dialog(&mut self) -> Option<PathBuf> {
        let Step::Asking { answers, why, wanted, path } = &mut self.step else { return None };
        let name = &wanted.export.file_name;
        if let Some(Ok(folder)) = self.suggested.poll()
            && *path == *name
        {
            *path = folder.join(name).display().to_string();
        }
        let answer = match answers.as_ref()?.try_recv() {
            Ok(answer) => answer,
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => Answer::Unavailable,
        };
        *answers = None;
        match answer {
            Answer::Chosen(path) => return Some(path),
            Answer::Unavailable => *why = Why::NoDialog(None),
            Answer::Refused(said) => *why = Why::NoDialog(Some(said)),
            Answer::Cancelled if *why == Why::DialogOpen => self.step = Step::Idle,
            Answer::Cancelled => {}
        }
        None
    }

    /// Whether a job runs, whose progress has to be drawn.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        matches!(self.step, Step::Writing { .. })
    }

    /// Whether there is nothing to draw.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        matches!(self.step, Step::Idle)
    }

    /// Draws the strip above the bottom line.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let background = cx.tokens.note_background;
        let clicked = match &mut self.step {
            Step::Idle => None,
            Step::Asking { why: Why::DialogOpen, wanted, .. } => {
                strip(ui, background, |ui| dialog_open(ui, cx, wanted))
            }
            Step::Asking { path, why, wanted, .. } => {
                if let Why::Failed(failure) = why {
                    banner::show(ui, cx, &Notice::Error(cx.words.failure(failure)), false);
                }
                strip(ui, background, |ui| path_field(ui, cx, path, why, wanted))
            }
            Step::Exists { path, .. } => strip(ui, background, |ui| exists(ui, cx, path)),
            Step::Writing { job, rate, .. } => strip(ui, background, |ui| progress(ui, cx, job, rate)),
            Step::Done(end) => {
                let end = &*end;
                let is_own = |path: &PathBuf| matches!(end, SaveEnd::Saved(saved) if saved.path == *path);
                let not_shown = self.not_shown.as_ref().filter(|(path, _)| is_own(path));
                done(ui, cx, end, not_shown.map(|(_, why)| why.as_str()))
            }
        };
        if clicked.is_some() {
            self.clicked = clicked;
            ui.ctx().request_repaint();
        }
    }
}

impl Step {
    /// The field for a path, which holds `path`.
    fn asking(wanted: &Wanted, path: &Path, why: Why) -> Self {
        Self::Asking { answers: None, wanted: wanted.clone(), path: path.display().to_string(), why }
    }
}

/// Suggests the folder of `path` the next time. A folder that settings can't hold, as it is no text, is not remembered.
fn remember_folder_of(path: &Path, folder: &mut String) {
    let saved_to = path.parent().filter(|folder| folder.is_absolute()).and_then(Path::to_str);
    if let Some(saved_to) = saved_to.filter(|folder| folder.len() <= LINE_MAX) {
        saved_to.clone_into(folder);
    }
}

/// The folder that was saved to last if it is still there, or the folder for downloads, or the current one.
fn suggested_folder(last: Option<PathBuf>) -> PathBuf {
    let downloads = directories::UserDirs::new().and_then(|dirs| dirs.download_dir().map(PathBuf::from));
    let folder = [last, downloads].into_iter().flatten().find(|folder| folder.is_dir());
    folder.or_else(|| std::env::current_dir().ok()).unwrap_or_default()
}

fn dialog_open(ui: &mut Ui, cx: &UiContext<'_>, wanted: &Wanted) -> Option<Click> {
    let mut clicked = None;
    ui.horizontal_wrapped(|ui| {
        ui.label(cx.text("save-dialog-open"));
        // Not every system's dialog shows the title that it is given.
        warnings(ui, cx, wanted);
        if button(ui, &cx.text("save-type-path"), true).clicked() {
            clicked = Some(Click::TypePath);
        }
        if button(ui, &cx.text("cancel"), true).clicked() {
            clicked = Some(Click::Cancel);
        }
    });
    clicked
}

fn warnings(ui: &mut Ui, cx: &UiContext<'_>, wanted: &Wanted) {
    let part = wanted.export.is_part.then(|| cx.text("save-part"));
    for text in part.as_deref().into_iter().chain(wanted.note.as_deref()) {
        ui.colored_label(cx.tokens.error, text);
    }
}

fn path_field(ui: &mut Ui, cx: &UiContext<'_>, path: &mut String, why: &Why, wanted: &Wanted) -> Option<Click> {
    let mut clicked = None;
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
        focus_when_new(ui, &response);
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let named = !path.trim().is_empty();
        if (button(ui, &cx.text("save"), named).clicked() || entered) && named {
            clicked = Some(Click::SaveTo(typed_path(path.trim()), IfExists::Refuse));
        }
        if button(ui, &cx.text("cancel"), true).clicked() {
            clicked = Some(Click::Cancel);
        }
    });
    clicked
}

/// A file exists at `path`: is it to be replaced?
fn exists(ui: &mut Ui, cx: &UiContext<'_>, path: &Path) -> Option<Click> {
    let mut clicked = None;
    ui.horizontal_wrapped(|ui| {
        let text = cx.words.with("save-taken", [("path", Arg::from(excerpt(&path.display().to_string())))]);
        ui.colored_label(cx.tokens.error, text);
        if button(ui, &cx.text("save-replace"), true).clicked() {
            clicked = Some(Click::SaveTo(path.to_owned(), IfExists::Replace));
        }
        if button(ui, &cx.text("save-other-path"), true).clicked() {
            clicked = Some(Click::TypePath);
        }
        if button(ui, &cx.text("cancel"), true).clicked() {
            clicked = Some(Click::Cancel);
        }
    });
    clicked
}

fn progress(ui: &mut Ui, cx: &UiContext<'_>, job: &SaveJob, rate: &Rate) -> Option<Click> {
    let mut clicked = None;
    let (done, total) = job.progress();
    ui.horizontal(|ui| {
        ui.label(cx.text("save-writing"));
        let share = if total == 0 { 1.0 } else { done as f32 / total as f32 };
        ui.add(ProgressBar::new(share).desired_width(240.0).fill(cx.tokens.weak));
        ui.label(format!("{} / {}", short_bytes(done as f64), short_bytes(total as f64)));
        if let Some(left) = time_left(cx, rate, total.saturating_sub(done)) {
            ui.weak(left);
        }
        if button(ui, &cx.text("cancel"), true).clicked() {
            clicked = Some(Click::Cancel);
        }
    });
    clicked
}

/// Draws what became of a save, and the button that shows the file in its folder; `not_shown` is why it could not be shown.
fn done(ui: &mut Ui, cx: &UiContext<'_>, end: &SaveEnd, not_shown: Option<&str>) -> Option<Click> {
    let mut clicked = None;
    let path = match end {
        SaveEnd::Saved(saved) => Some(&saved.path),
        _ => None,
    };
    banner::show_with(ui, cx, &outcome(cx, end), true, |ui| {
        let Some(path) = path else { return };
        if let Some(why) = not_shown {
            let folder = path.parent().unwrap_or(path).display().to_string();
            let parts = [("path", Arg::from(excerpt(&folder))), ("why", Arg::from(excerpt(why)))];
            ui.colored_label(cx.tokens.error, cx.words.with("show-in-folder-failed", parts));
        }
        if button(ui, &cx.text("show-in-folder"), true).clicked() {
            clicked = Some(Click::ShowInFolder(path.clone()));
        }
    });
    clicked
}

/// What became of a save.
fn outcome(cx: &UiContext<'_>, end: &SaveEnd) -> Notice {
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
