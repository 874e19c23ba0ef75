//! The translation itself, and what it says about the document.

use std::borrow::Cow;

use indexmap::IndexMap;
use serde::Serialize;

use super::documented::{Accuracy, Documented, documented};
use super::earlier::earlier_setting;
use super::landing::{NoLanding, land};
use super::setting::{Form, LandingType, LegacyKind, LegacySetting, legacy_settings};
use super::{MATTERMOST_OF_11_0, TranslateError, kept};
use crate::gitlab_rb::{Settings, Span, Value};
use crate::mattermost_config::Catalogue;

/// What becomes of a 10.x `gitlab.rb` in 11.0. Everything is ordered by name.
///
/// # Shape
/// `lab/schemas/translation.schema.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Translation {
    /// What must go into `mattermost['env']`. Variables that the file's own `mattermost['env']` already sets are left
    /// out: as in 10.x and 11.0 alike, the explicit variable wins over the setting.
    pub env: IndexMap<String, String>,
    /// The keys that stay as they are.
    pub keep: Vec<String>,
    /// The variables that 11.0 makes of the kept keys, those of an existing `mattermost['env']` included.
    pub keep_env: IndexMap<String, String>,
    /// The keys that no variable can take over.
    pub untranslatable: Vec<Untranslatable>,
    /// The given settings for which the document's variable is not the one that works.
    pub differences: Vec<Difference>,
    /// Notes on variables that do less than their settings did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    #[serde(skip)]
    explicit: IndexMap<String, String>,
}

impl Translation {
    /// The `mattermost['env']` to write into `gitlab.rb` in place of the file's own: both together.
    pub fn env_block(&self) -> IndexMap<String, String> {
        let mut block: IndexMap<String, String> = self.explicit.clone();
        block.extend(self.env.clone());
        block.sort_unstable_keys();
        block
    }
}

/// A note on a setting.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Its key.
    pub key: String,
    /// What to watch out for.
    pub what: &'static str,
}

/// A setting that no variable can take over.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Untranslatable {
    /// Its key.
    pub key: String,
    /// Why, as a clause.
    pub why: String,
}

/// A setting for which following the document fails.
///
/// # Shape
/// A JSON object with these fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Its key.
    pub key: String,
    /// The variable that the document leads to.
    pub documented_variable: String,
    /// The variable that works; `None` if none does.
    pub working_variable: Option<String>,
    /// The number of the erratum, where one speaks of it.
    pub erratum: Option<u8>,
    /// Why the document's variable does not work, as a clause.
    pub why: String,
}

/// Translates the `mattermost[…]` settings of GitLab 10.x.
///
/// Lists are joined by single spaces, as Mattermost of GitLab 13.8 and later splits them; up to 13.7 the separator is
/// the comma, which makes no difference to a list of one.
///
/// # Errors
/// [`TranslateError`] if a value is not known, or no file came out of 10.8 for it.
///
/// # Source
/// Package 10.8.0, rendered and read back; document section "Upgrading GitLab Mattermost from versions prior to 11.0".
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};
/// use gitlab_mattermost_core::legacy::translate;
///
/// let settings = read("mattermost['sql_max_idle_conns'] = 20", &ReadOptions::default())?;
/// let translation = translate(&settings)?;
/// assert_eq!(translation.env["MM_SQLSETTINGS_MAXIDLECONNS"], "20");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn translate(settings: &Settings) -> Result<Translation, TranslateError> {
    translate_to(settings, Names::Working)
}

/// Translates as somebody would who follows the document to the letter: the same values under the document's names.
///
/// # Errors
/// As [`translate`].
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};
/// use gitlab_mattermost_core::legacy::{translate, translate_as_documented};
///
/// let settings = read("mattermost['email_notification_content_type'] = 'full'", &ReadOptions::default())?;
/// let (working, documented) = (translate(&settings)?, translate_as_documented(&settings)?);
/// let difference = &working.differences[0];
/// assert!(documented.env.contains_key(&difference.documented_variable));
/// assert!(!working.env.contains_key(&difference.documented_variable));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn translate_as_documented(settings: &Settings) -> Result<Translation, TranslateError> {
    translate_to(settings, Names::Documented)
}

/// The names that the variables get.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    /// Those that Mattermost reads.
    Working,
    /// Those that the document leads to, whether or not anything reads them.
    Documented,
}

fn translate_to(settings: &Settings, names: Names) -> Result<Translation, TranslateError> {
    let given = given(settings)?;
    let explicit = kept::explicit(settings)?;
    let (mut env, mut keep, mut untranslatable) = (IndexMap::new(), Vec::new(), Vec::new());
    for (key, value, span) in &given {
        match fate(key, value, *span, names)? {
            Fate::Kept => keep.push(key.clone()),
            Fate::Variable(name, _) if explicit.contains_key(&name) => {}
            Fate::Variable(name, text) => drop(env.insert(name, text)),
            Fate::Nothing(why) => untranslatable.push(Untranslatable { key: key.clone(), why: why.into_owned() }),
        }
    }
    let mut keep_env = kept::variables(settings, &keep)?;
    env.sort_unstable_keys();
    keep_env.sort_unstable_keys();
    let differences = given.iter().filter_map(|(key, ..)| difference(key)).collect();
    let older = given.iter().filter(|(key, ..)| earlier_setting(key).is_some_and(|it| it.variable.is_some()));
    let notes = older.map(|(key, ..)| Note { key: key.clone(), what: READ_ONCE }).collect();
    Ok(Translation { env, keep, keep_env, untranslatable, differences, notes, explicit })
}

/// Of the two settings whose fields Mattermost 4.10 has still.
const READ_ONCE: &str = "Mattermost reads it once, at the first start of 4.9 or later, to make permissions of it; change these \
                         in the System Console afterwards";

enum Fate {
    Kept,
    Variable(String, String),
    Nothing(Cow<'static, str>),
}

fn fate(key: &str, value: &Value, span: Option<Span>, names: Names) -> Result<Fate, TranslateError> {
    let setting = legacy_settings().get(key);
    if setting.is_some_and(LegacySetting::is_kept) {
        return Ok(Fate::Kept);
    }
    let earlier = earlier_setting(key);
    let name = match (setting, names) {
        (Some(setting), Names::Working) => setting.variable().map(str::to_owned),
        (None, Names::Working) => earlier.and_then(|earlier| earlier.variable).map(str::to_owned),
        (_, Names::Documented) => documented().variable(key).filter(|_| setting.is_some() || documented().lists(key)),
    };
    let Some(name) = name.filter(|_| !setting.is_some_and(LegacySetting::is_map)) else {
        let why = match earlier.filter(|_| setting.is_none()) {
            Some(earlier) => earlier.why_nothing().into(),
            None => why_nothing(setting).into(),
        };
        return Ok(Fate::Nothing(why));
    };
    let landed = match setting.and_then(|setting| Some((setting.landing_type?, setting.form?))) {
        Some((kind, form)) => land(value, kind, form),
        // The older settings that still have a field are switches.
        None if earlier.is_some() => land(value, LandingType::Bool, Form::Bare),
        None => value.to_ruby_text().map_err(NoLanding::Unknown),
    };
    match landed {
        Ok(text) => Ok(Fate::Variable(name, text)),
        Err(NoLanding::BrokenFile) => Ok(Fate::Nothing("its value makes config.json unreadable in 10.8".into())),
        Err(NoLanding::Default) => Ok(Fate::Nothing("its value is null in config.json, so the default counts".into())),
        Err(NoLanding::Separator) => {
            Ok(Fate::Nothing("an element with a space cannot be part of a list in an environment variable".into()))
        }
        Err(NoLanding::Unknown(unknown)) => Err(TranslateError::unknown(key, unknown)),
        Err(NoLanding::NoMethod { class, method }) => {
            Err(TranslateError::NoMethod { setting: TranslateError::name(key), class, method, span })
        }
    }
}

/// Why there is no variable for a setting.
fn why_nothing(setting: Option<&LegacySetting>) -> &'static str {
    match setting {
        None => "unknown key",
        Some(setting) if setting.kind() == LegacyKind::Dead => "reaches nothing in 10.8",
        Some(setting) if setting.is_map() => "a map cannot be given as an environment variable",
        Some(_) => "has no field in Mattermost 4.10",
    }
}

type Given = (String, Value, Option<Span>);

/// The settings of the section `mattermost`, ordered by key.
fn given(settings: &Settings) -> Result<Vec<Given>, TranslateError> {
    let Some(section) = settings.sections.get("mattermost") else { return Ok(Vec::new()) };
    let section = section.borrow();
    if let Some(unknown) = &section.unknown {
        return Err(TranslateError::UnknownValue { setting: "mattermost".to_owned(), unknown: unknown.clone() });
    }
    let entries = section.entries.iter();
    let mut given: Vec<Given> =
        entries.map(|(key, entry)| (kept::name(key), entry.value.clone(), entry.span)).collect();
    given.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    Ok(given)
}

/// What following the document gets wrong for `key`, if anything.
fn difference(key: &str) -> Option<Difference> {
    let document = documented();
    let documented_variable = document.variable(key)?;
    let setting = legacy_settings().get(key);
    let why = match setting {
        None if document.lists(key) => "GitLab 10.8 does not read this key, which the document misspells",
        None => return None,
        Some(setting) => why_different(setting, &documented_variable, document)?,
    };
    Some(Difference {
        key: key.to_owned(),
        documented_variable,
        working_variable: setting.filter(|s| !s.is_map()).and_then(|s| s.variable()).map(str::to_owned),
        erratum: document.erratum(key),
        why: why.to_owned(),
    })
}

fn why_different(setting: &LegacySetting, variable: &str, document: &Documented) -> Option<&'static str> {
    // The document itself says that these stay, or, of address and port, that they share one setting.
    let stays = setting.is_kept() && document.erratum(setting.key()).is_none();
    if stays {
        return None;
    }
    if setting.is_map() {
        return Some("a map cannot be given as an environment variable");
    }
    match document.accuracy(setting.key(), variable) {
        Accuracy::Right => None,
        Accuracy::Wrong { variable: None, .. } if setting.kind() == LegacyKind::Dead => {
            Some("the setting reached nothing in 10.8")
        }
        Accuracy::Wrong { variable: None, .. } => Some("Mattermost 4.10 has no such field any more"),
        Accuracy::Wrong { .. } if Catalogue::of(MATTERMOST_OF_11_0).setting_of_variable(variable).is_some() => {
            Some("the variable belongs to another setting")
        }
        Accuracy::Wrong { .. } => Some("Mattermost has no setting of this name"),
    }
}
