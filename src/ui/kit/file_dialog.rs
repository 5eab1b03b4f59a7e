//! The system's file dialog, asked without holding up a frame.
//!
//! rfd returns `None` both when the user cancels and, within milliseconds, when there is no dialog. Where a desktop portal is dead rfd
//! never returns. So rfd is asked on a thread that nobody waits for, a quick `None` counts as 'no dialog', and the field for a typed path
//! can be used at any time. On Linux zenity is then asked once more, with fewer options.

use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};

use crate::capture::start_thread;
use crate::export::IfExists;

/// Nobody cancels a dialog faster than this.
const CANCEL_MIN: Duration = Duration::from_millis(250);

/// A question for the path of a new file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The title of the dialog.
    pub title: String,
    /// The suggested name of the file.
    pub name: String,
    /// The suggested folder.
    pub folder: Option<PathBuf>,
}

/// The answer of a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Save it there.
    Chosen(PathBuf),
    /// The user wants nothing saved.
    Cancelled,
    /// There is no dialog on this machine.
    Unavailable,
    /// There is one that did not open; what it says of that.
    Refused(String),
}

/// What happens to a file that exists at a path that was chosen in the system's dialog. The dialogs of Windows and macOS have asked;
/// elsewhere there are several dialogs, of which some don't ask.
pub const IF_EXISTS: IfExists =
    if cfg!(any(windows, target_os = "macos")) { IfExists::Replace } else { IfExists::Refuse };

/// A question for the path of a file or folder that exists.
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
    /// Asks for a file or folder that exists; the answer comes as for [`FileDialog::ask`].
    fn pick(&self, pick: Pick, wake: Box<dyn FnOnce() + Send>) -> Receiver<Answer>;
}

/// The system's dialog.
pub struct SystemDialog;

impl FileDialog for SystemDialog {
    fn ask(&self, ask: Ask, wake: Box<dyn FnOnce() + Send>) -> Receiver<Answer> {
        let mut dialog = rfd::AsyncFileDialog::new().set_title(&ask.title).set_file_name(&ask.name);
        if let Some(folder) = &ask.folder {
            dialog = dialog.set_directory(folder);
        }
        let suggested = ask.folder.unwrap_or_default().join(&ask.name);
        let arguments =
            vec!["--save".into(), "--title".into(), ask.title.into(), "--filename".into(), suggested.into()];
        // macOS wants the dialog made on the window's thread; only waiting for it happens elsewhere.
        wait_for(dialog.save_file(), arguments, wake)
    }

    fn pick(&self, pick: Pick, wake: Box<dyn FnOnce() + Send>) -> Receiver<Answer> {
        let dialog = rfd::AsyncFileDialog::new().set_title(&pick.title);
        let mut arguments = vec!["--title".into(), pick.title.into()];
        if pick.is_folder {
            arguments.push("--directory".into());
            wait_for(dialog.pick_folder(), arguments, wake)
        } else {
            wait_for(dialog.pick_file(), arguments, wake)
        }
    }
}

fn wait_for<D>(dialog: D, arguments: Vec<OsString>, wake: Box<dyn FnOnce() + Send>) -> Receiver<Answer>
where
    D: Future<Output = Option<rfd::FileHandle>> + Send + 'static,
{
    let (sender, answers) = bounded(1);
    let asked = Instant::now();
    let wait = move || {
        let answer = match pollster::block_on(dialog) {
            Some(file) => Answer::Chosen(file.path().to_owned()),
            None if asked.elapsed() >= CANCEL_MIN => Answer::Cancelled,
            None if cfg!(target_os = "linux") => zenity("zenity".as_ref(), &arguments, CANCEL_MIN),
            None => Answer::Unavailable,
        };
        // The window may be gone by now.
        let _ = sender.send(answer);
        wake();
    };
    // Without a thread the channel closes at once, which the asker takes for 'no dialog'.
    let _ = start_thread("file dialog", wait);
    answers
}

/// Asks with zenity, which rfd asks with options that some of its versions refuse, and does not tell what it answers. Who cancels takes no less
/// than `cancel_min`.
fn zenity(program: &OsStr, arguments: &[OsString], cancel_min: Duration) -> Answer {
    let asked = Instant::now();
    let output = Command::new(program).arg("--file-selection").args(arguments).stdin(Stdio::null()).output();
    let output = match output {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => return Answer::Unavailable,
        Err(error) => return Answer::Refused(error.to_string()),
    };
    let chosen = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    match output.status.code() {
        Some(0) if !chosen.is_empty() => Answer::Chosen(path_of(chosen)),
        // zenity returns 1 when the user cancels.
        Some(0 | 1) if asked.elapsed() >= cancel_min => Answer::Cancelled,
        _ if said.is_empty() => Answer::Unavailable,
        _ => Answer::Refused(said),
    }
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    let text: &OsStr = std::os::unix::ffi::OsStrExt::from_bytes(bytes);
    text.into()
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    #[test]
    fn what_zenity_says_is_an_answer() {
        use super::{Answer, Duration, zenity};
        use std::os::unix::fs::PermissionsExt;
        use std::path::Path;
        let folder = tempfile::tempdir().unwrap();
        let program = |name: &str, script: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
            path
        };
        // Another test may start a process while a script is written; the script can't be executed before that process has begun.
        let ask_for = |program: &Path, cancel_min| loop {
            let arguments = ["--save".into(), "--filename".into(), "a b".into()];
            match zenity(program.as_os_str(), &arguments, cancel_min) {
                Answer::Refused(text) if text.contains("os error 26") => std::thread::yield_now(),
                answer => return answer,
            }
        };
        let ask = |program: &Path| ask_for(program, Duration::MAX);
        // zenity gets no options but those that all its versions have.
        let old = "for option; do [ \"$option\" != --confirm-overwrite ] || exit 255; done; echo \"/home/$4\"";
        assert_eq!(ask(&program("old", old)), Answer::Chosen("/home/a b".into()));
        let refusing = "echo 'This option is not available. ' >&2; echo >&2; exit 255";
        assert_eq!(ask(&program("refusing", refusing)), Answer::Refused("This option is not available.".into()));
        let blind = "echo 'cannot open display: ' >&2; exit 1";
        assert_eq!(ask(&program("blind", blind)), Answer::Refused("cannot open display:".into()));
        assert_eq!(ask(&program("silent", "exit 1")), Answer::Unavailable);
        assert_eq!(ask(&folder.path().join("missing")), Answer::Unavailable);
        assert_eq!(ask_for(&program("cancelled", "exit 1"), Duration::ZERO), Answer::Cancelled);
    }
}
