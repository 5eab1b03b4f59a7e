//! The region of a body, by which some character encodings are likelier than others.
//!
//! In scope: the last label of a host's name, or else the region of the program's language. Out of scope: the guess (see `charset`).

/// Labels of countries under which people of any country have names.
const ANYBODY: [&str; 12] = ["ac", "ai", "cc", "co", "fm", "gg", "io", "me", "nu", "tv", "vc", "ws"];

/// The last label of the name `host`, in lower case, if the label is a country's. Else `own`, which is the label of the region of the
/// program's language. Else the last label. Returns `None` for an address without `own`.
pub fn region(host: &str, own: Option<&str>) -> Option<String> {
    let label = host.trim_end_matches('.').rsplit_once('.').map(|(_, label)| label.to_ascii_lowercase());
    let is_plain =
        |label: &String| label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let label = label.filter(|label| is_plain(label) && label.starts_with(|first: char| first.is_ascii_alphabetic()));
    let is_country =
        |label: &String| (label.len() == 2 && !ANYBODY.contains(&label.as_str())) || label.starts_with("xn--");
    label.clone().filter(is_country).or_else(|| own.map(str::to_owned)).or(label)
}

#[cfg(test)]
mod tests {
    use super::region;

    #[test]
    fn the_last_label_or_the_language_tells() {
        for (host, own, expected) in [
            ("www.example.cn", None, Some("cn")),
            ("WWW.EXAMPLE.JP.", Some("cn"), Some("jp")),
            ("example.xn--fiqs8s", None, Some("xn--fiqs8s")),
            ("example.com", Some("cn"), Some("cn")),
            ("example.com", None, Some("com")),
            ("example.io", Some("cn"), Some("cn")),
            ("127.0.0.1", Some("cn"), Some("cn")),
            ("127.0.0.1", None, None),
            ("[::1]", None, None),
            ("localhost", None, None),
            ("", None, None),
            ("a.\u{4e2d}\u{56fd}", None, None),
            ("a..", None, None),
        ] {
            assert_eq!(region(host, own).as_deref(), expected, "{host}");
        }
    }
}
