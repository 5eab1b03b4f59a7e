//! A folder that nothing is opened outside of.
//!
//! In scope: opening relative to the folder's descriptor, so that a race between looking and opening leads nowhere; cap-std does so,
//! on Linux with openat2(2). Links may point to what is inside. Only files and folders are opened as such: a pipe or a device is not
//! waited for, and refused once it is seen what it is. Out of scope: which names may be asked for (`path`).

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
    /// A file, open for reading.
    File {
        /// The file.
        file: File,
        /// Its length in bytes.
        length: u64,
        /// When it was changed.
        modified: Option<SystemTime>,
    },
    /// A folder.
    Folder,
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
    ///
    /// # Errors
    /// The system's.
    pub fn open(root: &Path) -> io::Result<Self> {
        Ok(Self { dir: Dir::open_ambient_dir(root, ambient_authority())? })
    }

    /// Opens what stands at `path`.
    ///
    /// # Errors
    /// With what the request is answered.
    pub fn entry(&self, path: &Path) -> Result<Entry, Status> {
        let file = self.dir.open_with(path, &options()).map_err(|error| status(&error))?;
        let metadata = file.metadata().map_err(|error| status(&error))?;
        if metadata.is_dir() {
            return Ok(Entry::Folder);
        }
        if !metadata.is_file() {
            return Err(Status::FORBIDDEN);
        }
        let modified = modified(&metadata);
        Ok(Entry::File { file: file.into_std(), length: metadata.len(), modified })
    }

    /// What the folder at `path` holds.
    ///
    /// # Errors
    /// As [`Jail::entry`].
    pub fn list(&self, path: &Path, hidden: bool) -> Result<Items, Status> {
        let folder = self.dir.open_dir(path).map_err(|error| status(&error))?;
        let mut items = Items::default();
        for entry in folder.entries().map_err(|error| status(&error))? {
            let Ok(entry) = entry else { continue };
            let name = entry.file_name();
            let is_hidden = name.as_encoded_bytes().first() == Some(&b'.');
            // What a link leads to is looked up inside, so one that leads out has nothing to show.
            let Ok(metadata) = folder.metadata(&name) else { continue };
            if (is_hidden && !hidden) || !(metadata.is_dir() || metadata.is_file()) {
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

fn modified(metadata: &Metadata) -> Option<SystemTime> {
    metadata.modified().ok().map(cap_std::time::SystemTime::into_std)
}

/// To read; a pipe without a writer is not waited for, and a terminal does not become ours.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use cap_std::fs::OpenOptionsExt;
        use rustix::fs::OFlags;
        options.custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed());
    }
    options
}

fn status(error: &io::Error) -> Status {
    use io::ErrorKind;
    if is_one_of(error, Special::OutOfDescriptors) {
        return Status::UNAVAILABLE;
    }
    if is_one_of(error, Special::TooManyLinks) {
        return Status::NOT_FOUND;
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

/// Errors that have no kind of their own.
#[derive(Clone, Copy)]
enum Special {
    OutOfDescriptors,
    TooManyLinks,
}

#[cfg(unix)]
fn is_one_of(error: &io::Error, special: Special) -> bool {
    use rustix::io::Errno;
    let codes: &[Errno] = match special {
        Special::OutOfDescriptors => &[Errno::MFILE, Errno::NFILE],
        Special::TooManyLinks => &[Errno::LOOP],
    };
    error.raw_os_error().is_some_and(|code| codes.iter().any(|errno| errno.raw_os_error() == code))
}

#[cfg(not(unix))]
fn is_one_of(_: &io::Error, _: Special) -> bool {
    false
}

/// Reads the beginning of a file without moving in it; how many bytes, 0 if it can't be read.
pub fn read_beginning(file: &File, buffer: &mut [u8]) -> usize {
    #[cfg(unix)]
    let read = std::os::unix::fs::FileExt::read_at(file, buffer, 0);
    #[cfg(windows)]
    let read = std::os::windows::fs::FileExt::seek_read(file, buffer, 0);
    read.unwrap_or(0)
}
