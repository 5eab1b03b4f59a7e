//! The name of a file that is only a part of what was asked for.

use std::path::{Path, PathBuf};

/// The longest name that common file systems take, in bytes of UTF-8.
pub(super) const NAME_MAX: usize = 255;
/// How the name of a part ends.
const PART: &str = ".incomplete";

/// The name under which a part of what was to become `path` is kept: `.incomplete` at its end, and cut where it would
/// be too long for a file system.
pub fn name_of_part(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    if name.len() + PART.len() > NAME_MAX {
        let mut text = name.to_string_lossy().into_owned();
        while text.len() + PART.len() > NAME_MAX {
            text.pop();
        }
        name = text.into();
    }
    name.push(PART);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_a_name_that_a_file_system_takes() {
        assert_eq!(name_of_part(Path::new("a/b.html")), Path::new("a/b.html.incomplete"));
        assert_eq!(name_of_part(Path::new("/x")), Path::new("/x.incomplete"));
        for length in 240..256 {
            let name = name_of_part(&Path::new("a").join("é".repeat(length / 2)));
            assert!(name.starts_with("a") && name.file_name().unwrap().len() <= 255, "{name:?}");
            assert!(name.to_str().unwrap().ends_with(".incomplete"));
        }
    }
}
