//! The evidence together with what follows from it: versions, Mattermost's variables and settings, and where each stands.
//!
//! Not here: judging any of it (`rules`).

use std::cell::OnceCell;
use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::doubt::Doubts;
use super::sign_in::Address;
use super::text::{address, line_of};
use super::{Evidence, Place};
use crate::gitlab_rb::Value;
use crate::installation::Versions;
use crate::mattermost_config::Catalogue;
use crate::omnibus::{Deployment, DeriveError, NotKnown, Origin, chpst_value};
use crate::upgrade::{WITHOUT_MATTERMOST, variables};
use crate::version::Version;

/// The Mattermost that is assumed where the installed GitLab has none: the last that was bundled.
const LAST_BUNDLED: Version = Version::new(10, 11, 20);

/// An installation under examination.
pub(super) struct Case<'a> {
    /// What was given.
    pub evidence: &'a Evidence,
    /// The installed GitLab; that of the document if none was given.
    pub gitlab: Version,
    /// The Mattermost to judge by: the given one, the one that the GitLab ships, or the last that was bundled.
    pub mattermost: Version,
    /// The installed Mattermost, where it is the given one or the GitLab ships one.
    pub known_mattermost: Option<Version>,
    /// The Mattermost to go to, where that is known.
    pub target: Option<Version>,
    /// The settings of [`Case::mattermost`], once a rule has asked for them.
    catalogue: OnceCell<Catalogue>,
    /// What reconfigure makes of `gitlab.rb`, where it was given.
    pub deployment: Option<Result<Deployment, DeriveError>>,
    /// Mattermost's variables: those of the env directory, or else those that `gitlab.rb` comes to.
    variables: BTreeMap<String, Given>,
    /// What is not known.
    pub(super) doubts: Doubts,
}

/// A variable and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// What the server gets; `None` if an empty file unsets it.
    pub value: Option<String>,
    /// Where it stands.
    pub place: Place,
}

impl<'a> Case<'a> {
    /// The case that `evidence` makes.
    pub fn of(evidence: &'a Evidence) -> Self {
        let gitlab = evidence.installed.gitlab_or_documented();
        let known_mattermost = Versions { gitlab: Some(gitlab), ..evidence.installed }.mattermost_or_bundled();
        let mattermost = known_mattermost.unwrap_or(LAST_BUNDLED);
        let known = evidence.installation().known_deployment();
        let (deployment, not_known) = match known {
            Some(Ok(known)) => {
                // What the env directory tells need not be derived.
                let is_open = |it: &NotKnown| it.variable.is_none() || evidence.environment.is_none();
                (Some(Ok(known.deployment)), known.not_known.into_iter().filter(is_open).collect())
            }
            Some(Err(error)) => (Some(Err(error)), Vec::new()),
            None => (None, Vec::new()),
        };
        let variables = given_variables(evidence, deployment.as_ref());
        Self {
            evidence,
            gitlab,
            mattermost,
            known_mattermost,
            target: evidence.target.mattermost_or_bundled(),
            catalogue: OnceCell::new(),
            deployment,
            variables,
            doubts: Doubts::of(evidence, not_known),
        }
    }

    /// The settings of [`Case::mattermost`].
    pub fn catalogue(&self) -> &Catalogue {
        self.catalogue.get_or_init(|| Catalogue::of(self.mattermost))
    }

    /// What reconfigure makes of `gitlab.rb`, if it makes something.
    pub fn deployed(&self) -> Option<&Deployment> {
        self.doubts.meet_deployment();
        self.deployment.as_ref().and_then(|it| it.as_ref().ok()).filter(|deployment| deployment.enabled)
    }

    /// Whether the way leads out of the bundle, to a server of its own.
    pub fn leaves_the_bundle(&self) -> bool {
        let target = self.evidence.target;
        target.gitlab.is_some_and(|gitlab| gitlab >= WITHOUT_MATTERMOST)
            || target.gitlab.is_none() && target.mattermost.is_some()
    }

    /// Mattermost's variables.
    pub fn variables(&self) -> &BTreeMap<String, Given> {
        if self.evidence.environment.is_none() {
            self.doubts.meet_variables();
        }
        &self.variables
    }

    /// The variable of this name.
    pub fn variable(&self, name: &str) -> Option<&Given> {
        if self.evidence.environment.is_none() {
            self.doubts.meet_variable(name);
        }
        self.variables.get(name)
    }

    /// The variables as the server gets them.
    pub fn environment(&self) -> BTreeMap<String, String> {
        let set = self.variables().iter().filter_map(|(name, given)| Some((name.clone(), given.value.clone()?)));
        set.collect()
    }

    /// The variable that sets `path`, where there is one.
    pub fn variable_of(&self, path: &str) -> Option<(&str, &Given)> {
        let name = self.catalogue().variable_of_path(path)?;
        if self.evidence.environment.is_none() {
            self.doubts.meet_variable(name);
        }
        self.variables.get_key_value(name).map(|(name, given)| (name.as_str(), given))
    }

    /// What `config.json` has at `path`, and where.
    pub fn in_file(&self, path: &str) -> Option<(&'a Json, Place)> {
        let file = self.evidence.config_json.as_ref()?;
        let value = path.split('.').try_fold(&file.json, |value, key| value.get(key))?;
        Some((value, self.place_in_file(path)))
    }

    /// Where `config.json` has `path`, or would have it.
    pub fn place_in_file(&self, path: &str) -> Place {
        let Some(file) = &self.evidence.config_json else { return Place::file("config.json") };
        let (section, key) = path.split_once('.').unwrap_or((path, path));
        let start = file.text.find(&format!("\"{section}\"")).unwrap_or_default();
        let rest = file.text.get(start..).unwrap_or_default();
        let line = line_of(rest, &format!("\"{key}\""));
        let before = file.text.get(..start).unwrap_or_default().matches('\n').count() as u64;
        line.map_or_else(|| Place::file(&file.name), |line| Place::line(&file.name, before + line))
    }

    /// The text that the server has for the setting, by variable or file, and where it comes from; defaults do not count.
    pub fn text(&self, path: &str) -> Option<(String, Place)> {
        if let Some((name, Given { value: Some(value), place, .. })) = self.variable_of(path) {
            return Some((value.clone(), place.clone().showing(name)));
        }
        let (value, place) = self.in_file(path)?;
        let text = match value {
            Json::String(text) => text.clone(),
            Json::Bool(_) | Json::Number(_) => value.to_string(),
            _ => return None,
        };
        Some((text, place.showing(path)))
    }

    /// The text of a setting and its place, if it is not empty.
    pub fn filled(&self, path: &str) -> Option<(String, Place)> {
        self.text(path).filter(|(text, _)| !text.is_empty())
    }

    /// Whether the setting is on.
    pub fn is_on(&self, path: &str) -> bool {
        self.text(path).is_some_and(|(text, _)| ["true", "TRUE", "True", "t", "T", "1"].contains(&text.as_str()))
    }

    /// The address in the setting, and where it stands.
    pub fn address(&self, path: &str) -> Option<(Address, Place)> {
        let (text, place) = self.filled(path)?;
        Some((address(&text)?, place))
    }

    /// Whether users sign in through GitLab, by the settings or by the accounts there are.
    pub fn signs_in_through_gitlab(&self) -> bool {
        let registered = self.deployed().is_some_and(|it| it.oauth_application.registration.automatic == Some(true));
        let by_gitlab = |accounts: &super::Accounts| accounts.by_gitlab() > 0;
        registered
            || self.is_on("GitLabSettings.Enable")
            || self.evidence.databases.iter().filter_map(|it| it.accounts.as_ref()).any(by_gitlab)
    }

    /// `section['key']` of `gitlab.rb` as a text, and where it stands.
    pub fn ruby_text(&self, section: &str, key: &str) -> Option<(String, Place)> {
        let file = self.evidence.gitlab_rb.as_ref()?;
        let entry = file.settings.get(section, key)?;
        if let Value::Unknown(why) = &entry.value {
            self.doubts.meet(format!("{section}['{key}']"), why);
        }
        let Value::Str(text) = &entry.value else { return None };
        let place = self.ruby_place(entry.span).showing(format!("{section}['{key}']"));
        Some((text.borrow().text.clone(), place))
    }

    /// The argument of a call in `gitlab.rb` as a text, and where it stands.
    pub fn ruby_call(&self, method: &str) -> Option<(String, Place)> {
        let file = self.evidence.gitlab_rb.as_ref()?;
        let call = file.settings.call(method)?;
        if let Value::Unknown(why) = &call.value {
            self.doubts.meet(method.to_owned(), why);
        }
        let Value::Str(text) = &call.value else { return None };
        Some((text.borrow().text.clone(), self.ruby_place(Some(call.span)).showing(method)))
    }

    /// A place in `gitlab.rb`.
    pub fn ruby_place(&self, span: Option<crate::gitlab_rb::Span>) -> Place {
        let Some(file) = &self.evidence.gitlab_rb else { return Place::file("gitlab.rb") };
        span_place(&file.name, &file.text, span)
    }
}

fn span_place(name: &str, text: &str, span: Option<crate::gitlab_rb::Span>) -> Place {
    match span {
        Some(span) => Place::line(name, span.line_and_column(text).0 as u64),
        None => Place::file(name),
    }
}

fn given_variables(
    evidence: &Evidence,
    deployment: Option<&Result<Deployment, DeriveError>>,
) -> BTreeMap<String, Given> {
    if let Some(directory) = &evidence.environment {
        let given = |(name, content): (&String, &String)| {
            let place = Place::line(format!("{}/{name}", directory.name.trim_end_matches('/')), 1);
            (name.clone(), Given { value: chpst_value(content), place })
        };
        return directory.files.iter().filter(|(name, _)| !name.starts_with('.')).map(given).collect();
    }
    match (deployment, &evidence.gitlab_rb) {
        (Some(Ok(deployment)), Some(file)) if deployment.enabled => deployment
            .env
            .iter()
            .map(|(name, entry)| {
                let span = match &entry.origin {
                    Origin::Env { span } => *span,
                    Origin::Settings { sources } => sources.first().and_then(|source| source.span),
                    _ => None,
                };
                let place = span_place(&file.name, &file.text, span);
                (name.clone(), Given { value: chpst_value(&entry.value), place })
            })
            .collect(),
        _ => own_variables(evidence),
    }
}

/// The variables in `mattermost['env']`.
fn own_variables(evidence: &Evidence) -> BTreeMap<String, Given> {
    let Some(file) = &evidence.gitlab_rb else { return BTreeMap::new() };
    let own = variables(file).into_iter().map(|variable| {
        let line = variable.place.rsplit_once(':').and_then(|(_, line)| line.parse().ok());
        let place = line.map_or_else(|| Place::file(&file.name), |line| Place::line(&file.name, line));
        let value = variable.value.as_deref().and_then(chpst_value);
        (variable.name, Given { value, place })
    });
    own.collect()
}
