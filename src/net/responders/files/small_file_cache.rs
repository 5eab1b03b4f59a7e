//! Small files that were asked for lately, so that a page that many ask for is read once.
//!
//! In scope: keeping their bytes and what is said about them, and knowing that the file at a path is still the one that was read
//! inside the jail: by what stat(2) says of it, asked anew for each request, and for no longer than a second. A change is therefore seen by
//! the next request; one through a mapping, which stat does not show at once, within a second. Out of scope: large files; and systems
//! without stat(2), where nothing is kept.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use arc_swap::ArcSwap;

use super::jail::{self, FoundFile, Jail, Stamp};
use super::representation::Representation;
use crate::net::responders::http::{Body, Reply, Request};

/// A file kept has no more bytes than this,
const SMALL: u64 = 64 * 1024;
/// its target no more than this,
const TARGET_MAX: usize = 1024;
/// and there are no more of them than this.
const FILES_MAX: usize = 64;
/// So long a file is sent without being read again.
const TRUSTED: Duration = Duration::from_secs(1);

/// A small file.
pub struct SmallFile {
    path: PathBuf,
    stamp: Stamp,
    read_at: Instant,
    representation: Representation,
    bytes: Arc<[u8]>,
}

impl SmallFile {
    /// What `request` for it gets.
    pub fn reply(&self, request: &Request<'_>) -> Reply {
        self.representation.reply(request, |part| {
            let place = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
            Body::Shared(Arc::clone(&self.bytes), place(part.start)..place(part.end))
        })
    }
}

/// The files, by the target that they were asked for with.
#[derive(Default)]
pub struct SmallFileCache {
    files: ArcSwap<HashMap<Box<[u8]>, Arc<SmallFile>>>,
}

impl SmallFileCache {
    /// What `target` asks for, if it is here and still what stands in `jail`.
    pub fn find(&self, target: &[u8], jail: &Jail) -> Option<Arc<SmallFile>> {
        let files = self.files.load();
        let kept = files.get(target)?;
        // What is written through a mapping changes no time at once, so it is not trusted for long.
        let is_fresh = kept.read_at.elapsed() < TRUSTED && jail.stamp(&kept.path)? == kept.stamp;
        is_fresh.then(|| Arc::clone(kept))
    }

    /// Keeps what was `found` at `path` if it is small and has not been changed just before `now`; else gives the representation back.
    pub fn keep(
        &self,
        target: &[u8],
        path: &Path,
        representation: Representation,
        found: &FoundFile,
        now: SystemTime,
    ) -> Result<Arc<SmallFile>, Representation> {
        let Some((stamp, bytes)) = read(found, now).filter(|_| target.len() <= TARGET_MAX) else {
            return Err(representation);
        };
        let (path, read_at, bytes) = (path.to_owned(), Instant::now(), bytes.into());
        let kept = Arc::new(SmallFile { path, stamp, read_at, representation, bytes });
        self.files.rcu(|files| {
            let mut files = if files.len() < FILES_MAX { HashMap::clone(files) } else { HashMap::new() };
            files.insert(target.into(), Arc::clone(&kept));
            files
        });
        Ok(kept)
    }
}

/// The bytes of a small file, and its stamp after they were read: had it been changed meanwhile, it would not be settled.
fn read(found: &FoundFile, now: SystemTime) -> Option<(Stamp, Vec<u8>)> {
    if found.length > SMALL {
        return None;
    }
    let mut bytes = vec![0; usize::try_from(found.length).ok()?];
    let count = jail::read_beginning(&found.file, &mut bytes);
    let stamp = Stamp::of_file(&found.file)?;
    (count == bytes.len() && stamp.is_settled(now) && stamp.length() == found.length).then_some((stamp, bytes))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::jail::Entry;
    use super::*;

    struct Site {
        folder: tempfile::TempDir,
        jail: Jail,
        cache: SmallFileCache,
    }

    impl Site {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("a"), "first").unwrap();
            let jail = Jail::open(folder.path()).unwrap();
            Self { folder, jail, cache: SmallFileCache::default() }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        /// Keeps `a` as if it had been written so many seconds ago; whether it did.
        fn keep(&self, age: u64) -> bool {
            let Ok(Entry::File(found)) = self.jail.entry(Path::new("a")) else { panic!("no file") };
            let representation = Representation::of(Path::new("a"), &found);
            let now = SystemTime::now() + Duration::from_secs(age);
            self.cache.keep(b"/a", Path::new("a"), representation, &found, now).is_ok()
        }

        fn found(&self) -> Option<Vec<u8>> {
            self.cache.find(b"/a", &self.jail).map(|small| small.bytes.to_vec())
        }
    }

    #[test]
    fn a_file_that_has_just_been_written_is_not_kept() {
        let site = Site::new();
        assert!(!site.keep(0) && site.found().is_none());
        assert!(site.keep(10));
        assert_eq!(site.found().unwrap(), b"first");
    }

    #[test]
    fn what_became_another_file_is_not_found() {
        let changes: [fn(&Site); 5] = [
            |site| fs::write(site.path("a"), "second, longer").unwrap(),
            |site| fs::remove_file(site.path("a")).unwrap(),
            |site| {
                fs::write(site.path("b"), "other").unwrap();
                fs::rename(site.path("b"), site.path("a")).unwrap();
            },
            |site| {
                fs::rename(site.path("a"), site.path("b")).unwrap();
                std::os::unix::fs::symlink("b", site.path("a")).unwrap();
            },
            |site| {
                fs::remove_file(site.path("a")).unwrap();
                fs::create_dir(site.path("a")).unwrap();
            },
        ];
        for (number, change) in changes.iter().enumerate() {
            let site = Site::new();
            assert!(site.keep(10) && site.found().is_some());
            change(&site);
            assert_eq!(site.found(), None, "change {number}");
        }
    }

    #[test]
    fn no_more_are_kept_than_may_be() {
        let site = Site::new();
        let Ok(Entry::File(found)) = site.jail.entry(Path::new("a")) else { panic!("no file") };
        let now = SystemTime::now() + Duration::from_secs(10);
        let keep = |target: &str| {
            let representation = Representation::of(Path::new("a"), &found);
            site.cache.keep(target.as_bytes(), Path::new("a"), representation, &found, now).is_ok()
        };
        assert!((0..FILES_MAX).all(|number| keep(&format!("/{number}"))));
        assert!(site.cache.find(b"/0", &site.jail).is_some());
        assert!(keep("/one more"));
        assert!(site.cache.find(b"/0", &site.jail).is_none() && site.cache.find(b"/one more", &site.jail).is_some());
        assert!(!keep(&"/".repeat(TARGET_MAX + 1)));
    }
}
