//! A body that is a picture, as pixels.
//!
//! In scope: PNG, JPEG, GIF (its first frame), WebP and SVG, bounded in bytes and in pixels; what is in the file decides, not what it is
//! called. Out of scope: drawing on the screen, threads, and bounds on the time, the memory and the stack that it takes: a file of some
//! bytes can ask for any of them, so strangers' pictures are decoded in a process of their own, which sends its answer back (see
//! [`PictureAnswer`]). Nothing is fetched: references in an SVG, to files, to the network or within itself to pictures, are not
//! followed; its text is not drawn, as that would need fonts by name.

use std::io::{self, BufRead, Cursor, Read, Write};

use image::codecs::gif::GifDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, DynamicImage, ImageFormat, ImageReader, Limits};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, ImageHrefResolver, Options, Tree, roxmltree};
use serde::{Deserialize, Serialize};

/// The longest file that is decoded: 64 MiB.
pub const PICTURE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The longest side of a picture that is decoded, in pixels.
pub const SIDE_MAX: u32 = 16_384;
/// The most bytes of memory that decoding may take.
const MEMORY_MAX: u64 = 256 * 1024 * 1024;
/// The longest side of a drawn SVG, in pixels.
const DRAWN_MAX: u32 = 2048;
/// No more pixels are shown; a picture that has more is scaled down.
const SHOWN_MAX: u64 = 16 * 1024 * 1024;
/// How many characters of a reason are told.
const REASON_MAX: usize = 200;
/// What is said before the pixels of an answer takes fewer bytes.
const ANSWER_MAX: u64 = 64 * 1024;

enum_with_all! {
    /// What is in the file of a picture.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub enum PictureFormat {
        /// PNG.
        Png = "PNG",
        /// JPEG.
        Jpeg = "JPEG",
        /// GIF.
        Gif = "GIF",
        /// WebP.
        WebP = "WebP",
        /// SVG.
        Svg = "SVG",
    }
}

/// A picture.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// What it is.
    pub format: PictureFormat,
    /// Its own size, in pixels.
    pub size: [u32; 2],
    /// Whether it has more frames than the first.
    pub is_animated: bool,
    /// The size of `rgba`, which is smaller if the picture would not fit.
    pub shown: [u32; 2],
    /// Red, green, blue and opacity of each pixel, row by row, not multiplied.
    #[serde(skip)]
    pub rgba: Vec<u8>,
}

/// What a process that was to decode a picture found out.
pub type PictureAnswer = Result<Picture, PictureError>;

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PictureError {
    /// The file is longer than [`PICTURE_BYTES_MAX`].
    TooLong,
    /// It has too many pixels.
    TooManyPixels,
    /// It is none of the formats that are known here.
    UnknownFormat,
    /// It is broken; the text is the library's.
    Broken(String),
    /// Decoding it took longer than was allowed.
    TooSlow,
    /// The process that was to decode it ended without an answer, as it needed more memory than it may have, or more of its stack. Or the
    /// library of SVG found more elements, or deeper ones, than it reads.
    TooMuch,
    /// The process that was to decode it could not be started; the text is the system's.
    NotStarted(String),
}

impl PictureError {
    /// A file that is broken by what a library says, which may name what the file has made as long as it likes.
    pub fn broken(error: &impl std::fmt::Display) -> Self {
        Self::Broken(error.to_string().chars().take(REASON_MAX).collect())
    }

    /// Why an SVG is not read.
    fn of_svg(error: &usvg::Error) -> Self {
        match error {
            usvg::Error::ElementsLimitReached | usvg::Error::ParsingFailed(roxmltree::Error::NodesLimitReached) => {
                Self::TooMuch
            }
            error => Self::broken(error),
        }
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?} as {:?}", self.format.name(), self.size, self.shown)
    }
}

/// The picture that `bytes` are, scaled down to at most `side` pixels a side.
///
/// # Errors
/// Why it can't be shown.
pub fn picture(bytes: &[u8], side: u32) -> PictureAnswer {
    if bytes.len() as u64 > PICTURE_BYTES_MAX {
        return Err(PictureError::TooLong);
    }
    match image::guess_format(bytes) {
        Ok(format) => pixels(bytes, format, side),
        Err(_) => drawn(bytes, side),
    }
}

fn pixels(bytes: &[u8], format: ImageFormat, side: u32) -> PictureAnswer {
    let name = match format {
        ImageFormat::Png => PictureFormat::Png,
        ImageFormat::Jpeg => PictureFormat::Jpeg,
        ImageFormat::Gif => PictureFormat::Gif,
        ImageFormat::WebP => PictureFormat::WebP,
        _ => return Err(PictureError::UnknownFormat),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIDE_MAX), Some(SIDE_MAX));
    limits.max_alloc = Some(MEMORY_MAX);
    reader.limits(limits);
    let image = reader.decode().map_err(|error| match error {
        image::ImageError::Limits(_) => PictureError::TooManyPixels,
        error => PictureError::broken(&error),
    })?;
    let size = [image.width(), image.height()];
    let shown = fitted(size, side);
    let image = if shown == size { image } else { image.thumbnail_exact(shown[0], shown[1]) };
    Ok(rgba(image, name, size, is_animated(bytes, format)))
}

/// The size in which a picture of `size` is shown, with at most `side` pixels a side.
fn fitted(size: [u32; 2], side: u32) -> [u32; 2] {
    let [width, height] = size.map(f64::from);
    let by_side = f64::from(side) / width.max(height);
    let by_pixels = (SHOWN_MAX as f64 / (width * height)).sqrt();
    let scale = by_side.min(by_pixels).min(1.0);
    [width, height].map(|length| ((length * scale) as u32).max(1))
}

fn rgba(image: DynamicImage, format: PictureFormat, size: [u32; 2], is_animated: bool) -> Picture {
    let image = image.into_rgba8();
    let shown = [image.width(), image.height()];
    Picture { format, size, is_animated, shown, rgba: image.into_raw() }
}

fn is_animated(bytes: &[u8], format: ImageFormat) -> bool {
    match format {
        ImageFormat::Gif => GifDecoder::new(Cursor::new(bytes)).is_ok_and(|gif| gif.into_frames().nth(1).is_some()),
        ImageFormat::WebP => WebPDecoder::new(Cursor::new(bytes)).is_ok_and(|webp| webp.has_animation()),
        _ => false,
    }
}

/// Draws an SVG.
fn drawn(bytes: &[u8], side: u32) -> PictureAnswer {
    let text = std::str::from_utf8(bytes).map_err(|_| PictureError::UnknownFormat)?;
    if !text.contains("<svg") {
        return Err(PictureError::UnknownFormat);
    }
    // Entities can stand for more than memory holds, and pictures have no need of them.
    if text.contains("<!ENTITY") {
        return Err(PictureError::Broken("<!ENTITY".to_owned()));
    }
    let nothing = ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) };
    let options = Options { image_href_resolver: nothing, ..Options::default() };
    let tree = Tree::from_str(text, &options).map_err(|error| PictureError::of_svg(&error))?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = (DRAWN_MAX.min(side) as f32 / width.max(height)).min(1.0);
    let whole = |length: f32| ((length * scale).ceil() as u32).clamp(1, side);
    let mut map = Pixmap::new(whole(width), whole(height)).ok_or(PictureError::TooManyPixels)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut map.as_mut());
    let shown = [map.width(), map.height()];
    let rgba = map.pixels().iter().flat_map(|pixel| {
        let colour = pixel.demultiply();
        [colour.red(), colour.green(), colour.blue(), colour.alpha()]
    });
    let size = [width.ceil() as u32, height.ceil() as u32];
    Ok(Picture { format: PictureFormat::Svg, size, is_animated: false, shown, rgba: rgba.collect() })
}

/// Writes an answer: a line of JSON that says what it is, then its pixels.
///
/// # Errors
/// If it can't be written.
pub fn write_answer(answer: &PictureAnswer, to: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *to, answer)?;
    to.write_all(b"\n")?;
    if let Ok(picture) = answer {
        to.write_all(&picture.rgba)?;
    }
    to.flush()
}

/// Reads the answer to what was asked with `side`, and no more of it than a picture may have.
///
/// # Errors
/// If it can't be read, or is none.
pub fn read_answer(from: &mut impl BufRead, side: u32) -> io::Result<PictureAnswer> {
    let mut said = Vec::new();
    from.by_ref().take(ANSWER_MAX).read_until(b'\n', &mut said)?;
    let answer: PictureAnswer = serde_json::from_slice(&said)?;
    let Ok(mut picture) = answer else { return Ok(answer) };
    let pixels = picture.shown.iter().map(|length| u64::from(*length)).product::<u64>();
    if pixels > SHOWN_MAX || picture.shown.iter().any(|length| !(1..=side).contains(length)) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    from.by_ref().take(pixels * 4).read_to_end(&mut picture.rgba)?;
    if picture.rgba.len() as u64 != pixels * 4 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Ok(picture))
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;

    fn sample(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
        let image = RgbaImage::from_fn(width, height, |x, _| Rgba([if x == 0 { 255 } else { 0 }, 0, 0, 255]));
        let mut bytes = Vec::new();
        let image = DynamicImage::from(image);
        let image = if format == ImageFormat::Jpeg { DynamicImage::from(image.into_rgb8()) } else { image };
        image.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes
    }

    #[test]
    fn each_format_is_told_by_what_is_in_it() {
        for (format, name) in [
            (ImageFormat::Png, "PNG"),
            (ImageFormat::Jpeg, "JPEG"),
            (ImageFormat::Gif, "GIF"),
            (ImageFormat::WebP, "WebP"),
        ] {
            let picture = picture(&sample(format, 3, 2), 100).unwrap();
            assert_eq!((picture.format.name(), picture.size, picture.shown), (name, [3, 2], [3, 2]));
            assert_eq!(picture.rgba.len(), 24);
            assert!(!picture.is_animated);
            assert!(format == ImageFormat::Jpeg || picture.rgba[..4] == [255, 0, 0, 255], "{name}");
        }
    }

    #[test]
    fn a_picture_that_would_not_fit_is_scaled_down() {
        let picture = picture(&sample(ImageFormat::Png, 40, 20), 10).unwrap();
        assert_eq!((picture.size, picture.shown), ([40, 20], [10, 5]));
    }

    #[test]
    fn what_is_shown_is_bounded_in_its_sides_and_its_pixels() {
        for (size, side, shown) in [
            ([40, 20], 40, [40, 20]),
            ([40, 20], 10, [10, 5]),
            ([16_384, 1], 2048, [2048, 1]),
            ([4096, 4096], 16_384, [4096, 4096]),
            ([16_384, 4096], 16_384, [8192, 2048]),
            ([SIDE_MAX, SIDE_MAX], u32::MAX, [4096, 4096]),
        ] {
            assert_eq!(fitted(size, side), shown, "{size:?} in {side}");
        }
    }

    #[test]
    fn an_answer_is_read_as_it_was_written() {
        let drawn = picture(&sample(ImageFormat::Png, 40, 20), 100);
        let broken = Err(PictureError::Broken("no\nluck".to_owned()));
        for answer in [drawn, broken, Err(PictureError::TooLong)] {
            let mut written = Vec::new();
            write_answer(&answer, &mut written).unwrap();
            assert_eq!(read_answer(&mut &*written, 40).unwrap(), answer);
            for end in 0..written.len() {
                assert!(read_answer(&mut &written[..end], 40).is_err() || answer.is_err(), "{end}");
            }
        }
    }

    #[test]
    fn an_answer_that_no_picture_gives_is_none() {
        let says = |shown: [u32; 2]| {
            let picture =
                Picture { format: PictureFormat::Png, size: shown, is_animated: false, shown, rgba: vec![0; 64] };
            let mut written = Vec::new();
            write_answer(&Ok(picture), &mut written).unwrap();
            written
        };
        assert!(read_answer(&mut &*says([4, 4]), 4).is_ok());
        for (shown, side) in
            [([4, 4], 3), ([0, 4], 4), ([16, 2], 16), ([SIDE_MAX, SIDE_MAX], SIDE_MAX), ([u32::MAX; 2], u32::MAX)]
        {
            assert!(read_answer(&mut &*says(shown), side).is_err(), "{shown:?}");
        }
        for other in [&b""[..], b"\n", b"{}\n", b"running 3 tests\n", &[b'['; 100_000]] {
            assert!(read_answer(&mut &*other, 4).is_err());
        }
    }

    #[test]
    fn a_picture_that_is_cut_is_broken_and_other_bytes_are_no_picture() {
        let png = sample(ImageFormat::Png, 30, 20);
        for end in 20..png.len() - 12 {
            assert!(matches!(picture(&png[..end], 100), Err(PictureError::Broken(_))), "{end}");
        }
        for other in [&b""[..], b"hello", b"\xff\xfe\x00", b"BM\x00\x00"] {
            assert!(picture(other, 100).is_err());
        }
    }

    #[test]
    fn a_picture_that_claims_to_be_huge_takes_no_memory() {
        let mut png = sample(ImageFormat::Png, 1, 1);
        png[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        let mut crc = flate2::Crc::new();
        crc.update(&png[12..29]);
        png[29..33].copy_from_slice(&crc.sum().to_be_bytes());
        assert_eq!(picture(&png, 100), Err(PictureError::TooManyPixels));
    }

    #[test]
    fn an_animation_is_known_as_one() {
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        let frame = || image::Frame::new(RgbaImage::from_pixel(2, 2, Rgba([1, 2, 3, 255])));
        encoder.encode_frames([frame(), frame()]).unwrap();
        drop(encoder);
        assert!(picture(&bytes, 100).unwrap().is_animated);
    }

    #[test]
    fn an_svg_is_drawn_and_follows_no_reference() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("red.png");
        std::fs::write(&file, sample(ImageFormat::Png, 1, 1)).unwrap();
        let svg = |inside: &str| {
            format!(
                "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='4' height='2'>{inside}</svg>"
            )
        };
        let drawn = picture(svg("<rect width='4' height='2' fill='#0000ff'/>").as_bytes(), 100).unwrap();
        assert_eq!((drawn.format.name(), drawn.size, &drawn.rgba[..4]), ("SVG", [4, 2], &[0, 0, 255, 255][..]));
        let paths = [
            file.to_str().unwrap().to_owned(),
            format!("file://{}", file.display()),
            "http://127.0.0.1:1/x".to_owned(),
        ];
        for path in paths {
            for name in ["href", "xlink:href"] {
                let inside = format!("<image {name}='{path}' width='4' height='2'/>");
                let drawn = picture(svg(&inside).as_bytes(), 100).unwrap();
                assert!(drawn.rgba.iter().all(|byte| *byte == 0), "{inside} was followed");
            }
        }
        assert!(picture(b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'/>", 100).is_err());
        assert!(picture(b"<svg", 100).is_err());
    }
}
