//! The table of replies: the bytes of a peer, and the expected findings.
//!
//! In scope: reading the files in `tests/data/replies`, whose form `README.md` there describes. Out of scope: the findings (see `reading`).

use socketscope::decode::Limits;

use super::escapes::{Defined, Text, escaped, text};

/// The files, by name.
pub const FILES: &[(&str, &str)] = &[
    ("lengths", include_str!("../data/replies/lengths.txt")),
    ("chunks", include_str!("../data/replies/chunks.txt")),
    ("heads", include_str!("../data/replies/heads.txt")),
    ("sequences", include_str!("../data/replies/sequences.txt")),
    ("cuts", include_str!("../data/replies/cuts.txt")),
    ("bounds", include_str!("../data/replies/bounds.txt")),
    ("codings", include_str!("../data/replies/codings.txt")),
    ("layers", include_str!("../data/replies/layers.txt")),
    ("charsets", include_str!("../data/replies/charsets.txt")),
];

/// Kinds of lines that are compared only in replies that expect one.
const ON_REQUEST: [&str; 6] = ["version", "reason", "field", "separator", "charset", "text"];

/// One reply, or several on one connection.
#[derive(Debug)]
pub struct Reply {
    pub name: String,
    /// The methods of the requests that the reply answers.
    pub asked: Vec<String>,
    pub bytes: Vec<u8>,
    /// Places in the reply at which a split may matter.
    pub marks: Vec<usize>,
    /// Whether the peer resets the connection at the end, instead of closing it.
    pub is_reset: bool,
    pub limits: Limits,
    /// The expected findings, one a line.
    pub expected: Vec<String>,
}

impl Reply {
    /// The lines of `found` whose kind the reply expects.
    pub fn relevant(&self, found: Vec<String>) -> Vec<String> {
        let is_stated = |kind: &str| self.expected.iter().any(|line| kind_of(line) == kind);
        found.into_iter().filter(|line| !ON_REQUEST.contains(&kind_of(line)) || is_stated(kind_of(line))).collect()
    }

    /// How `found` differs from the expected findings. `None` if it does not.
    pub fn difference(&self, found: Vec<String>) -> Option<String> {
        let found = self.relevant(found);
        if found == self.expected {
            return None;
        }
        let lines = |lines: &[String]| lines.iter().map(|line| format!("    {line}\n")).collect::<String>();
        Some(format!("{}\n  expected:\n{}  found:\n{}", self.name, lines(&self.expected), lines(&found)))
    }
}

/// All replies of one file.
pub fn replies(file: &str) -> Vec<Reply> {
    let mut defined = Defined::new();
    let mut blocks: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match (line.split_once(' '), blocks.last_mut()) {
            (Some(("reply", name)), _) => blocks.push((name, Vec::new())),
            (Some(("define", definition)), _) => {
                let (name, value) = definition.split_once(' ').expect("a name and what it stands for");
                let value = text(value, &defined);
                assert!(defined.insert(name.to_owned(), value).is_none(), "{name} is defined twice");
            }
            (_, Some((_, lines))) => lines.push(line),
            _ => panic!("before the first reply: {line}"),
        }
    }
    blocks.into_iter().map(|(name, lines)| reply(name, &lines, &defined)).collect()
}

fn reply(name: &str, lines: &[&str], defined: &Defined) -> Reply {
    let mut reply = Reply {
        name: name.to_owned(),
        asked: Vec::new(),
        bytes: Vec::new(),
        marks: Vec::new(),
        is_reset: false,
        limits: Limits::default(),
        expected: Vec::new(),
    };
    let wire: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("< ")).collect();
    let sent = text(&wire.concat(), defined);
    for line in lines.iter().filter(|line| !line.starts_with("< ")) {
        match line.split_once(' ') {
            Some(("asked", methods)) => reply.asked = methods.split(' ').map(str::to_owned).collect(),
            Some(("limits", limits)) => {
                let mut numbers = limits.split(' ').map(|number| number.parse().expect("a number"));
                let mut next = || numbers.next().expect("two numbers");
                reply.limits = Limits { bytes: next(), ratio: next() };
            }
            _ if *line == "reset" => reply.is_reset = true,
            _ => reply.expected.push(expected(line, &sent, defined)),
        }
    }
    reply.marks = sent.marks.values().map(|&at| usize::try_from(at).unwrap()).collect();
    reply.bytes = sent.bytes;
    assert!(!reply.expected.is_empty(), "{name} expects nothing");
    reply
}

/// A line of the expected findings, with marks as offsets and bytes in the form of findings.
fn expected(line: &str, sent: &Text, defined: &Defined) -> String {
    let Some((kind, rest)) = line.split_once(' ') else { return line.to_owned() };
    if matches!(kind, "body" | "decoded" | "text" | "field" | "trailer" | "reason" | "separator") {
        return format!("{kind} {}", escaped(&text(rest, defined).bytes));
    }
    let word = |word: &str| match word.strip_prefix('@') {
        Some(mark) if mark.starts_with(|first: char| !first.is_ascii_digit()) => match sent.marks.get(mark) {
            Some(at) => format!("@{at}"),
            None => panic!("no mark {mark} for {line}"),
        },
        _ => word.to_owned(),
    };
    line.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn kind_of(line: &str) -> &str {
    line.split(' ').next().unwrap_or(line)
}
