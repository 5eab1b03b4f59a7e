//! Rules as a chain of `if`: the first that fits says what is sent and whether the connection is closed then.
//!
//! Regular expressions are for Python alone, as far as it reads them alike (`python_regex`): Rust's standard library has none, and those
//! of POSIX are others.

use super::dialect::Dialect;
use super::literal::seconds;
use super::{literal, python_regex};
use crate::net::responders::{Pattern, Piece, Rule};

/// Rules as they are written.
#[derive(Debug, Default)]
pub struct Written {
    /// The lines.
    pub lines: Vec<String>,
    /// Whether a written rule has a regular expression.
    pub has_regex: bool,
    /// Whether a rule is left out for its regular expression.
    pub left_out: bool,
    /// Whether a written rule waits before it answers.
    pub has_pause: bool,
}

/// Writes `rules` in `dialect`.
pub fn write(rules: &[Rule], dialect: Dialect) -> Written {
    let mut written = Written::default();
    let mut is_first = true;
    for rule in rules {
        let Some(condition) = condition(&rule.when, dialect) else {
            written.left_out = true;
            continue;
        };
        written.has_regex |= matches!(rule.when, Pattern::Regex(_));
        written.has_pause |= !rule.delay.is_zero();
        branch(&mut written.lines, rule, &condition, is_first, dialect);
        is_first = false;
    }
    end(&mut written.lines, is_first, dialect);
    written
}

/// The expression that is true if a rule fits; `None` if the language can't say it.
fn condition(when: &Pattern, dialect: Dialect) -> Option<String> {
    let written = |bytes: &[u8]| match dialect {
        // In one piece: it stands in a line.
        Dialect::Rust => literal::bytes(bytes, dialect).join("\n"),
        Dialect::Python | Dialect::C => literal::bytes(bytes, dialect).join(" "),
    };
    let helper = |name: &str, bytes: &[u8]| format!("{name}(data, n, {}, {})", written(bytes), bytes.len());
    Some(match (when, dialect) {
        (Pattern::Anything, Dialect::Python) => "True".into(),
        (Pattern::Anything, Dialect::Rust) => "true".into(),
        (Pattern::Anything, Dialect::C) => "1".into(),
        (Pattern::Equals(bytes), Dialect::Python) => format!("data == {}", written(bytes)),
        (Pattern::Line(bytes), Dialect::Python) => {
            format!("{0} in (data, data.removesuffix(b'\\n').removesuffix(b'\\r'))", written(bytes))
        }
        (Pattern::Contains(bytes), Dialect::Python) => format!("{} in data", written(bytes)),
        (Pattern::StartsWith(bytes), Dialect::Python) => format!("data.startswith({})", written(bytes)),
        (Pattern::Regex(regex), Dialect::Python) => {
            format!("m := re.search({}, data)", written(python_regex::of(regex.0.as_str())?.as_bytes()))
        }
        (Pattern::Equals(bytes), Dialect::Rust) => format!("data == {}", written(bytes)),
        (Pattern::Line(bytes), Dialect::Rust) => {
            let line = [r"\r\n", r"\n", r"\r"].map(|end| format!("data.strip_suffix(b\"{end}\")")).join(".or(") + "))";
            format!("[data, {line}.unwrap_or(data)].contains(&{}.as_slice())", written(bytes))
        }
        (Pattern::Contains(bytes), Dialect::Rust) if bytes.is_empty() => "true".into(),
        (Pattern::Contains(bytes), Dialect::Rust) => {
            format!("data.windows({}).any(|part| part == {})", bytes.len(), written(bytes))
        }
        (Pattern::StartsWith(bytes), Dialect::Rust) => format!("data.starts_with({})", written(bytes)),
        (Pattern::Equals(bytes), Dialect::C) => helper("equals", bytes),
        (Pattern::Line(bytes), Dialect::C) => helper("equals_line", bytes),
        (Pattern::Contains(bytes), Dialect::C) => helper("contains", bytes),
        (Pattern::StartsWith(bytes), Dialect::C) => helper("starts_with", bytes),
        (Pattern::Regex(_), Dialect::Rust | Dialect::C) => return None,
    })
}

fn branch(lines: &mut Vec<String>, rule: &Rule, condition: &str, is_first: bool, dialect: Dialect) {
    let (reply, closes) = (rule.reply.as_deref().unwrap_or_default(), rule.closes);
    match dialect {
        Dialect::Python => {
            lines.push(format!("{} {condition}:", if is_first { "if" } else { "elif" }));
            if !rule.delay.is_zero() {
                lines.push(format!("    time.sleep({})", seconds(rule.delay)));
            }
            let reply = expanded(reply);
            let closes = if closes { "True" } else { "False" };
            lines.push(format!("    reply, closes = {reply}, {closes}"));
        }
        Dialect::Rust => {
            lines.push(format!("{}if {condition} {{", if is_first { "" } else { "} else " }));
            if !rule.delay.is_zero() {
                lines.push(format!("    thread::sleep(Duration::from_millis({}));", rule.delay.as_millis().max(1)));
            }
            lines.extend(literal::within("    (", &plain(reply), &format!(", {closes})"), dialect));
        }
        Dialect::C => {
            lines.push(format!("{}if ({condition}) {{", if is_first { "" } else { "} else " }));
            if !rule.delay.is_zero() {
                let (seconds, rest) = (rule.delay.as_secs(), rule.delay.subsec_nanos());
                lines.push(format!("    nanosleep(&(struct timespec){{{seconds}, {rest}}}, NULL);"));
            }
            let reply = plain(reply);
            lines.push(format!("    reply = {};", literal::bytes(&reply, dialect).join(" ")));
            lines.push(format!("    size = {};", reply.len()));
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

/// What is sent, as a sum of bytes and groups.
fn expanded(reply: &[Piece]) -> String {
    let parts = reply.iter().filter_map(|piece| match piece {
        Piece::Bytes(bytes) if bytes.is_empty() => None,
        Piece::Bytes(bytes) => Some(literal::bytes(bytes, Dialect::Python).join(" ")),
        Piece::Group(number) => Some(format!("(m[{number}] or b'')")),
    });
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() { "b''".into() } else { parts.join(" + ") }
}

/// What is sent where there are no groups.
fn plain(reply: &[Piece]) -> Vec<u8> {
    let bytes =
        reply.iter().filter_map(|piece| if let Piece::Bytes(bytes) = piece { Some(bytes.as_slice()) } else { None });
    bytes.collect::<Vec<_>>().concat()
}
