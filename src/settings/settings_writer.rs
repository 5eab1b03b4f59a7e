//! Settings written on a thread of their own, so that no frame waits for a disk, whenever something changes that is to be kept.
//!
//! In scope: the thread; the newest settings of a window win. Out of scope: when something has changed, and the file itself.

use std::path::PathBuf;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::Settings;
use super::merge::store_changes;
use crate::capture::{Cause, Failure, start_thread};

/// The thread; dropping it waits until what it was given last has been written.
#[derive(Debug)]
pub struct SettingsWriter {
    newest: Option<Sender<Settings>>,
    /// Settings that wait, taken back when newer ones come.
    waiting: Receiver<Settings>,
    failures: Receiver<Failure>,
    thread: Option<JoinHandle<()>>,
}

impl SettingsWriter {
    /// Keeps settings in `folder`, from where `loaded` came; `None` if the system has no thread left.
    #[must_use]
    pub fn start(folder: PathBuf, loaded: Settings) -> Option<Self> {
        let (newest, waiting) = bounded::<Settings>(1);
        let (failed, failures) = bounded(1);
        let work = {
            let waiting = waiting.clone();
            move || {
                let mut before = loaded;
                for settings in waiting {
                    match store_changes(&folder, &before, &settings) {
                        Ok(()) => before = settings,
                        Err(failure) => {
                            // All but what is too long has been written.
                            if matches!(failure.cause, Cause::TooLarge(_)) {
                                before = settings;
                            }
                            // An earlier failure that nobody has asked for yet says enough.
                            drop(failed.try_send(failure));
                        }
                    }
                }
            }
        };
        let thread = start_thread("settings", work).ok()?;
        Some(Self { newest: Some(newest), waiting, failures, thread: Some(thread) })
    }

    /// Writes `settings` soon; never waits.
    pub fn keep(&self, settings: Settings) {
        while self.waiting.try_recv().is_ok() {}
        if let Some(newest) = &self.newest {
            // There is room: this is the only sender.
            let _ = newest.try_send(settings);
        }
    }

    /// Why settings could not be written, once; never waits.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        self.failures.try_recv().ok()
    }

    /// Waits until everything has been written.
    ///
    /// # Errors
    /// What could not be.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.end();
        self.failures.try_recv().map_or(Ok(()), Err)
    }

    fn end(&mut self) {
        self.newest = None;
        if let Some(thread) = self.thread.take() {
            // It does nothing that panics.
            let _ = thread.join();
        }
    }
}

impl Drop for SettingsWriter {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Theme, load};

    #[test]
    fn the_newest_settings_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let writer = SettingsWriter::start(folder.path().to_owned(), Settings::default()).unwrap();
        for theme in [Theme::Dark, Theme::Light, Theme::Dark] {
            writer.keep(Settings { theme, ..Settings::default() });
        }
        assert_eq!(writer.finish(), Ok(()));
        assert_eq!(load(folder.path()).settings.theme, Theme::Dark);
    }

    #[test]
    fn a_folder_that_can_not_be_written_is_told_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let writer = SettingsWriter::start(file, Settings::default()).unwrap();
        writer.keep(Settings::default());
        assert!(writer.finish().is_err());
    }
}
