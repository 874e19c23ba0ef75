use super::SecretPlaces;

/// The file with every hidden byte as an asterisk.
fn shown(source: &str) -> String {
    let places = SecretPlaces::of(source);
    let hidden = |(at, c): (usize, char)| if places.hides(at) && !c.is_whitespace() { '*' } else { c };
    source.char_indices().map(hidden).collect()
}

/// Files in which every secret is `hunter2`, in as many forms as people write.
const FORMS: &[&str] = &[
    "smtp_pass = 'hunter2'",
    "gitlab_rails['smtp_password'] = 'hunter2'",
    "gitlab_rails[\"smtp_password\"] = \"hunter2\"",
    "gitlab_rails[:smtp_password] = :hunter2",
    "gitlab_rails['smtp_password'] = hunter2",
    "gitlab_rails['smtp_password'] ||= 'hunter2'",
    "gitlab_rails['smtp_password'] << 'hunter2'",
    "gitlab_rails['smtp_password'].replace('hunter2')",
    "gitlab_rails['smtp_password'] = %q(hunter2)",
    "gitlab_rails['smtp_password'] = %q{a {b} hunter2}",
    "gitlab_rails['smtp_password'] = 'a' + 'hunter2'",
    "gitlab_rails['smtp_password'] = 'a' \\\n  'hunter2'",
    "gitlab_rails['smtp_password'] =\n  'hunter2'",
    "gitlab_rails['smtp_password'] = <<~EOS\n  hunter2\nEOS",
    "gitlab_rails['smtp_password'] = <<-'EOS'.strip\n  hunter2\n  EOS",
    "gitlab_rails['smtp_password'] = <<~EOS\n  hunter2\nexternal_url 'http://x'",
    "gitlab_rails['smtp_password'] = \"a\nhunter2\"",
    "gitlab_rails['smtp_password'] = ENV['SMTP_PASSWORD'] || 'hunter2'",
    "x = ENV['SMTP_PASSWORD'] || 'hunter2'",
    "x = ENV.fetch('SMTP_PASSWORD', 'hunter2')",
    "x = ENV.fetch('SMTP_PASSWORD') { 'hunter2' }",
    "x = 'hunter2'\ngitlab_rails['smtp_password'] = x",
    "x = 'hunter2'\ny = x\ngitlab_rails['smtp_password'] = \"a#{y}\"",
    "X = ['user', 'hunter2']\ngitlab_rails['smtp_password'] = X[1]",
    "def secret_of_mail\n  'hunter2'\nend",
    "gitlab_rails.store('smtp_password', 'hunter2')",
    "gitlab_rails.merge!('smtp_password' => 'hunter2', 'x' => 1)",
    "gitlab_rails.merge!(smtp_password: 'hunter2')",
    "Gitlab['gitlab_rails']['smtp_password'] = 'hunter2'",
    "if gitlab_rails['smtp_password'] == 'hunter2'\nend",
    "a, smtp_password = 1, 'hunter2'",
    "db_password('hunter2')",
    "db_password 'hunter2'",
    "registry['http_secret'] = 'hunter2' if true",
    "mattermost['env'] = { 'LDAP_BIND_PW' => 'hunter2' }",
    "mattermost['env'] = { DB_PWD: 'hunter2' }",
    "mattermost['env'] = { \"DB_PWD\": 'hunter2' }",
    "mattermost['env'] = { 'X' => 'https://me:hunter2@host/x' }",
    "mattermost['env'] = { 'X' => 'https://host/x?private_token=hunter2' }",
    "mattermost['env'] = { 'HOOK' => 'https://host/hooks/hunter2' }",
    "mattermost['env'] = { 'X' => 'https://hooks.slack.com/services/T0/B0/hunter2' }",
    "mattermost['env'] = { 'X' => 'user=mm password=hunter2 host=db' }",
    "mattermost['env'] = { 'X' => 'mm:hunter2@tcp(db:3306)/mm' }",
    "mattermost['env'] = { 'X' => '{\"a\":{\"webhooksecret\":\"hunter2\"}}' }",
    "mattermost['sql_data_source'] = \"postgres://mm:hunter2@db:5432/mm\"",
    "mattermost_external_url 'https://me:hunter2@host'",
    "gitlab_rails['ldap_servers'] = YAML.load <<-'EOS'\n  main:\n    host: h\n    password: 'hunter2'\n    port: 1\nEOS",
    "gitlab_rails['ldap_servers'] = { 'main' => { 'password' => 'hunter2', 'host' => 'h' } }",
    "gitlab_rails['omniauth_providers'] = [{ 'name' => 'x', 'app_secret' => 'hunter2' }]",
    "gitlab_rails['omniauth_providers'] = [{ name: 'x', args: { client_options: { secret: 'hunter2' } } }]",
    "gitlab_rails['backup_upload_connection'] = {\n  'aws_secret_access_key' => 'hunter2'\n}",
    "gitlab_rails['db_key_base'] = 'hunter2'",
    "gitlab_rails['otp_key_base'] = 'hunter2'",
    "gitlab_rails['initial_root_password'] = \"hunter2\"",
    "gitlab_rails['initial_shared_runners_registration_token'] = \"hunter2\"",
    "gitlab_shell['secret_token'] = 'hunter2'",
    "redis['master_password'] = 'hunter2'",
    "redis['password'] = 123456 # the old password was hunter2",
    "postgresql['sql_user_password'] = Digest::MD5.hexdigest 'hunter2' << 'x'",
    "# gitlab_rails['smtp_password'] = 'hunter2'",
    "# gitlab_rails['smtp_password'] = \"hunter2\" # the old one",
    "# the password is hunter2",
    "# https://me:hunter2@host",
    "=begin\npassword: hunter2\n=end",
    "external_url 'http://x'\n__END__\nsmtp_password: hunter2",
    "mattermost_nginx['proxy_set_headers'] = { 'Authorization' => 'Basic hunter2' }",
    "mattermost['gitlab_secret' = hunter2",
    "mattermost[gitlab_secret] => hunter2",
    "mattermost['gitlab_secret'] hunter2",
    "mattermost['gitlab_secret'] = 'hunter2\nexternal_url 'http://x'\nmattermost['x'] = 'y'",
    "x = 'forgotten\ngitlab_rails['smtp_password'] = 'hunter2'\ny = 1",
];

#[test]
fn a_secret_is_hidden_in_whatever_form_it_is_written() {
    for source in FORMS {
        let shown = shown(source);
        assert!(!shown.contains("hunter2"), "{source}\n{shown}");
    }
}

#[test]
fn what_is_no_secret_is_shown_as_it_is() {
    for source in [
        "# the address including the `%{key}` placeholder\nmatermost['enable'] = true",
        "# tokens and keys: see https://docs.gitlab.com/omnibus/settings/ssl.html\nexternal_url 'https://h'",
        "nginx['ssl_certificate_key'] = \"/etc/gitlab/ssl/h.key\"",
        "mattermost_external_url ENV['MATTERMOST_URL']",
        "gitlab_rails['smtp_password'] = ENV['SMTP_PASSWORD']",
        "gitlab_rails['smtp_password'] = ENV.fetch('SMTP_PASSWORD')",
        "gitlab_rails['smtp_password'] = File.read('/etc/gitlab/smtp.secret')",
        "mattermost['service_address'] = '127.0.0.1'\nmattermost['service_port'] = 8065",
        "mattermost['email_enable_password_reset'] = true",
        "external_url 'https://gitlab.example.com:8443/x'",
        "gitlab_rails['gitlab_default_theme'] = 2 if gitlab_rails['smtp_password']",
        "unknown_setting_x 'v'",
        "hosts = %w[a b]\nputs hosts.join(' ')",
        "mattermost['env'] = { 'MM_SERVICESETTINGS_ENABLEUSERACCESSTOKENS' => 'true', 'MM_X' => 'y' }",
        "a = 4 / 2\nb = 'it' / 3",
    ] {
        assert_eq!(shown(source), source);
    }
}

#[test]
fn beside_a_secret_every_name_and_place_is_shown() {
    for (source, expected) in [
        (
            "mattermost['env'] = { 'X_TOKEN' => 'abc', 'MM_TEAMSETTINGS_SITENAME' => 'Chat' }",
            "mattermost['env'] = { 'X_TOKEN' => '***', 'MM_TEAMSETTINGS_SITENAME' => 'Chat' }",
        ),
        (
            "gitlab_rails['smtp_password'] = 'abc'; gitlab_rails['smtp_address'] = 'mail.example.com'",
            "gitlab_rails['smtp_password'] = '***'; gitlab_rails['smtp_address'] = 'mail.example.com'",
        ),
        ("url 'postgres://mm:abc@db.example.com:5432/chat'", "url 'postgres://******@db.example.com:5432/chat'"),
        (
            "smtp_pass = 'abc'\nunknown_setting_x 'v'\nmattermost_external_url 'https://chat.example.com'",
            "smtp_pass = '***'\nunknown_setting_x 'v'\nmattermost_external_url 'https://chat.example.com'",
        ),
        (
            "gitlab_rails['ldap_servers'] = YAML.load <<-'EOS'\n  host: h\n  password: abc\n  port: 1\nEOS",
            "gitlab_rails['ldap_servers'] = YAML.load <<-'EOS'\n  host: h\n  password: ***\n  port: 1\nEOS",
        ),
        (
            "mattermost['gitlab_secret'] = 'abc\nexternal_url 'http://x'",
            "mattermost['gitlab_secret'] = '***\nexternal_url 'http://x'",
        ),
    ] {
        assert_eq!(shown(source), expected);
    }
}

#[test]
fn no_text_takes_more_time_than_its_length_asks_for() {
    for piece in [
        "://",
        "password:",
        "/hooks/",
        "<<A\n",
        "a = ",
        "'",
        "/x ",
        "-----BEGIN PRIVATE KEY----- ",
        "{",
        "smtp_password = (",
        "\n",
        "# x\n",
    ] {
        let source = piece.repeat(20_000);
        assert!(shown(&source).len() >= source.len());
    }
    for source in ["<<'EOS", "<<~\"é", "x = <<EOS", "<<-`a\n", "'", "\"#{", "%q", "%", "?'", "/", ":\"", "<<"] {
        assert_eq!(shown(source), source);
    }
    let documents: String = (0..20_000).map(|number| format!("<<A{number}\n")).collect();
    assert_eq!(shown(&documents), documents);
}
