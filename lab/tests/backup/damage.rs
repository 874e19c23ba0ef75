//! Damaged, foreign and hostile backups: each is refused with its reason, and nothing is touched.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use gitlab_mattermost_database::programs::installed_versions;
use mattermost_admin::backup::{BackupSet, Progress, verify};

use super::installation::{Installation, refused, succeeded};
use super::server::Server;

fn files(set: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(set).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn a_backup_cut_short_or_changed_anywhere_is_found_out() {
    let server = Server::start();
    let folder = server.folder("damage");
    let it = Installation::new(&server, "original", &folder, 40);
    let set = it.back_up(&folder.join("backups"));
    it.live_on();
    let before = it.state();
    let mut cases = 0;
    for file in files(&set) {
        let whole = fs::read(&file).unwrap();
        let is_manifest = file.extension().is_some_and(|it| it == "json");
        for part in 0..12 {
            let position = whole.len() * part / 12;
            let mut changed = whole.clone();
            changed[position] ^= 0x04;
            for damaged in [&whole[..position], &changed] {
                fs::write(&file, damaged).unwrap();
                let found = BackupSet::open(&set).and_then(|set| verify(&set, &Progress::new(false)));
                let is_whole = found.is_ok_and(|verification| verification.is_whole());
                // A changed name in the manifest, say, changes nothing that is checked, and is none of the content.
                assert!(!is_whole || (is_manifest && damaged.len() == whole.len()), "{} at {position}", file.display());
                cases += 1;
            }
        }
        fs::write(&file, &whole[..whole.len() / 2]).unwrap();
        let output = it.restore(&set).output().unwrap();
        assert!(!output.status.success(), "{}", file.display());
        fs::write(&file, &whole).unwrap();
    }
    println!("{cases} damaged backups were found out");
    assert!(it.state() == before && it.runs());
    succeeded(&it.restore(&set).output().unwrap());
}

/// A backup as the document's commands make it, of what `it` is now.
fn documented(it: &Installation<'_>, folder: &Path) -> (PathBuf, PathBuf) {
    fs::create_dir_all(folder).unwrap();
    let (dump, archive) =
        (folder.join("mattermost_dbdump_2021-08-05.sql.gz"), folder.join("mattermost_data_2021-08-05.gz"));
    let connection = it.server.data_source("gitlab-psql", &it.database);
    let script = format!(
        "\"$(ls -d /usr/lib/postgresql/*/bin | tail -1)\"/pg_dump '{connection}' | gzip > '{}' && tar -zcf '{}' -C '{}' data config.json",
        dump.display(),
        archive.display(),
        it.home.display()
    );
    assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success());
    (dump, archive)
}

#[test]
fn a_backup_of_the_documents_commands_is_checked_as_far_as_it_can_be_and_restored() {
    let server = Server::start();
    let folder = server.folder("documented");
    let it = Installation::new(&server, "original", &folder, 5);
    let state = it.state();
    let set = folder.join("set");
    let (dump, archive) = documented(&it, &set);
    let output = succeeded(&it.command(&["verify", "--trial-restore"]).arg(&set).output().unwrap());
    for line in [
        "not checked  row-counts",
        "passed       attachments",
        "passed       trial-restore",
        "not checked  same-moment",
    ] {
        assert!(output.contains(line), "{line}\n{output}");
    }
    fs::write(it.home.join("config.json"), "{}").unwrap();
    it.sql("DELETE FROM posts");
    succeeded(&it.restore(&set).output().unwrap());
    assert!(it.state() == state);

    // One file of an attachment is not in the archive: the backup was made while the server ran.
    fs::remove_file(it.home.join("data/20211123/f1")).unwrap();
    let (_, lacking) = documented(&it, &folder.join("lacking"));
    let output = it.command(&["verify", "--dump"]).arg(&dump).arg("--files").arg(&lacking).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("1 of 5 rows of fileinfo have no file of their size: `20211123/f1`"), "{text}");

    // The pipeline whose first command failed leaves a valid, empty archive (P24).
    let empty = folder.join("mattermost_dbdump_2021-08-05.sql.gz");
    assert!(
        Command::new("sh")
            .args(["-c", &format!("gzip < /dev/null > '{}'", empty.display())])
            .status()
            .unwrap()
            .success()
    );
    let output = it.command(&["verify", "--dump"]).arg(&empty).arg("--files").arg(&archive).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("it is empty: the command that should have filled it failed")
    );
}

/// An archive with `data`, `config.json` and one entry more.
fn hostile(path: &Path, add: impl FnOnce(&mut tar::Builder<flate2::write::GzEncoder<File>>)) {
    let gzip = flate2::write::GzEncoder::new(File::create(path).unwrap(), flate2::Compression::fast());
    let mut builder = tar::Builder::new(gzip);
    append(&mut builder, "data/", tar::EntryType::Directory, None, b"");
    append(&mut builder, "config.json", tar::EntryType::Regular, None, b"{}");
    add(&mut builder);
    builder.into_inner().unwrap().finish().unwrap();
}

fn append(
    to: &mut tar::Builder<impl std::io::Write>,
    name: &str,
    kind: tar::EntryType,
    link: Option<&str>,
    content: &[u8],
) {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(0o4755);
    header.set_size(content.len() as u64);
    // As it is: the crate itself would not write such names.
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    if let Some(link) = link {
        header.set_link_name_literal(link).unwrap();
    }
    header.set_cksum();
    to.append(&header, content).unwrap();
}

#[test]
fn hostile_archives_are_refused_before_anything_is_unpacked() {
    use tar::EntryType::{Block, Char, Fifo, Link, Regular, Symlink};
    let server = Server::start();
    let folder = server.folder("hostile");
    let it = Installation::new(&server, "original", &folder, 1);
    let (dump, _) = documented(&it, &folder.join("set"));
    it.sql("DELETE FROM fileinfo");
    let before = it.state();
    let archive = folder.join("mattermost_data_2021-08-05.gz");
    for (name, kind, link, reason) in [
        ("/tmp/mattermost-lab-escaped", Regular, None, "absolute path"),
        ("data/../../escaped", Regular, None, "climbs out"),
        ("data/link", Symlink, Some("/etc"), "leads out"),
        ("data/link", Symlink, Some("../../x"), "leads out"),
        ("data/link", Link, Some("/etc/passwd"), "leads out"),
        ("data/device", Char, None, "a device"),
        ("data/device", Block, None, "a device"),
        ("data/pipe", Fifo, None, "a pipe"),
        ("data/../etc/passwd", Regular, None, "climbs out"),
    ] {
        hostile(&archive, |builder| append(builder, name, kind, link, b""));
        let mut command = it.command(&["restore", "--dump"]);
        command.arg(&dump).arg("--files").arg(&archive);
        let complaint = refused(&command.output().unwrap(), 1);
        assert!(complaint.contains(reason) && complaint.contains("nothing was changed"), "{name}: {complaint}");
    }
    // A file behind a link that the archive itself makes.
    hostile(&archive, |builder| {
        append(builder, "data/a", Symlink, Some("b"), b"");
        append(builder, "data/a/file", Regular, None, b"x");
    });
    let output = it.command(&["verify", "--dump"]).arg(&dump).arg("--files").arg(&archive).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("lies behind a link"));
    assert!(it.state() == before && !Path::new("/tmp/mattermost-lab-escaped").exists());
}

/// The SQL of a dump.
fn sql_of(dump: &Path) -> String {
    String::from_utf8(Command::new("gzip").arg("-dc").arg(dump).output().unwrap().stdout).unwrap()
}

/// Replaces a part of a dump.
fn change(dump: &Path, from: &str, to: &str) {
    let text = sql_of(dump);
    assert!(text.contains(from), "{from}");
    let mut gzip = flate2::write::GzEncoder::new(File::create(dump).unwrap(), flate2::Compression::fast());
    gzip.write_all(text.replacen(from, to, 1).as_bytes()).unwrap();
    gzip.finish().unwrap();
}

/// The lines of a dump that restrict psql; a dump of before August 2025 has none.
fn restrictions(dump: &Path) -> Vec<String> {
    sql_of(dump).lines().filter(|line| line.contains("restrict ")).map(str::to_owned).collect()
}

#[test]
fn a_dump_that_is_not_all_of_a_mattermost_is_refused() {
    let server = Server::start();
    let folder = server.folder("others");
    let it = Installation::new(&server, "original", &folder, 2);
    let (dump, archive) = documented(&it, &folder.join("set"));
    server.sql("postgres", "CREATE DATABASE empty");
    server.sql("postgres", "CREATE DATABASE wiki");
    server.sql("wiki", "CREATE TABLE pages (id int); INSERT INTO pages VALUES (1)");
    let before = it.state();
    let own = it.database.as_str();
    for (database, options, reason) in [
        ("empty", "", "holds no rows"),
        ("wiki", "", "it is of another program"),
        (own, "-t posts", "`systems`, `users`, `teams`, `channels`"),
        (own, "-T posts", "the rows of `posts` are not in it"),
        (own, "--exclude-table-data=posts", "the rows of `posts` are not in it"),
        (own, "--schema-only", "holds no rows"),
    ] {
        let connection = server.data_source("gitlab-psql", database);
        let pg_dump = "\"$(ls -d /usr/lib/postgresql/*/bin | tail -1)\"/pg_dump";
        let script = format!("{pg_dump} {options} '{connection}' | gzip > '{}'", dump.display());
        assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success());
        let files = ["--dump", dump.to_str().unwrap(), "--files", archive.to_str().unwrap()];
        let output = it.command(&["verify"]).args(files).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.code() == Some(1) && text.contains("FAILED       mattermost"), "{options}: {text}");
        assert!(text.contains(reason), "{options}: {text}");
        let complaint = refused(&it.command(&["restore"]).args(files).output().unwrap(), 1);
        assert!(complaint.contains(reason) && complaint.contains("nothing was changed"), "{options}: {complaint}");
    }
    assert!(it.state() == before);
    // The wrong database is not backed up either.
    let mut wrong = it.command(&["backup", "--to", folder.join("to").to_str().unwrap()]);
    wrong.env("MATTERMOST_LAB_DATA_SOURCE", server.data_source("gitlab-psql", "wiki"));
    assert!(refused(&wrong.output().unwrap(), 1).contains("it is of another program"));
    assert_eq!(fs::read_dir(folder.join("to")).unwrap().count(), 0);
}

#[test]
fn a_dump_without_its_last_line_is_not_whole_though_its_archive_is() {
    let server = Server::start();
    let folder = server.folder("last-line");
    let it = Installation::new(&server, "original", &folder, 2);
    let (dump, archive) = documented(&it, &folder.join("set"));
    let before = it.state();
    for lost in ["-- PostgreSQL database dump complete", "\nCREATE INDEX "] {
        let text = sql_of(&dump);
        let mut gzip = flate2::write::GzEncoder::new(File::create(&dump).unwrap(), flate2::Compression::fast());
        gzip.write_all(&text.as_bytes()[..text.find(lost).unwrap()]).unwrap();
        gzip.finish().unwrap();
        assert!(Command::new("gzip").arg("-t").arg(&dump).status().unwrap().success());
        let files = ["--dump", dump.to_str().unwrap(), "--files", archive.to_str().unwrap()];
        let output = it.command(&["verify"]).args(files).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains("passed       dump-readable") && text.contains("FAILED       dump-whole"), "{text}");
        assert!(text.contains("does not end with \"PostgreSQL database dump complete\""), "{text}");
        let complaint = refused(&it.command(&["restore"]).args(files).output().unwrap(), 1);
        assert!(complaint.contains("does not end with"), "{complaint}");
    }
    assert!(it.state() == before);
}

#[test]
fn a_dump_that_speaks_to_the_shell_is_refused() {
    let server = Server::start();
    let folder = server.folder("shell");
    let it = Installation::new(&server, "original", &folder, 1);
    let marker = folder.join("marker");
    let touch = format!("\\! touch {}", marker.display());
    // A dump's own word that restricts psql is known to whoever wrote the dump.
    for (name, is_restricted, words, status, reason) in [
        ("line", false, touch.clone(), 1, r"the psql command `\! touch"),
        ("behind", false, format!("SELECT 1 {touch}"), 1, "a command to psql in the middle of a statement"),
        (
            "released",
            true,
            format!("SELECT 1 {{end}}\nSELECT 1 {touch}"),
            1,
            "a command to psql in the middle of a statement",
        ),
    ] {
        let (dump, archive) = documented(&it, &folder.join(name));
        let before = it.state();
        let restrictions = restrictions(&dump);
        assert_eq!(restrictions.len(), 2, "{restrictions:?}");
        for line in restrictions.iter().filter(|_| !is_restricted) {
            change(&dump, &format!("{line}\n"), "");
        }
        change(&dump, "\nSET ", &format!("\n{}\nSET ", words.replace("{end}", &restrictions[1])));
        let mut restore = it.command(&["restore", "--dump"]);
        let complaint = refused(&restore.arg(&dump).arg("--files").arg(&archive).output().unwrap(), status);
        assert!(!marker.exists() && it.state() == before, "{name}: {complaint}");
        assert!(complaint.contains(reason), "{name}: {complaint}");
    }
}

#[test]
fn a_psql_that_cannot_be_restricted_gets_a_dump_that_is_nothing_but_sql_and_no_other() {
    let server = Server::start();
    let folder = server.folder("old-psql");
    let it = Installation::new(&server, "original", &folder, 2);
    let state = it.state();
    let (dump, archive) = documented(&it, &folder.join("set"));
    // This machine's programs, of which psql says to be older and stops at what an older one stops at.
    let programs = folder.join("programs");
    fs::create_dir_all(&programs).unwrap();
    let own = installed_versions().into_iter().find(|it| it.join("pg_dump").is_file()).unwrap();
    std::os::unix::fs::symlink(own.join("pg_dump"), programs.join("pg_dump")).unwrap();
    let older = format!(
        "#!/bin/sh\n[ \"$1\" = --version ] && echo 'psql (PostgreSQL) 15.13' && exit\n\
         exec 3<&0\nsed -u '/^\\\\\\(un\\)*restrict/s/^.*/\\\\no_such_command/' <&3 | '{}' \"$@\"\n",
        own.join("psql").display()
    );
    fs::write(programs.join("psql"), older).unwrap();
    fs::set_permissions(programs.join("psql"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let restore = || {
        let mut restore = it.command(&["restore", "--programs"]);
        restore.arg(&programs).arg("--dump").arg(&dump).arg("--files").arg(&archive);
        restore.output().unwrap()
    };
    it.sql("DELETE FROM posts");
    assert!(it.state() != state);
    succeeded(&restore());
    assert!(it.state() == state);
    change(&dump, "\nSET ", "\nCOMMENT ON SCHEMA other IS '\\! id';\nSET ");
    let complaint = refused(&restore(), 2);
    assert!(complaint.contains("could make psql 15.13 run programs"), "{complaint}");
    assert!(it.state() == state);
}

#[test]
fn a_key_or_an_index_that_cannot_be_made_stops_the_restore_with_nothing_lost() {
    let server = Server::start();
    let folder = server.folder("index");
    let it = Installation::new(&server, "original", &folder, 2);
    for (name, from, to, reason) in [
        ("key", "ADD CONSTRAINT posts_pkey PRIMARY KEY (id)", "ADD CONSTRAINT posts_pkey PRIMARY KEY (type)", "null"),
        ("index", "idx_posts_channel_id ON public.posts USING btree (channelid)", "x ON public.posts (none)", "none"),
    ] {
        let (dump, archive) = documented(&it, &folder.join(name));
        change(&dump, from, to);
        let before = it.state();
        let mut restore = it.command(&["restore", "--dump"]);
        let complaint = refused(&restore.arg(&dump).arg("--files").arg(&archive).output().unwrap(), 3);
        assert!(complaint.contains(reason), "{complaint}");
        assert!(it.state() == before);
        let left = "SELECT count(*) FROM pg_database WHERE datname LIKE 'original_%'";
        assert_eq!(server.sql("postgres", left).trim(), "0");
    }
}
