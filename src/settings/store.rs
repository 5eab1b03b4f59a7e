//! The settings' file: read at the start, written at the end, never a reason not to start.
//!
//! In scope: where it is, reading what a hand or a later version has written, setting aside what can't be read, replacing it in
//! one step. Out of scope: which values make sense.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{ClientDraft, ServerDraft, Settings};
use crate::capture::{Failure, Operation, Subject};
use crate::export::{Draft, Sync};

const FILE: &str = "settings.json";
/// The variable that names another folder.
const FOLDER: &str = "SOCKETSCOPE_CONFIG_DIR";
/// So many broken files are kept.
const BROKEN_MAX: usize = 999;
/// Lists that hold the user's own work. One that can't be read is not dropped but set aside with its file.
const WORK: [&str; 3] = ["saved", "addresses", "names"];

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
    /// Whether there was no file, as nothing has been kept yet.
    pub is_first: bool,
}

/// Reads the settings in `folder`. A file that can't be read is set aside.
#[must_use]
pub fn load(folder: &Path) -> Loaded {
    let path = folder.join(FILE);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Loaded { is_first: true, ..Loaded::default() },
        Err(error) => return broken(path, error.to_string()),
    };
    match parse(&text) {
        Ok(settings) => Loaded { settings, ..Loaded::default() },
        Err(error) => broken(path, error.to_string()),
    }
}

fn parse(text: &[u8]) -> serde_json::Result<Settings> {
    // Some editors begin a file with a byte order mark.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    // A list would be taken for the settings in their order.
    let mut all = Value::Object(serde_json::from_slice(text)?);
    drop_unusable::<ClientDraft>(all.get_mut("client"));
    drop_unusable::<ServerDraft>(all.get_mut("server"));
    for item in all.get_mut("saved").and_then(Value::as_array_mut).into_iter().flatten() {
        drop_unusable::<ClientDraft>(item.pointer_mut("/what/client"));
        drop_unusable::<ServerDraft>(item.pointer_mut("/what/server"));
    }
    drop_unusable::<Settings>(Some(&mut all));
    let mut settings: Settings = serde_json::from_value(all)?;
    settings.mend();
    Ok(settings)
}

/// Drops each value that is none for its key, such as a port of 70000, so that it takes nothing but itself along.
fn drop_unusable<T: DeserializeOwned>(object: Option<&mut Value>) {
    let Some(Value::Object(object)) = object else { return };
    object.retain(|key, value| {
        let alone = Map::from_iter([(key.clone(), value.clone())]);
        WORK.contains(&key.as_str()) || serde_json::from_value::<T>(Value::Object(alone)).is_ok()
    });
}

fn broken(path: PathBuf, reason: String) -> Loaded {
    let mut names = (1..=BROKEN_MAX).map(|n| path.with_file_name(format!("{FILE}.broken-{n}")));
    // A link that leads nowhere holds its name, too.
    let aside = names.find(|aside| fs::symlink_metadata(aside).is_err());
    let aside = aside.filter(|aside| fs::rename(&path, aside).is_ok());
    Loaded { problem: Some(SettingsProblem { path, aside, reason }), ..Loaded::default() }
}

/// Writes the settings into `folder`, which is made if need be.
///
/// # Errors
/// If the folder or the file can't be written; the old file is as it was then.
pub fn store(folder: &Path, settings: &Settings) -> Result<(), Failure> {
    let path = folder.join(FILE);
    let failed = |error: &io::Error| Failure::of(Operation::Save, Some(Subject::File(path.clone())), error);
    fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    // JSON has no NaN: it would be written as null, and could not be read again.
    let mut settings = settings.clone();
    settings.mend();
    let text = serde_json::to_vec_pretty(&settings).map_err(|error| failed(&error.into()))?;
    let mut draft = Draft::beside(&path)?;
    draft.file().write_all(&text).map_err(|error| failed(&error))?;
    draft.keep(Sync::IfReplacing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Language, SavedItem, SavedName, SavedRun, Theme, WindowPlace};

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
            assert_eq!(load(&folder), Loaded { settings: settings.clone(), ..Loaded::default() });
        }
    }

    #[test]
    fn no_file_means_defaults_and_no_problem() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(load(folder.path()), Loaded { is_first: true, ..Loaded::default() });
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
        assert_eq!(load(folder.path()), Loaded { is_first: true, ..Loaded::default() });
    }

    #[test]
    fn a_file_that_is_a_folder_is_set_aside_too() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(FILE)).unwrap();
        assert!(load(folder.path()).problem.unwrap().aside.is_some());
    }

    #[test]
    fn a_file_that_can_not_be_set_aside_is_no_reason_not_to_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::write(&path, "{").unwrap();
        for n in 1..=BROKEN_MAX {
            fs::write(folder.path().join(format!("{FILE}.broken-{n}")), "").unwrap();
        }
        let loaded = load(folder.path());
        let problem = loaded.problem.unwrap();
        assert_eq!((loaded.settings, &problem.path, problem.aside), (Settings::default(), &path, None));
        assert!(!problem.reason.is_empty());
        // Here, the folder is a file.
        let loaded = load(&path);
        assert_eq!((loaded.settings, loaded.problem.unwrap().aside), (Settings::default(), None));
    }

    #[test]
    fn a_value_that_is_none_for_its_key_takes_nothing_else_along() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{ "theme": "sepia", "language": "zh-CN", "window": { "width": 900 }, "addresses": [" b ", "a", "", "b"],
                       "server": { "port": 70000, "backlog": -1, "pause": 2.5 },
                       "saved": [{ "name": { "own": "mine" }, "what": { "client": { "address": "h", "recv_size": -1 } } }] }"#;
        fs::write(folder.path().join(FILE), format!("\u{feff}{text}")).unwrap();
        let Loaded { settings, problem, .. } = load(folder.path());
        assert_eq!((problem, settings.theme, settings.language), (None, Theme::System, Some(Language::Chinese)));
        assert_eq!((settings.window, settings.addresses), (None, vec!["b".to_owned(), "a".to_owned()]));
        assert_eq!(settings.server, ServerDraft { pause: 2.5, ..ServerDraft::default() });
        let mine = ClientDraft { address: "h".into(), ..ClientDraft::default() };
        let item = SavedItem { name: SavedName::Own("mine".into()), what: SavedRun::Client(mine) };
        assert_eq!(settings.saved, [item]);
    }

    #[test]
    fn saved_work_that_can_not_be_read_is_set_aside_and_not_lost() {
        for text in [r#"{ "saved": [{ "name": "x", "what": { "proxy": {} } }] }"#, "[]", "7", ""] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(FILE), text).unwrap();
            let loaded = load(folder.path());
            assert_eq!(loaded.settings, Settings::default());
            assert_eq!(fs::read_to_string(loaded.problem.unwrap().aside.unwrap()).unwrap(), text);
        }
    }

    #[test]
    fn numbers_that_json_has_not_can_be_stored() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::default();
        let (x, y) = (Some(f32::NAN), None);
        settings.window = Some(WindowPlace { x, y, width: f32::INFINITY, height: 800.0, maximized: false });
        settings.client.connect_timeout = f32::NAN;
        settings.client.read_timeout = Some(f32::INFINITY);
        settings.server.pause = f32::NAN;
        store(folder.path(), &settings).unwrap();
        assert_eq!(load(folder.path()), Loaded::default());
    }

    #[test]
    fn a_folder_that_can_not_be_made_is_a_failure_with_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let failure = store(&file.join("folder"), &Settings::default()).unwrap_err();
        assert_eq!(failure.subject, Some(Subject::File(file.join("folder").join(FILE))));
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
