//! The system's file dialog, asked without ever holding up a frame.
//!
//! rfd answers 'nothing' both when the user cancels and, within milliseconds, when no dialog can be had; and where a desktop
//! portal is dead it never answers. So it is asked on a thread of its own that nobody waits for, a quick 'nothing' counts as
//! 'no dialog', and the field for a typed path can be used at any time.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};

use crate::capture::start_thread;

/// Nobody cancels a dialog faster than this.
const CANCEL_MIN: Duration = Duration::from_millis(250);

/// What to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The title of the dialog.
    pub title: String,
    /// The suggested name of the file.
    pub name: String,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Save it there.
    Chosen(PathBuf),
    /// The user wants nothing saved.
    Cancelled,
    /// There is no dialog on this machine.
    Unavailable,
}

/// What to ask for that is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// The title of the dialog.
    pub title: String,
    /// Whether a folder is wanted, and no file.
    pub is_folder: bool,
}

/// Something that asks the user for a path.
pub trait FileDialog {
    /// Asks; the answer comes over the channel, after which `wake` is called.
    fn ask(&self, ask: Ask, wake: Box<dyn FnOnce() + Send>) -> Receiver<Answer>;
    /// The same for a file or folder that is there already.
    fn pick(&self, pick: Pick, wake: Box<dyn FnOnce() + Send>) -> Receiver<Answer>;
}

/// The system's dialog.
pub struct SystemDialog;

impl FileDialog for SystemDialog {
    fn ask(&self, ask: Ask, wake: Box<dyn FnOnce() + Send>) -> Receiver<Answer> {
        // macOS wants the dialog made on the window's thread; only waiting for it happens elsewhere.
        wait_for(rfd::AsyncFileDialog::new().set_title(&ask.title).set_file_name(&ask.name).save_file(), wake)
    }

    fn pick(&self, pick: Pick, wake: Box<dyn FnOnce() + Send>) -> Receiver<Answer> {
        let dialog = rfd::AsyncFileDialog::new().set_title(&pick.title);
        if pick.is_folder { wait_for(dialog.pick_folder(), wake) } else { wait_for(dialog.pick_file(), wake) }
    }
}

fn wait_for<D>(dialog: D, wake: Box<dyn FnOnce() + Send>) -> Receiver<Answer>
where
    D: Future<Output = Option<rfd::FileHandle>> + Send + 'static,
{
    let (sender, answers) = bounded(1);
    let asked = Instant::now();
    let wait = move || {
        let answer = match pollster::block_on(dialog) {
            Some(file) => Answer::Chosen(file.path().to_owned()),
            None if asked.elapsed() < CANCEL_MIN => Answer::Unavailable,
            None => Answer::Cancelled,
        };
        // The window may be gone by now.
        let _ = sender.send(answer);
        wake();
    };
    // Without a thread the channel closes at once, which the asker takes for 'no dialog'.
    let _ = start_thread("file dialog", wait);
    answers
}
