//! A body that is a picture, as pixels.
//!
//! In scope: PNG, JPEG, GIF (its first frame), WebP and SVG, bounded in bytes and in pixels; what is in the file decides, not what it is
//! called. Out of scope: drawing, threads. Nothing is fetched: references in an SVG, to files, to the network or within itself to
//! pictures, are not followed; its text is not drawn, as that would need fonts by name.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, DynamicImage, ImageFormat, ImageReader, Limits};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};

/// Files up to so many bytes are decoded: 64 MiB.
pub const PICTURE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Pictures up to so many pixels a side are decoded,
pub const SIDE_MAX: u32 = 16_384;
/// in at most so many bytes of memory.
const MEMORY_MAX: u64 = 256 * 1024 * 1024;
/// An SVG is drawn with at most so many pixels a side.
const DRAWN_MAX: f32 = 2048.0;

/// A picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// What it is: `PNG`.
    pub format: &'static str,
    /// Its own size, in pixels.
    pub size: [u32; 2],
    /// Whether it has more frames than the first.
    pub is_animated: bool,
    /// The size of `rgba`, which is smaller if the picture would not fit.
    pub shown: [usize; 2],
    /// Red, green, blue and opacity of each pixel, row by row, not multiplied.
    pub rgba: Vec<u8>,
}

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The file is longer than [`PICTURE_BYTES_MAX`].
    #[error("too many bytes")]
    TooLong,
    /// It has too many pixels.
    #[error("too many pixels")]
    TooManyPixels,
    /// It is none of the formats that are known here.
    #[error("unknown format")]
    UnknownFormat,
    /// It is broken; the text is the library's.
    #[error("{0}")]
    Broken(String),
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?} as {:?}", self.format, self.size, self.shown)
    }
}

/// The picture that `bytes` are, scaled down to at most `side` pixels a side.
///
/// # Errors
/// Why it can't be shown.
pub fn picture(bytes: &[u8], side: u32) -> Result<Picture, PictureError> {
    if bytes.len() as u64 > PICTURE_BYTES_MAX {
        return Err(PictureError::TooLong);
    }
    match image::guess_format(bytes) {
        Ok(format) => pixels(bytes, format, side),
        Err(_) => drawn(bytes, side),
    }
}

fn pixels(bytes: &[u8], format: ImageFormat, side: u32) -> Result<Picture, PictureError> {
    let name = match format {
        ImageFormat::Png => "PNG",
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::Gif => "GIF",
        ImageFormat::WebP => "WebP",
        _ => return Err(PictureError::UnknownFormat),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIDE_MAX), Some(SIDE_MAX));
    limits.max_alloc = Some(MEMORY_MAX);
    reader.limits(limits);
    let image = reader.decode().map_err(|error| match error {
        image::ImageError::Limits(_) => PictureError::TooManyPixels,
        error => PictureError::Broken(error.to_string()),
    })?;
    let size = [image.width(), image.height()];
    let fits = size.iter().all(|length| *length <= side);
    let image = if fits { image } else { image.thumbnail(side, side) };
    Ok(rgba(image, name, size, is_animated(bytes, format)))
}

fn rgba(image: DynamicImage, format: &'static str, size: [u32; 2], is_animated: bool) -> Picture {
    let image = image.into_rgba8();
    let shown = [image.width() as usize, image.height() as usize];
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
fn drawn(bytes: &[u8], side: u32) -> Result<Picture, PictureError> {
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
    let tree = Tree::from_str(text, &options).map_err(|error| PictureError::Broken(error.to_string()))?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = (DRAWN_MAX.min(side as f32) / width.max(height)).min(1.0);
    let whole = |length: f32| (length * scale).ceil().max(1.0) as u32;
    let mut map = Pixmap::new(whole(width), whole(height)).ok_or(PictureError::TooManyPixels)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut map.as_mut());
    let shown = [map.width() as usize, map.height() as usize];
    let rgba = map.pixels().iter().flat_map(|pixel| {
        let colour = pixel.demultiply();
        [colour.red(), colour.green(), colour.blue(), colour.alpha()]
    });
    let size = [width.ceil() as u32, height.ceil() as u32];
    Ok(Picture { format: "SVG", size, is_animated: false, shown, rgba: rgba.collect() })
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
            assert_eq!((picture.format, picture.size, picture.shown), (name, [3, 2], [3, 2]));
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
        assert_eq!((drawn.format, drawn.size, &drawn.rgba[..4]), ("SVG", [4, 2], &[0, 0, 255, 255][..]));
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
