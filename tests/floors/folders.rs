//! How large files and folders are, and that a module stands where its path says.

use std::collections::BTreeMap;

use super::source::sources;

/// The most lines of a file.
const LINES_MAX: usize = 430;

/// The most files that a folder shows.
const FILES_MAX: usize = 14;

#[test]
fn files_stay_readable() {
    for source in sources() {
        let lines = source.text.lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines", source.path);
    }
}

#[test]
fn folders_stay_readable() {
    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    for source in sources() {
        let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        *shown.entry(folder.to_owned()).or_default() += 1;
    }
    for (folder, files) in shown {
        assert!(files <= FILES_MAX, "{folder} shows {files} files");
    }
}

#[test]
fn a_module_stands_where_its_path_says() {
    for source in sources() {
        assert!(!source.code().contains("#[path"), "{} names a file by #[path]", source.path);
    }
}
