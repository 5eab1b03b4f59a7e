//! Holds assets/NOTICES, which the window shows, to what the program is made of: `UPDATE_NOTICES=1 cargo test --test notices` writes it anew.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects with them"
)]

use std::path::Path;
use std::process::Command;

/// The packages of Cargo.lock, `name version`, but for this one.
fn locked(lock: &str) -> Vec<String> {
    let value = |line: &str, key: &str| Some(line.strip_prefix(key)?.trim_matches('"').to_owned());
    let mut packages = Vec::new();
    let mut name = String::new();
    for line in lock.lines() {
        if let Some(found) = value(line, "name = ") {
            name = found;
        } else if let Some(version) = value(line, "version = ").filter(|_| !name.is_empty()) {
            packages.push(format!("{} {version}", std::mem::take(&mut name)));
        }
    }
    packages.retain(|package| !package.starts_with("socketscope "));
    packages
}

/// A line for each package, as Cargo knows it.
fn written() -> String {
    let cargo = Command::new(env!("CARGO")).args(["metadata", "--format-version", "1", "--locked"]).output().unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&cargo.stdout).unwrap();
    let mut lines: Vec<String> = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let text = |key: &str| package[key].as_str().unwrap_or_default();
        if text("name") != "socketscope" {
            let licence = package["license"].as_str().unwrap_or("licence in its sources");
            lines.push(format!("{} {} · {licence} · {}", text("name"), text("version"), text("repository")));
        }
    }
    lines.sort();
    format!("{}\n\n{FONTS}\n\n{}\n", lines.join("\n"), std::fs::read_to_string("assets/fonts/OFL.txt").unwrap().trim())
}

const FONTS: &str =
    "Fonts: Noto Sans CJK SC, Noto Sans and Noto Sans Symbols 2 (parts of them), under the SIL Open Font License 1.1:";

#[test]
fn the_notices_name_each_package_of_the_lock_file() {
    let path = Path::new("assets/NOTICES");
    if std::env::var_os("UPDATE_NOTICES").is_some() {
        std::fs::write(path, written()).unwrap();
    }
    let notices = std::fs::read_to_string(path).unwrap();
    let lines = notices.lines().take_while(|line| !line.is_empty());
    let mut told: Vec<&str> = lines.map(|line| line.split(" · ").next().unwrap()).collect();
    let lock = std::fs::read_to_string("Cargo.lock").unwrap();
    let mut packages = locked(&lock);
    packages.sort();
    told.sort_unstable();
    assert!(packages.len() > 100, "only {} packages were read: the search is broken", packages.len());
    assert_eq!(told, packages);
    assert!(notices.contains(FONTS) && notices.contains("SIL OPEN FONT LICENSE Version 1.1"));
}
