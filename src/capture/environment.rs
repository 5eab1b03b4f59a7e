//! The environment of the process.
//!
//! In scope: variables, and the folder of temporary files that one of them names. Out of scope: what the values mean. An empty
//! variable is how a shell's script leaves one unset, so it is none.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// The value of the variable `name`; `None` also if that is empty.
pub fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// The folder of temporary files.
pub fn temporary_folder() -> PathBuf {
    // The standard library takes an empty TMPDIR for the folder that the process is in.
    let named = env::temp_dir();
    if named.as_os_str().is_empty() { PathBuf::from("/tmp") } else { named }
}

/// The path that somebody typed, where `~` is the user's folder, as in a shell.
pub fn typed_path(text: &str) -> PathBuf {
    let below = text.strip_prefix('~').and_then(|rest| match rest {
        "" => Some(rest),
        _ => rest.strip_prefix(std::path::is_separator),
    });
    let home = env::home_dir().filter(|home| !home.as_os_str().is_empty());
    match (below, home) {
        (Some(below), Some(home)) => home.join(below.trim_start_matches(std::path::is_separator)),
        _ => PathBuf::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_s_folder_is_understood_at_the_beginning_of_a_path() {
        let home = env::home_dir().unwrap();
        for (text, path) in [
            ("~", home.clone()),
            ("~/a b/c", home.join("a b/c")),
            ("~//c", home.join("c")),
            ("~user/c", "~user/c".into()),
            ("./~", "./~".into()),
            ("/a/~/b", "/a/~/b".into()),
            ("", "".into()),
        ] {
            assert_eq!(typed_path(text), path, "{text}");
        }
    }
}
