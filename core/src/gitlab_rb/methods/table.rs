//! The methods of Ruby's own classes, so that a wrong name is told from one that is not followed here.

use std::sync::LazyLock;

use super::super::Value;

/// The table, with its header line: a class and its methods, separated by spaces.
const TABLE: &str = include_str!("../../../data/ruby-methods.csv");

static CLASSES: LazyLock<Vec<(&'static str, Vec<&'static str>)>> = LazyLock::new(|| {
    let rows = TABLE.lines().skip(1).filter_map(|line| line.split_once(','));
    rows.map(|(class, methods)| (class, methods.split(' ').collect())).collect()
});

fn has(class: &str, name: &str) -> bool {
    CLASSES.iter().any(|(known, methods)| *known == class && methods.binary_search(&name).is_ok())
}

/// Whether Ruby, or a library that the package has loaded, has the method for this value.
pub(in super::super) fn exists(value: &Value, name: &str) -> bool {
    let of_class = |class: &str| has(class, name) || has(&format!("Library{class}"), name);
    of_class("Object")
        || match value.class_name() {
            "ConfigMash" => of_class("Hash") || of_class("Mash"),
            class => of_class(class),
        }
}

/// Whether a name without a receiver is a function of Ruby or of a loaded library, or a method that every module has.
pub(in super::super) fn is_function(name: &str) -> bool {
    ["Module", "Object", "Library", "LibraryObject"].into_iter().any(|class| has(class, name))
}

#[cfg(test)]
mod tests {
    use super::CLASSES;

    #[test]
    fn the_names_of_each_class_are_sorted() {
        for (class, methods) in CLASSES.iter() {
            assert!(methods.is_sorted(), "{class}");
        }
    }
}
