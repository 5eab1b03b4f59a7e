//! Small files that were asked for lately, so that a page that many ask for is read once.
//!
//! In scope: keeping their bytes and what is said about them, and knowing that the file at a path is still the one that was read
//! inside the jail: by what stat(2) says of it, asked anew for each request, and for no longer than a second. A change is therefore seen by
//! the next request; one through a mapping, which stat does not show at once, within a second. Out of scope: large files; and systems without stat(2), where nothing is kept.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use super::description::Description;
use super::jail::{FoundFile, Jail};
use crate::net::responders::http::{Body, Reply, Request};

/// A file kept has no more bytes than this,
const SMALL: u64 = 64 * 1024;
/// its target no more than this,
const TARGET_MAX: usize = 1024;
/// and there are no more of them than this.
const FILES_MAX: usize = 64;

/// A small file.
pub struct Small {
    description: Description,
    bytes: Arc<[u8]>,
}

impl Small {
    /// What `request` for it gets.
    pub fn reply(&self, request: &Request<'_>) -> Reply {
        self.description.reply(request, |part| {
            let place = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
            Body::Shared(Arc::clone(&self.bytes), place(part.start)..place(part.end))
        })
    }
}

#[cfg(unix)]
pub use kept::Shelf;

#[cfg(unix)]
mod kept {
    use std::collections::HashMap;
    use std::os::unix::fs::FileExt;
    use std::path::PathBuf;
    use std::time::{Duration, Instant};

    use arc_swap::ArcSwap;

    use super::super::jail::Stamp;
    use super::*;

    /// So long it is sent without being read again.
    const TRUSTED: Duration = Duration::from_secs(1);

    struct Kept {
        path: PathBuf,
        stamp: Stamp,
        since: Instant,
        small: Arc<Small>,
    }

    /// The files, by the target that they were asked for with.
    #[derive(Default)]
    pub struct Shelf {
        files: ArcSwap<HashMap<Box<[u8]>, Arc<Kept>>>,
    }

    impl Shelf {
        /// What `target` asks for, if it is here and still what stands in `jail`.
        pub fn find(&self, target: &[u8], jail: &Jail) -> Option<Arc<Small>> {
            let files = self.files.load();
            let kept = files.get(target)?;
            // What is written through a mapping changes no time at once, so it is not trusted for long.
            let is_fresh = kept.since.elapsed() < TRUSTED && jail.stamp(&kept.path)? == kept.stamp;
            is_fresh.then(|| Arc::clone(&kept.small))
        }

        /// Keeps what was `found` at `path` if it is small and has not been changed just before `now`.
        ///
        /// # Errors
        /// The description, if it can't be kept.
        pub fn keep(
            &self,
            target: &[u8],
            path: &Path,
            description: Description,
            found: &FoundFile,
            now: SystemTime,
        ) -> Result<Arc<Small>, Description> {
            let Some((stamp, bytes)) = read(found, now).filter(|_| target.len() <= TARGET_MAX) else {
                return Err(description);
            };
            let small = Arc::new(Small { description, bytes: bytes.into() });
            let kept =
                Arc::new(Kept { path: path.to_owned(), stamp, since: Instant::now(), small: Arc::clone(&small) });
            self.files.rcu(|files| {
                let mut files = if files.len() < FILES_MAX { HashMap::clone(files) } else { HashMap::new() };
                files.insert(target.into(), Arc::clone(&kept));
                files
            });
            Ok(small)
        }
    }

    /// The bytes of a small file, and its stamp after they were read: had it been changed meanwhile, it would not be settled.
    fn read(found: &FoundFile, now: SystemTime) -> Option<(Stamp, Vec<u8>)> {
        if found.length > SMALL {
            return None;
        }
        let mut bytes = vec![0; usize::try_from(found.length).ok()?];
        found.file.read_exact_at(&mut bytes, 0).ok()?;
        let stamp = Stamp::of_file(&found.file)?;
        (stamp.is_settled(now) && stamp.length() == found.length).then_some((stamp, bytes))
    }
}

#[cfg(not(unix))]
#[derive(Default)]
/// A shelf that stays empty.
pub struct Shelf;

#[cfg(not(unix))]
#[expect(clippy::unused_self, reason = "as on Unix")]
impl Shelf {
    /// Nothing.
    pub fn find(&self, _: &[u8], _: &Jail) -> Option<Arc<Small>> {
        None
    }

    /// Keeps nothing.
    ///
    /// # Errors
    /// Always.
    pub fn keep(
        &self,
        _: &[u8],
        _: &Path,
        description: Description,
        _: &FoundFile,
        _: SystemTime,
    ) -> Result<Arc<Small>, Description> {
        Err(description)
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::time::Duration;

    use super::super::jail::Entry;
    use super::*;

    struct Site {
        folder: tempfile::TempDir,
        jail: Jail,
        shelf: Shelf,
    }

    impl Site {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("a"), "first").unwrap();
            let jail = Jail::open(folder.path()).unwrap();
            Self { folder, jail, shelf: Shelf::default() }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        /// Keeps `a` as if it had been written so many seconds ago; whether it did.
        fn keep(&self, age: u64) -> bool {
            let Ok(Entry::File(found)) = self.jail.entry(Path::new("a")) else { panic!("no file") };
            let description = Description::of(Path::new("a"), &found);
            let now = SystemTime::now() + Duration::from_secs(age);
            self.shelf.keep(b"/a", Path::new("a"), description, &found, now).is_ok()
        }

        fn found(&self) -> Option<Vec<u8>> {
            self.shelf.find(b"/a", &self.jail).map(|small| small.bytes.to_vec())
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
            let description = Description::of(Path::new("a"), &found);
            site.shelf.keep(target.as_bytes(), Path::new("a"), description, &found, now).is_ok()
        };
        assert!((0..FILES_MAX).all(|number| keep(&format!("/{number}"))));
        assert!(site.shelf.find(b"/0", &site.jail).is_some());
        assert!(keep("/one more"));
        assert!(site.shelf.find(b"/0", &site.jail).is_none() && site.shelf.find(b"/one more", &site.jail).is_some());
        assert!(!keep(&"/".repeat(TARGET_MAX + 1)));
    }
}
