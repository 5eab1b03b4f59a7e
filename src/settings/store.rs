//! The settings' file: read at the start, written at the end, never a reason not to start.
//!
//! In scope: where it is, reading what a hand or a later version has written, setting aside what can't be read or kept, replacing it in
//! one step. Out of scope: which values make sense.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::bounds::{RULES_MAX, SAVED_MAX, TEXT_MAX};
use super::peer_names::NAMES_MAX;
use super::{ADDRESSES_MAX, ClientForm, ServerForm, Settings};
use crate::capture::{Cause, Failure, GivenFile, Operation, Subject, variable};
use crate::export::{AtomicFile, Sync};

const FILE: &str = "settings.json";
/// It has so many bytes at most: 2 MiB, which is more than all that is kept can be in ordinary use.
const FILE_MAX: u64 = 2 * 1024 * 1024;
/// An object in it has so many keys at most; the program knows of no more than 20.
const KEYS_MAX: usize = 100;
/// The variable that names another folder.
const FOLDER: &str = "SOCKETSCOPE_CONFIG_DIR";
/// So many broken files are kept.
const BROKEN_MAX: usize = 999;
/// Lists that hold the user's own work. One that can't be read is not dropped but set aside with its file.
const WORK: [&str; 3] = ["saved", "addresses", "names"];

/// The folder of the settings; `None` if the system has no place for them.
pub fn folder() -> Option<PathBuf> {
    match variable(FOLDER) {
        Some(folder) => Some(folder.into()),
        None => directories::ProjectDirs::from("", "", "socketscope").map(|dirs| dirs.config_dir().to_owned()),
    }
}

/// What was wrong with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsFault {
    /// It could not be read.
    File(Failure),
    /// It is no JSON, or not that of settings; in the reader's words, which are English.
    Text(String),
    /// These keys of it hold more than is kept. What fits is used.
    TooMuch(Vec<&'static str>),
}

/// A file that could not be used as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsProblem {
    /// The file.
    pub path: PathBuf,
    /// Where it was set aside; `None` if even that failed.
    pub aside: Option<PathBuf>,
    /// What was wrong with it.
    pub fault: SettingsFault,
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

/// Reads the settings in `folder`. A file that can't be read, or holds more than is kept, is set aside.
pub fn load(folder: &Path) -> Loaded {
    let path = folder.join(FILE);
    let text = match GivenFile::read(&path, FILE_MAX) {
        Ok(text) => text,
        Err(failure) if is_missing(&failure) => return Loaded { is_first: true, ..Loaded::default() },
        Err(failure) => return aside(path, SettingsFault::File(failure), Settings::default()),
    };
    match parse(&text) {
        Ok((settings, cut)) if cut.is_empty() => Loaded { settings, ..Loaded::default() },
        Ok((settings, cut)) => {
            let loaded = aside(path, SettingsFault::TooMuch(cut), settings);
            if loaded.problem.as_ref().is_some_and(|problem| problem.aside.is_some()) {
                // If it fails, what fits is kept when the window closes.
                let _ = store(folder, &loaded.settings);
            }
            loaded
        }
        Err(error) => aside(path, SettingsFault::Text(error.to_string()), Settings::default()),
    }
}

/// What stands in `folder`, as far as it can be used; `None` if nothing does. What can't be read is set aside.
pub(super) fn kept(folder: &Path) -> Option<Settings> {
    let Loaded { settings, problem, is_first } = load(folder);
    let is_lost = problem.is_some_and(|problem| !matches!(problem.fault, SettingsFault::TooMuch(_)));
    (!is_first && !is_lost).then_some(settings)
}

/// The settings, and the keys of what was too long in them.
fn parse(text: &[u8]) -> serde_json::Result<(Settings, Vec<&'static str>)> {
    // Some editors begin a file with a byte order mark.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    // A list would be taken for the settings in their order.
    let mut all = Value::Object(serde_json::from_slice(text)?);
    // Long lists are cut before each of their items is looked at.
    let mut cut = Vec::new();
    for (key, list, most) in [
        ("saved", "/saved", SAVED_MAX),
        ("addresses", "/addresses", ADDRESSES_MAX),
        ("names", "/names", NAMES_MAX),
        ("server", "/server/rules", RULES_MAX),
    ] {
        if let Some(Value::Array(list)) = all.pointer_mut(list)
            && list.len() > most
        {
            list.truncate(most);
            cut.push(key);
        }
    }
    let mut drop_unusable_of = |key, all: &mut Value, drop: fn(Option<&mut Value>) -> bool, path| {
        if !drop(all.pointer_mut(path)) {
            cut.push(key);
        }
    };
    drop_unusable_of("client", &mut all, drop_unusable::<ClientForm>, "/client");
    drop_unusable_of("server", &mut all, drop_unusable::<ServerForm>, "/server");
    for item in all.get_mut("saved").and_then(Value::as_array_mut).into_iter().flatten() {
        drop_unusable_of("saved", item, drop_unusable::<ClientForm>, "/what/client");
        drop_unusable_of("saved", item, drop_unusable::<ServerForm>, "/what/server");
    }
    drop_unusable_of("settings", &mut all, drop_unusable::<Settings>, "");
    let mut settings: Settings = serde_json::from_value(all)?;
    cut.extend(settings.bound());
    cut.sort_unstable();
    cut.dedup();
    settings.mend();
    Ok((settings, cut))
}

/// Drops each value that is none for its key, such as a port of 70000, so that it takes nothing but itself along. An object of too many
/// keys is emptied; returns whether it was none.
fn drop_unusable<T: DeserializeOwned>(object: Option<&mut Value>) -> bool {
    let Some(Value::Object(object)) = object else { return true };
    if object.len() > KEYS_MAX {
        object.clear();
        return false;
    }
    if serde_json::from_value::<T>(Value::Object(object.clone())).is_err() {
        object.retain(|key, value| {
            let alone = Map::from_iter([(key.clone(), value.clone())]);
            WORK.contains(&key.as_str()) || serde_json::from_value::<T>(Value::Object(alone)).is_ok()
        });
    }
    true
}

/// Whether there is no file because nothing was kept yet, and not because its folder is none.
fn is_missing(failure: &Failure) -> bool {
    let Some(Subject::File(path)) = &failure.subject else { return false };
    let is_folder = |folder: &Path| fs::metadata(folder).map_or(true, |is| is.is_dir());
    failure.cause == Cause::NotFound && path.parent().is_none_or(is_folder)
}

/// Sets the file at `path` aside; `settings` are used.
fn aside(path: PathBuf, fault: SettingsFault, settings: Settings) -> Loaded {
    let mut names = (1..=BROKEN_MAX).map(|n| path.with_file_name(format!("{FILE}.broken-{n}")));
    // A link that leads nowhere holds its name, too.
    let aside = names.find(|aside| fs::symlink_metadata(aside).is_err());
    let aside = aside.filter(|aside| fs::rename(&path, aside).is_ok());
    Loaded { settings, problem: Some(SettingsProblem { path, aside, fault }), is_first: false }
}

/// Writes the settings into `folder`, which is made if need be, without what is too long to be kept.
///
/// # Errors
/// If the folder or the file can't be written; the old file is as it was then. If something was too long; the rest is written.
pub fn store(folder: &Path, settings: &Settings) -> Result<(), Failure> {
    let path = folder.join(FILE);
    let failed = |error: &io::Error| Failure::of(Operation::Save, Some(Subject::File(path.clone())), error);
    fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    // JSON has no NaN: it would be written as null, and could not be read again.
    let mut settings = settings.clone();
    settings.mend();
    let too_large = |most| {
        let subject = Some(Subject::File(path.clone()));
        Err(Failure { operation: Operation::Save, subject, cause: Cause::TooLarge(most), system: None })
    };
    let is_whole = settings.bound().is_empty();
    let text = serde_json::to_vec_pretty(&settings).map_err(|error| failed(&error.into()))?;
    if text.len() as u64 > FILE_MAX {
        return too_large(FILE_MAX);
    }
    let mut file = AtomicFile::beside(&path)?;
    file.file().write_all(&text).map_err(|error| failed(&error))?;
    file.commit(Sync::IfReplacing)?;
    if is_whole { Ok(()) } else { too_large(TEXT_MAX as u64) }
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
        assert!(matches!(problem.fault, SettingsFault::Text(_)));
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
        assert_eq!(settings.server, ServerForm { pause: 2.5, ..ServerForm::default() });
        let mine = ClientForm { address: "h".into(), ..ClientForm::default() };
        let item = SavedItem::new(SavedName::Own("mine".into()), SavedRun::Client(mine));
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

    /// Settings of some megabytes, each too long in its own way.
    fn hostile() -> [(&'static str, String); 9] {
        let item = r#"{"name":{"own":"x"},"what":{"client":{}}}"#;
        let many = |item: &str, count| vec![item; count].join(",");
        let long = "x".repeat(1 << 20);
        let keys = (0..150_000).map(|n| format!("\"k{n}\":1")).collect::<Vec<_>>().join(",");
        [
            ("saved", format!("{{\"saved\":[{}]}}", many(item, 40_000))),
            ("saved", format!("{{\"saved\":[{}]}}", item.replace('x', &long))),
            ("saved", format!("{{\"saved\":[{}]}}", item.replace("{}", &format!("{{\"request\":\"{long}\"}}")))),
            ("addresses", format!("{{\"addresses\":[{}]}}", many("\"a\"", 400_000))),
            ("names", format!("{{\"names\":[{}]}}", many(r#"{"address":"::1","name":"n"}"#, 60_000))),
            ("client", format!("{{\"client\":{{\"address\":\"{long}\"}}}}")),
            ("client", format!("{{\"client\":{{{keys}}}}}")),
            ("server", format!("{{\"server\":{{\"rules\":[{}]}}}}", many("{}", 600_000))),
            ("settings", format!("{{{keys}}}")),
        ]
    }

    #[test]
    fn what_is_too_long_is_left_out_and_the_file_is_kept() {
        for (key, text) in hostile() {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(FILE), &text).unwrap();
            let loaded = load(folder.path());
            let problem = loaded.problem.unwrap();
            assert_eq!(problem.fault, SettingsFault::TooMuch(vec![key]), "{}", &text[..40]);
            assert_eq!(fs::read_to_string(problem.aside.unwrap()).unwrap(), text);
            assert!(loaded.settings.clone().bound().is_empty());
            // What fits is there the next time, though the window has kept nothing.
            assert_eq!(load(folder.path()), Loaded { settings: loaded.settings, ..Loaded::default() });
        }
    }

    #[test]
    fn what_fits_is_not_lost_with_what_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let mine = r#"{ "name": { "own": "mine" }, "what": { "client": {} } }"#;
        let long = mine.replace("mine", &"x".repeat(5000));
        let text =
            format!(r#"{{ "theme": "dark", "server": {{ "port": 70000, "backlog": 7 }}, "saved": [{long}, {mine}] }}"#);
        fs::write(folder.path().join(FILE), text).unwrap();
        let Loaded { settings, problem, .. } = load(folder.path());
        assert_eq!(problem.unwrap().fault, SettingsFault::TooMuch(vec!["saved"]));
        assert_eq!((settings.theme, settings.server.backlog, settings.saved.len()), (Theme::Dark, 7, 1));
        assert_eq!(settings.saved[0].name, SavedName::Own("mine".into()));
    }

    #[test]
    fn a_file_that_is_too_long_or_nested_or_no_file_is_set_aside_unread() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
        let problem = load(folder.path()).problem.unwrap();
        assert!(matches!(&problem.fault, SettingsFault::File(failure) if failure.cause == Cause::TooLarge(FILE_MAX)));
        assert_eq!(fs::metadata(problem.aside.unwrap()).unwrap().len(), 1 << 40);
        for text in ["[".repeat(1_000_000), "{\"client\":".repeat(100_000)] {
            fs::write(&path, &text).unwrap();
            let problem = load(folder.path()).problem.unwrap();
            assert!(matches!(problem.fault, SettingsFault::Text(_)));
            assert_eq!(fs::read_to_string(problem.aside.unwrap()).unwrap(), text);
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_pipe_is_set_aside_and_not_waited_for() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let folder = tempfile::tempdir().unwrap();
        mknodat(CWD, folder.path().join(FILE), FileType::Fifo, Mode::RWXU, 0).unwrap();
        let problem = load(folder.path()).problem.unwrap();
        assert!(matches!(problem.fault, SettingsFault::File(failure) if matches!(failure.cause, Cause::NotAFile(_))));
        assert!(problem.aside.is_some());
    }

    #[test]
    fn a_form_that_is_too_long_is_not_kept_and_that_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings { theme: Theme::Dark, ..Settings::default() };
        settings.client.request = "x".repeat(TEXT_MAX + 1);
        let failure = store(folder.path(), &settings).unwrap_err();
        assert_eq!((failure.operation, failure.cause), (Operation::Save, Cause::TooLarge(TEXT_MAX as u64)));
        let kept = Settings { theme: Theme::Dark, ..Settings::default() };
        assert_eq!(load(folder.path()), Loaded { settings: kept, ..Loaded::default() });
        settings.client.request.pop();
        assert_eq!(store(folder.path(), &settings), Ok(()));
        assert_eq!(load(folder.path()).settings, settings);
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
