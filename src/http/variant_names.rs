//! Enums whose variants have names that do not change, fit for a key.

/// Writes an enum with the function `name`. Where no variant holds a value, also with the list `ALL`.
macro_rules! named {
    ($(#[$meta:meta])* $vis:vis enum $Enum:ident {
        $($(#[$of_variant:meta])* $Variant:ident = $name:literal,)+
    }) => {
        $(#[$meta])*
        $vis enum $Enum {
            $($(#[$of_variant])* $Variant,)+
        }

        impl $Enum {
            /// Every variant, in the order in which they are declared.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$Variant),+];

            /// A name that does not change, fit for a key.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$Variant => $name,)+
                }
            }
        }
    };
    ($(#[$meta:meta])* $vis:vis enum $Enum:ident {
        $($(#[$of_variant:meta])* $Variant:ident $(($($value:ty),+))? = $name:literal,)+
    }) => {
        $(#[$meta])*
        $vis enum $Enum {
            $($(#[$of_variant])* $Variant $(($($value),+))?,)+
        }

        impl $Enum {
            /// A name that does not change and does not tell the values, fit for a key.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$Variant { .. } => $name,)+
                }
            }
        }
    };
}

pub(crate) use named;
