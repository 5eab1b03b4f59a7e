//! Temporary files of an [`AtomicFile`](super::AtomicFile) that a killed process left behind.
//!
//! In scope: creating a temporary file so that other processes see that it is being written, and removing those that nobody writes. The
//! process that writes a temporary file holds a lock on it, which the system drops with the process, however that ends. Out of scope:
//! what is written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::capture::given_file::unwaiting;

/// The beginning of the name of a temporary file.
pub(super) const PREFIX: &str = ".socketscope-";
/// The end of the name of a temporary file.
pub(super) const SUFFIX: &str = ".part";
/// At most this many names of a folder are looked at, so that nobody waits for a very large folder.
const NAMES_MAX: usize = 10_000;

/// Creates the temporary file at `path`, locked. New files get the permissions that the user's mask leaves, as from any program. Fails
/// with the system's error; [`ErrorKind::AlreadyExists`] if another name has to be tried.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(path)?;
    // Between the two calls somebody may have begun to sweep it, or have swept it. Where there are no locks, `sweep` gets none
    // either, and leaves the file alone.
    let is_swept = matches!(file.try_lock(), Err(TryLockError::WouldBlock)) || !fs::exists(path)?;
    if is_swept { Err(ErrorKind::AlreadyExists.into()) } else { Ok(file) }
}

/// Removes the temporary files in `folder` that no process writes.
pub(super) fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.take(NAMES_MAX).flatten() {
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        let is_temporary = name.starts_with(PREFIX.as_bytes()) && name.ends_with(SUFFIX.as_bytes());
        if is_temporary && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            // What can't be removed is in nobody's way.
            let _ = remove_unless_written(&entry.path());
        }
    }
}

fn remove_unless_written(path: &Path) -> io::Result<()> {
    let file = unwaiting(OpenOptions::new().read(true).write(true)).open(path)?;
    // The lock is held until the file is gone, so that whoever has made it meanwhile sees that it is.
    file.try_lock()?;
    fs::remove_file(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sweeps until something holds: a process that another test starts has copies of all open files, and their locks, until it begins.
    fn sweep_until(folder: &Path, holds: impl Fn() -> bool) {
        while !holds() {
            sweep(folder);
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_file_that_nobody_writes_is_swept_and_no_other_file() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let written = create(&at(".socketscope-1.part")).unwrap();
        drop(create(&at(".socketscope-2.part")).unwrap());
        for name in [".socketscope-3.parts", "socketscope-4.part", "5.part"] {
            fs::write(at(name), "").unwrap();
        }
        fs::create_dir(at(".socketscope-6.part")).unwrap();
        sweep_until(folder.path(), || !at(".socketscope-2.part").exists());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5);
        drop(written);
        sweep_until(folder.path(), || !at(".socketscope-1.part").exists());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
        sweep(&at("no such folder"));
    }

    #[test]
    fn a_clone_of_the_handle_holds_the_lock_as_well() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".socketscope-1.part");
        let file = create(&path).unwrap();
        let clone = file.try_clone().unwrap();
        drop(file);
        sweep(folder.path());
        assert!(path.exists());
        drop(clone);
        sweep_until(folder.path(), || !path.exists());
    }

    #[test]
    fn no_file_is_lost_to_those_who_sweep_at_the_same_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let make = |thread: usize| {
            for number in 0..200 {
                let at = path.join(format!(".socketscope-{thread}-{number}.part"));
                let file = create(&at);
                sweep(path);
                // Who was swept before it was locked tries another name.
                assert!(file.is_err() || at.exists());
            }
        };
        std::thread::scope(|scope| (0..4).for_each(|thread| drop(scope.spawn(move || make(thread)))));
        sweep_until(path, || fs::read_dir(path).unwrap().count() == 0);
    }
}
