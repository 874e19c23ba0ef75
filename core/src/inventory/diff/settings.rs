//! Settings: values that fell back, secrets that are gone, and what belongs to the machine.

use serde_json::Value as Json;

use super::findings::Findings;
use super::pair::{Pair, pairs};
use crate::inventory::{Change, Entry, Held, Inventory, Judgement, Secret, Settings};
use crate::mattermost_config::{Catalogue, Layer};

/// Settings that tell places of the machine, which another machine has elsewhere.
const OF_THE_MACHINE: [&str; 9] = [
    "BleveSettings.IndexDir",
    "FileSettings.Directory",
    "LogSettings.FileLocation",
    "NotificationLogSettings.FileLocation",
    "PluginSettings.ClientDirectory",
    "PluginSettings.Directory",
    "ServiceSettings.ListenAddress",
    "ServiceSettings.LocalModeSocketLocation",
    "SqlSettings.DataSource",
];

/// Where the database is: unlike the other places, its default never leads to the same things.
const DATA_SOURCE: &str = "SqlSettings.DataSource";

/// The setting that says which plugins run; a server adds those that it brings.
const PLUGIN_STATES: &str = "PluginSettings.PluginStates";

pub(super) fn compare(before: &Inventory, after: &Inventory, findings: &mut Findings) {
    let (Some(old), new) = (&before.settings, &after.settings) else { return };
    let Some(new) = new else {
        findings.not_compared.insert("settings".to_owned());
        return;
    };
    match (&old.refused, &new.refused) {
        (Some(_), None) => {
            findings.not_compared.insert("settings: the server would not start with the earlier ones".to_owned());
        }
        (None, Some(reason)) => {
            let why = "the server does not start with these settings";
            findings.add(Change::new(Judgement::Lost, "settings-refused", "settings", why).to(reason));
        }
        (Some(old), Some(new)) if old != new => {
            let why = "the server starts with neither";
            findings.add(Change::new(Judgement::Changed, "settings-refused", "settings", why).between(old, new));
        }
        (Some(_), Some(_)) => {}
        (None, None) => {
            let same_key = before.fingerprint_key.is_some() && before.fingerprint_key == after.fingerprint_key;
            let mut settings = Compared { old, new, same_key, findings };
            settings.entries();
            settings.unknown_keys();
            settings.other_variables();
        }
    }
}

struct Compared<'a> {
    old: &'a Settings,
    new: &'a Settings,
    same_key: bool,
    findings: &'a mut Findings,
}

impl Compared<'_> {
    fn entries(&mut self) {
        for (path, pair) in pairs(&self.old.entries, &self.new.entries) {
            let what = format!("setting {path}");
            match pair {
                Pair::Both(old, new) => self.setting(path, &what, old, new),
                Pair::Gone(old) => self.setting_gone(path, &what, old),
                Pair::New(new) if new.at_default => {}
                Pair::New(new) => {
                    let why = "the later server has this setting and it was given a value";
                    let judgement =
                        if self.new.read_as > self.old.read_as { Judgement::Expected } else { Judgement::Changed };
                    self.findings.add(Change::new(judgement, "setting-new", what, why).to(shown(&new.held)));
                }
            }
        }
    }

    fn setting(&mut self, path: &str, what: &str, old: &Entry, new: &Entry) {
        // A default needs no fingerprint to be equal.
        let untouched = old.at_default && new.at_default && matches!(new.held, Held::Secret(_));
        if untouched || !(self.left_default(old, new) || self.differ(what, &old.held, &new.held)) {
            return;
        }
        let of_the_machine = OF_THE_MACHINE.contains(&path);
        let (judgement, rule, why) = if path == PLUGIN_STATES && self.only_adds_plugins(&old.held, &new.held) {
            (Judgement::Expected, "plugins-enabled", "the later server brings plugins and enables them")
        } else if new.at_default && !old.at_default {
            let judgement = if of_the_machine && path != DATA_SOURCE { Judgement::Changed } else { Judgement::Lost };
            (judgement, "setting-reverted", reverted(old.layer, of_the_machine))
        } else if old.at_default && new.at_default {
            (Judgement::Expected, "default-changed", "nobody set it, and its default is another now")
        } else if of_the_machine {
            (Judgement::Expected, "setting-of-the-machine", "it tells a place, which another machine has elsewhere")
        } else {
            (Judgement::Changed, "setting-changed", "somebody gave it another value")
        };
        let change = Change::new(judgement, rule, what, why);
        self.findings.add(change.between(shown(&old.held), shown(&new.held)));
    }

    /// Whether every plugin has the state that it had, and the new ones are those that the later server enables itself.
    fn only_adds_plugins(&self, old: &Held, new: &Held) -> bool {
        let (Held::Value(Json::Object(old)), Held::Value(Json::Object(new))) = (old, new) else { return false };
        let catalogue = Catalogue::of(self.new.read_as);
        let own = catalogue.setting(PLUGIN_STATES).map_or(&Json::Null, |it| it.default_in(self.new.read_as));
        let kept = old.iter().all(|(plugin, state)| new.get(plugin) == Some(state));
        let brought = |(plugin, state): (&String, &Json)| old.contains_key(plugin) || own.get(plugin) == Some(state);
        self.new.read_as > self.old.read_as && kept && new.iter().all(brought)
    }

    /// Whether a secret is the default in one of them only: that tells them apart where there are no fingerprints.
    fn left_default(&self, old: &Entry, new: &Entry) -> bool {
        let (Held::Secret(before), Held::Secret(after)) = (&old.held, &new.held) else { return false };
        let equal = self.same_key && before.fingerprint.is_some() && before.fingerprint == after.fingerprint;
        old.at_default != new.at_default && !equal
    }

    fn setting_gone(&mut self, path: &str, what: &str, old: &Entry) {
        if old.at_default {
            return;
        }
        let change = match Catalogue::of(self.new.read_as).removed_path(path) {
            Some(removed) => {
                let mut why = format!("Mattermost has no such setting since {}", removed.since);
                if let Some(successor) = &removed.successor {
                    why += &format!("; `{successor}` took its place and does not get the value by itself");
                }
                Change::new(Judgement::Expected, "setting-removed", what, why)
            }
            None => Change::new(Judgement::Lost, "setting-gone", what, "the server that is there now does not know it"),
        };
        self.findings.add(change.from(shown(&old.held)));
    }

    fn unknown_keys(&mut self) {
        for (path, pair) in pairs(&self.old.unknown_keys, &self.new.unknown_keys) {
            let what = format!("key {path} of config.json");
            match pair {
                Pair::Both(old, new) => {
                    if self.differ(&what, old, new) {
                        let change = Change::new(Judgement::Changed, "key-changed", what, "it holds another value");
                        self.findings.add(change.between(shown(old), shown(new)));
                    }
                }
                // What the later version knows stands among its settings.
                Pair::Gone(_) if self.new.entries.contains_key(path) => {}
                Pair::Gone(old) => {
                    let why = "no setting that is known here, and gone from the file";
                    self.findings.add(Change::new(Judgement::Lost, "key-gone", what, why).from(shown(old)));
                }
                Pair::New(_) if self.old.entries.contains_key(path) => {}
                Pair::New(new) => {
                    let judgement =
                        if self.new.read_as > self.old.read_as { Judgement::Expected } else { Judgement::Changed };
                    let why = "no setting that is known here, and new in the file";
                    self.findings.add(Change::new(judgement, "key-new", what, why).to(shown(new)));
                }
            }
        }
    }

    fn other_variables(&mut self) {
        for (name, pair) in pairs(&self.old.other_variables, &self.new.other_variables) {
            let what = format!("variable {name}");
            let change = match pair {
                Pair::Both(old, new) if self.secrets_differ(&what, old, new) => {
                    Change::new(Judgement::Changed, "variable-changed", what, "it has another value")
                }
                Pair::Both(..) => continue,
                Pair::Gone(_) => {
                    let why = "no setting reads it, but the server or its surroundings may";
                    Change::new(Judgement::Changed, "variable-gone", what, why)
                }
                Pair::New(_) => Change::new(Judgement::Changed, "variable-new", what, "it was not there before"),
            };
            self.findings.add(change);
        }
    }

    fn differ(&mut self, what: &str, old: &Held, new: &Held) -> bool {
        match (old, new) {
            (Held::Value(old), Held::Value(new)) => old != new,
            (Held::Secret(old), Held::Secret(new)) => self.secrets_differ(what, old, new),
            // One of them holds a password in an address, the other does not.
            (Held::Value(_), Held::Secret(_)) | (Held::Secret(_), Held::Value(_)) => true,
        }
    }

    /// Whether they are known to differ; notes where that is not known for sure.
    fn secrets_differ(&mut self, what: &str, old: &Secret, new: &Secret) -> bool {
        if old.length != new.length {
            return true;
        }
        match (&old.fingerprint, &new.fingerprint) {
            (Some(old), Some(new)) if self.same_key => old != new,
            _ if old.is_set() => {
                self.findings.loosely_compared.insert(what.to_owned());
                false
            }
            _ => false,
        }
    }
}

const fn reverted(layer: Layer, of_the_machine: bool) -> &'static str {
    match (layer, of_the_machine) {
        (_, true) => "it fell back to the default place; see that everything is there",
        (Layer::Environment, _) => "it was set by the environment only and fell back to the default (P14)",
        _ => "it was set and fell back to the default",
    }
}

/// A value for people, without a secret.
fn shown(held: &Held) -> String {
    match held {
        Held::Value(value) => value.to_string(),
        Held::Secret(secret) if !secret.is_set() => "empty".to_owned(),
        Held::Secret(Secret { fingerprint: Some(fingerprint), .. }) => format!("secret {}", &fingerprint[..8]),
        Held::Secret(_) => "a secret".to_owned(),
    }
}
