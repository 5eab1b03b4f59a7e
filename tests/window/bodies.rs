//! Bodies that are pictures, and one that becomes very large.

use std::net::TcpListener;
use std::thread;

use super::*;

/// Serves `body` once, and gives the address.
fn serving(content_type: &str, body: Vec<u8>) -> String {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n", body.len());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let serve = move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&body).unwrap();
    };
    thread::Builder::new().name("picture server".to_owned()).spawn(serve).unwrap();
    address
}

fn open_at(address: &str) -> Window {
    let mut window = Window::open(Setup::default());
    window.harness.get_by_role_and_label(Role::TextInput, "Address").set_text_value_accesskit(address);
    window.step();
    window.step();
    window.click("Run");
    window.until("the body arrives", Window::complete);
    window
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let image = image::RgbaImage::from_pixel(width, height, image::Rgba([200, 30, 30, 128]));
    image.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

#[test]
fn a_picture_is_shown_as_one_and_as_bytes_on_demand() {
    let mut window = open_at(&serving("image/png", png(300, 200)));
    window.until("the picture is decoded", |harness| {
        harness.query_by_role_and_label(Role::Image, "PNG, 300 × 200 pixels").is_some()
    });
    window.click("1:1");
    window.harness.get_by_role_and_label(Role::Button, "Hex").click();
    window.harness.run_steps(4);
    window.until_text("89 50 4e 47");
    window.click("Picture");
    window.until("it is shown again", |harness| harness.query_by_role(Role::Image).is_some());
}

#[test]
fn a_picture_is_told_by_its_bytes_where_no_type_is_named() {
    let mut window = open_at(&serving("", png(2, 2)));
    window.until("the picture is decoded", |harness| harness.query_by_role(Role::Image).is_some());
}

#[test]
fn a_broken_picture_says_so_and_its_bytes_can_be_seen() {
    let mut bytes = png(20, 20);
    bytes.truncate(60);
    let mut window = open_at(&serving("image/png", bytes));
    window.until_text("The picture is broken");
    window.harness.get_by_role_and_label(Role::Button, "Hex").click();
    window.harness.run_steps(4);
    window.until_text("89 50 4e 47");
}

#[test]
fn a_body_that_becomes_very_large_is_decoded_to_its_end_on_demand() {
    let mut coded = Vec::new();
    let params = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut &vec![b'a'; 6 << 20][..], &mut coded, &params).unwrap();
    let mut window = open_at(&serving("text/plain\r\nContent-Encoding: br", coded));
    window.until_text("come out of each byte");
    window.click("Decode it all");
    window.until_text("decoded 6,291,456");
    assert!(window.harness.query_by_label("Decode it all").is_none());
}

#[test]
fn a_page_is_no_picture() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    window.until_text("<!DOCTYPE html>");
    assert!(window.harness.query_by_label("Picture").is_none());
}
