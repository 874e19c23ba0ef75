//! Constants that the file does not define itself: which of them Ruby certainly does not have.

use super::Value;
use crate::version::Version;

/// The first GitLab with Ruby 3.0; up to 2.7 `TRUE`, `FALSE` and `NIL` were constants.
const RUBY_3_0: Version = Version::new(15, 10, 0);
/// The first GitLab with Ruby 3.1, which has not.
const RUBY_3_1: Version = Version::new(17, 0, 0);

/// What a name with a capital stands for.
#[derive(Debug)]
pub(super) enum Constant {
    Value(Value),
    /// Only Ruby could tell.
    OfRuby,
    /// There is none: templates and other languages write such words.
    Missing {
        meant: &'static str,
    },
}

/// The constant `name` of the package of GitLab `version`.
pub(super) fn of(name: &str, version: Version) -> Constant {
    let meant = match name {
        "True" | "Yes" | "YES" | "On" | "ON" | "Enabled" | "ENABLED" | "Enable" => "true",
        "False" | "No" | "NO" | "Off" | "OFF" | "Disabled" | "DISABLED" | "Disable" => "false",
        "None" | "NONE" | "Null" | "NULL" | "Nil" | "Undefined" | "Undef" | "NaN" | "NA" => "nil",
        "TRUE" | "FALSE" | "NIL" => return old(name, version),
        _ => return Constant::OfRuby,
    };
    Constant::Missing { meant }
}

fn old(name: &str, version: Version) -> Constant {
    let (meant, value) = match name {
        "TRUE" => ("true", Value::Bool(true)),
        "FALSE" => ("false", Value::Bool(false)),
        _ => ("nil", Value::Nil),
    };
    match version {
        version if version < RUBY_3_0 => Constant::Value(value),
        version if version < RUBY_3_1 => Constant::OfRuby,
        _ => Constant::Missing { meant },
    }
}
