//! No secret of a settings file gets into what people are shown of it, in whatever form it is written; names and places do.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use gitlab_mattermost_core::diagnosis::{Evidence, examine};
use gitlab_mattermost_core::gitlab_rb::{ReadOptions, Surroundings, ValueError, read};
use gitlab_mattermost_core::installation::SettingsFile;
use gitlab_mattermost_core::omnibus::{DeriveOptions, derive};
use gitlab_mattermost_core::version::Version;
use miette::{Diagnostic, NarratableReportHandler};
use proptest::prelude::*;

const V14_7: Version = Version::new(14, 7, 0);

/// Lines with a secret at `SECRET`, each with the name that is to be seen beside it.
const FORMS: &[(&str, &str)] = &[
    ("smtp_pass = 'SECRET'", "smtp_pass"),
    ("gitlab_rails['smtp_password'] = 'SECRET'", "smtp_password"),
    ("gitlab_rails[\"smtp_password\"] = \"SECRET\"", "smtp_password"),
    ("gitlab_rails[:smtp_password] = :SECRET", "smtp_password"),
    ("gitlab_rails['smtp_password'] ||= 'SECRET'", "smtp_password"),
    ("gitlab_rails['smtp_password'] = %q(SECRET)", "smtp_password"),
    ("gitlab_rails['smtp_password'] = %{SECRET}", "smtp_password"),
    ("gitlab_rails['smtp_password'] = %w[SECRET].first", "smtp_password"),
    ("gitlab_rails['smtp_password'] = 'a' + 'SECRET'", "smtp_password"),
    ("gitlab_rails['smtp_password'] = 'a' 'SECRET'", "smtp_password"),
    ("gitlab_rails['smtp_password'] = ['SECRET'].join", "smtp_password"),
    ("gitlab_rails['smtp_password'] = 'SECRET'.dup.strip", "smtp_password"),
    ("gitlab_rails['smtp_password'] = ('SECRET')", "smtp_password"),
    ("gitlab_rails['smtp_password'] = true ? 'SECRET' : nil", "smtp_password"),
    ("gitlab_rails['smtp_password'] = 'SECRET' unless false", "smtp_password"),
    ("gitlab_rails['smtp_password'] = <<~EOS.strip\n  SECRET\nEOS", "smtp_password"),
    ("gitlab_rails['smtp_password'] = \"a\nSECRET\"", "smtp_password"),
    ("x = 'SECRET'\ngitlab_rails['smtp_password'] = x", "smtp_password"),
    ("x = 'SECRET'\ngitlab_rails['smtp_password'] = \"#{x}\"", "smtp_password"),
    ("MAIL = { u: 'me', p: 'SECRET' }\ngitlab_rails['smtp_password'] = MAIL[:p]", "smtp_password"),
    ("gitlab_rails.store('smtp_password', 'SECRET')", "smtp_password"),
    ("gitlab_rails.merge!('smtp_password' => 'SECRET')", "smtp_password"),
    ("Gitlab['gitlab_rails']['smtp_password'] = 'SECRET'", "smtp_password"),
    ("gitlab_rails['incoming_email_password'] = \"SECRET\"", "incoming_email_password"),
    ("gitlab_rails['db_key_base'] = 'SECRET'", "db_key_base"),
    ("gitlab_rails['otp_key_base'] = 'SECRET'", "otp_key_base"),
    ("gitlab_rails['initial_root_password'] = 'SECRET'", "initial_root_password"),
    ("gitlab_rails['openid_connect_signing_key'] = 'SECRET'", "openid_connect_signing_key"),
    ("gitlab_rails['ldap_servers'] = { 'main' => { 'host' => 'h', 'password' => 'SECRET' } }", "password"),
    ("gitlab_rails['ldap_servers'] = YAML.load <<-'EOS'\n  main:\n    password: 'SECRET'\nEOS", "password"),
    ("gitlab_rails['omniauth_providers'] = [{ name: 'x', app_secret: 'SECRET' }]", "app_secret"),
    ("gitlab_rails['omniauth_providers'] = [{ 'args' => { 'client_secret' => 'SECRET' } }]", "client_secret"),
    ("gitlab_rails['backup_upload_connection'] = { 'aws_secret_access_key' => 'SECRET' }", "aws_secret_access_key"),
    ("gitlab_rails['object_store'] = { 'google_json_key_string' => 'SECRET' }", "google_json_key_string"),
    ("gitlab_rails['object_store'] = { 'azure_storage_access_key' => 'SECRET' }", "azure_storage_access_key"),
    ("gitlab_shell['secret_token'] = 'SECRET'", "secret_token"),
    ("gitlab_workhorse['secret_token'] = 'SECRET'", "secret_token"),
    ("registry['http_secret'] = 'SECRET'", "http_secret"),
    ("redis['password'] = 'SECRET'", "password"),
    ("redis['master_password'] = 'SECRET'", "master_password"),
    ("postgresql['sql_user_password'] = 'SECRET'", "sql_user_password"),
    ("grafana['admin_password'] = 'SECRET'", "admin_password"),
    ("mattermost['gitlab_secret'] = 'SECRET'", "gitlab_secret"),
    ("mattermost['sql_at_rest_encrypt_key'] = 'SECRET'", "sql_at_rest_encrypt_key"),
    ("mattermost['email_invite_salt'] = 'SECRET'", "email_invite_salt"),
    ("mattermost['sql_data_source'] = 'postgres://mm:SECRET@db.example.com/mm'", "db.example.com"),
    ("mattermost['sql_data_source'] = 'user=mm password=SECRET host=db.example.com'", "db.example.com"),
    ("mattermost['sql_data_source'] = 'mm:SECRET@tcp(db.example.com:3306)/mm'", "db.example.com"),
    ("mattermost['env'] = { 'SMTP_PASS' => 'SECRET' }", "SMTP_PASS"),
    ("mattermost['env'] = { 'LDAP_BIND_PW' => 'SECRET' }", "LDAP_BIND_PW"),
    ("mattermost['env'] = { 'DB_PWD' => 'SECRET' }", "DB_PWD"),
    ("mattermost['env'] = { 'mysqlpwd' => 'SECRET' }", "mysqlpwd"),
    ("mattermost['env'] = { :root_pass => 'SECRET' }", "root_pass"),
    ("mattermost['env'] = { ROOT_PW: 'SECRET' }", "ROOT_PW"),
    ("mattermost['env'] = { 'MM_EMAILSETTINGS_SMTPPASSWORD' => 'SECRET' }", "MM_EMAILSETTINGS_SMTPPASSWORD"),
    ("mattermost['env'] = { 'mm_emailsettings_smtppassword' => 'SECRET' }", "mm_emailsettings_smtppassword"),
    ("mattermost['env'] = { 'HOOK' => 'https://chat.example.com/hooks/SECRET' }", "HOOK"),
    ("mattermost['env'] = { 'X' => 'https://hooks.slack.com/services/T0/B0/SECRET' }", "hooks.slack.com"),
    ("mattermost['env'] = { 'X' => 'https://me:SECRET@git.example.com/a' }", "git.example.com"),
    ("mattermost['env'] = { 'X' => 'https://SECRET@git.example.com/a' }", "git.example.com"),
    ("mattermost['env'] = { 'X' => 'https://git.example.com/a?private_token=SECRET' }", "git.example.com"),
    ("mattermost['env'] = { 'X' => 'https://git.example.com/a?x=1#access_token=SECRET' }", "git.example.com"),
    ("mattermost['env'] = { 'HTTP_PROXY' => 'http://me:SECRET@proxy.example.com:3128' }", "proxy.example.com"),
    ("mattermost['env'] = { 'X' => 'Bearer SECRET' }", "mattermost"),
    ("mattermost['env'] = { 'X' => \"-----BEGIN PRIVATE KEY-----\\nSECRET\\n\" }", "mattermost"),
    (
        "mattermost['env'] = { 'MM_PLUGINSETTINGS_PLUGINS' => '{\"a.b\":{\"webhooksecret\":\"SECRET\"}}' }",
        "MM_PLUGINSETTINGS_PLUGINS",
    ),
    ("mattermost_nginx['proxy_set_headers'] = { 'Authorization' => 'Basic SECRET' }", "Authorization"),
    ("# gitlab_rails['smtp_password'] = 'SECRET'", "smtp_password"),
    ("# the old smtp_password was SECRET", "smtp_password"),
    ("# see https://me:SECRET@git.example.com/a", "git.example.com"),
    ("=begin\nsmtp_password: SECRET\n=end", "smtp_password"),
];

fn report(diagnostic: &dyn Diagnostic) -> String {
    let mut text = String::new();
    NarratableReportHandler::new().with_context_lines(4).render_report(&mut text, diagnostic).unwrap();
    text
}

/// What is shown of a file whose reading fails.
fn shown_of_reading(source: &str) -> Option<String> {
    let error = read(source, &ReadOptions::default()).err()?;
    Some(format!("{}\n{:?}\n{error}", report(&error), error.detail()))
}

/// What is shown of a file that is read: by the derivation, and by the doctor.
fn shown_of_values(source: &str) -> String {
    let Ok(settings) = read(source, &ReadOptions::default()) else { return String::new() };
    let mut shown = match derive(&settings, &DeriveOptions::of(V14_7)) {
        Ok(deployment) => {
            let masked = deployment.masked();
            assert!(masked.env.keys().eq(deployment.env.keys()));
            serde_json::to_string(&masked).unwrap()
        }
        Err(error) => report(&error.locate("gitlab.rb", source)),
    };
    let gitlab_rb = SettingsFile::read("gitlab.rb", source, Surroundings::default(), V14_7).unwrap();
    let evidence = Evidence { gitlab_rb: Some(gitlab_rb), ..Evidence::default() };
    shown.push_str(&serde_json::to_string(&examine(&evidence)).unwrap());
    shown
}

const URLS: &str =
    "external_url 'https://gitlab.example.com'\nmattermost_external_url 'https://mattermost.example.com'\n";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    #[test]
    fn no_secret_is_shown_in_whatever_form_it_is_written(secret in "[a-z]{3}[0-9][A-Za-z0-9]{7}[0-9]") {
        prop_assert!(FORMS.len() >= 60);
        for (form, name) in FORMS {
            let line = form.replace("SECRET", &secret);
            let is_comment = form.starts_with(['#', '=']);
            for source in [
                format!("{line}\nunknown_setting_x 'v'\n"),
                format!("{URLS}unknown_setting_x 'v'\n{line}\n"),
                format!("{URLS}{line}\nnginx['listen_port'] = 'a' + 1\n"),
                format!("{line}\ny = [ 1\n"),
                format!("y = 1 )\n{line}\n"),
                format!("{line}\nz = 'forgotten\nexternal_url 'https://gitlab.example.com'\n"),
            ] {
                let shown = shown_of_reading(&source).unwrap_or_default();
                prop_assert!(!shown.contains(&secret), "{}\n{}", source, shown);
            }
            // The name is seen in the very excerpt in which the secret is not.
            let shown = shown_of_reading(&format!("{line}\nunknown_setting_x 'v'\n")).unwrap();
            let is_short = line.lines().count() < 3;
            prop_assert!(shown.contains("unknown_setting_x"), "{}", shown);
            prop_assert!(!is_short || shown.contains(name), "{}\n{}", form, shown);
            if !is_comment {
                for source in [format!("{URLS}{line}\n"), format!("{line}\nmattermost_external_url \"https://#{{ENV['HOST_X']}}\"\n")] {
                    let shown = shown_of_values(&source);
                    prop_assert!(!shown.contains(&secret), "{}\n{}", source, shown);
                }
            }
        }
    }
}
