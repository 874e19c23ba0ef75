//! The package's services that run on this server, as far as Mattermost depends on them: roles, groups, `enable` keys.
//!
//! Not here: the Mattermost service itself (`urls`).

use serde::Serialize;

use super::DeriveError;
use super::configuration::Slot;
use super::configuration::{Configuration, setting_name, text_of};
use super::origin::Origin;
use crate::gitlab_rb::{Unknown, Value};

/// Roles that switch services of the groups below on, and with them the default group off.
///
/// Geo and backup roles are not among them: they do not manage services.
const SERVICE_ROLES: [&str; 15] = [
    "application",
    "redis_sentinel",
    "redis_master",
    "redis_slave",
    "redis_replica",
    "monitoring",
    "postgres",
    "pgbouncer",
    "patroni",
    "consul",
    "pages",
    "sidekiq",
    "spamcheck",
    "gitaly",
    "oak",
];
const OTHER_ROLES: [&str; 3] = ["geo_primary", "geo_secondary", "backup"];

/// The services that run besides Mattermost on this server; `None` where only Ruby could tell.
///
/// # Shape
/// A JSON object with these fields.
///
/// # Source
/// The document's section on Mattermost's own server switches GitLab off; the others stay on. (Erratum 15.)
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Services {
    /// GitLab itself: `gitlab_rails['enable']`.
    pub gitlab: Option<bool>,
    /// The bundled PostgreSQL.
    pub postgresql: Option<bool>,
    /// The bundled nginx.
    pub nginx: Option<bool>,
}

impl Services {
    pub(super) fn of(configuration: &Configuration) -> Self {
        Self {
            gitlab: rails_enabled(configuration).ok(),
            postgresql: postgresql_runs(configuration).ok(),
            nginx: nginx_runs(configuration).ok(),
        }
    }
}

/// Turns the names given to `roles` on, and lets roles decide whether GitLab itself runs here.
///
/// # Errors
/// [`DeriveError::InvalidRole`], [`DeriveError::NoMethod`] for a role that is no text. Roles that are not known leave open
/// which services run, and nothing else.
pub(super) fn load_roles(configuration: &mut Configuration) -> Result<(), DeriveError> {
    let roles = configuration.call("roles");
    let mut unknown = None;
    for role in names(&roles, &mut unknown)? {
        let name = role.replace('-', "_");
        let known =
            name.strip_suffix("_role").is_some_and(|it| SERVICE_ROLES.contains(&it) || OTHER_ROLES.contains(&it));
        if !known {
            return Err(DeriveError::InvalidRole { role: name, span: roles.origin.span() });
        }
        configuration.set(&name, "enable", Value::Bool(true), roles.origin.clone());
    }
    if let Some(unknown) = unknown {
        configuration.leave_open("roles", &unknown);
        for role in SERVICE_ROLES {
            let value = Value::Unknown(unknown.clone());
            configuration.set_unless_true(&format!("{role}_role"), "enable", value, roles.origin.clone());
        }
    }
    let rails_unset = |it: &Configuration| matches!(it.value("gitlab_rails", "enable"), Value::Nil);
    // Without that role too, GitLab is on unless something switches it off.
    if rails_unset(configuration) && has_role(configuration, "application") == Ok(true) {
        configuration.set("gitlab_rails", "enable", Value::Bool(true), Origin::Default);
    }
    match configuration.value("pages_role", "enable") {
        doubt @ Value::Unknown(_) if rails_unset(configuration) => {
            configuration.set("gitlab_rails", "enable", doubt, roles.origin);
        }
        pages if pages.truthy() == Some(true) => {
            configuration.set_unless_true("gitlab_rails", "enable", Value::Bool(false), Origin::Default);
        }
        _ => {}
    }
    Ok(())
}

/// The names given to `roles`, as far as they are known.
fn names(roles: &Slot, unknown: &mut Option<Unknown>) -> Result<Vec<String>, DeriveError> {
    let span = roles.origin.span();
    match &roles.value {
        Value::Nil | Value::Bool(false) => Ok(Vec::new()),
        Value::Str(_) => Ok(vec![text_of(roles, "roles")?]),
        Value::Array(array) => {
            let array = array.borrow();
            if array.unknown.is_some() {
                unknown.clone_from(&array.unknown);
            }
            let mut found = Vec::new();
            for item in &array.items {
                found.extend(names(&Slot { value: item.clone(), origin: roles.origin.clone() }, unknown)?);
            }
            Ok(found)
        }
        Value::Unknown(why) => {
            *unknown = Some(why.clone());
            Ok(Vec::new())
        }
        other => {
            Err(DeriveError::NoMethod { setting: "roles".to_owned(), class: other.class_name(), method: "tr", span })
        }
    }
}

fn has_role(configuration: &Configuration, role: &str) -> Result<bool, DeriveError> {
    configuration.flag(&format!("{role}_role"), "enable", false)
}

/// Whether any role is on that manages services, so that the default group is not.
fn manages_services(configuration: &Configuration) -> Result<bool, DeriveError> {
    for role in SERVICE_ROLES {
        if has_role(configuration, role)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the service's own `enable` key, or else its group, switches it on.
fn enabled(
    configuration: &Configuration,
    service: &str,
    group: impl Fn(&Configuration) -> Result<bool, DeriveError>,
) -> Result<bool, DeriveError> {
    match configuration.value(service, "enable") {
        Value::Nil => group(configuration),
        Value::Unknown(unknown) => Err(DeriveError::unknown(setting_name(service, "enable"), unknown)),
        value => Ok(value.truthy() == Some(true)),
    }
}

/// Whether GitLab's web service runs on this server.
pub(super) fn web_service_runs(configuration: &Configuration) -> Result<bool, DeriveError> {
    let table = configuration.table;
    for service in table.web_services() {
        let in_rails_group = service == table.web_service_of_rails_group();
        if enabled(configuration, service, |it| Ok(in_rails_group && rails_group_runs(it)?))? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn rails_group_runs(configuration: &Configuration) -> Result<bool, DeriveError> {
    if manages_services(configuration)? {
        return has_role(configuration, "application");
    }
    // Only `false` itself takes the group out; the default role looks at what `gitlab.rb` says, before other roles.
    match configuration.value("gitlab_rails", "enable") {
        Value::Unknown(unknown) => Err(DeriveError::unknown(setting_name("gitlab_rails", "enable"), unknown)),
        value => Ok(!matches!(value, Value::Bool(false))),
    }
}

/// Whether GitLab itself is configured on this server.
pub(super) fn rails_enabled(configuration: &Configuration) -> Result<bool, DeriveError> {
    configuration.flag("gitlab_rails", "enable", true)
}

/// Whether the bundled PostgreSQL runs on this server.
pub(super) fn postgresql_runs(configuration: &Configuration) -> Result<bool, DeriveError> {
    enabled(configuration, "postgresql", |it| {
        Ok(!manages_services(it)? || has_role(it, "postgres")? || has_role(it, "patroni")?)
    })
}

/// Whether the bundled nginx runs on this server.
pub(super) fn nginx_runs(configuration: &Configuration) -> Result<bool, DeriveError> {
    enabled(configuration, "nginx", |it| Ok(!manages_services(it)? || has_role(it, "pages")?))
}
