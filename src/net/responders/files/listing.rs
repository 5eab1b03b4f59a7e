//! A folder as a page.
//!
//! In scope: names, lengths and dates as HTML, in which no name can become markup. Out of scope: which names are listed (`jail`).

use std::fmt::Write;

use percent_encoding::percent_decode_str;

use super::jail::{Item, Items};
use super::request_path::encoded;
use crate::net::responders::http::http_date;
use crate::view::visible;

const STYLE: &str = "<style>:root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;margin:2rem auto;max-width:60rem;\
padding:0 1rem}table{border-collapse:collapse;width:100%}td{padding:.1rem .8rem .1rem 0}td+td{text-align:right;\
white-space:nowrap;font-variant-numeric:tabular-nums;opacity:.7}</style>";

/// The page of the folder whose target is `path`.
pub fn page(path: &str, is_root: bool, items: &Items) -> String {
    let title = escaped(&percent_decode_str(path).decode_utf8_lossy());
    let mut page = format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title>{STYLE}</head>\n<body><h1>{title}</h1>\n<table>\n"
    );
    if !is_root {
        page.push_str("<tr><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n");
    }
    for item in &items.items {
        row(&mut page, item);
    }
    page.push_str("</table>\n");
    if items.is_cut {
        page.push_str("<p>…</p>\n");
    }
    page.push_str("</body></html>\n");
    page
}

fn row(page: &mut String, item: &Item) {
    let slash = if item.length.is_some() { "" } else { "/" };
    let (target, name) = (encoded(&item.name), escaped(&String::from_utf8_lossy(&item.name)));
    let length = item.length.map(|length| length.to_string()).unwrap_or_default();
    let modified = item.modified.map(http_date).unwrap_or_default();
    // With a dot before it, a colon in a name makes no scheme.
    let _ = writeln!(
        page,
        "<tr><td><a href=\"./{target}{slash}\">{name}{slash}</a></td><td>{length}</td><td>{modified}</td></tr>"
    );
}

fn escaped(text: &str) -> String {
    let text = visible(text);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_and_never_markup() {
        let item = |name: &str, length| Item { name: name.as_bytes().to_vec(), length, modified: None };
        let items = vec![item("dir", None), item("<b>\"&'.txt", Some(7)), item("a:b", Some(0)), item("中", Some(1))];
        let page = page("/x%20y/", false, &Items { items, is_cut: true });
        for part in [
            "<h1>/x y/</h1>",
            "<a href=\"../\">",
            "<a href=\"./dir/\">dir/</a>",
            "<a href=\"./%3Cb%3E%22%26%27.txt\">&lt;b&gt;&quot;&amp;&#39;.txt</a></td><td>7</td>",
            "<a href=\"./a%3Ab\">a:b</a>",
            "<a href=\"./%E4%B8%AD\">中</a>",
            "<p>…</p>",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }
}
