//! Shows a saved file in the system's file manager, asked on a thread, as a program that is started may take its time.
//!
//! The path is absolute, so no name in it can be taken for an option. Out of scope: what is told of it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use egui::Context;

use crate::ui::kit::BackgroundQuery;

/// A program with its arguments.
type Program = (&'static str, Vec<OsString>);

/// The asking.
pub struct ShowInFolder(BackgroundQuery<Result<(), String>>);

impl Default for ShowInFolder {
    fn default() -> Self {
        Self(BackgroundQuery::new("show in folder"))
    }
}

impl ShowInFolder {
    /// Has the file at `path` shown.
    pub fn ask(&mut self, path: PathBuf, ctx: &Context) {
        self.0.ask(ctx, move || {
            let path = std::path::absolute(&path).map_err(|error| error.to_string())?;
            let mut why = String::new();
            for (program, arguments) in programs(&path) {
                let output = Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).output();
                match output {
                    // What the explorer returns says nothing.
                    Ok(output) if output.status.success() || cfg!(windows) => return Ok(()),
                    Ok(output) => why = String::from_utf8_lossy(&output.stderr).trim().to_owned(),
                    Err(error) => why = format!("{program}: {error}"),
                }
            }
            Err(why)
        });
    }

    /// Why it was not shown, once that is known.
    pub fn poll(&mut self) -> Option<String> {
        match self.0.poll()? {
            Ok(shown) => shown.err(),
            Err(failure) => Some(failure.system.map_or_else(String::new, |system| system.text)),
        }
    }
}

/// The programs that show the file at `path`, which is absolute; the first that can is enough.
fn programs(path: &Path) -> Vec<Program> {
    let own = OsString::from(path);
    if cfg!(windows) {
        let mut select = OsString::from("/select,");
        select.push(own);
        return vec![("explorer", vec![select])];
    }
    if cfg!(target_os = "macos") {
        return vec![("open", vec!["-R".into(), own])];
    }
    let mut programs = Vec::new();
    // A URL has no quotes in it.
    if let Ok(url) = url::Url::from_file_path(path) {
        let call = ["call", "--session", "--timeout", "5", "--dest", "org.freedesktop.FileManager1", "--object-path"];
        let method = ["/org/freedesktop/FileManager1", "--method", "org.freedesktop.FileManager1.ShowItems"];
        let mut arguments: Vec<OsString> = call.into_iter().chain(method).map(OsString::from).collect();
        arguments.extend([format!("['{}']", url.as_str().replace('\'', "%27")).into(), "".into()]);
        programs.push(("gdbus", arguments));
    }
    if let Some(folder) = path.parent() {
        programs.push(("xdg-open", vec![folder.into()]));
    }
    programs
}

#[cfg(test)]
mod tests {
    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_from_the_network_is_an_argument_and_no_option() {
        let programs = super::programs("/tmp/-a 'b".as_ref());
        let all: Vec<String> =
            programs.iter().flat_map(|(_, arguments)| arguments).map(|a| a.to_string_lossy().into()).collect();
        assert!(all.contains(&"['file:///tmp/-a%20%27b']".to_owned()), "{all:?}");
        assert_eq!(all.last().unwrap(), "/tmp");
    }
}
