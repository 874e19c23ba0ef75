//! A backup that goes to another role, another schema, another server's ways: what comes back, and what is listed.

use std::process::Command;

use super::installation::{Installation, ROLE, succeeded};
use super::server::Server;

/// What a restore told, its result and its notes.
fn told(command: &mut Command) -> String {
    let output = command.output().unwrap();
    succeeded(&output) + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn our_own_backup_comes_back_from_a_server_with_what_only_a_superuser_makes() {
    let server = Server::start();
    let folder = server.folder("own");
    let it = Installation::new(&server, "original", &folder, 2);
    server.sql(
        "original",
        "CREATE EXTENSION pg_stat_statements; CREATE EXTENSION postgres_fdw; CREATE PUBLICATION p FOR ALL TABLES;
         CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw;
         CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
         CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();
         CREATE ROLE reader; GRANT SELECT ON posts TO reader; GRANT CONNECT ON DATABASE original TO reader;
         REVOKE CONNECT ON DATABASE original FROM PUBLIC;
         ALTER DATABASE original SET default_text_search_config = 'pg_catalog.german';
         ALTER DATABASE original CONNECTION LIMIT 50; COMMENT ON DATABASE original IS 'it''s ours';
         ALTER ROLE gitlab_mattermost IN DATABASE original SET work_mem = '5MB'",
    );
    let set = it.back_up(&folder.join("backups"));
    let state = it.state();
    server.sql(
        "original",
        "DROP EVENT TRIGGER e; DROP PUBLICATION p; DROP SERVER far; DROP OWNED BY reader; DROP ROLE reader",
    );
    server.sql("postgres", "DROP DATABASE original");
    let said = told(it.restore(&set).arg("--drop-old"));
    for words in [
        "publications",
        "event triggers",
        "foreign servers",
        "pg_stat_statements",
        "rights of `reader`",
        "the right `CONNECT` of `reader`",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(it.state() == state);
    let properties = "SELECT shobj_description(oid, 'pg_database'), datconnlimit, has_database_privilege('pg_monitor', oid, 'CONNECT') \
                      FROM pg_database WHERE datname = 'original'";
    assert_eq!(server.sql("postgres", properties).trim(), "it's ours|50|f");
    assert_eq!(it.sql("SHOW default_text_search_config; SHOW work_mem").trim(), "pg_catalog.german\n5MB");
}

#[test]
fn a_mattermost_that_leaves_the_bundle_belongs_to_its_new_role() {
    let server = Server::start();
    let folder = server.folder("leaving");
    let it = Installation::new(&server, "original", &folder, 2);
    server.sql(
        "original",
        "CREATE ROLE reader; GRANT SELECT ON posts TO reader; ALTER SCHEMA public RENAME TO chat; CREATE SCHEMA public",
    );
    server.sql("postgres", "ALTER ROLE gitlab_mattermost IN DATABASE original SET search_path = chat, public");
    let set = it.back_up(&folder.join("backups"));
    server.sql("postgres", "CREATE ROLE mmuser LOGIN");
    let mut restore = it.restore(&set);
    restore.env("MATTERMOST_LAB_DATA_SOURCE", server.data_source("mmuser", "mattermost"));
    let said = told(&mut restore);
    assert!(said.contains(&format!("`{ROLE}`: they are all of `mmuser`")), "{said}");
    let owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'chat'";
    assert_eq!(server.sql("mattermost", owners).trim(), "mmuser");
    assert_eq!(server.sql_as("mmuser", "mattermost", "SELECT count(*) FROM posts").trim(), "400");
    assert_eq!(server.sql("mattermost", "SELECT has_table_privilege('reader', 'chat.posts', 'SELECT')").trim(), "t");
}

#[test]
fn what_a_dump_defines_runs_as_a_role_that_can_touch_nothing_else() {
    let server = Server::start();
    let folder = server.folder("loader");
    let it = Installation::new(&server, "original", &folder, 2);
    let marker = folder.join("marker");
    // A check that runs while rows are loaded, and does what a superuser may.
    server.sql(
        "original",
        &format!(
            "CREATE FUNCTION checked(text) RETURNS boolean LANGUAGE plpgsql AS $f$ BEGIN
               IF current_database() <> 'original' THEN COPY (SELECT 1) TO PROGRAM 'touch {0}'; END IF; RETURN true;
             EXCEPTION WHEN insufficient_privilege THEN RETURN true; END $f$;
             CREATE TABLE trap (a text CHECK (checked(a))); INSERT INTO trap VALUES ('x');
             ALTER TABLE trap OWNER TO gitlab_mattermost; ALTER FUNCTION checked OWNER TO gitlab_mattermost",
            marker.display()
        ),
    );
    let set = it.back_up(&folder.join("backups"));
    let mut restore = it.restore(&set);
    restore.env("MATTERMOST_LAB_DATA_SOURCE", server.data_source("gitlab-psql", "original"));
    told(&mut restore);
    assert!(!marker.exists(), "the dump's function ran as a superuser");
    let mut verify = it.command(&["verify", "--trial-restore"]);
    verify.env("MATTERMOST_LAB_DATA_SOURCE", server.data_source("gitlab-psql", "original"));
    assert!(told(verify.arg(&set)).contains("passed       trial-restore"));
    assert!(!marker.exists(), "the dump's function ran as a superuser");
    let owners = server.sql("original", "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'");
    assert_eq!(owners.trim(), "gitlab-psql");
    let left = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'original%'; SELECT count(*) FROM pg_database WHERE datname LIKE '%trial%'";
    assert_eq!(server.sql("postgres", left).trim(), "0\n0");
}
