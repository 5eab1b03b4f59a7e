//! A name without what tells of codings that were undone: `a.tar` for `a.tar.gz` once gzip is off.
//!
//! In scope: the endings that name a coding, also within one of their own (`.tgz`). Out of scope: which codings a body has.

use crate::decode::{Coding, has_magic};

/// Endings that tell of a coding, and what is left of them without it.
fn endings(coding: Coding) -> &'static [(&'static str, &'static str)] {
    match coding {
        Coding::Gzip => &[(".tgz", ".tar"), (".taz", ".tar"), (".svgz", ".svg"), (".gz", "")],
        Coding::Zstd => &[(".tzst", ".tar"), (".zst", "")],
        Coding::Brotli => &[(".br", "")],
        Coding::Deflate => &[(".zz", "")],
    }
}

/// Of the codings `undone`, those that the name may be rid of: none if what came out, which begins with `start`, is in one of them still, as of
/// an archive that a server has coded once more.
pub(super) fn codings<'a>(undone: &'a [Coding], start: &[u8]) -> &'a [Coding] {
    if undone.iter().any(|coding| has_magic(*coding, start)) { &[] } else { undone }
}

/// `name` without the endings of `undone`, which are told in the order in which they were applied.
pub(super) fn without(name: &str, undone: &[Coding]) -> String {
    undone.iter().rev().fold(name.to_owned(), |name, coding| match split(&name, *coding) {
        Some((stem, left)) => format!("{stem}{left}"),
        None => name,
    })
}

/// Whether a name that ends so says already that its bytes are in the coding of `suffix`.
pub(super) fn tells(name: &str, suffix: &str) -> bool {
    let all = [Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd];
    all.into_iter().any(|coding| coding.suffix() == suffix && split(name, coding).is_some())
}

/// The name before the ending that tells of `coding`, and what is left of that.
fn split(name: &str, coding: Coding) -> Option<(&str, &'static str)> {
    endings(coding).iter().find_map(|(ending, left)| {
        let (stem, end) = name.split_at_checked(name.len().checked_sub(ending.len())?)?;
        (end.eq_ignore_ascii_case(ending) && !stem.is_empty()).then_some((stem, *left))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_go_with_their_codings() {
        use Coding::{Brotli, Gzip, Zstd};
        for (name, undone, expected) in [
            ("a.tar.gz", &[Gzip][..], "a.tar"),
            ("a.TGZ", &[Gzip], "a.tar"),
            ("a.svgz", &[Gzip], "a.svg"),
            ("page.html.gz", &[Gzip], "page.html"),
            ("a.js.br", &[Brotli], "a.js"),
            ("a.gz.br", &[Gzip, Brotli], "a"),
            ("a.tar.zst", &[Zstd], "a.tar"),
            ("a.tar.gz", &[], "a.tar.gz"),
            ("a.tar.gz", &[Brotli], "a.tar.gz"),
            (".gz", &[Gzip], ".gz"),
            ("gz", &[Gzip], "gz"),
            ("中gz", &[Gzip], "中gz"),
        ] {
            assert_eq!(without(name, undone), expected, "{name}");
        }
        assert!(tells("a.tgz", ".gz") && tells("a.gz", ".gz") && !tells("a.tar", ".gz") && !tells("a.gz", ".chunked"));
    }
}
