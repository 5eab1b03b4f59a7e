//! Holds the floors of the house: a floor uses only floors below it, only `net` opens sockets, and no files stand in a circle.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test says what it expects with them"
)]

mod circles;
mod folders;
mod imports;
mod source;

use imports::Names;
use source::{Source, sources, words};

/// The floors from the top; `main.rs` and `lib.rs` stand above all of them.
const FLOORS: [&str; 12] =
    ["ui", "cli", "words", "lesson", "settings", "export", "net", "view", "capture", "decode", "tls", "http"];

/// `ui` and `cli` are two ways into the same program and don't know each other.
const NEIGHBOURS: [(&str, &str); 1] = [("ui", "cli")];

fn floor(folder: &str) -> Option<usize> {
    FLOORS.iter().position(|name| *name == folder)
}

/// The floors that a text names by `crate::…`, in its tests too.
fn used(text: &str) -> Vec<String> {
    let names = Names::read(&words(text));
    let inner = names.paths().filter(|path| path[0] == "crate").filter_map(|path| path.get(1));
    inner.filter(|name| floor(name).is_some()).cloned().collect()
}

/// The files of the floors in which the window is made.
fn of_the_window() -> impl Iterator<Item = Source> {
    sources().into_iter().filter(|source| ["ui", "view", "words"].contains(&source.folder()))
}

#[test]
fn no_floor_uses_one_above_it() {
    let mut seen = 0;
    for source in sources() {
        let folder = source.folder();
        let Some(own) = floor(folder) else { continue };
        for name in used(&source.text) {
            seen += 1;
            assert!(floor(&name).unwrap() >= own, "{} uses {name}, which stands above {folder}", source.path);
            assert!(!NEIGHBOURS.contains(&(folder, name.as_str())), "{} uses {name}", source.path);
        }
    }
    assert!(seen > 1_000, "only {seen} uses were found: the search is broken");
}

#[test]
fn a_use_is_found_however_it_is_written() {
    let text =
        "use crate::{capture::Spool, net::{self, Pace}}; fn f() -> crate::http::Head { view::said(\"crate::cli\") }";
    assert_eq!(used(text), ["capture", "net", "net", "http"]);
}

#[test]
fn every_folder_is_a_floor() {
    for source in sources() {
        let folder = source.folder();
        let is_root = ["main.rs", "lib.rs", "enum_with_all.rs"].contains(&folder);
        assert!(floor(folder).is_some() || is_root, "{} is on no floor", source.path);
    }
}

#[test]
fn only_net_opens_sockets() {
    for source in sources() {
        let code = source.code();
        let opens = code.contains("std::net") || code.contains("socket2");
        assert!(!opens || source.folder() == "net", "{} opens sockets", source.path);
    }
}

#[test]
fn only_the_transport_names_the_sockets_of_tcp() {
    let names_them = |source: &Source| {
        let code = source.code();
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        code.contains("TcpStream") || code.contains("TcpListener")
    };
    let is_test = |source: &Source| source.is_test() || source.path.ends_with("test_support.rs");
    let in_net = sources().into_iter().filter(|source| source.folder() == "net" && !is_test(source));
    let (inside, outside): (Vec<_>, Vec<_>) = in_net.partition(|source| source.path.starts_with("net/transport/"));
    assert!(inside.iter().any(names_them), "the search is broken");
    let named = outside.iter().filter(|source| names_them(source)).map(|source| &source.path).collect::<Vec<_>>();
    assert!(named.is_empty(), "{named:?}");
}

#[test]
fn every_thread_is_counted() {
    for source in sources().into_iter().filter(|source| !source.path.ends_with("/threads.rs")) {
        let code = source.code();
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        let starts = code.contains("thread::Builder") || code.contains("thread::spawn");
        assert!(!starts, "{} starts a thread by itself", source.path);
    }
}

#[test]
fn only_ui_draws() {
    for source in sources() {
        let code = source.code();
        let draws = code.contains("egui::") || code.contains("eframe::");
        assert!(!draws || source.folder() == "ui", "{} draws", source.path);
    }
}

#[test]
fn reading_http_needs_no_time_no_thread_and_no_file() {
    for source in sources().into_iter().filter(|source| source.folder() == "http") {
        for banned in ["std::time", "std::thread", "std::fs", "std::io", "std::sync::Mutex"] {
            assert!(!source.code().contains(banned), "{} uses {banned}", source.path);
        }
    }
}

#[test]
fn the_window_opens_no_file() {
    for source in of_the_window() {
        let code = source.code();
        let code = code.split("mod tests {").next().unwrap();
        let opens = ["std::fs", "GivenFile::", ".is_dir()", ".exists()", ".metadata()", "canonicalize", "read_dir"];
        let opens = opens.into_iter().find(|opening| code.contains(opening));
        // What is asked of a disk is asked on the thread of an errand; the log of frames is for who measures the window.
        let is_free = code.contains(".ask(ctx") || source.path.ends_with("frame_log.rs");
        assert!(opens.is_none() || is_free, "{} asks a disk: {}", source.path, opens.unwrap());
    }
}

#[test]
fn the_window_waits_for_no_lock() {
    for source in of_the_window() {
        for banned in ["Mutex", "RwLock", "Condvar", ".recv()", ".join()"] {
            assert!(!source.code().contains(banned), "{} uses {banned}", source.path);
        }
    }
}
