//! How the faults of a part are declared, so that what documents one is also what is told of it.

/// Declares `Fault`, an enumeration of mistakes, each with its sentence above it.
macro_rules! faults {
    ($(#[doc = $sentence:literal] $fault:ident,)*) => {
        /// A mistake. Its name in JSON is that of the variant in lower case, with hyphens.
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
