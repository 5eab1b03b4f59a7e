//! Small files that were asked for lately, so that a page that many ask for is read once.
//!
//! In scope: keeping their bytes and what is said about them, and knowing that the file at a path is still the one that was read
//! inside the jail: by what stat(2) says of it, asked anew for each request. A change is therefore seen by the next request. Out of
//! scope: large files; and systems without stat(2), where nothing is kept.

use std::path::Path;
use std::sync::Arc;

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
    use std::ffi::CString;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::FileExt;
    use std::sync::{PoisonError, RwLock};

    use super::super::jail::Stamp;
    use super::*;

    struct Kept {
        path: CString,
        stamp: Stamp,
        small: Arc<Small>,
    }

    /// The files, by the target that they were asked for with.
    #[derive(Default)]
    pub struct Shelf {
        files: RwLock<HashMap<Box<[u8]>, Kept>>,
    }

    impl Shelf {
        /// What `target` asks for, if it is here and still what stands in `jail`.
        pub fn find(&self, target: &[u8], jail: &Jail) -> Option<Arc<Small>> {
            let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
            let kept = files.get(target)?;
            (jail.stamp(&kept.path)? == kept.stamp).then(|| Arc::clone(&kept.small))
        }

        /// Keeps what was `found` at `path` if it is small and not being changed just now.
        ///
        /// # Errors
        /// The description, if it can't be kept.
        pub fn keep(
            &self,
            target: &[u8],
            path: &Path,
            description: Description,
            found: &FoundFile,
        ) -> Result<Arc<Small>, Description> {
            let Some((stamp, bytes)) = read(found).filter(|_| target.len() <= TARGET_MAX) else {
                return Err(description);
            };
            let Ok(path) = CString::new(path.as_os_str().as_bytes()) else { return Err(description) };
            let small = Arc::new(Small { description, bytes: bytes.into() });
            let kept = Kept { path, stamp, small: Arc::clone(&small) };
            let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
            if files.len() >= FILES_MAX {
                files.clear();
            }
            files.insert(target.into(), kept);
            Ok(small)
        }
    }

    /// The bytes of a small file, and its stamp after they were read: had it been changed meanwhile, it would not be settled.
    fn read(found: &FoundFile) -> Option<(Stamp, Vec<u8>)> {
        if found.length > SMALL {
            return None;
        }
        let mut bytes = vec![0; usize::try_from(found.length).ok()?];
        found.file.read_exact_at(&mut bytes, 0).ok()?;
        let stamp = Stamp::of_file(&found.file)?;
        (stamp.is_settled() && stamp.length() == found.length).then_some((stamp, bytes))
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
    pub fn keep(&self, _: &[u8], _: &Path, description: Description, _: &FoundFile) -> Result<Arc<Small>, Description> {
        Err(description)
    }
}
