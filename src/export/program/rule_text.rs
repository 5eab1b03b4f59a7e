//! Rules as a chain of `if`: the first that fits says what is sent and whether the connection is closed then.
//!
//! Regular expressions are for Python alone: Rust's standard library has none, and those of POSIX are others.

use super::dialect::Dialect;
use super::facts::seconds;
use super::literal;
use super::plan::{Fits, Rule};

/// Rules as they are written.
#[derive(Debug, Default)]
pub struct Written {
    /// The lines.
    pub lines: Vec<String>,
    /// Whether one has a regular expression,
    pub has_regex: bool,
    /// and one is left out as it has;
    pub left_out: bool,
    /// whether one waits.
    pub has_pause: bool,
}

/// Writes `rules` in `dialect`.
pub fn write(rules: &[Rule], dialect: Dialect) -> Written {
    let mut written = Written::default();
    let mut is_first = true;
    for rule in rules {
        let Some(condition) = condition(&rule.fits, dialect) else {
            written.left_out = true;
            continue;
        };
        written.has_regex |= matches!(rule.fits, Fits::Regex(_));
        written.has_pause |= !rule.delay.is_zero();
        branch(&mut written.lines, rule, &condition, is_first, dialect);
        is_first = false;
    }
    end(&mut written.lines, is_first, dialect);
    written
}

/// The expression that is true if a rule fits; `None` if the language can't say it.
fn condition(fits: &Fits, dialect: Dialect) -> Option<String> {
    let written = |bytes: &[u8]| match dialect {
        // In one piece: it stands in a line.
        Dialect::Rust => literal::bytes(bytes, dialect).join("\n"),
        Dialect::Python | Dialect::C => literal::bytes(bytes, dialect).join(" "),
    };
    let helper = |name: &str, bytes: &[u8]| format!("{name}(data, n, {}, {})", written(bytes), bytes.len());
    Some(match (fits, dialect) {
        (Fits::Anything, Dialect::Python) => "True".into(),
        (Fits::Anything, Dialect::Rust) => "true".into(),
        (Fits::Anything, Dialect::C) => "1".into(),
        (Fits::Equals(bytes), Dialect::Python) => {
            format!("{0} in (data, data.rstrip(b' \\t\\n\\f\\r'))", written(bytes))
        }
        (Fits::Contains(bytes), Dialect::Python) => format!("{} in data", written(bytes)),
        (Fits::StartsWith(bytes), Dialect::Python) => format!("data.startswith({})", written(bytes)),
        (Fits::Regex(pattern), Dialect::Python) => format!("m := re.search({}, data)", python_regex(pattern)),
        (Fits::Equals(bytes), Dialect::Rust) => {
            format!("[data, data.trim_ascii_end()].contains(&{}.as_slice())", written(bytes))
        }
        (Fits::Contains(bytes), Dialect::Rust) if bytes.is_empty() => "true".into(),
        (Fits::Contains(bytes), Dialect::Rust) => {
            format!("data.windows({}).any(|part| part == {})", bytes.len(), written(bytes))
        }
        (Fits::StartsWith(bytes), Dialect::Rust) => format!("data.starts_with({})", written(bytes)),
        (Fits::Equals(bytes), Dialect::C) => helper("equals", bytes),
        (Fits::Contains(bytes), Dialect::C) => helper("contains", bytes),
        (Fits::StartsWith(bytes), Dialect::C) => helper("starts_with", bytes),
        (Fits::Regex(_), Dialect::Rust | Dialect::C) => return None,
    })
}

fn branch(lines: &mut Vec<String>, rule: &Rule, condition: &str, is_first: bool, dialect: Dialect) {
    let closes = rule.closes;
    match dialect {
        Dialect::Python => {
            lines.push(format!("{} {condition}:", if is_first { "if" } else { "elif" }));
            if !rule.delay.is_zero() {
                lines.push(format!("    time.sleep({})", seconds(rule.delay)));
            }
            let reply = match &rule.fits {
                Fits::Regex(pattern) => expanded(&rule.reply, pattern),
                _ => literal::bytes(&rule.reply, dialect).join(" "),
            };
            let closes = if closes { "True" } else { "False" };
            lines.push(format!("    reply, closes = {reply}, {closes}"));
        }
        Dialect::Rust => {
            lines.push(format!("{}if {condition} {{", if is_first { "" } else { "} else " }));
            if !rule.delay.is_zero() {
                lines.push(format!("    thread::sleep(Duration::from_millis({}));", rule.delay.as_millis().max(1)));
            }
            let reply = literal::bytes(&rule.reply, dialect);
            let last = reply.len() - 1;
            for (number, part) in reply.into_iter().enumerate() {
                let (before, after) = (
                    if number == 0 { "    (" } else { "     " },
                    if number == last { &format!(", {closes})") } else { "" },
                );
                lines.push(format!("{before}{part}{after}"));
            }
        }
        Dialect::C => {
            lines.push(format!("{}if ({condition}) {{", if is_first { "" } else { "} else " }));
            if !rule.delay.is_zero() {
                let (seconds, rest) = (rule.delay.as_secs(), rule.delay.subsec_nanos());
                lines.push(format!("    nanosleep(&(struct timespec){{{seconds}, {rest}}}, NULL);"));
            }
            lines.push(format!("    reply = {};", literal::bytes(&rule.reply, dialect).join(" ")));
            lines.push(format!("    size = {};", rule.reply.len()));
            lines.push(format!("    closes = {};", u8::from(closes)));
        }
    }
}

/// What is done if none fits: nothing.
fn end(lines: &mut Vec<String>, is_empty: bool, dialect: Dialect) {
    match (dialect, is_empty) {
        (Dialect::Python, true) => lines.push("reply, closes = b'', False".into()),
        (Dialect::Python, false) => lines.extend(["else:".into(), "    reply, closes = b'', False".into()]),
        (Dialect::Rust, true) => lines.push("(b\"\", false)".into()),
        (Dialect::Rust, false) => lines.extend(["} else {".into(), "    (b\"\", false)".into(), "}".into()]),
        (Dialect::C, true) => {}
        (Dialect::C, false) => lines.push("}".into()),
    }
}

/// An expression of Rust's `regex` as one of Python's `re`, as far as they differ in what rules need: the names of groups, and bytes,
/// which `re` reads when it is given bytes.
fn python_regex(pattern: &str) -> String {
    let pattern = pattern.replace("(?-u)", "");
    let mut written = String::new();
    let mut rest = pattern.as_str();
    while let Some((before, after)) = rest.split_once("(?<") {
        let is_escaped = before.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        written.push_str(before);
        written.push_str(if is_escaped { "(?<" } else { "(?P<" });
        rest = after;
    }
    written.push_str(rest);
    literal::bytes(written.as_bytes(), Dialect::Python).join(" ")
}

/// A template with `$1`, `${name}` and `$$` as a sum of bytes and groups. A group that the expression does not have is empty.
fn expanded(template: &[u8], pattern: &str) -> String {
    let regex = regex::bytes::Regex::new(pattern).ok();
    let has = |name: &str| {
        regex.as_ref().is_some_and(|regex| match name.parse::<usize>() {
            Ok(number) => number < regex.captures_len(),
            Err(_) => regex.capture_names().flatten().any(|known| known == name),
        })
    };
    let mut parts: Vec<String> = Vec::new();
    let mut plain: Vec<u8> = Vec::new();
    let mut rest = template;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let (name, left) = if *first == b'$' { reference(after) } else { (None, after) };
        match name {
            Some(name) => {
                if has(&name) {
                    parts.extend(flushed(&mut plain));
                    let index = if name.parse::<usize>().is_ok() { name } else { format!("'{name}'") };
                    parts.push(format!("(m[{index}] or b'')"));
                }
                rest = left;
            }
            None => {
                plain.push(*first);
                if *first == b'$' && after.first() == Some(&b'$') {
                    rest = after.get(1..).unwrap_or_default();
                }
            }
        }
    }
    parts.extend(flushed(&mut plain));
    if parts.is_empty() { "b''".into() } else { parts.join(" + ") }
}

fn flushed(plain: &mut Vec<u8>) -> Option<String> {
    let bytes = std::mem::take(plain);
    (!bytes.is_empty()).then(|| literal::bytes(&bytes, Dialect::Python).join(" "))
}

/// The name of a group behind a `$`, as `regex` takes it: the longest of letters, digits and `_`, or what stands in braces; and the rest.
fn reference(text: &[u8]) -> (Option<String>, &[u8]) {
    let (inner, after) = match text.strip_prefix(b"{") {
        Some(braced) => match braced.iter().position(|byte| *byte == b'}') {
            Some(end) => (braced.get(..end).unwrap_or_default(), braced.get(end + 1..).unwrap_or_default()),
            None => return (None, text),
        },
        None => {
            let end = text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
            text.split_at_checked(end).unwrap_or((&[], text))
        }
    };
    match std::str::from_utf8(inner) {
        Ok(name) if !name.is_empty() => (Some(name.to_owned()), after),
        _ => (None, text),
    }
}
