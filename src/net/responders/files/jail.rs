//! A folder that nothing is opened outside of.
//!
//! In scope: opening relative to the folder's descriptor, so that a race between looking and opening leads nowhere; cap-std does so,
//! on Linux with openat2(2). Links may point to what is inside. Only files and folders are opened as such: a pipe or a device is not
//! waited for, and refused once it is seen what it is. Out of scope: which names may be asked for (`request_path`).

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, Metadata, OpenOptions};

use crate::net::responders::http::Status;

/// So many names are listed at most.
const LISTED_MAX: usize = 10_000;

/// The folder.
pub struct Jail {
    dir: Dir,
}

/// What stands at a path.
pub enum Entry {
    /// A file.
    File(FoundFile),
    /// A folder.
    Folder,
}

/// A file, open for reading.
pub struct FoundFile {
    /// The file.
    pub file: File,
    /// Its length in bytes.
    pub length: u64,
    /// When it was changed.
    pub modified: Option<SystemTime>,
    /// When it, its name or its rights were changed, in nanoseconds of the system's count; 0 where that is not known.
    pub changed: i128,
}

/// One line of a listing.
#[derive(Debug, PartialEq, Eq)]
pub struct Item {
    /// The name, as the system has it.
    pub name: Vec<u8>,
    /// The length of a file; a folder has none.
    pub length: Option<u64>,
    /// When it was changed.
    pub modified: Option<SystemTime>,
}

/// What a folder holds.
#[derive(Debug, Default)]
pub struct Items {
    /// Folders, then files, each by name.
    pub items: Vec<Item>,
    /// Whether there is more.
    pub is_cut: bool,
}

impl Jail {
    /// The folder at `root`.
    pub fn open(root: &Path) -> io::Result<Self> {
        Ok(Self { dir: Dir::open_ambient_dir(root, ambient_authority())? })
    }

    /// Opens what stands at `path`; fails with what the request is answered with.
    pub fn entry(&self, path: &Path) -> Result<Entry, Status> {
        let file = self.dir.open_with(path, &options()).map_err(|error| status(&error))?;
        let metadata = file.metadata().map_err(|error| status(&error))?;
        if metadata.is_dir() {
            return Ok(Entry::Folder);
        }
        if !metadata.is_file() {
            return Err(Status::FORBIDDEN);
        }
        let (modified, changed) = (modified(&metadata), changed(&metadata));
        Ok(Entry::File(FoundFile { file: file.into_std(), length: metadata.len(), modified, changed }))
    }

    /// The stamp of the file at `path`; `None` if there is none inside.
    #[cfg(unix)]
    pub fn stamp(&self, path: &Path) -> Option<Stamp> {
        let is_name_alone = path.components().nth(1).is_none();
        if is_name_alone {
            return rustix::fs::statat(&self.dir, path, rustix::fs::AtFlags::SYMLINK_NOFOLLOW).ok().map(Stamp::of);
        }
        // A folder on the way may have become a link that leads outside.
        use cap_std::fs::MetadataExt;
        let metadata = self.dir.symlink_metadata(path).ok()?;
        Some(Stamp {
            file: (metadata.dev(), metadata.ino()),
            length: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }

    /// Without stat(2) there is none.
    #[cfg(not(unix))]
    pub fn stamp(&self, _: &Path) -> Option<Stamp> {
        None
    }

    /// What the folder at `path` holds; fails as [`Jail::entry`].
    pub fn list(&self, path: &Path, hidden: bool) -> Result<Items, Status> {
        let folder = self.dir.open_dir(path).map_err(|error| status(&error))?;
        let mut items = Items::default();
        for entry in folder.entries().map_err(|error| status(&error))? {
            let Ok(entry) = entry else { continue };
            let name = entry.file_name();
            let is_hidden = name.as_encoded_bytes().first() == Some(&b'.');
            // What a link leads to is looked up inside, so one that leads out has nothing to show.
            let Ok(metadata) = folder.metadata(&name) else { continue };
            // A name with a backslash can't be asked for, see `request_path`.
            let can_be_asked = !name.as_encoded_bytes().contains(&b'\\');
            if (is_hidden && !hidden) || !can_be_asked || !(metadata.is_dir() || metadata.is_file()) {
                continue;
            }
            if items.items.len() >= LISTED_MAX {
                items.is_cut = true;
                break;
            }
            let length = metadata.is_file().then_some(metadata.len());
            let (name, modified) = (name.as_encoded_bytes().to_vec(), modified(&metadata));
            items.items.push(Item { name, length, modified });
        }
        items.items.sort_by(|a, b| (a.length.is_some(), &a.name).cmp(&(b.length.is_some(), &b.name)));
        Ok(items)
    }
}

/// What tells a file from any other, and from itself as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(unix), expect(dead_code, reason = "there is none without stat(2)"))]
pub struct Stamp {
    file: (u64, u64),
    length: u64,
    modified: (i64, i64),
    /// When its length, its bytes, its name or its rights changed.
    changed: (i64, i64),
}

impl Stamp {
    /// Of an open file; `None` without stat(2).
    pub fn of_file(file: &File) -> Option<Self> {
        #[cfg(unix)]
        return rustix::fs::fstat(file).ok().map(Self::of);
        #[cfg(not(unix))]
        return None;
    }

    #[cfg(unix)]
    #[allow(clippy::unnecessary_cast, reason = "the types differ between systems")]
    fn of(stat: rustix::fs::Stat) -> Self {
        Self {
            file: (stat.st_dev as u64, stat.st_ino as u64),
            length: u64::try_from(stat.st_size).unwrap_or_default(),
            modified: (stat.st_mtime as i64, stat.st_mtime_nsec as i64),
            changed: (stat.st_ctime as i64, stat.st_ctime_nsec as i64),
        }
    }

    /// The length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Whether the last change is so long before `now` that a further one would have another time: two seconds, which is what FAT counts in.
    pub fn is_settled(&self, now: SystemTime) -> bool {
        let now = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let last = self.changed.0.max(self.modified.0);
        i64::try_from(now).is_ok_and(|now| now - last > 2)
    }
}

#[cfg(unix)]
fn changed(metadata: &Metadata) -> i128 {
    use cap_std::fs::MetadataExt;
    i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> i128 {
    0
}

fn modified(metadata: &Metadata) -> Option<SystemTime> {
    metadata.modified().ok().map(cap_std::time::SystemTime::into_std)
}

/// To read, without waiting for what stands there.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    cap_std::fs::OpenOptionsExt::custom_flags(&mut options, crate::capture::given_file::open_flags());
    options
}

fn status(error: &io::Error) -> Status {
    use io::ErrorKind;
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        // These have no kind of their own.
        match Errno::from_io_error(error) {
            Some(Errno::MFILE | Errno::NFILE) => return Status::UNAVAILABLE,
            // What stands there is no file, such as a socket.
            Some(Errno::NXIO | Errno::NODEV) => return Status::FORBIDDEN,
            Some(Errno::LOOP) => return Status::NOT_FOUND,
            _ => {}
        }
    }
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename | ErrorKind::InvalidInput => {
            Status::NOT_FOUND
        }
        // A path that leads outside is told as this, too.
        ErrorKind::PermissionDenied => Status::FORBIDDEN,
        _ => Status::INTERNAL,
    }
}

/// Reads the beginning of a file without moving in it; how many bytes, 0 if it can't be read.
pub fn read_beginning(file: &File, buffer: &mut [u8]) -> usize {
    #[cfg(unix)]
    let read = std::os::unix::fs::FileExt::read_at(file, buffer, 0);
    #[cfg(windows)]
    let read = std::os::windows::fs::FileExt::seek_read(file, buffer, 0);
    read.unwrap_or(0)
}
