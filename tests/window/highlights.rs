//! What belongs to a choice is lit: the rows of the calls, the bytes, the fields of a head. What is lit is read off the picture.

use std::collections::BTreeMap;
use std::ops::Range;

use egui::Rect;
use image::{Rgba, RgbaImage};

use super::bytes::{SPLIT, go_to, received};
use super::*;

impl Window {
    fn drawn(&mut self) -> RgbaImage {
        self.harness.run_steps(2);
        self.harness.render().unwrap()
    }

    /// The ground of each row of the calls.
    fn calls(&mut self) -> BTreeMap<String, Rgba<u8>> {
        let picture = self.drawn();
        let rows = self.harness.query_all_by_role(Role::ListBoxOption);
        let ground = |rect: Rect| *picture.get_pixel(rect.left() as u32 + 3, rect.center().y as u32);
        rows.filter_map(|row| Some((row.accesskit_node().label()?, ground(row.rect())))).collect()
    }

    /// The calls whose ground is not as it was `before`, by what each brought.
    fn lit_calls(&mut self, before: &BTreeMap<String, Rgba<u8>>) -> Vec<String> {
        let now = self.calls();
        assert_eq!(now.len(), before.len());
        let lit = now.into_iter().filter(|(label, ground)| before[label] != *ground);
        lit.map(|(label, _)| label.split_once(") ").unwrap().1.to_owned()).collect()
    }

    /// Where the ground of a row of bytes is not as it was `before`: the stretches, from left to right.
    fn lit_bytes(&mut self, before: &RgbaImage, row: &str) -> Vec<Range<u32>> {
        let now = self.drawn();
        let row = self.harness.get_by_label_contains(row).rect();
        // Above the letters.
        let y = row.top() as u32 + 1;
        let mut stretches: Vec<Range<u32>> = Vec::new();
        for x in (row.left() as u32..row.right() as u32).filter(|x| before.get_pixel(*x, y) != now.get_pixel(*x, y)) {
            match stretches.last_mut().filter(|last| last.end == x) {
                Some(last) => last.end = x + 1,
                None => stretches.push(x..x + 1),
            }
        }
        stretches
    }
}

#[test]
fn the_calls_that_carried_a_field_are_lit() {
    let mut window = received(SPLIT);
    window.click("Head");
    let before = window.calls();
    window.click("Content-Length");
    assert_eq!(window.lit_calls(&before), ["37 of 1,024 bytes"]);
    window.click("Bytes");
    window.click("separator: bytes 34–37 (4)");
    assert_eq!(window.lit_calls(&before), ["37 of 1,024 bytes", "4 of 1,024 bytes"]);
    go_to(&mut window, "42");
    assert_eq!(window.lit_calls(&before), ["2 of 1,024 bytes"]);
}

#[test]
fn the_bytes_that_a_call_carried_are_lit() {
    let mut window = received(SPLIT);
    window.until_text("32 20 35 ");
    let before = window.drawn();
    let of_byte = |window: &mut Window, offset| {
        go_to(window, offset);
        window.lit_bytes(&before, "32 20 35 ")
    };
    let (first, last) = (of_byte(&mut window, "37"), of_byte(&mut window, "40"));
    assert_eq!((first.len(), last.len()), (2, 2), "as hex and as text: {first:?}, {last:?}");
    window.harness.query_all_by_label_contains("4 of 1,024 bytes").next().unwrap().click();
    window.harness.run_steps(4);
    window.until_text("↓ bytes 37–40 (4)");
    let expected: Vec<_> = first.iter().zip(&last).map(|(first, last)| first.start..last.end).collect();
    assert_eq!(window.lit_bytes(&before, "32 20 35 "), expected);
    assert_eq!(window.lit_bytes(&before, "16 0a 43 "), []);
}

#[test]
fn the_fields_that_a_call_carried_are_lit() {
    const FIELDS: &[&[u8]] = &[b"HTTP/1.1 200 OK\r\nLocale: one\r\nContent-Le", b"ngth: 5\r\nDate: today\r\n\r\nhello"];
    let mut window = received(FIELDS);
    window.click("Head");
    let names = ["Locale", "Content-Length", "Date"];
    let grounds = |window: &mut Window| {
        let picture = window.drawn();
        names.map(|name| {
            let rect = window.harness.get_by_label(name).rect();
            *picture.get_pixel(rect.left() as u32 + 1, rect.top() as u32 + 1)
        })
    };
    let before = grounds(&mut window);
    for (call, expected) in [("40 of 1,024 bytes", [true, true, false]), ("29 of 1,024 bytes", [false, true, true])] {
        window.harness.query_all_by_label_contains(call).next().unwrap().click();
        window.harness.run_steps(4);
        let now = grounds(&mut window);
        assert_eq!([0, 1, 2].map(|i| now[i] != before[i]), expected, "{call}");
    }
}
