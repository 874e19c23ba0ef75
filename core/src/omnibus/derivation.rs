//! The run of a reconfigure, step by step in the package's order.

use super::configuration::{Configuration, Slot, known_text, setting_name};
use super::env::{EnvDirectory, StaleFiles};
use super::origin::Origin;
use super::services::Services;
use super::tables::Table;
use super::{Deployment, DeriveError, DeriveOptions, GitlabSite, GitlabYml, KnownDeployment};
use super::{application, env, machine, nginx, secrets, section_keys, services, uri, urls};
use crate::gitlab_rb::{LostLocal, Settings, Unknown, Value};

/// Derives what reconfigure makes of `settings`.
///
/// # Errors
/// [`DeriveError`]: what makes the real package abort, and [`DeriveError::UnknownValue`] where the result depends on
/// what only Ruby could tell. Unknown values that nothing depends on become warnings.
///
/// # Source
/// GitLab 11.0 to 18.11; executed and compared for 14.7.
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};
/// use gitlab_mattermost_core::omnibus::{DeriveOptions, derive};
///
/// let settings = read("mattermost_external_url 'https://chat.example.com'", &ReadOptions::default())?;
/// let deployment = derive(&settings, &DeriveOptions::of("14.7.0".parse()?))?;
/// assert!(deployment.enabled);
/// assert_eq!(deployment.env["MM_SERVICESETTINGS_SITEURL"].value, "https://chat.example.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn derive(settings: &Settings, context: &DeriveOptions) -> Result<Deployment, DeriveError> {
    run(settings, context, Configuration::of(settings, Table::of(context.gitlab_version)?)).map(|it| it.deployment)
}

/// Derives what of it is known, where some of the settings are not.
///
/// # Errors
/// As [`derive`], but never [`DeriveError::UnknownValue`].
///
/// ```
/// use gitlab_mattermost_core::gitlab_rb::{ReadOptions, read};
/// use gitlab_mattermost_core::omnibus::{DeriveOptions, derive_known};
///
/// let text = "mattermost_external_url 'https://chat.example.com'\nmattermost['team_site_name'] = ENV['NAME']";
/// let settings = read(text, &ReadOptions::default())?;
/// let known = derive_known(&settings, &DeriveOptions::of("14.7.0".parse()?))?;
/// assert_eq!(known.deployment.env["MM_SERVICESETTINGS_SITEURL"].value, "https://chat.example.com");
/// assert_eq!(known.not_known[0].setting, "mattermost['team_site_name']");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn derive_known(settings: &Settings, context: &DeriveOptions) -> Result<KnownDeployment, DeriveError> {
    let mut configuration = Configuration::of(settings, Table::of(context.gitlab_version)?);
    configuration.not_known = Some(Vec::new());
    run(settings, context, configuration)
}

fn run(
    settings: &Settings,
    context: &DeriveOptions,
    mut configuration: Configuration,
) -> Result<KnownDeployment, DeriveError> {
    let files = &context.existing_files;
    secrets::apply(&mut configuration, context.secrets.as_ref(), &context.generated_secret);
    services::load_roles(&mut configuration)?;
    urls::gitlab(&mut configuration)?;
    nginx::enable_lets_encrypt(&mut configuration, files);
    let bundled_database = data_source(&mut configuration);
    urls::mattermost(&mut configuration, files)?;
    refuse_removed_settings(&configuration)?;
    let enabled = configuration.flag("mattermost", "enable", false);
    let enabled = configuration.known_or(enabled, None, true)?;
    let mut deployment = deployment(&mut configuration, enabled, bundled_database)?;
    section_keys::warn_of_unread(&mut configuration);
    warn_of_locals(settings, &mut configuration);
    warn_of_unknowns(settings, &mut configuration);
    deployment.warnings = configuration.warnings;
    Ok(KnownDeployment { deployment, not_known: configuration.not_known.unwrap_or_default() })
}

fn deployment(
    configuration: &mut Configuration,
    enabled: bool,
    bundled_database: bool,
) -> Result<Deployment, DeriveError> {
    let env = if enabled { env::env(configuration)? } else { indexmap::IndexMap::new() };
    let path = env_directory(configuration);
    Ok(Deployment {
        gitlab_version: configuration.table.version,
        enabled,
        env,
        directories: machine::directories(configuration, path.as_deref()),
        env_directory: EnvDirectory { path, stale_files: StaleFiles::of(configuration.table.version) },
        account: machine::account(configuration),
        database: machine::database(configuration, bundled_database),
        config_json: machine::config_json(configuration),
        version_file: machine::version_file(configuration),
        run_script: machine::run_script(configuration),
        oauth_application: application::oauth_application(configuration),
        nginx: if enabled { nginx::virtual_host(configuration) } else { None },
        secrets: secrets::written_back(configuration).into_iter().collect(),
        gitlab_yml: gitlab_yml(configuration, enabled),
        services: Services::of(configuration),
        gitlab_site: gitlab_site(configuration),
        warnings: Vec::new(),
        kept_secrets: secrets::kept(configuration),
    })
}

/// `/opt/gitlab/etc/mattermost/env`, or `env` in the home directory before GitLab 11.6.
fn env_directory(configuration: &mut Configuration) -> Option<String> {
    let key = if configuration.table.has_default("env_directory") { "env_directory" } else { "home" };
    let slot = configuration.compiled(key);
    let path = known_text(configuration, &slot, &setting_name("mattermost", key))?;
    Some(if key == "home" { machine::joined(&path, "env") } else { path })
}

/// Makes the data source for the bundled database unless the settings give one; tells whether it did.
fn data_source(configuration: &mut Configuration) -> bool {
    let given = configuration.value("mattermost", "sql_data_source");
    if given.truthy() != Some(false) {
        return false;
    }
    let [(user_key, user), (host_key, host), (port_key, port)] = machine::postgresql_parts(configuration);
    let name = machine::database_name(configuration);
    let parts = [
        ("user", setting_name("postgresql", user_key), user),
        ("host", setting_name("postgresql", host_key), host),
        ("port", setting_name("postgresql", port_key), port),
        ("dbname", setting_name("mattermost", "database_name"), name),
    ];
    let mut origin = Origin::Default;
    let mut text = Vec::new();
    let mut unknown: Option<Unknown> = None;
    for (label, _, Slot { value, origin: from }) in parts {
        origin = origin.and(from);
        match value.to_ruby_text() {
            Ok(value) => text.push(format!("{label}={value}")),
            Err(found) => unknown = unknown.or(Some(found)),
        }
    }
    let value = unknown.map_or_else(|| Value::text(text.join(" ")), Value::Unknown);
    configuration.set("mattermost", "sql_data_source", value, origin);
    true
}

/// GitLab 11.0 to 12.2 abort over a key of the `mattermost` section that they do not know, unless it is false or `nil`.
fn refuse_removed_settings(configuration: &Configuration) -> Result<(), DeriveError> {
    let Some(supported) = configuration.table.supported_keys() else { return Ok(()) };
    for (key, slot) in configuration.entries("mattermost") {
        if !supported.contains(key) && slot.value.truthy() != Some(false) {
            return Err(DeriveError::RemovedSetting {
                setting: setting_name("mattermost", key),
                span: slot.origin.span(),
            });
        }
    }
    Ok(())
}

fn gitlab_site(configuration: &Configuration) -> Option<GitlabSite> {
    let slot = configuration.call("external_url");
    let url = slot.value.to_ruby_text().ok().filter(|_| slot.value.truthy() == Some(true))?;
    let uri = uri::parse(&url).ok()?;
    let nginx = nginx::gitlab_virtual_host(configuration, &uri);
    (services::rails_enabled(configuration) != Ok(false)).then_some(GitlabSite { url, nginx })
}

fn gitlab_yml(configuration: &mut Configuration, enabled: bool) -> GitlabYml {
    let url = configuration.call("mattermost_external_url");
    let (slot, setting) = match url.value.truthy() {
        Some(false) => {
            let host = configuration.given("gitlab_rails", "mattermost_host");
            (host.filter(|slot| !matches!(slot.value, Value::Nil)), "gitlab_rails['mattermost_host']")
        }
        _ => (Some(url), "mattermost_external_url"),
    };
    let known = slot.is_some();
    let host = slot.and_then(|slot| known_text(configuration, &slot, setting));
    GitlabYml { enabled: enabled || known, host }
}

/// Local variables that were meant as settings.
fn warn_of_locals(settings: &Settings, configuration: &mut Configuration) {
    for LostLocal { name, span } in &settings.lost_locals {
        let message =
            format!("`{name} = …` sets a local variable and not the setting: write it without the equal sign");
        configuration.warn("lost_local", message, Some(*span));
    }
}

/// Everything in the file that only Ruby could tell and that nothing depended on.
fn warn_of_unknowns(settings: &Settings, configuration: &mut Configuration) {
    for Unknown { span, reason } in &settings.unseen {
        let message = format!("what is set here cannot be seen, and is left out: {reason}");
        configuration.warn("unseen_code", message, Some(*span));
    }
    let is_unseen = |span: &crate::gitlab_rb::Span| settings.unseen.iter().any(|it| it.span == *span);
    for Unknown { span, reason } in settings.unknowns.iter().filter(|it| !is_unseen(&it.span)) {
        let told = configuration.warnings.iter().any(|it| it.code == "unknown_value" && it.span == Some(*span));
        if !told {
            let message =
                format!("a value cannot be known without running Ruby, but Mattermost does not depend on it: {reason}");
            configuration.warn("unknown_value", message, Some(*span));
        }
    }
}
