//! Pictures of a run whose calls, bytes and moments are told by the test, so that nothing in them differs from run to run.

use egui::{Key, Modifiers};

use super::fake_run::{FakeRun, client};
use super::*;

/// The number of reads that bring the reply.
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
pub(super) fn finished(size: [f32; 2], language: Language, theme: Theme) -> FakeRun {
    // What fades in looks otherwise a moment later.
    let settings = Settings { less_motion: true, ..Settings::default() };
    let (mut fake, mut thread) = client(Setup { size, language, theme, settings, ..Setup::default() });
    // A cursor that blinks is in one picture, and not in the next.
    fake.window.harness.ctx.all_styles_mut(|style| style.visuals.text_cursor.blink = false);
    let (reply, reads) = reply();
    let request = b"GET / HTTP/1.1\r\nHost: 127.0.0.1:9\r\nConnection: close\r\n\r\n";
    fake.exchanges(&mut thread, request, &reply, &reads);
    fake.window.until("the page arrives", Window::complete);
    fake
}

#[test]
fn a_picture_of_the_timing_of_a_run() {
    let mut fake = finished([1280.0, 1000.0], Language::Chinese, Theme::Light);
    fake.window.click("时间");
    fake.window.until_text("160 次接收");
    fake.window.picture("timing");
}

/// Its connection is not in the table of this machine, so all its states are deduced.
#[cfg(target_os = "linux")]
#[test]
fn a_picture_of_the_states_of_a_run() {
    let mut fake = finished([1280.0, 1000.0], Language::Chinese, Theme::Dark);
    // The table is looked at by the clock: what is told to have happened must have happened before.
    let begun = Instant::now();
    fake.window.until("the last moment that is told has passed", |_| begun.elapsed() > Duration::from_millis(103));
    fake.window.click("内核");
    fake.window.until_text("已不在套接字表中");
    fake.window.picture("kernel");
}

#[test]
fn a_picture_of_the_bytes_under_the_ruler_with_hits_of_a_search() {
    let mut fake = finished([1024.0, 640.0], Language::English, Theme::Light);
    fake.window.click("Bytes");
    fake.window.harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    fake.window.harness.run_steps(4);
    fake.types("Search", "every");
    fake.window.until_text("hit 1 of 49,148");
    fake.window
        .until("it is searched to its end", |harness| harness.query_all_by_label_contains("searched").next().is_none());
    fake.window.picture("bytes");
}

/// The history of the project keeps each version of each picture for good.
#[test]
fn the_pictures_are_small() {
    const ALL_MAX: u64 = 1024 * 1024;
    let pictures = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots")).unwrap();
    let bytes: u64 = pictures.map(|picture| picture.unwrap().metadata().unwrap().len()).sum();
    assert!(bytes < ALL_MAX, "{bytes} bytes: CONTRIBUTING.md says how pictures are compressed");
}
