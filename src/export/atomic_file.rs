//! A file that appears at its path whole or not at all.
//!
//! In scope: the temporary file beside the target, and the rename(2) that puts it there in one step. If anything fails, the temporary
//! file is removed and the old file is as it was. Out of scope: what is written; what a killed process leaves (`leftover`).

use std::fs::{self, File};
use std::io::{self, Seek};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::leftover::{PREFIX, SUFFIX, create, sweep};
use crate::capture::given_file::why_no_file;
use crate::capture::{Cause, Failure, Operation, Subject};

/// At most this many symbolic links are followed, as on Linux.
const LINKS_MAX: usize = 40;

/// When the bytes must be on the disk before the rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sync {
    /// Always.
    Always,
    /// Only if there is an old file that a loss of power could otherwise take with it.
    IfReplacing,
}

/// A temporary file beside its target. Dropping it removes it.
#[derive(Debug)]
pub struct AtomicFile {
    file: NamedTempFile,
    target: PathBuf,
    /// What the user named; a link to the target, perhaps.
    named: PathBuf,
}

impl AtomicFile {
    /// A temporary file that is to become `target`. A symbolic link is followed, so that it still is one afterwards. Fails if the folder
    /// can't be written, or the path names a folder, a device, a socket or a pipe.
    pub fn beside(target: &Path) -> Result<Self, Failure> {
        let resolved = only_a_file(target)?;
        let folder = resolved.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        sweep(folder);
        // make_in leaves the system's error as it is, without the name of the temporary file, which nobody knows.
        let file = Builder::new().prefix(PREFIX).suffix(SUFFIX).make_in(folder, create);
        Ok(Self { file: file.map_err(|error| failure(target, &error))?, target: resolved, named: target.to_owned() })
    }

    /// The temporary file, to be written.
    pub fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Another handle of the same file. Fails if the system has none left.
    pub fn try_clone_file(&self) -> Result<File, Failure> {
        self.file.as_file().try_clone().map_err(|error| failure(&self.named, &error))
    }

    /// Empties the temporary file. Fails if the system refuses.
    pub fn clear(&mut self) -> Result<(), Failure> {
        let file = self.file.as_file_mut();
        // ext4 writes a file that was truncated to the disk when it is closed, so an empty one is left alone.
        let cut = file.metadata().and_then(|is| if is.len() > 0 { file.set_len(0) } else { Ok(()) });
        cut.and_then(|()| file.rewind()).map_err(|error| failure(&self.named, &error))
    }

    /// Shortens the temporary file to `len` bytes if it is longer. Returns its length in bytes. Fails if the system refuses.
    pub fn truncate(&mut self, len: u64) -> Result<u64, Failure> {
        let file = self.file.as_file();
        let is = file.metadata().map_err(|error| failure(&self.named, &error))?.len();
        if is > len {
            file.set_len(len).map_err(|error| failure(&self.named, &error))?;
        }
        Ok(is.min(len))
    }

    /// Gives the file another target, in the same folder. Fails if the path names a folder, a device or a pipe.
    pub fn retarget(&mut self, target: &Path) -> Result<(), Failure> {
        self.target = only_a_file(target)?;
        self.named = target.to_owned();
        Ok(())
    }

    /// Whether something stands where the target will be.
    pub fn target_exists(&self) -> bool {
        fs::symlink_metadata(&self.target).is_ok()
    }

    /// Syncs the file and renames it to the target, unless something stands there. Returns whether it was renamed. Fails if the file can't
    /// be synced or renamed.
    pub fn commit_new(self) -> Result<bool, Failure> {
        let Self { file, target, named } = self;
        let kept = file.as_file().sync_all().and_then(|()| rename_to_new(file, &target));
        kept.map_err(|error| failure(&named, &error))
    }

    /// Renames the file to the target, with the permissions of the old file if there is one. Fails if the file can't be synced or renamed;
    /// the old file is untouched then.
    pub fn commit(self, sync: Sync) -> Result<(), Failure> {
        let Self { file, target, named } = self;
        let kept = || {
            let old = fs::metadata(&target).map(|old| old.permissions()).ok();
            if let Some(permissions) = &old {
                file.as_file().set_permissions(permissions.clone())?;
            }
            if old.is_some() || sync == Sync::Always {
                file.as_file().sync_all()?;
            }
            file.persist(&target).map(drop).map_err(|error| error.error)
        };
        kept().map_err(|error| failure(&named, &error))
    }
}

/// Renames `file` to `target` unless something stands there, in one step where the file system can; whether it did.
fn rename_to_new(file: NamedTempFile, target: &Path) -> io::Result<bool> {
    match file.persist_noclobber(target) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // Some file systems have neither such a rename nor links.
        Err(error) => match fs::symlink_metadata(target) {
            Ok(_) => Ok(false),
            Err(_) => error.file.persist(target).map(|_| true).map_err(|error| error.error),
        },
    }
}

/// That writing the file at `target` failed.
pub(super) fn failure(target: &Path, error: &io::Error) -> Failure {
    Failure::of(Operation::Save, Some(Subject::File(target.to_owned())), error)
}

/// The file that `target` leads to, whether it exists or not.
fn resolve(target: &Path) -> io::Result<PathBuf> {
    let mut path = target.to_owned();
    for _ in 0..LINKS_MAX {
        match fs::canonicalize(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            found => return found,
        }
        // Nothing is there, or a link that leads nowhere yet.
        let Ok(next) = fs::read_link(&path) else { return Ok(path) };
        path = path.parent().unwrap_or(Path::new("")).join(next);
    }
    Err(io::ErrorKind::NotFound.into())
}

/// The file that `target` leads to, unless a rename to it would fail or do harm: it names a folder, or is there and no regular file.
fn only_a_file(target: &Path) -> Result<PathBuf, Failure> {
    let path = resolve(target).map_err(|error| failure(target, &error))?;
    let last = path.as_os_str().as_encoded_bytes().last().copied().map(char::from);
    let refused = match last.is_some_and(std::path::is_separator) {
        true => Some(Cause::IsFolder),
        false => fs::metadata(&path).ok().and_then(|old| why_no_file(&old)),
    };
    let subject = || Some(Subject::File(target.to_owned()));
    refused
        .map_or(Ok(path), |cause| Err(Failure { operation: Operation::Save, subject: subject(), cause, system: None }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::SpecialFile;
    use std::io::Write;

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_committed_file_is_the_target_and_leaves_nothing_else() {
        for sync in [Sync::Always, Sync::IfReplacing] {
            let folder = tempfile::tempdir().unwrap();
            let target = folder.path().join("page.html");
            for text in ["first", "second"] {
                let mut file = AtomicFile::beside(&target).unwrap();
                file.file().write_all(text.as_bytes()).unwrap();
                file.commit(sync).unwrap();
                assert_eq!(fs::read_to_string(&target).unwrap(), text);
                assert_eq!(names(folder.path()), ["page.html"]);
            }
        }
    }

    #[test]
    fn a_dropped_file_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("page.html");
        fs::write(&target, "old").unwrap();
        let mut file = AtomicFile::beside(&target).unwrap();
        file.file().write_all(b"new").unwrap();
        drop(file);
        assert_eq!(
            (fs::read_to_string(&target).unwrap().as_str(), names(folder.path())),
            ("old", vec!["page.html".to_owned()])
        );
    }

    #[test]
    fn a_folder_of_that_name_or_no_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(AtomicFile::beside(folder.path()).unwrap_err().cause, Cause::IsFolder);
        let named_as_one = folder.path().join("page/");
        assert_eq!(AtomicFile::beside(&named_as_one).unwrap_err().cause, Cause::IsFolder);
        let missing = folder.path().join("missing/page.html");
        let failure = AtomicFile::beside(&missing).unwrap_err();
        assert_eq!((failure.cause, failure.subject), (Cause::NotFound, Some(Subject::File(missing))));
        assert_eq!(names(folder.path()), Vec::<String>::new());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_no_file_is_neither_replaced_nor_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        rustix::fs::mknodat(rustix::fs::CWD, &socket, rustix::fs::FileType::Socket, rustix::fs::Mode::RWXU, 0).unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0).unwrap();
        let refused = |path: &Path| AtomicFile::beside(path).unwrap_err().cause;
        assert_eq!(refused(Path::new("/dev/null")), Cause::NotAFile(SpecialFile::Device));
        assert_eq!(refused(&socket), Cause::NotAFile(SpecialFile::Socket));
        assert_eq!(refused(&pipe), Cause::NotAFile(SpecialFile::Pipe));
        assert_eq!(names(folder.path()).len(), 2);
    }

    #[test]
    #[cfg(unix)]
    fn a_new_file_has_the_usual_permissions() {
        let folder = tempfile::tempdir().unwrap();
        let (usual, target) = (folder.path().join("usual"), folder.path().join("page.html"));
        fs::write(&usual, "").unwrap();
        AtomicFile::beside(&target).unwrap().commit(Sync::Always).unwrap();
        assert_eq!(fs::metadata(&target).unwrap().permissions(), fs::metadata(&usual).unwrap().permissions());
    }

    #[test]
    #[cfg(unix)]
    fn a_link_to_nothing_leads_to_the_new_file() {
        let folder = tempfile::tempdir().unwrap();
        let (link, second) = (folder.path().join("link.html"), folder.path().join("second.html"));
        std::os::unix::fs::symlink("second.html", &link).unwrap();
        std::os::unix::fs::symlink("page.html", &second).unwrap();
        let mut file = AtomicFile::beside(&link).unwrap();
        file.file().write_all(b"new").unwrap();
        file.commit(Sync::IfReplacing).unwrap();
        assert!(
            fs::symlink_metadata(&link).unwrap().is_symlink() && fs::symlink_metadata(&second).unwrap().is_symlink()
        );
        assert_eq!(fs::read_to_string(folder.path().join("page.html")).unwrap(), "new");
    }

    #[test]
    fn a_target_that_became_a_folder_survives() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("page.html");
        let file = AtomicFile::beside(&target).unwrap();
        fs::create_dir(&target).unwrap();
        assert!(file.commit(Sync::Always).is_err());
        assert_eq!(names(folder.path()), ["page.html"]);
    }

    #[test]
    #[cfg(unix)]
    fn permissions_and_links_stay() {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("page.html"), folder.path().join("link.html"));
        fs::write(&target, "old").unwrap();
        fs::set_permissions(&target, Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let mut file = AtomicFile::beside(&link).unwrap();
        file.file().write_all(b"new").unwrap();
        file.commit(Sync::Always).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
