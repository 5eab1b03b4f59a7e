//! No files that name each other in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::imports::{Import, Modules};
use super::source::sources;

/// The imports that close a circle and may do so: from which file, of which file, and why.
const ALLOWED: [(&str, &str, &str); 1] =
    [("capture/failure.rs", "capture/spools/disk.rs", "an error and what it is about")];

/// The sets of files that reach each other.
fn circles(imports: &BTreeSet<Import>) -> BTreeSet<Vec<&str>> {
    let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to, _) in imports {
        next.entry(from).or_default().insert(to);
    }
    let reached: BTreeMap<&str, BTreeSet<&str>> = next.keys().map(|file| (*file, reach(file, &next))).collect();
    let circle = |file: &str| {
        let others = reached[file].iter().filter(|other| reached.get(*other).is_some_and(|back| back.contains(file)));
        others.copied().collect::<Vec<_>>()
    };
    reached.keys().map(|file| circle(file)).filter(|circle| !circle.is_empty()).collect()
}

fn reach<'a>(file: &'a str, next: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![file];
    while let Some(file) = open.pop() {
        open.extend(next.get(file).into_iter().flatten().filter(|other| reached.insert(**other)));
    }
    reached
}

#[test]
fn no_files_stand_in_a_circle() {
    let mut imports = Modules::read(&sources()).imports();
    assert!(imports.len() > 1_000, "only {} imports were found: the reading is broken", imports.len());
    let mut wrong = String::new();
    for (from, to, why) in ALLOWED {
        let before = imports.len();
        imports.retain(|(file, other, _)| (file.as_str(), other.as_str()) != (from, to));
        if imports.len() == before {
            wrong += &format!("\nno import any more, take it off the list: {from} -> {to} ({why})\n");
        }
    }
    for circle in circles(&imports) {
        wrong += &format!("\na circle of {} files:\n", circle.len());
        for (from, to, name) in &imports {
            if circle.contains(&from.as_str()) && circle.contains(&to.as_str()) {
                wrong += &format!("  {from} -> {to}: {name}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_circle_is_found_and_who_only_looks_into_it_is_not_in_it() {
    let import = |(from, to): &(&str, &str)| ((*from).to_owned(), (*to).to_owned(), String::new());
    let imports = [("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"), ("c", "e"), ("f", "g"), ("g", "f")];
    let imports: BTreeSet<Import> = imports.iter().map(import).collect();
    assert_eq!(circles(&imports), BTreeSet::from([vec!["a", "b", "c"], vec!["f", "g"]]));
}
