//! A file that is named from outside the program: in a form, on the command line, in a scene, by the environment.
//!
//! In scope: the one way in which such a file is opened and read. Only a regular file is opened: what stands at the path is looked at
//! before, so that no device notices and nobody waits at a pipe, and again once it is open, as the name may lead elsewhere by then. What
//! is read has a bound. Out of scope: what is in it; the folder of a server, outside of which nothing is opened (`net` has a jail for
//! it); how a file is replaced (`export::AtomicFile`). A network file system may take its time even to say what stands at a path, so the
//! window has all of this done on a thread.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::{Cause, Failure, Operation, SpecialFile, Subject};

/// How many bytes are read at most of a file that does not say how long it is, as those in /proc: 64 MiB.
const UNTOLD_MAX: u64 = 64 * 1024 * 1024;

/// Why what `metadata` is of is no regular file; `None` if it is one.
pub fn why_no_file(metadata: &Metadata) -> Option<Cause> {
    match () {
        () if metadata.is_file() => None,
        () if metadata.is_dir() => Some(Cause::IsFolder),
        () => Some(Cause::NotAFile(special(metadata))),
    }
}

#[cfg(unix)]
fn special(metadata: &Metadata) -> SpecialFile {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    match () {
        () if kind.is_fifo() => SpecialFile::Pipe,
        () if kind.is_socket() => SpecialFile::Socket,
        () => SpecialFile::Device,
    }
}

#[cfg(not(unix))]
fn special(_: &Metadata) -> SpecialFile {
    SpecialFile::Device
}

/// What a file is opened with so that nobody waits: not for the other end of a pipe, nor for a device, and a terminal does not become
/// ours.
#[cfg(unix)]
pub fn open_flags() -> i32 {
    use rustix::fs::OFlags;
    (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed()
}

/// `options` with [`open_flags`], where the system has them.
pub fn unwaiting(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, open_flags());
    options
}

/// A file, open for reading.
#[derive(Debug)]
pub struct GivenFile {
    path: PathBuf,
    file: File,
    length: u64,
    /// How many bytes may still be read.
    left: u64,
}

impl GivenFile {
    /// Opens the regular file at `path`. Fails if there is none, or the system refuses.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        only_a_file(path, fs::metadata(path))?;
        let opened = unwaiting(File::options().read(true)).open(path);
        let file = opened.map_err(|error| failure(path, &error))?;
        let length = only_a_file(path, file.metadata())?.len();
        // What is written behind its end meanwhile is not waited for.
        let left = if length == 0 { UNTOLD_MAX } else { length };
        Ok(Self { path: path.to_owned(), file, length, left })
    }

    /// All bytes of the file at `path`, which are at most `max`. Fails as [`GivenFile::open`] does; if there are more; if it can't be
    /// read.
    pub fn read(path: &Path, max: u64) -> Result<Vec<u8>, Failure> {
        Self::open(path)?.whole(max)
    }

    /// How many bytes it had when it was opened; 0 also if it does not say.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// All bytes of the file, which are at most `max`. Fails if there are more, or it can't be read.
    pub fn whole(self, max: u64) -> Result<Vec<u8>, Failure> {
        let Self { path, file, length, .. } = self;
        if length > max {
            return Err(too_large(Some(path), max));
        }
        bounded(file, max).map_err(|error| failure(&path, &error))?.ok_or_else(|| too_large(Some(path), max))
    }

    /// The next bytes, into `buffer`; how many, 0 at the end. Fails if it can't be read.
    pub fn piece(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        let count = (&mut self.file).take(self.left).read(buffer).map_err(|error| failure(&self.path, &error))?;
        self.left -= count as u64;
        Ok(count)
    }
}

/// All bytes of `source`; `None` if there are more than `max`. Fails with the system's error.
pub fn bounded(source: impl Read, max: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    source.take(max.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= max))
}

/// That there are more than `max` bytes in the file at `path`, or in standard input.
pub fn too_large(path: Option<PathBuf>, max: u64) -> Failure {
    refused(path.map(Subject::File), Cause::TooLarge(max))
}

fn refused(subject: Option<Subject>, cause: Cause) -> Failure {
    Failure { operation: Operation::ReadFile, subject, cause, system: None }
}

fn only_a_file(path: &Path, metadata: io::Result<Metadata>) -> Result<Metadata, Failure> {
    let metadata = metadata.map_err(|error| failure(path, &error))?;
    match why_no_file(&metadata) {
        None => Ok(metadata),
        Some(cause) => Err(refused(Some(Subject::File(path.to_owned())), cause)),
    }
}

fn failure(path: &Path, error: &io::Error) -> Failure {
    let subject = Some(Subject::File(path.to_owned()));
    if error.kind() == ErrorKind::WouldBlock {
        // Such as trace_pipe of the kernel, which says that it is a regular file.
        return refused(subject, Cause::NotAFile(SpecialFile::Pipe));
    }
    Failure::of(Operation::ReadFile, subject, error)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "12345").unwrap();
        assert_eq!(GivenFile::read(&path, 5).unwrap(), b"12345");
        let failure = GivenFile::read(&path, 4).unwrap_err();
        assert_eq!((failure.cause, failure.subject), (Cause::TooLarge(4), Some(Subject::File(path))));
        assert_eq!(GivenFile::open(Path::new("no such file")).unwrap_err().cause, Cause::NotFound);
        assert_eq!(GivenFile::open(folder.path()).unwrap_err().cause, Cause::IsFolder);
        assert_eq!(GivenFile::open(Path::new("")).unwrap_err().cause, Cause::NotFound);
        assert!(GivenFile::open(Path::new("a\0b")).is_err());
    }

    #[test]
    fn what_is_written_behind_the_end_is_not_read() {
        let mut written = tempfile::NamedTempFile::new().unwrap();
        written.write_all(b"first").unwrap();
        let mut file = GivenFile::open(written.path()).unwrap();
        written.write_all(b"second").unwrap();
        let mut buffer = [0; 64];
        assert_eq!((file.length(), file.piece(&mut buffer).unwrap()), (5, 5));
        assert_eq!(file.piece(&mut buffer).unwrap(), 0);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_no_file_is_refused_and_not_waited_for() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let folder = tempfile::tempdir().unwrap();
        let (pipe, link) = (folder.path().join("pipe"), folder.path().join("link"));
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        let socket = folder.path().join("socket");
        mknodat(CWD, &socket, FileType::Socket, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let refused = |path: &Path| GivenFile::open(path).unwrap_err().cause;
        assert_eq!(refused(&pipe), Cause::NotAFile(SpecialFile::Pipe));
        assert_eq!(refused(&link), Cause::NotAFile(SpecialFile::Pipe));
        assert_eq!(refused(&socket), Cause::NotAFile(SpecialFile::Socket));
        for device in ["/dev/zero", "/dev/null", "/dev/tty"] {
            assert_eq!(refused(Path::new(device)), Cause::NotAFile(SpecialFile::Device), "{device}");
        }
        // It has no length, and is read all the same.
        assert!(!GivenFile::read(Path::new("/proc/self/status"), 1 << 20).unwrap().is_empty());
        let mut buffer = [0; 64];
        assert!(GivenFile::open(Path::new("/proc/self/status")).unwrap().piece(&mut buffer).unwrap() > 0);
    }
}
