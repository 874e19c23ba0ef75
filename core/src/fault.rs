//! How the faults of a part are declared, so that the doc comment of one is also its printed sentence.

/// Declares `Fault`, an enumeration of mistakes, each with its sentence above it.
macro_rules! faults {
    ($(#[doc = $sentence:literal] $fault:ident,)*) => {
        /// A mistake.
        ///
        /// # Shape
        /// Its name in JSON is that of the variant in lower case, with hyphens: `NoSuchThing` is `"no-such-thing"`. `ALL` has
        /// every one, `sentence` says what goes wrong.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
        )]
        #[serde(rename_all = "kebab-case")]
        pub enum Fault {
            $(#[doc = $sentence] $fault,)*
        }

        impl Fault {
            /// Every mistake.
            pub const ALL: [Self; [$(Self::$fault),*].len()] = [$(Self::$fault),*];

            /// What goes wrong, in a sentence.
            pub const fn sentence(self) -> &'static str {
                match self {
                    $(Self::$fault => $sentence.trim_ascii(),)*
                }
            }
        }
    };
}

pub(crate) use faults;
