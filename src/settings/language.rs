//! The languages that the program speaks.
//!
//! In scope: which they are, and which one a locale asks for. Out of scope: the texts.

use serde::{Deserialize, Serialize};

enum_with_all! {
    /// A language, and its BCP 47 tag.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
    pub enum Language {
        /// English.
        #[serde(rename = "en")]
        English = "en",
        /// 简体中文.
        #[serde(rename = "zh-CN")]
        Chinese = "zh-CN",
    }
}

impl Language {
    /// The language for a locale such as `zh_CN.UTF-8` or `en-GB`: Chinese for any Chinese, English for all others.
    pub fn from_locale(locale: &str) -> Self {
        let language = locale.split(['-', '_', '.', '@']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("zh") { Self::Chinese } else { Self::English }
    }

    /// The label of the country where texts in it come from, as far as that tells their character encoding.
    pub fn region(self) -> Option<&'static str> {
        match self {
            Self::English => None,
            Self::Chinese => Some("cn"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_name_languages() {
        for (locale, language) in [
            ("zh_CN.UTF-8", Language::Chinese),
            ("zh-Hans-CN", Language::Chinese),
            ("ZH", Language::Chinese),
            ("en-GB", Language::English),
            ("zha", Language::English),
            ("C", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(Language::from_locale(locale), language, "{locale}");
        }
    }
}
