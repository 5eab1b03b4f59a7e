//! Which file of the program names something of which other file.
//!
//! In scope: `use` with braces, `as` and `*`, paths within the code, and names that a module hands on by `use`. Out of scope: methods,
//! as they are found by the type of a value, and what macros make.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Source, without_tests, words};

/// A path such as `crate::http::Head`, in parts.
type Path = Vec<String>;

/// What one file names.
#[derive(Debug, Default)]
pub struct Names {
    /// What it binds by `use`: the name, the path, and whether it only hands the name on.
    bound: Vec<(String, Path, bool)>,
    /// Paths in the code.
    inline: Vec<Path>,
}

impl Names {
    pub fn read(words: &[String]) -> Self {
        let mut names = Self::default();
        let mut rest = words;
        let mut before: &[String] = &[];
        while let Some(first) = rest.first() {
            let used = if first == "use" && rest.get(1).is_some_and(|next| next != "<") {
                let mut reader = UseReader { rest: &rest[1..], is_public: is_public(before), bound: &mut names.bound };
                reader.tree(&[]);
                rest.len() - reader.rest.len()
            } else {
                let length = path_length(rest);
                if length > 1 && before.last().is_none_or(|word| word != "::") {
                    names.inline.push(rest[..length].iter().step_by(2).cloned().collect());
                }
                length.max(1)
            };
            before = &words[..words.len() - rest.len() + used];
            rest = &rest[used..];
        }
        names
    }

    /// All paths, those that are bound first.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.bound.iter().map(|(_, path, _)| path).chain(&self.inline)
    }
}

/// Whether the words before `use` are `pub`, or `pub` with something in parentheses.
fn is_public(before: &[String]) -> bool {
    let open = before.iter().rposition(|word| word == "(").unwrap_or(0);
    let end = if before.last().is_some_and(|word| word == ")") { open } else { before.len() };
    before[..end].last().is_some_and(|word| word == "pub")
}

/// How many words the path has that `words` begin with; 0 if they begin with none.
fn path_length(words: &[String]) -> usize {
    let is_name = |word: &String| word.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if !words.first().is_some_and(is_name) {
        return 0;
    }
    let more = words[1..].chunks_exact(2).take_while(|pair| pair[0] == "::" && is_name(&pair[1]));
    1 + 2 * more.count()
}

struct UseReader<'a> {
    rest: &'a [String],
    is_public: bool,
    bound: &'a mut Vec<(String, Path, bool)>,
}

impl UseReader<'_> {
    /// Reads what comes after `prefix`, up to a comma, a closing brace or a semicolon.
    fn tree(&mut self, prefix: &[String]) {
        let mut path = prefix.to_vec();
        let mut name = path.last().cloned().unwrap_or_default();
        while let Some(word) = self.next() {
            match word.as_str() {
                "::" => {}
                "{" => return self.braces(&path),
                "as" => name = self.next().unwrap(),
                "self" if !path.is_empty() => {}
                _ => {
                    name.clone_from(&word);
                    path.push(word);
                }
            }
            if matches!(self.rest.first().map(String::as_str), Some("," | "}" | ";")) {
                break;
            }
        }
        self.bound.push((name, path, self.is_public));
    }

    fn braces(&mut self, prefix: &[String]) {
        loop {
            match self.rest.first().map(String::as_str) {
                Some("}") | None => break,
                Some(",") => {}
                Some(_) => {
                    self.tree(prefix);
                    continue;
                }
            }
            self.next();
        }
        self.next();
    }

    fn next(&mut self) -> Option<String> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first.clone())
    }
}

/// The modules of the program, each a file.
pub struct Modules {
    files: BTreeMap<Path, (String, Names)>,
}

/// A file, a file of which it names something, and what it names.
pub type Import = (String, String, String);

impl Modules {
    /// The modules of `sources`, but for tests and `main.rs`, which nothing can name.
    pub fn read(sources: &[Source]) -> Self {
        let read = |source: &Source| (source.path.clone(), Names::read(&without_tests(&words(&source.text))));
        let program = sources.iter().filter(|source| !source.is_test() && source.path != "main.rs");
        Self { files: program.map(|source| (module(&source.path), read(source))).collect() }
    }

    /// What each file names of others. What a module only hands on is of the file that has it.
    pub fn imports(&self) -> BTreeSet<Import> {
        let mut imports = BTreeSet::new();
        for (own, (file, names)) in &self.files {
            let bound = names.bound.iter().filter(|(_, _, is_public)| !is_public).map(|(_, path, _)| path);
            for path in bound.chain(&names.inline) {
                let Some((home, name)) = self.home(own, path, 8) else { continue };
                let other = &self.files[&home].0;
                if other != file {
                    imports.insert((file.clone(), other.clone(), name));
                }
            }
        }
        imports
    }

    /// The module that has what `path` names in the module `own`, and its name there; `None` for what is not of this program. Follows at
    /// most `steps` names that are handed on.
    fn home(&self, own: &Path, path: &[String], steps: usize) -> Option<(Path, String)> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.descend(Path::new(), rest, steps),
            "self" => self.descend(own.clone(), rest, steps),
            "super" => {
                let mut parent = own.clone();
                parent.pop()?;
                if rest.first().is_some_and(|next| next == "super") {
                    return self.home(&parent, rest, steps);
                }
                self.descend(parent, rest, steps)
            }
            _ if self.files.contains_key(&child(own, first)) => self.descend(child(own, first), rest, steps),
            _ => {
                let (_, bound, _) = self.files.get(own)?.1.bound.iter().find(|(name, ..)| name == first)?;
                let whole: Path = bound.iter().chain(rest).cloned().collect();
                if bound.first() == Some(first) { None } else { self.home(own, &whole, steps.checked_sub(1)?) }
            }
        }
    }

    fn descend(&self, module: Path, rest: &[String], steps: usize) -> Option<(Path, String)> {
        let Some((first, after)) = rest.split_first() else { return Some((module, "the module".to_owned())) };
        let inner = child(&module, first);
        if self.files.contains_key(&inner) {
            return self.descend(inner, after, steps);
        }
        let bound = &self.files.get(&module)?.1.bound;
        let Some((_, path, _)) = bound.iter().find(|(name, ..)| name == first) else {
            return Some((module, first.clone()));
        };
        let whole: Path = path.iter().chain(after).cloned().collect();
        self.home(&module, &whole, steps.checked_sub(1)?)
    }
}

fn child(module: &Path, name: &str) -> Path {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

/// The path of the module in the file `path`.
fn module(path: &str) -> Path {
    let stem = path.trim_end_matches(".rs").trim_end_matches("/mod");
    if stem == "lib" { Path::new() } else { stem.split('/').map(str::to_owned).collect() }
}

#[test]
fn imports_are_found_however_they_are_written() {
    let table: [(&str, &str, &[&str]); 12] = [
        ("a use", "use crate::b::Thing;", &["b/mod.rs Thing"]),
        (
            "braces",
            "use crate::{b::{self, c::{One, Two}}, d::Three as Other};",
            &["b/c.rs One", "b/c.rs Two", "b/mod.rs the module", "d.rs Three"],
        ),
        ("a star", "use crate::b::c::*;", &["b/c.rs *"]),
        ("super", "use super::d;", &["d.rs the module"]),
        ("the code", "fn f() { crate::b::c::run::<u8>(super::d::X) }", &["b/c.rs run", "d.rs X"]),
        ("a module that was bound", "use crate::b; fn f() { b::c::run() }", &["b/c.rs run", "b/mod.rs the module"]),
        ("a name that is handed on", "use crate::b::Handed;", &["b/c.rs Handed"]),
        ("its new name", "use crate::b::Renamed;", &["b/c.rs Old"]),
        ("a variant", "use crate::b::c::Kind::{First, Second};", &["b/c.rs Kind"]),
        (
            "literals and comments",
            r##"fn f() { (r#"crate::d::X""#, "\"crate::d::X", '"', b'\'', /* crate::d */ 'a') } // crate::d::X"##,
            &[],
        ),
        ("tests", "#[cfg(test)] mod tests { use crate::d::X; } #[cfg(test)] use crate::d::Y;", &[]),
        ("what is of others", "use std::fmt; use other::b::c; fn f<'a>() -> impl Sized + use<'a> { fmt::run() }", &[]),
    ];
    for (what, text, expected) in table {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let hands_on = "mod c; pub use c::Handed; pub(crate) use c::{Old as Renamed}; pub struct Thing;";
        let sources = [
            source("a.rs", text),
            source("b/mod.rs", hands_on),
            source("b/c.rs", "pub fn run() {}"),
            source("d.rs", ""),
        ];
        let imports = Modules::read(&sources).imports();
        let found: Vec<_> = imports.iter().map(|(from, to, name)| (from.as_str(), format!("{to} {name}"))).collect();
        let expected: Vec<_> = expected.iter().map(|import| ("a.rs", (*import).to_owned())).collect();
        assert_eq!(found, expected, "{what}");
    }
}
