//! The settings' file: read at the start, written at the end, never a reason not to start.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Settings;
use crate::capture::{Failure, Operation, Subject};
use crate::export::{Draft, Sync};

const FILE: &str = "settings.json";
/// The variable that names another folder.
const FOLDER: &str = "SOCKETSCOPE_CONFIG_DIR";

/// The folder of the settings; `None` if the system has no place for them.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    match std::env::var_os(FOLDER) {
        Some(folder) if !folder.is_empty() => Some(folder.into()),
        _ => directories::ProjectDirs::from("", "", "socketscope").map(|dirs| dirs.config_dir().to_owned()),
    }
}

/// What was wrong with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsProblem {
    /// The file.
    pub path: PathBuf,
    /// Where it was set aside; `None` if even that failed.
    pub aside: Option<PathBuf>,
    /// Why it could not be read.
    pub reason: String,
}

/// What came of reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// The settings, or their defaults.
    pub settings: Settings,
    /// What was wrong.
    pub problem: Option<SettingsProblem>,
}

/// Reads the settings in `folder`. A file that can't be read is set aside.
#[must_use]
pub fn load(folder: &Path) -> Loaded {
    let path = folder.join(FILE);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Loaded::default(),
        Err(error) => return broken(path, error.to_string()),
    };
    match serde_json::from_slice::<Settings>(&text) {
        Ok(mut settings) => {
            settings.mend();
            Loaded { settings, problem: None }
        }
        Err(error) => broken(path, error.to_string()),
    }
}

fn broken(path: PathBuf, reason: String) -> Loaded {
    let aside = (1..1000).map(|n| path.with_file_name(format!("{FILE}.broken-{n}"))).find(|aside| !aside.exists());
    let aside = aside.filter(|aside| fs::rename(&path, aside).is_ok());
    Loaded { settings: Settings::default(), problem: Some(SettingsProblem { path, aside, reason }) }
}

/// Writes the settings into `folder`, which is made if need be.
///
/// # Errors
/// If the folder or the file can't be written; the old file is as it was then.
pub fn store(folder: &Path, settings: &Settings) -> Result<(), Failure> {
    let path = folder.join(FILE);
    let failed = |error: &io::Error| Failure::of(Operation::Save, Some(Subject::File(path.clone())), error);
    fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    let text = serde_json::to_vec_pretty(settings).map_err(|error| failed(&error.into()))?;
    let mut draft = Draft::beside(&path)?;
    draft.file().write_all(&text).map_err(|error| failed(&error))?;
    draft.keep(Sync::IfReplacing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Language, Theme, WindowPlace};

    #[test]
    fn settings_come_back_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("made/when/needed");
        let mut settings = Settings { language: Some(Language::Chinese), theme: Theme::Dark, ..Settings::default() };
        settings.window = Some(WindowPlace { x: Some(1.0), y: None, width: 1280.0, height: 800.0, maximized: false });
        settings.remember_address("localhost:9999");
        settings.saved.truncate(2);
        for _ in 0..2 {
            store(&folder, &settings).unwrap();
            assert_eq!(load(&folder), Loaded { settings: settings.clone(), problem: None });
        }
    }

    #[test]
    fn no_file_means_defaults_and_no_problem() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(load(folder.path()), Loaded::default());
    }

    #[test]
    fn a_broken_file_is_set_aside_each_time() {
        let folder = tempfile::tempdir().unwrap();
        for n in 1..=2 {
            fs::write(folder.path().join(FILE), "{ not json").unwrap();
            let loaded = load(folder.path());
            let aside = folder.path().join(format!("settings.json.broken-{n}"));
            assert_eq!(loaded.settings, Settings::default());
            assert_eq!(loaded.problem.unwrap().aside, Some(aside.clone()));
            assert_eq!(fs::read_to_string(aside).unwrap(), "{ not json");
        }
        assert_eq!(load(folder.path()), Loaded::default());
    }

    #[test]
    fn a_file_that_is_a_folder_is_set_aside_too() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(FILE)).unwrap();
        assert!(load(folder.path()).problem.unwrap().aside.is_some());
    }

    #[test]
    fn what_a_hand_has_edited_is_taken_as_far_as_it_makes_sense() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{ "theme": "dark", "unknown": 1, "client": { "address": "host:1", "recv_size": 0, "connect_timeout": -1 },
                       "window": { "x": null, "y": null, "width": -5, "height": 10, "maximized": false } }"#;
        fs::write(folder.path().join(FILE), text).unwrap();
        let loaded = load(folder.path());
        assert_eq!((loaded.problem, loaded.settings.theme, loaded.settings.window), (None, Theme::Dark, None));
        assert_eq!(loaded.settings.client.address, "host:1");
        assert_eq!((loaded.settings.client.recv_size, loaded.settings.client.connect_timeout), (1024, 10.0));
        assert_eq!(loaded.settings.saved, Settings::default().saved);
    }

    #[test]
    fn addresses_are_remembered_once_and_the_newest_first() {
        let mut settings = Settings::default();
        for i in 0..30 {
            settings.remember_address(&format!("host{}", i % 25));
        }
        assert_eq!((settings.addresses.len(), settings.addresses[0].as_str()), (20, "host4"));
        assert_eq!(settings.addresses.iter().filter(|address| *address == "host4").count(), 1);
    }
}
