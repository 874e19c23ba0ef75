//! Passwords that have everything which some reader takes for more than a letter, in every form of a data source.

use std::fs;

use super::installation::{Installation, ROLE, succeeded};
use super::server::Server;

const PASSWORD: &str = "a'b\"c\\d@e%f é:/?#&=";

#[test]
fn a_password_of_any_letters_works_in_every_form_of_a_data_source() {
    let server = Server::start_own();
    let folder = server.folder("passwords");
    let it = Installation::new(&server, "original", &folder, 1);
    let quoted = PASSWORD.replace('\\', "\\\\").replace('\'', "''");
    server.sql("postgres", &format!("SET client_encoding = 'UTF8'; ALTER ROLE {ROLE} PASSWORD E'{quoted}'"));
    let rules = server.sql("postgres", "SHOW hba_file");
    let all = "scram-sha-256";
    let text = format!("local all gitlab-psql trust\nlocal all all {all}\nhost all all 127.0.0.1/32 {all}\n");
    fs::write(rules.trim(), text).unwrap();
    server.sql("postgres", "SELECT pg_reload_conf()");
    let of = |words: &str, name: &str| {
        let value = words.split(' ').find_map(|word| word.strip_prefix(&format!("{name}=")));
        value.unwrap().to_owned()
    };
    let plain = server.data_source(ROLE, "original");
    let (socket, port) = (of(&plain, "host"), of(&plain, "port"));
    let encoded: String = PASSWORD.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let folder_encoded = socket.replace('/', "%2F");
    let escaped = PASSWORD.replace('\\', "\\\\").replace('\'', "\\'");
    let unquoted = escaped.replace(' ', "\\ ");
    for source in [
        format!("postgres://{ROLE}:{encoded}@127.0.0.1:{port}/original?sslmode=disable&connect_timeout=10"),
        format!("postgresql://{ROLE}:{encoded}@/original?host={folder_encoded}&port={port}&statement_timeout=1ms"),
        format!("user={ROLE} password='{escaped}' host=127.0.0.1 port={port} dbname=original sslmode=disable"),
        format!(
            "user={ROLE} password={unquoted} host={socket} port={port} dbname=original search_path='public, pg_catalog'"
        ),
        format!(
            "user = {ROLE}  password = '{escaped}'  host = {socket} port={port} dbname=original binary_parameters=yes"
        ),
    ] {
        let to = folder.join(format!("to{}", source.len()));
        let mut backup = it.command(&["backup", "--to", to.to_str().unwrap()]);
        let output = backup.env("MATTERMOST_LAB_DATA_SOURCE", &source).output().unwrap();
        assert!(output.status.success(), "{source}\n{}", String::from_utf8_lossy(&output.stderr));
        let text = succeeded(&output);
        let mut restore = it.command(&["restore", text.lines().next().unwrap(), "--drop-old"]);
        let output = restore.env("MATTERMOST_LAB_DATA_SOURCE", &source).output().unwrap();
        assert!(output.status.success(), "{source}\n{}", String::from_utf8_lossy(&output.stderr));
        let shown = format!("{output:?}");
        assert!(!shown.contains("a'b") && !shown.contains("%61%27"), "{shown}");
    }
}
