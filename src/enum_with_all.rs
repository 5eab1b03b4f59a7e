//! Enums that list or name their own variants.

/// Declares an enum without data and its `ALL`, the variants in the order in which they are declared. Where each variant stands with a
/// text, as in `Resolve = "resolve",`, the enum also has `name`, which gives that text.
macro_rules! enum_with_all {
    ($(#[$attribute:meta])* pub enum $name:ident { $($(#[$own:meta])* $variant:ident,)* }) => {
        $(#[$attribute])*
        pub enum $name {
            $($(#[$own])* $variant,)*
        }

        impl $name {
            /// Every variant, in the order in which they are offered and listed.
            pub const ALL: [Self; [$(Self::$variant),*].len()] = [$(Self::$variant),*];
        }
    };
    ($(#[$attribute:meta])* pub enum $name:ident { $($(#[$own:meta])* $variant:ident = $text:literal,)* }) => {
        enum_with_all! { $(#[$attribute])* pub enum $name { $($(#[$own])* $variant,)* } }

        impl $name {
            /// A name that does not change, fit for a key.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

/// Declares an enum some of whose variants hold values, and its `name`, which gives the text that a variant stands with.
macro_rules! named_enum {
    ($(#[$attribute:meta])* pub enum $name:ident {
        $($(#[$own:meta])* $variant:ident $(($($value:ty),+))? = $text:literal,)*
    }) => {
        $(#[$attribute])*
        pub enum $name {
            $($(#[$own])* $variant $(($($value),+))?,)*
        }

        impl $name {
            /// A name that does not change and does not tell the values, fit for a key.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $text,)*
                }
            }
        }
    };
}
