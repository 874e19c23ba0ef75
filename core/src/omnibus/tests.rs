//! Rules that need settings made by hand: sharing, Ruby's classes, versions. Whole files are in `tests/omnibus.rs`.

use super::{CertificateReason, Deployment, DeriveError, DeriveOptions, Origin, Secrets, StaleFiles, derive};
use crate::gitlab_rb::{Assigned, HashEntry, HashKey, RubyHash, Settings, Span, Unknown, Value, ValueError};
use crate::version::Version;

const WHITELIST: &str = "service_allowed_untrusted_internal_connections";
const WHITELIST_VARIABLE: &str = "MM_SERVICESETTINGS_ALLOWEDUNTRUSTEDINTERNALCONNECTIONS";
const SPAN: Span = Span { start: 3, end: 7 };

#[derive(Default)]
struct File(Settings);

impl File {
    /// Both URLs, by http.
    fn usual() -> Self {
        Self::default()
            .call("external_url", Value::text("http://gitlab.example.com"))
            .call("mattermost_external_url", Value::text("http://mattermost.example.com"))
    }

    /// Both URLs, by https.
    fn https() -> Self {
        Self::default()
            .call("external_url", Value::text("https://gitlab.example.com"))
            .call("mattermost_external_url", Value::text("https://mattermost.example.com"))
    }

    fn call(mut self, name: &str, value: Value) -> Self {
        self.0.calls.insert(name.to_owned(), Assigned { value, span: SPAN });
        self
    }

    fn set(mut self, section: &str, key: &str, value: Value) -> Self {
        let section = self.0.sections.entry(section.to_owned()).or_insert_with(|| mash().into_hash());
        let entry = HashEntry { value, span: Some(SPAN) };
        section.borrow_mut().entries.insert(HashKey::Str(key.to_owned()), entry);
        self
    }

    fn derive(&self, version: &str) -> Result<Deployment, DeriveError> {
        self.derive_with(version, None, &[])
    }

    fn derive_with(&self, version: &str, secrets: Option<&str>, files: &[&str]) -> Result<Deployment, DeriveError> {
        let context = DeriveOptions {
            gitlab_version: version.parse().unwrap(),
            secrets: secrets.map(|text| Secrets::read(text).unwrap()),
            generated_secret: "00112233445566778899aabbccddeeff".to_owned(),
            existing_files: files.iter().map(|&path| path.to_owned()).collect(),
        };
        derive(&self.0, &context)
    }

    fn env(&self, name: &str) -> String {
        self.derive("14.7").unwrap().env[name].value.clone()
    }

    fn kind(&self) -> &'static str {
        self.derive("14.7").unwrap_err().kind()
    }
}

struct Mash(RubyHash);

fn mash() -> Mash {
    Mash(RubyHash::new_mash())
}

impl Mash {
    fn with(mut self, key: &str, value: Value) -> Self {
        let entry = HashEntry { value, span: Some(SPAN) };
        self.0.entries.insert(HashKey::Str(key.to_owned()), entry);
        self
    }

    fn into_hash(self) -> crate::gitlab_rb::Hash {
        std::rc::Rc::new(self.0.into())
    }

    fn value(self) -> Value {
        Value::Hash(self.into_hash())
    }
}

fn unknown() -> Value {
    Value::Unknown(Unknown { span: SPAN, reason: "it reads a file".to_owned() })
}

#[test]
fn the_gitlab_host_is_appended_to_the_very_object_that_the_file_assigned() {
    let shared = Value::text("localhost");
    let env = mash().with("NO_PROXY", shared.clone()).value();
    let file = File::usual().set("mattermost", WHITELIST, shared.clone()).set("mattermost", "env", env);
    assert_eq!(file.env(WHITELIST_VARIABLE), "localhost gitlab.example.com");
    assert_eq!(file.env("NO_PROXY"), "localhost gitlab.example.com");
    assert_eq!(shared.to_ruby_text().unwrap(), "localhost", "the caller's settings are not touched");
}

#[test]
fn a_url_that_is_shared_with_the_whitelist_spoils_itself() {
    let url = Value::text("http://mattermost.example.com");
    let file = File::usual().call("mattermost_external_url", url.clone()).set("mattermost", WHITELIST, url);
    assert_eq!(file.kind(), "invalid_uri");
}

#[test]
fn what_cannot_be_appended_to_aborts_as_ruby_does() {
    let frozen = Value::text("localhost");
    if let Value::Str(text) = &frozen {
        text.borrow_mut().frozen = true;
    }
    for (value, kind) in [
        (frozen, "frozen_string"),
        (Value::Int(1), "type_error"),
        (Value::Float(1.5), "no_method"),
        (Value::Bool(true), "no_method"),
        (Value::Symbol("localhost".to_owned()), "no_method"),
        (mash().value(), "no_method"),
    ] {
        let file = File::usual().set("mattermost", WHITELIST, value.clone());
        assert_eq!(file.kind(), kind, "{value:?}");
    }
}

#[test]
fn an_array_prints_as_ruby_inspects_it_without_repetitions() {
    let list = Value::array(vec![Value::text("a"), Value::Int(1), Value::text("a")]);
    let file = File::usual().set("mattermost", WHITELIST, list);
    assert_eq!(file.env(WHITELIST_VARIABLE), r#"["a", 1, " gitlab.example.com"]"#);
}

#[test]
fn nothing_is_whitelisted_while_the_web_service_is_off() {
    for (section, key, value, expected) in [
        ("puma", "enable", Value::Bool(false), ""),
        ("puma", "enable", Value::Nil, " gitlab.example.com"),
        ("unicorn", "enable", Value::Bool(false), " gitlab.example.com"),
        ("gitlab_rails", "enable", Value::Bool(false), ""),
        ("gitlab_rails", "enable", Value::Nil, " gitlab.example.com"),
        ("postgres_role", "enable", Value::Bool(true), ""),
        ("application_role", "enable", Value::Bool(true), " gitlab.example.com"),
        ("geo_primary_role", "enable", Value::Bool(true), " gitlab.example.com"),
    ] {
        let file = File::usual().set(section, key, value.clone());
        assert_eq!(file.env(WHITELIST_VARIABLE), expected, "{section}['{key}'] = {value:?}");
    }
    let roles = Value::array(vec![Value::text("application-role"), Value::text("postgres_role")]);
    assert_eq!(File::usual().call("roles", roles).env(WHITELIST_VARIABLE), " gitlab.example.com");
    assert_eq!(File::usual().call("roles", Value::text("butler_role")).kind(), "invalid_role");
}

#[test]
fn which_web_service_counts_depends_on_the_version() {
    for (version, service, expected) in [
        ("12.4", "unicorn", ""),
        ("12.10", "unicorn", ""),
        ("12.10", "puma", " gitlab.example.com"),
        ("13.0", "unicorn", " gitlab.example.com"),
        ("13.0", "puma", ""),
        ("14.0", "puma", ""),
    ] {
        let file = File::usual().set(service, "enable", Value::Bool(false));
        assert_eq!(file.derive(version).unwrap().env[WHITELIST_VARIABLE].value, expected, "{version} {service}");
    }
}

#[test]
fn nil_brings_back_a_default_only_where_a_value_is_derived() {
    for (key, variable, value, expected) in [
        ("service_port", "MM_SERVICESETTINGS_LISTENADDRESS", Value::Nil, "127.0.0.1:"),
        ("team_site_name", "MM_TEAMSETTINGS_SITENAME", Value::Nil, ""),
        ("team_site_name", "MM_TEAMSETTINGS_SITENAME", Value::Bool(false), "false"),
        ("service_site_url", "MM_SERVICESETTINGS_SITEURL", Value::Bool(false), "http://mattermost.example.com"),
        ("sql_at_rest_encrypt_key", "MM_SQLSETTINGS_ATRESTENCRYPTKEY", Value::Nil, "00112233445566778899aabbccddeeff"),
        (WHITELIST, WHITELIST_VARIABLE, Value::Nil, " gitlab.example.com"),
    ] {
        assert_eq!(File::usual().set("mattermost", key, value).env(variable), expected, "{key}");
    }
}

#[test]
fn nil_as_a_port_still_reaches_nginx_as_the_default() {
    let file = File::usual().set("mattermost", "service_port", Value::Nil);
    let upstream = file.derive("14.7").unwrap().nginx.unwrap().upstream;
    assert_eq!(upstream.as_deref(), Some("127.0.0.1:8065"));
}

#[test]
fn env_must_be_a_hash_once_mattermost_is_enabled() {
    for value in [Value::Nil, Value::text("A=1"), Value::array(Vec::new()), Value::Bool(false)] {
        let file = File::usual().set("mattermost", "env", value.clone());
        assert_eq!(file.kind(), "type_error", "{value:?}");
        let off = file.set("mattermost", "enable", Value::Bool(false));
        assert!(off.derive("14.7").unwrap().env.is_empty(), "{value:?}");
    }
}

#[test]
fn env_values_of_every_class_become_text_from_11_7_and_are_refused_before() {
    let nested = mash().with("a", Value::Int(1)).with("b", Value::Symbol("c".to_owned())).value();
    for (value, expected) in [
        (Value::Float(1e20), "1.0e+20"),
        (Value::array(vec![Value::text("x\"y"), Value::Nil]), r#"["x\"y", nil]"#),
        (nested, r#"{"a"=>1, "b"=>:c}"#),
    ] {
        let file = File::usual().set("mattermost", "env", mash().with("VALUE", value).value());
        assert_eq!(file.derive("11.7").unwrap().env["VALUE"].value, expected);
        assert_eq!(file.derive("11.6").unwrap_err().kind(), "not_text");
    }
    let empty = File::usual().set("mattermost", "env", mash().with("VALUE", Value::Nil).value());
    assert_eq!(empty.derive("11.0").unwrap().env["VALUE"].value, "");
}

#[test]
fn an_unknown_value_is_an_error_only_where_the_result_depends_on_it() {
    let site_name = File::usual().set("mattermost", "team_site_name", unknown());
    let error = site_name.derive("14.7").unwrap_err();
    assert_eq!(
        (error.kind(), error.detail(), error.span()),
        ("unknown_value", Some("mattermost['team_site_name']"), Some(SPAN))
    );
    let own = mash().with("MM_TEAMSETTINGS_SITENAME", Value::text("Taken")).value();
    assert_eq!(site_name.set("mattermost", "env", own).env("MM_TEAMSETTINGS_SITENAME"), "Taken");

    let certificate = File::https().set("mattermost_nginx", "ssl_certificate", unknown());
    let deployment = certificate.derive_with("14.7", None, &["/etc/gitlab/ssl/gitlab.example.com.crt"]).unwrap();
    assert_eq!(deployment.nginx.unwrap().certificate.unwrap().certificate, None);
    assert_eq!(deployment.warnings[0].code, "unknown_value");
}

#[test]
fn an_unknown_gitlab_url_is_an_error_only_while_mattermost_needs_it() {
    let gitlab = || File::default().call("external_url", unknown());
    assert!(!gitlab().derive("14.7").unwrap().enabled);
    let both = gitlab().call("mattermost_external_url", Value::text("http://mattermost.example.com"));
    assert_eq!(both.kind(), "unknown_value");
    let off = both.set("mattermost", "enable", Value::Bool(false));
    assert!(!off.derive("14.7").unwrap().enabled);
}

#[test]
fn checks_run_in_the_order_of_the_package() {
    let file = |gitlab, mattermost| {
        File::default()
            .call("external_url", Value::text(gitlab))
            .call("mattermost_external_url", Value::text(mattermost))
    };
    for (gitlab, mattermost, kind) in [
        ("gitlab.example.com", "ftp://x", "gitlab_url_without_host"),
        ("ssh://gitlab.example.com", "ftp://x", "unsupported_scheme"),
        ("http://gitläb.example.com", "mattermost.example.com", "invalid_uri"),
        ("http://gitlab.example.com", "", "mattermost_url_without_host"),
        ("http://gitlab.example.com", "ftp://chat.example.com/path", "unsupported_scheme"),
        ("http://gitlab.example.com", "http://chat.example.com/path/", "mattermost_url_path"),
        ("", "http://chat.example.com", "gitlab_url_without_host"),
    ] {
        assert_eq!(file(gitlab, mattermost).kind(), kind, "{gitlab} {mattermost}");
    }
    let symbol = File::usual().call("external_url", Value::Symbol("http://gitlab.example.com".to_owned()));
    assert_eq!(symbol.kind(), "no_method");
}

#[test]
fn a_variable_once_added_stays_in_every_later_version() {
    let mut before: Vec<String> = Vec::new();
    for (version, count) in [("11.0", 16), ("11.1", 17), ("11.3", 19), ("11.5", 20), ("13.5", 21), ("18.2", 22)] {
        let env = File::usual().derive(version).unwrap().env;
        assert_eq!(env.len(), count, "{version}");
        assert!(before.iter().all(|name| env.contains_key(name)), "{version}");
        before = env.into_keys().collect();
    }
}

#[test]
fn each_version_has_its_own_paths_and_modes() {
    let usual = File::usual();
    let of = |version: &str| usual.derive(version).unwrap();
    let path = |version: &str| of(version).env_directory.path.unwrap();
    assert_eq!(path("11.5"), "/var/opt/gitlab/mattermost/env");
    assert_eq!(path("11.6"), "/opt/gitlab/etc/mattermost/env");
    assert_eq!(of("11.5.5").env_directory.stale_files, StaleFiles::Deleted);
    assert_eq!(of("11.5.6").env_directory.stale_files, StaleFiles::Kept);
    assert_eq!(of("11.6.2").env_directory.stale_files, StaleFiles::Deleted);
    assert_eq!((of("11.0").config_json.mode, of("11.1").config_json.mode), ("0644".to_owned(), "0600".to_owned()));
    assert_eq!(
        (of("17.7").account.shell.as_str(), of("17.8").account.shell.as_str()),
        ("/bin/sh", "/usr/sbin/nologin")
    );
    assert_eq!(of("11.4").run_script.chpst[5], "mattermost");
    assert_eq!(of("11.5").run_script.chpst[5], "mattermost:mattermost");
    assert_eq!((of("11.11").version_file.is_some(), of("12.0").version_file.is_some()), (false, true));
    assert!(of("18.5").nginx.unwrap().file.ends_with("/service_conf/gitlab-mattermost.conf"));
    let log_mode = |version: &str| of(version).directories[1].mode.clone();
    assert_eq!((log_mode("15.11"), log_mode("16.0")), (None, Some("0755".to_owned())));
    for version in ["10.8", "19.0"] {
        assert_eq!(usual.derive(version).unwrap_err().kind(), "unsupported_version", "{version}");
    }
}

#[test]
fn a_setting_of_gitlab_10_stops_11_0_to_12_2_unless_it_is_false() {
    let file = |value| File::usual().set("mattermost", "service_maximum_login_attempts", value);
    let error = file(Value::Int(10)).derive("12.2").unwrap_err();
    assert_eq!(error.detail(), Some("mattermost['service_maximum_login_attempts']"));
    assert_eq!(error.kind(), "removed_setting");
    assert!(file(Value::Bool(false)).derive("12.2").is_ok());
    assert!(file(Value::Int(10)).derive("12.3").is_ok());
}

#[test]
fn the_secrets_file_replaces_what_is_unset_or_false_and_nothing_else() {
    let secrets = r#"{"mattermost": {"sql_at_rest_encrypt_key": "stored", "gitlab_enable": true, "gitlab_id": "id"}}"#;
    let file = File::usual().set("mattermost", "gitlab_enable", Value::Bool(false));
    let deployment = file.derive_with("14.7", Some(secrets), &[]).unwrap();
    let value = |name: &str| deployment.env[name].value.as_str();
    assert_eq!(value("MM_GITLABSETTINGS_ENABLE"), "true");
    assert_eq!(value("MM_GITLABSETTINGS_ID"), "id");
    assert_eq!(value("MM_SQLSETTINGS_ATRESTENCRYPTKEY"), "stored");
    assert_eq!(
        deployment.env["MM_GITLABSETTINGS_ID"].origin,
        Origin::SecretsFile { keys: vec!["mattermost.gitlab_id".to_owned()] }
    );
    let own = File::usual().set("mattermost", "sql_at_rest_encrypt_key", Value::text("own"));
    let deployment = own.derive_with("14.7", Some(secrets), &[]).unwrap();
    assert_eq!(deployment.env["MM_SQLSETTINGS_ATRESTENCRYPTKEY"].value, "own");
}

#[test]
fn a_secrets_file_of_another_shape_is_refused_without_showing_it() {
    for text in ["", "[]", r#"{"mattermost": "topsecret"}"#, r#"{"mattermost": topsecret}"#] {
        let error = Secrets::read(text).unwrap_err().to_string();
        assert!(!error.contains("topsecret"), "{error}");
    }
    let secrets = Secrets::read(r#"{"mattermost": {"gitlab_secret": "topsecret"}}"#).unwrap();
    assert!(!format!("{secrets:?}").contains("topsecret"));
}

#[test]
fn from_15_4_the_oauth_credentials_are_generated_beforehand() {
    let deployment = File::usual().derive("15.4").unwrap();
    assert_eq!(deployment.env["MM_GITLABSETTINGS_ID"].value.len(), 43);
    assert_eq!(deployment.env["MM_GITLABSETTINGS_ID"].origin, Origin::Generated);
    assert_eq!(File::usual().env("MM_GITLABSETTINGS_ID"), "");
}

#[test]
fn what_stops_the_registration_depends_on_the_version() {
    let automatic = |file: &File, version: &str| file.derive(version).unwrap().oauth_application.registration.automatic;
    let manual = File::usual().set("mattermost", "gitlab_enable", Value::Bool(true));
    assert_eq!((automatic(&manual, "15.3"), automatic(&manual, "15.4")), (Some(false), Some(true)));
    let opted_out = File::usual().set("mattermost", "register_as_oauth_app", Value::Bool(false));
    assert_eq!((automatic(&opted_out, "15.3"), automatic(&opted_out, "15.4")), (Some(true), Some(false)));
    let no_file = File::usual().set("package", "generate_secrets_json_file", Value::Bool(false));
    assert_eq!((automatic(&no_file, "16.0"), automatic(&no_file, "16.1")), (Some(true), Some(false)));
    for (section, value) in [("gitlab_rails", false), ("postgresql", false), ("consul_role", true)] {
        let file = File::usual().set(section, "enable", Value::Bool(value));
        assert_eq!(automatic(&file, "14.7"), Some(false), "{section}");
    }
    assert_eq!(automatic(&File::usual().set("postgresql", "enable", unknown()), "14.7"), None);
}

#[test]
fn the_certificate_is_gitlabs_where_lets_encrypt_is_on_and_its_own_is_missing() {
    let certificate = |file: &File, version: &str, files: &[&str]| {
        let nginx = file.derive_with(version, None, files).unwrap().nginx.unwrap();
        let certificate = nginx.certificate.unwrap();
        (certificate.certificate.unwrap(), certificate.reason, nginx.redirect.map(|it| it.to))
    };
    let redirect = "https://mattermost.example.com:443$request_uri".to_owned();
    let gitlabs = "/etc/gitlab/ssl/gitlab.example.com.crt".to_owned();
    let own = "/etc/gitlab/ssl/mattermost.example.com.crt".to_owned();
    let shared = (gitlabs.clone(), CertificateReason::LetsEncrypt, Some(redirect));
    assert_eq!(certificate(&File::https(), "14.7", &[]), shared);
    assert_eq!(certificate(&File::https(), "14.7", &[&gitlabs]), (own.clone(), CertificateReason::HostName, None));
    assert_eq!(certificate(&File::https(), "14.7", &[&own]), (own, CertificateReason::HostName, None));
    let given = File::https().set("mattermost_nginx", "ssl_certificate", Value::text("/own.crt"));
    assert_eq!(certificate(&given, "14.7", &["/own.crt"]), ("/own.crt".to_owned(), CertificateReason::Given, None));
    assert_eq!(certificate(&given, "14.7", &[]), shared);
    let no_redirect = File::https().set("mattermost_nginx", "redirect_http_to_https", Value::Bool(false));
    assert_eq!(certificate(&no_redirect, "14.7", &[]).2, None);
}

#[test]
fn headers_of_the_file_win_and_nil_removes_one() {
    let own = mash().with("Host", Value::Nil).with("X-Forwarded-Proto", Value::text("http")).value();
    let file = File::https().set("mattermost_nginx", "proxy_set_headers", own);
    let headers = file.derive("14.7").unwrap().nginx.unwrap().proxy_headers;
    let names: Vec<&str> = headers.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "X-Real-IP",
            "X-Forwarded-For",
            "X-Forwarded-Proto",
            "X-Frame-Options",
            "Upgrade",
            "Connection",
            "X-Forwarded-Ssl"
        ]
    );
    assert_eq!(headers["X-Forwarded-Proto"], "http");
    let text = File::usual().set("mattermost_nginx", "proxy_set_headers", Value::text("Host x"));
    assert_eq!(text.kind(), "no_method");
}

#[test]
fn proxy_protocol_reaches_mattermost_from_14_7() {
    let file = File::usual().set("mattermost_nginx", "proxy_protocol", Value::Bool(true));
    let address = |version: &str| file.derive(version).unwrap().nginx.unwrap().proxy_headers["X-Real-IP"].clone();
    assert_eq!((address("14.6").as_str(), address("14.7").as_str()), ("$remote_addr", "$proxy_protocol_addr"));
}

#[test]
fn before_11_5_the_data_source_looks_at_the_socket_directory_alone() {
    let file = File::usual().set("postgresql", "dir", Value::text("/pg"));
    let source = |version: &str| file.derive(version).unwrap().env["MM_SQLSETTINGS_DATASOURCE"].value.clone();
    assert!(source("11.4").contains("host=/var/opt/gitlab/postgresql "));
    assert!(source("11.5").contains("host=/pg "));
}

#[test]
fn secrets_are_not_shown_by_debug_or_by_the_masked_form() {
    let file = File::usual().set("mattermost", "gitlab_secret", Value::text("topsecret"));
    let deployment = file.derive("14.7").unwrap();
    assert!(!format!("{deployment:?}").contains("topsecret"));
    assert!(!format!("{:?}", deployment.masked().env["MM_GITLABSETTINGS_SECRET"].value).contains("topsecret"));
    assert_eq!(deployment.gitlab_version, Version::new(14, 7, 0));
}
