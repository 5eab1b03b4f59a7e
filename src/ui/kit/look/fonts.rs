//! The bundled fonts: Latin letters, Chinese characters, and pictures of control characters.
//!
//! The bundled fonts come before egui's emoji, one of which has full-width brackets of its own. For other characters eframe asks for the
//! system's fonts.

use std::sync::{Arc, LazyLock};

use egui::{Context, FontData, FontDefinitions, FontFamily, FontTweak};

/// The first of egui's fonts that the bundled ones come before.
const EMOJI: &str = "NotoEmoji-Regular";

/// Latin letters as strong as the Chinese ones beside them; they come before egui's own, which are lighter.
const LATIN: (&str, &[u8]) = ("Noto Sans SC Latin", include_bytes!("../../../../assets/fonts/NotoSansSC-Latin.ttf"));
/// The letters of headings, of weight 600: Latin ones, and the Chinese ones of this program's texts.
const SEMI_BOLD: (&str, &[u8]) =
    ("Noto Sans SC SemiBold", include_bytes!("../../../../assets/fonts/NotoSansSC-SemiBold.ttf"));
/// The characters of GB 2312.
const CHINESE: &str = "Noto Sans SC";
/// [`CHINESE`]; the pictures of control characters; the sign for what is no text.
const BUNDLED: [(&str, &[u8]); 3] = [
    (CHINESE, include_bytes!("../../../../assets/fonts/NotoSansSC-Subset.otf")),
    ("Noto Sans Symbols 2", include_bytes!("../../../../assets/fonts/NotoSansSymbols2-Subset.ttf")),
    ("Noto Sans", include_bytes!("../../../../assets/fonts/NotoSans-Subset.ttf")),
];
/// The Chinese font has its letters lower in the line than the others; by this part of the type's size they stand on the same line.
const CHINESE_RAISED: f32 = -0.076;

static SEMI_BOLD_FAMILY: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name(Arc::from(SEMI_BOLD.0)));

/// The family of headings and of what is emphasised; it falls back to the proportional one.
#[must_use]
pub fn semi_bold() -> FontFamily {
    SEMI_BOLD_FAMILY.clone()
}

/// Adds the bundled fonts behind egui's letters and before its emoji, and makes the family of headings.
pub fn install_fonts(ctx: &Context) {
    let mut fonts = FontDefinitions::default();
    for (name, bytes) in BUNDLED.into_iter().chain([LATIN, SEMI_BOLD]) {
        let mut data = FontData::from_static(bytes);
        if name == CHINESE {
            data = data.tweak(FontTweak { y_offset_factor: CHINESE_RAISED, ..FontTweak::default() });
        }
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
    }
    for family in fonts.families.values_mut() {
        let at = family.iter().position(|name| name == EMOJI).unwrap_or(family.len());
        family.splice(at..at, BUNDLED.map(|(name, _)| name.to_owned()));
    }
    let proportional = fonts.families.entry(FontFamily::Proportional).or_default();
    proportional.insert(0, LATIN.0.to_owned());
    let headings = std::iter::once(SEMI_BOLD.0.to_owned()).chain(proportional.iter().cloned()).collect();
    fonts.families.insert(semi_bold(), headings);
    ctx.set_fonts(fonts);
}
