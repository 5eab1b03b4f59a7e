//! Holds the floors of the house: a room uses only rooms below it, and only `net` opens sockets.

#![allow(clippy::unwrap_used, reason = "a test says what it expects with it")]

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the top; `main.rs` and `lib.rs` stand above all of them.
const FLOORS: [&str; 12] =
    ["ui", "cli", "words", "lesson", "settings", "net", "export", "view", "capture", "decode", "tls", "http"];

/// `ui` and `cli` are two doors to the same house and don't know each other.
const NEIGHBOURS: [(&str, &str); 1] = [("ui", "cli")];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The room that a file is in, and its text without comments.
fn rooms() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let room = |path: &Path| path.strip_prefix(&root).unwrap().iter().next().unwrap().to_str().unwrap().to_owned();
    files
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            (room(&path), path, code)
        })
        .collect()
}

/// The rooms that a text names by `crate::…`.
fn used(code: &str) -> Vec<String> {
    let word = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    code.split("crate::").skip(1).map(word).filter(|name| FLOORS.contains(&name.as_str())).collect()
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|name| *name == room)
}

#[test]
fn no_room_uses_one_above_it() {
    let mut seen = 0;
    for (room, path, code) in rooms() {
        let Some(own) = floor(&room) else { continue };
        for name in used(&code) {
            seen += 1;
            assert!(floor(&name).unwrap() >= own, "{} uses {name}, which stands above {room}", path.display());
            assert!(!NEIGHBOURS.contains(&(room.as_str(), name.as_str())), "{} uses {name}", path.display());
        }
    }
    assert!(seen > 100, "only {seen} uses were found: the search is broken");
}

#[test]
fn every_room_is_a_floor() {
    for (room, path, _) in rooms() {
        let known = floor(&room).is_some() || room == "main.rs" || room == "lib.rs";
        assert!(known, "{} is in no room that has a floor", path.display());
    }
}

#[test]
fn only_net_opens_sockets() {
    for (room, path, code) in rooms() {
        let opens = code.contains("std::net") || code.contains("socket2");
        assert!(!opens || room == "net", "{} opens sockets", path.display());
    }
}

#[test]
fn every_thread_is_counted() {
    for (_, path, code) in rooms().into_iter().filter(|(_, path, _)| !path.ends_with("capture/jobs/threads.rs")) {
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        let starts = code.contains("thread::Builder") || code.contains("thread::spawn");
        assert!(!starts, "{} starts a thread by itself", path.display());
    }
}

#[test]
fn only_ui_draws() {
    for (room, path, code) in rooms() {
        let draws = code.contains("egui::") || code.contains("eframe::");
        assert!(!draws || room == "ui", "{} draws", path.display());
    }
}

#[test]
fn reading_http_needs_no_time_no_thread_and_no_file() {
    for (room, path, code) in rooms().into_iter().filter(|(room, ..)| room == "http") {
        for banned in ["std::time", "std::thread", "std::fs", "std::io", "std::sync::Mutex"] {
            assert!(!code.contains(banned), "{} in {room} uses {banned}", path.display());
        }
    }
}

#[test]
fn files_stay_readable() {
    for (_, path, _) in rooms() {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 430, "{} has {lines} lines", path.display());
    }
}

#[test]
fn the_window_opens_no_file() {
    for (_, path, code) in rooms().into_iter().filter(|(room, ..)| ["ui", "view", "words"].contains(&room.as_str())) {
        let code = code.split("mod tests {").next().unwrap();
        let opens = ["std::fs", "GivenFile::", ".is_dir()", ".exists()", ".metadata()", "canonicalize", "read_dir"];
        let opens = opens.into_iter().find(|opening| code.contains(opening));
        // What is asked of a disk is asked on the thread of an errand; the log of frames is for who measures the window.
        let is_free = code.contains(".ask(ctx") || path.ends_with("frame_log.rs");
        assert!(opens.is_none() || is_free, "{} asks a disk: {}", path.display(), opens.unwrap());
    }
}

#[test]
fn the_window_waits_for_no_lock() {
    for (room, path, code) in rooms().into_iter().filter(|(room, ..)| ["ui", "view", "words"].contains(&room.as_str()))
    {
        for banned in ["Mutex", "RwLock", "Condvar", ".recv()", ".join()"] {
            assert!(!code.contains(banned), "{} in {room} uses {banned}", path.display());
        }
    }
}
