//! The sentences about typed text that can't be used: addresses, fields of a form, bytes in hex.

use super::catalogue::{Arg, Words};
use crate::capture::HexError;
use crate::net::responders::UnknownGroup;
use crate::net::{ListenError, TargetError, TypedError};
use crate::settings::{FormError, NoEffect, RuleFault};
use crate::view::{excerpt, group_digits};

impl Words {
    /// Why an address can't be read.
    pub fn target_error(&self, error: &TargetError) -> String {
        match error {
            TargetError::Empty => self.text("address-empty").into_owned(),
            TargetError::Host => self.text("address-host").into_owned(),
            TargetError::Ipv4 => self.text("address-ipv4").into_owned(),
            TargetError::Ipv6 => self.text("address-ipv6").into_owned(),
            TargetError::Brackets => self.text("address-brackets").into_owned(),
            TargetError::Slashes => self.text("address-slashes").into_owned(),
            TargetError::Character { at, character } => {
                let key = if character.is_whitespace() { "address-space" } else { "address-character" };
                let character = ("character", Arg::from(excerpt(&character.to_string())));
                self.with(key, [("at", Arg::from(*at as u64 + 1)), character])
            }
            TargetError::Port(port) => self.with("address-port", [("port", Arg::from(excerpt(port)))]),
            TargetError::Scheme(scheme) => self.with("address-scheme", [("scheme", Arg::from(excerpt(scheme)))]),
        }
    }

    /// Why a form can't be used.
    pub fn form_error(&self, error: &FormError) -> String {
        match error {
            FormError::Target(error) => self.target_error(error),
            FormError::RecvSize => self.text("draft-recv-size").into_owned(),
            FormError::Timeout => self.text("draft-seconds").into_owned(),
            FormError::BodyHex(error) => self.with("draft-body-hex", [("why", self.hex_error(*error).into())]),
            FormError::CannedHex(error) => self.with("draft-canned-hex", [("why", self.hex_error(*error).into())]),
            FormError::NoFolder => self.text("folder-wanted").into_owned(),
            FormError::NoCannedFile => self.text("file-wanted").into_owned(),
            FormError::Failure(failure) => self.failure(failure).to_string(),
            FormError::Rule { number, why } => {
                let why = match why {
                    RuleFault::Typed(error) => self.typed_error(*error),
                    RuleFault::Group(UnknownGroup(name)) => {
                        self.with("rule-no-group", [("name", Arg::from(excerpt(name)))])
                    }
                    RuleFault::Regex(error) if error.0.ends_with("Unicode not allowed here") => {
                        self.text("rule-regex-bytes").into_owned()
                    }
                    RuleFault::Regex(error) => self.regex_error(&error.0),
                };
                self.with("draft-rule", [("number", Arg::from(*number as u64)), ("why", Arg::from(why))])
            }
            FormError::Local(ListenError::Address) => self.text("draft-local-address").into_owned(),
            FormError::Listen(error) | FormError::Local(error) => self.listen_error(error),
            FormError::RelayAsks => self.text("draft-relay-asks").into_owned(),
        }
    }

    /// Why an address can't be listened on.
    pub fn listen_error(&self, error: &ListenError) -> String {
        match error {
            ListenError::Address => self.text("draft-bind-address").into_owned(),
            ListenError::Interface(zone) => self.with("bind-interface", [("zone", Arg::from(excerpt(zone)))]),
            ListenError::Port(port) => self.with("bind-port", [("port", Arg::from(excerpt(port)))]),
        }
    }

    /// Why an option of a server changes nothing.
    pub fn no_effect(&self, no_effect: NoEffect) -> String {
        self.text(&format!("unfit-{}", no_effect.name())).into_owned()
    }

    /// Why a typed message can't be read.
    pub fn typed_error(&self, error: TypedError) -> String {
        match error {
            TypedError::Hex(error) => self.hex_error(error),
            TypedError::NoEscape(at) => self.with("typed-no-escape", [("at", Arg::from(at as u64 + 1))]),
        }
    }

    /// Why a text is no hex. Places in it count from 1.
    pub fn hex_error(&self, error: HexError) -> String {
        let place = |at: usize| ("at", Arg::from(group_digits(at as u64 + 1)));
        match error {
            HexError::HalfByte { at } => self.with("hex-half", [place(at)]),
            HexError::NoDigit { at, character } => {
                self.with("hex-digit", [place(at), ("character", Arg::from(excerpt(&character.to_string())))])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Language;

    #[test]
    fn what_was_typed_is_refused_for_what_it_is() {
        use crate::net::Target;
        use crate::settings::{RuleForm, RuleThen, RuleWhen, ServerForm};
        let both = Language::ALL.map(Words::new);
        for (address, parts) in [
            ("host:99999", ["99999", "99999"]),
            ("127.0.0.1，80", ["Character 10 is ，", "第 10 个字符是 ，"]),
            ("a b", ["Character 2 is a space", "第 2 个字符是空白"]),
            ("http:/a", ["two slashes", "两个斜杠"]),
            ("300.1.1.1", ["no IPv4 address", "不是 IPv4 地址"]),
            ("[fe80::1%]", ["no IPv6 address", "不是 IPv6 地址"]),
            ("[::1]80", ["in brackets", "方括号"]),
        ] {
            let error = Target::parse(address).unwrap_err();
            both.iter().zip(parts).for_each(|(words, part)| {
                let said = words.target_error(&error);
                assert!(said.contains(part), "{address}: {said}");
            });
        }
        let rule = |when, pattern: &str, reply: &str| {
            let (pattern, reply, then) = (pattern.into(), reply.into(), RuleThen::Reply);
            let rules = vec![RuleForm { when, pattern, then, reply, ..RuleForm::default() }];
            let draft =
                ServerForm { responder: crate::net::responders::ResponderKind::Rules, rules, ..ServerForm::default() };
            draft.serving(None).err().unwrap()
        };
        for (error, parts) in [
            (rule(RuleWhen::Regex, "(a)", "$2"), ["no group 2", "没有分组 2"]),
            (rule(RuleWhen::Regex, "[中]", ""), ["(?u)", "(?u)"]),
            (rule(RuleWhen::Hex, "1 23", ""), ["character 1 stands alone", "第 1 个字符只是半个字节"]),
            (rule(RuleWhen::Hex, "中", ""), ["Character 1 is 中", "第 1 个字符是 中"]),
        ] {
            both.iter().zip(parts).for_each(|(words, part)| {
                let said = words.form_error(&error);
                assert!(said.contains(part), "{said}");
            });
        }
    }
}
