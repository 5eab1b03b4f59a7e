//! Several windows that keep their settings in one file: what one of them has changed goes into what stands there.
//!
//! In scope: the changes since a window wrote last, put into what another has written meanwhile, with no other writer between. Values that
//! a window has not changed stay as they are there; of lists, items that it has added or removed are added or removed there. Out of scope:
//! taking over into a window what another has changed; it is there the next time that a window is opened.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::store::{kept, store};
use super::{PeerNames, Settings};
use crate::capture::Failure;

/// The file that is locked while a window writes, where folders can't be locked.
const LOCK: &str = "settings.json.lock";
/// How long a window waits for another one that writes; it writes all the same then.
const LOCK_WAIT: Duration = Duration::from_secs(2);
/// How often it looks meanwhile.
const LOCK_LOOK: Duration = Duration::from_millis(5);

/// Puts into the file in `folder` how `mine` differs from `before`, which this window wrote last, or was opened with.
///
/// # Errors
/// As [`store`].
pub fn store_changes(folder: &Path, before: &Settings, mine: &Settings) -> Result<(), Failure> {
    // Where there is no lock, as on some network file systems, the settings are written all the same.
    let _lock = locked(folder);
    match kept(folder) {
        Some(theirs) => store(folder, &merged(before, mine, theirs)),
        None => store(folder, mine),
    }
}

/// The lock, held until it is dropped. Unix locks the folder itself, Windows has locks for files alone.
fn locked(folder: &Path) -> Option<File> {
    std::fs::create_dir_all(folder).ok()?;
    let path = if cfg!(unix) { folder.to_owned() } else { folder.join(LOCK) };
    let file = File::options().read(true).write(!cfg!(unix)).create(!cfg!(unix)).open(path).ok()?;
    let until = Instant::now() + LOCK_WAIT;
    loop {
        match file.try_lock() {
            Ok(()) => return Some(file),
            // Another window that has been stopped must not keep this one from ending.
            Err(TryLockError::WouldBlock) if Instant::now() < until => thread::park_timeout(LOCK_LOOK),
            Err(_) => return None,
        }
    }
}

fn merged(before: &Settings, mine: &Settings, theirs: Settings) -> Settings {
    let mended = |settings: &Settings| {
        let mut settings = settings.clone();
        settings.mend();
        settings
    };
    let (before, mine) = (mended(before), mended(mine));
    Settings {
        language: newer(&before.language, mine.language, theirs.language),
        theme: newer(&before.theme, mine.theme, theirs.theme),
        zoom: newer(&before.zoom, mine.zoom, theirs.zoom),
        projector: newer(&before.projector, mine.projector, theirs.projector),
        less_motion: newer(&before.less_motion, mine.less_motion, theirs.less_motion),
        window: newer(&before.window, mine.window, theirs.window),
        client: newer(&before.client, mine.client, theirs.client),
        server: newer(&before.server, mine.server, theirs.server),
        addresses: merge_list(&before.addresses, mine.addresses, theirs.addresses, true),
        save_folder: newer(&before.save_folder, mine.save_folder, theirs.save_folder),
        disk_limit: newer(&before.disk_limit, mine.disk_limit, theirs.disk_limit),
        saved: merge_list(&before.saved, mine.saved, theirs.saved, false),
        names: PeerNames { all: merge_list(&before.names.all, mine.names.all, theirs.names.all, true) },
        client_views: newer(&before.client_views, mine.client_views, theirs.client_views),
        server_views: newer(&before.server_views, mine.server_views, theirs.server_views),
        form_width: newer(&before.form_width, mine.form_width, theirs.form_width),
        shows_program: newer(&before.shows_program, mine.shows_program, theirs.shows_program),
        dialect: newer(&before.dialect, mine.dialect, theirs.dialect),
        views: newer(&before.views, mine.views, theirs.views),
    }
}

/// A value that this window has changed is this window's.
fn newer<T: PartialEq>(before: &T, mine: T, theirs: T) -> T {
    if *before == mine { theirs } else { mine }
}

/// The list `theirs` with what `mine` has added to `before`, and without what it has removed. What is added stands where new items stand, so
/// that a list which becomes too long loses old ones.
fn merge_list<T: PartialEq + Clone>(before: &[T], mine: Vec<T>, theirs: Vec<T>, newest_first: bool) -> Vec<T> {
    if theirs == before {
        return mine;
    }
    if mine == before {
        return theirs;
    }
    let added = without(without(mine.clone(), before), &without(theirs.clone(), before));
    let mut merged = without(theirs, &without(before.to_vec(), &mine));
    let place = if newest_first { 0 } else { merged.len() };
    merged.splice(place..place, added);
    merged
}

/// `list` without `others`; of items that stand there several times, as many go as `others` has.
fn without<T: PartialEq>(mut list: Vec<T>, others: &[T]) -> Vec<T> {
    for other in others {
        if let Some(at) = list.iter().position(|item| item == other) {
            list.remove(at);
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use core::net::IpAddr;
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::settings::{ClientForm, SavedItem, SavedName, SavedRun, Theme, load};

    /// A window that keeps its settings in a folder.
    struct Window {
        before: Settings,
        mine: Settings,
    }

    impl Window {
        fn open(folder: &Path) -> Self {
            let settings = load(folder).settings;
            Self { before: settings.clone(), mine: settings }
        }

        fn write(&mut self, folder: &Path) {
            store_changes(folder, &self.before, &self.mine).unwrap();
            self.before = self.mine.clone();
        }

        fn save(&mut self, name: &str) {
            let (name, what) = (SavedName::Own(name.into()), SavedRun::Client(ClientForm::of("127.0.0.1:7")));
            self.mine.saved.push(SavedItem::new(name, what));
        }
    }

    fn own(settings: &Settings) -> BTreeSet<String> {
        let own = settings.saved.iter().filter_map(|item| match &item.name {
            SavedName::Own(name) => Some(name.clone()),
            SavedName::BuiltIn(_) => None,
        });
        own.collect()
    }

    #[test]
    fn what_either_window_has_changed_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let (mut one, mut other) = (Window::open(folder), Window::open(folder));
        one.save("one's");
        one.mine.theme = Theme::Dark;
        one.write(folder);
        other.mine.saved.remove(0);
        other.mine.client.address = "other's".into();
        other.write(folder);
        one.mine.projector = true;
        one.write(folder);
        let kept = load(folder).settings;
        assert_eq!((kept.theme, kept.projector, kept.client.address.as_str()), (Theme::Dark, true, "other's"));
        assert_eq!(
            (own(&kept), kept.saved.len()),
            (BTreeSet::from(["one's".to_owned()]), Settings::default().saved.len())
        );
        assert!(!kept.saved.contains(&Settings::default().saved[0]), "what one has removed does not come back");
    }

    #[test]
    fn what_both_have_saved_is_there_once_and_a_name_is_the_last_ones() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let (mut one, mut other) = (Window::open(folder), Window::open(folder));
        let machine = IpAddr::from([10, 0, 0, 1]);
        for (window, name) in [(&mut one, "first"), (&mut other, "second")] {
            window.save("same");
            window.mine.names.set(machine, name);
            window.write(folder);
        }
        let kept = load(folder).settings;
        assert_eq!(kept.saved.len(), Settings::default().saved.len() + 1);
        assert_eq!(kept.names.of(machine), Some("second"));
    }

    #[test]
    fn writers_wait_for_one_another() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        std::thread::scope(|scope| {
            for writer in 0..3 {
                let work = move || {
                    let mut window = Window::open(folder);
                    for n in 0..16 {
                        window.save(&format!("{writer} {n}"));
                        window.write(folder);
                    }
                };
                std::thread::Builder::new().spawn_scoped(scope, work).unwrap();
            }
        });
        assert_eq!(own(&load(folder).settings).len(), 48);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever two windows do in whatever order, what was saved is there, unless one of them has removed it.
        #[test]
        fn nothing_is_lost_and_nothing_comes_back(
            deeds in prop::collection::vec((0..2_usize, 0..6_u8, any::<prop::sample::Index>()), 0..40),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let folder = folder.path();
            let mut windows = [Window::open(folder), Window::open(folder)];
            let (mut saved, mut named) = (BTreeSet::new(), BTreeSet::new());
            let machine = |n: usize| IpAddr::from([10, 0, 0, n as u8]);
            for (number, (who, deed, which)) in deeds.into_iter().enumerate() {
                let window = &mut windows[who];
                match deed {
                    0 | 1 => {
                        window.save(&number.to_string());
                        saved.insert(number.to_string());
                    }
                    2 => {
                        window.mine.names.set(machine(number), "a name");
                        named.insert(number);
                    }
                    3 => if let (false, own) = (own(&window.mine).is_empty(), own(&window.mine)) {
                        let gone = which.get(&own.into_iter().collect::<Vec<_>>()).clone();
                        window.mine.saved.retain(|item| item.name != SavedName::Own(gone.clone()));
                        saved.remove(&gone);
                    },
                    4 => if let Some(gone) = (0..40).find(|n| window.mine.names.of(machine(*n)).is_some()) {
                        window.mine.names.set(machine(gone), "");
                        named.remove(&gone);
                    },
                    _ => {
                        window.write(folder);
                        if which.index(2) == 0 {
                            *window = Window::open(folder);
                        }
                    }
                }
            }
            windows.iter_mut().for_each(|window| window.write(folder));
            let kept = load(folder).settings;
            prop_assert_eq!(own(&kept), saved);
            prop_assert_eq!((0..40).filter(|n| kept.names.of(machine(*n)).is_some()).collect::<BTreeSet<_>>(), named);
        }
    }
}
