//! Regular expressions of rules as Python's `re` reads them.
//!
//! In scope: the part of the syntax that both read alike, and what means the same for the rest of that part: the names of groups, and
//! the beginning and the end of a line. Out of scope: everything else. Whoever asks leaves such a rule out, for Python would refuse the
//! expression, or match something else.

use regex::bytes::RegexBuilder;

/// A piece of an expression: its length, what means the same in Python, and whether it may be repeated.
type Piece = (usize, String, bool);

/// Where a line begins: lines end in `\n`, `\r\n` and `\r`, and Python's `^` knows only the first.
const LINE_BEGIN: &str = r"(?<![^\r\n])(?!(?<=\r)\n)";
/// Where a line ends.
const LINE_END: &str = r"(?![^\r\n])(?!(?<=\r)\n)";

/// The expression over bytes that matches in Python what `pattern` matches in a rule; `None` if it has something that is not known to be
/// the same.
pub fn of(pattern: &str) -> Option<String> {
    let mut rest = pattern.strip_prefix("(?-u)").unwrap_or(pattern);
    let mut written = String::new();
    if let Some(after) = rest.strip_prefix("(?i)") {
        written.push_str("(?i)");
        rest = after;
    }
    let mut may_repeat = false;
    // The expression from each parenthesis on that is open.
    let mut open = Vec::new();
    while !rest.is_empty() {
        if rest.starts_with('(') {
            open.push(rest);
        } else if let Some(after) = rest.strip_prefix(')') {
            let group = open.pop()?.strip_suffix(after)?;
            if after.starts_with(['*', '+', '{']) && may_be_empty(group) {
                return None;
            }
        }
        let (length, text, repeats) = piece(rest, may_repeat)?;
        written.push_str(&text);
        rest = rest.get(length..)?;
        may_repeat = repeats;
    }
    Some(written)
}

/// Whether `group` may match nothing. What such a group has matched last, the two tell otherwise where it is repeated.
fn may_be_empty(group: &str) -> bool {
    let alone = RegexBuilder::new(&format!("^(?:{group})$")).unicode(false).build();
    group.contains(r"\b") || !alone.is_ok_and(|alone| !alone.is_match(b""))
}

fn piece(rest: &str, may_repeat: bool) -> Option<Piece> {
    let first = rest.chars().next()?;
    match first {
        '\\' => escape(rest),
        '[' => class(rest),
        '(' => group(rest),
        '*' | '+' | '?' | '{' if may_repeat => repetition(rest),
        '*' | '+' | '?' | '{' => None,
        '^' => Some((1, LINE_BEGIN.into(), false)),
        '$' => Some((1, LINE_END.into(), false)),
        '.' => Some((1, r"[^\r\n]".into(), true)),
        '|' => Some((1, "|".into(), false)),
        _ if first.is_ascii() => Some((1, first.into(), true)),
        // What repeats it repeats all of its bytes.
        _ => Some((first.len_utf8(), format!("(?:{first})"), true)),
    }
}

fn escape(rest: &str) -> Option<Piece> {
    match rest.get(..2)? {
        r"\A" => Some((2, r"\A".into(), false)),
        r"\z" => Some((2, r"\Z".into(), false)),
        r"\b" => Some((2, r"\b".into(), false)),
        _ => escaped(rest).map(|text| (text.len(), text.to_owned(), true)),
    }
}

/// An escape that stands for a byte or a class of bytes, in brackets too.
fn escaped(rest: &str) -> Option<&str> {
    let text = rest.get(..2)?;
    match text.chars().next_back()? {
        'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'n' | 'r' | 't' | 'f' | 'v' | 'a' => Some(text),
        'x' => rest.get(..4).filter(|text| text.chars().skip(2).all(|digit| digit.is_ascii_hexdigit())),
        '<' | '>' => None,
        other => other.is_ascii_punctuation().then_some(text),
    }
}

/// A class in brackets, without others in it.
fn class(rest: &str) -> Option<Piece> {
    let begin = if rest.starts_with("[^") { 2 } else { 1 };
    let mut at = begin;
    loop {
        let left = rest.get(at..)?;
        match left.chars().next()? {
            ']' if at == begin => return None,
            ']' => return Some((at + 1, rest.get(..=at)?.to_owned(), true)),
            '\\' => at += escaped(left)?.len(),
            '[' => return None,
            _ if ["&&", "--", "~~", "||"].iter().any(|operator| left.starts_with(operator)) => return None,
            other if other.is_ascii() => at += 1,
            _ => return None,
        }
    }
}

fn group(rest: &str) -> Option<Piece> {
    if rest.starts_with("(?:") {
        return Some((3, "(?:".into(), false));
    }
    if !rest.starts_with("(?") {
        return Some((1, "(".into(), false));
    }
    let (name, after) = rest.strip_prefix("(?<").or_else(|| rest.strip_prefix("(?P<"))?.split_once('>')?;
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_plain.then(|| (rest.len() - after.len(), format!("(?P<{name}>"), false))
}

fn repetition(rest: &str) -> Option<Piece> {
    let mut length = 1;
    if let Some(inside) = rest.strip_prefix('{') {
        let (count, _) = inside.split_once('}')?;
        let (least, most) = count.split_once(',').unwrap_or((count, ""));
        let are_digits = least.bytes().chain(most.bytes()).all(|byte| byte.is_ascii_digit());
        if least.is_empty() || !are_digits {
            return None;
        }
        length += count.len() + 1;
    }
    if rest.get(length..)?.starts_with('?') {
        length += 1;
    }
    Some((length, rest.get(..length)?.to_owned(), false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_that_python_reads_otherwise_or_not_at_all_is_not_written() {
        let is_written = |pattern: &str| {
            assert!(
                regex::bytes::RegexBuilder::new(pattern).unicode(false).build().is_ok(),
                "{pattern} is none of Rust's"
            );
            of(pattern).is_some()
        };
        for pattern in [
            "(?iu)^ä$",
            "a(?i)b",
            "(?U)a+",
            "(?i-u)x",
            r"\x{41}",
            "(?s)^a.*b$",
            "[[:digit:]]",
            "[]$.]",
            r"\u0041",
            r"\U00000041",
            r"(?u)\p{L}",
            r"(?u)\PL",
            r"\b{start}a",
            r"\<a",
            r"\>",
            "[a[b]]",
            "[^]a]",
            "[a-z&&b]",
            "[a-z--b]",
            "[a-z~~b]",
            "(?x) a",
            "(?i:a)",
            "(?m)a",
            "a**",
            "a++",
            "a{2}{3}",
            "^*a",
            "(?<a.b>c)",
            r"\B",
            r"[\x{41}]",
            "[a||b]",
            "a{ 2 }",
            "(a*)*",
            "(|a)+",
            r"(\b|a){2}",
            "(?:a|(b?))*c",
        ] {
            assert!(!is_written(pattern), "{pattern}");
        }
        for pattern in
            ["(?-u)(?i)a", r"(?i)\x41[^a-f\].]{2,}?", "ä+", r"\A(?P<n>a|b)*\z", "((a?)b)+", "(a?)?", r"\bx\b"]
        {
            assert!(is_written(pattern), "{pattern}");
        }
    }
}
