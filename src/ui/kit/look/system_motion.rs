//! Whether the system is set to show less motion.
//!
//! In scope: asking the tools that systems have for their settings. It takes a process, so it is asked on a thread. Out of scope: what
//! moves in the window.

use std::process::{Command, Stdio};

/// Whether the user of this system asks for less motion; `false` where nobody tells.
#[must_use]
pub fn prefers_less_motion() -> bool {
    if cfg!(target_os = "macos") {
        return said("defaults", &["read", "com.apple.universalaccess", "reduceMotion"])
            .is_some_and(|said| is_one(&said));
    }
    if cfg!(windows) {
        let key = ["query", r"HKCU\Control Panel\Desktop", "/v", "UserPreferencesMask"];
        return said("reg", &key).is_some_and(|said| has_no_client_animations(&said));
    }
    let gnome = said("gsettings", &["get", "org.gnome.desktop.interface", "enable-animations"]);
    let duration = ["--file", "kdeglobals", "--group", "KDE", "--key", "AnimationDurationFactor"];
    let kde = || said("kreadconfig6", &duration).or_else(|| said("kreadconfig5", &duration));
    gnome.is_some_and(|said| said.trim() == "false") || kde().is_some_and(|said| is_no_duration(&said))
}

/// What a tool of the system says; `None` if there is none, or if it fails.
fn said(tool: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(tool).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn is_one(said: &str) -> bool {
    said.trim() == "1"
}

/// Whether the factor by which KDE's animations last longer or shorter is 0.
fn is_no_duration(factor: &str) -> bool {
    factor.trim().parse::<f32>() == Ok(0.0)
}

/// Whether the mask lacks the bit of animations in windows (`SPI_SETCLIENTAREAANIMATION`): the second of its fifth byte.
fn has_no_client_animations(registry: &str) -> bool {
    let mask = registry.split_whitespace().skip_while(|word| *word != "REG_BINARY").nth(1);
    let fifth = mask.and_then(|mask| mask.get(8..10)).and_then(|byte| u8::from_str_radix(byte, 16).ok());
    fifth.is_some_and(|byte| byte & 0b10 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kde_says_how_long_animations_last() {
        for (factor, expected) in [("", false), ("0\n", true), ("0.0", true), ("0.5\n", false), ("fast\n", false)] {
            assert_eq!(is_no_duration(factor), expected, "{factor}");
        }
    }

    #[test]
    fn windows_has_a_bit_for_animations() {
        let registry =
            |mask: &str| format!("\r\nHKEY_CURRENT_USER\\x\r\n    UserPreferencesMask    REG_BINARY    {mask}\r\n");
        for (mask, expected) in [("9E1E078012000000", false), ("9012038010000000", true), ("90", false), ("", false)] {
            assert_eq!(has_no_client_animations(&registry(mask)), expected, "{mask}");
        }
    }
}
