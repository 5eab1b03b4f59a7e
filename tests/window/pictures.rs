//! Pictures of a run whose calls, bytes and moments are told by the test, so that nothing in them differs from run to run.

use egui::{Key, Modifiers};

use super::told::{Told, client};
use super::*;

/// The size of a small window.
const SMALL: [f32; 2] = [1024.0, 640.0];
/// So many reads bring the reply.
const READS: u64 = 160;

/// The reply, and when each read ended and how many bytes it brought.
fn reply() -> (Vec<u8>, Vec<(u64, u32)>) {
    let sizes: Vec<u32> = (0..READS).map(|i| 400 + (i * i * 1_237 % 9_000) as u32).collect();
    let whole: usize = sizes.iter().map(|size| *size as usize).sum();
    let mut reply = Vec::new();
    // Of as many digits as the number that it is: the head is as long as it says.
    let head = |body: usize| format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {body}\r\n\r\n");
    reply.extend(head(whole - head(whole).len()).bytes());
    let line = |i: usize| format!("line {i}: every call, every byte, every moment\n");
    reply.extend((1..).flat_map(|i| line(i).into_bytes()).take(whole - reply.len()));
    // They come in waves.
    let pause = |i: u64| 120_000 + if i % 40 < 28 { i % 7 * 60_000 } else { 1_100_000 };
    let moments = (0..READS).scan(9_200_000, |at, i| {
        *at += pause(i);
        Some(*at)
    });
    (reply, moments.zip(sizes).collect())
}

/// A window that shows the run, at its end.
pub(super) fn finished(size: [f32; 2], language: Language, theme: Theme) -> Told {
    let (mut told, mut thread) = client(Setup { size, language, theme, ..Setup::default() });
    // A cursor that blinks is in one picture, and not in the next.
    told.window.harness.ctx.all_styles_mut(|style| style.visuals.text_cursor.blink = false);
    let (reply, reads) = reply();
    let request = b"GET / HTTP/1.1\r\nHost: 127.0.0.1:9\r\nConnection: close\r\n\r\n";
    told.exchanges(&mut thread, request, &reply, &reads);
    told.window.until("the page arrives", Window::complete);
    told
}

/// A picture in each language and theme of the finished run, after `work` has been done to it.
fn pictures(name: &str, size: [f32; 2], work: impl Fn(&mut Told, bool)) {
    let mut results = egui_kittest::SnapshotResults::new();
    for (language, tongue) in [(Language::English, "en"), (Language::Chinese, "zh")] {
        for (theme, shade) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            let mut told = finished(size, language, theme);
            work(&mut told, language == Language::English);
            // The pointer would hide what it has clicked.
            told.window.harness.remove_cursor();
            told.window.picture(&format!("{name}-{tongue}-{shade}"));
            results.extend_harness(&mut told.window.harness);
        }
    }
    results.unwrap();
}

#[test]
fn pictures_of_the_timing_of_a_run() {
    pictures("timing", [1280.0, 1000.0], |told, is_english| {
        told.window.click(if is_english { "Timing" } else { "时间" });
        told.window.until_text(if is_english { "Read sizes: 160 reads" } else { "160 次接收" });
    });
}

/// Its connection is not in the table of this machine: all but that is deduced.
#[cfg(target_os = "linux")]
#[test]
fn pictures_of_the_states_of_a_run() {
    pictures("kernel", [1280.0, 1000.0], |told, is_english| {
        // The table is looked at by the clock: what is told to have happened must have happened before.
        let begun = Instant::now();
        told.window.until("the last moment that is told has passed", |_| begun.elapsed() > Duration::from_millis(103));
        told.window.click(if is_english { "Kernel" } else { "内核" });
        told.window.until_text(if is_english { "no longer in the socket table" } else { "已不在套接字表中" });
    });
}

#[test]
fn pictures_of_a_filtered_list_of_calls() {
    pictures("filter", SMALL, |told, is_english| {
        let label = |english, chinese| if is_english { english } else { chinese };
        told.window.click(label("Filter", "筛选"));
        told.window.click(label("Only calls that receive", "只看接收的调用"));
        told.types(label("At least so many bytes", "至少多少字节"), "8,000");
        told.window.until_text(label("Shown 23 of 166", "显示 23 / 166"));
        told.press(Key::Home);
    });
}

#[test]
fn pictures_of_a_search_in_the_bytes() {
    pictures("search", SMALL, |told, is_english| {
        told.window.click(if is_english { "Bytes" } else { "字节" });
        told.window.harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
        told.window.harness.run_steps(4);
        told.types(if is_english { "Search" } else { "查找" }, "every");
        told.window.until_text(if is_english { "hit 1 of 49,148" } else { "第 1/49,148 处" });
        told.window.until("it is searched to its end", |harness| {
            harness.query_all_by_label_contains(if is_english { "searched" } else { "已查找" }).next().is_none()
        });
    });
}
