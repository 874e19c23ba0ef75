//! Signed backups: what is not signed as it has to be is refused before anything else of it is read, and `minisign` itself
//! makes and reads the same signatures.

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use minisign::KeyPair;

use super::installation::{Installation, refused, succeeded};
use super::server::{PROGRAM, Server};
use super::terminal::{Terminal, has_terminals};

/// The manifest's name, and its signature's.
const SIGNED: [&str; 2] = ["mattermost_backup.json", "mattermost_backup.json.minisig"];

/// Writes a file with this mode.
fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// The files of a new pair of keys, the secret one and the public one.
fn keys(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    let KeyPair { pk, sk } = KeyPair::generate_unencrypted_keypair().unwrap();
    let (secret, public) = (folder.join(format!("{name}.key")), folder.join(format!("{name}.pub")));
    write(&secret, &sk.to_box(None).unwrap().into_string(), 0o600);
    write(&public, &pk.to_box().unwrap().into_string(), 0o644);
    (secret, public)
}

/// A backup that is to be signed, by a program without a terminal.
fn back_up(it: &Installation<'_>, to: &Path, key: &Path, more: &[&str]) -> Output {
    let words = [&["backup", "--to", to.to_str().unwrap(), "--sign-key", key.to_str().unwrap()], more].concat();
    it.command_by("setsid", &["--wait", PROGRAM], &words).output().unwrap()
}

fn set_of(output: &Output) -> PathBuf {
    PathBuf::from(succeeded(output).lines().next().unwrap())
}

#[test]
fn what_is_not_signed_as_asked_is_refused_before_anything_else_of_it_is_read() {
    let server = Server::start();
    let folder = server.folder("signatures");
    let it = Installation::new(&server, "original", &folder, 3);
    let state = it.state();
    let (key, public) = keys(&folder, "ours");
    let (_, others) = keys(&folder, "others");
    let set = set_of(&back_up(&it, &folder.join("backups"), &key, &[]));

    let verify = |key: &Path| it.command(&["verify"]).arg(&set).arg("--key").arg(key).output().unwrap();
    let restore = |key: &Path| it.restore(&set).arg("--key").arg(key).output().unwrap();
    let text = succeeded(&verify(&public));
    let stamp = set.file_name().unwrap().to_str().unwrap().trim_start_matches("mattermost_backup_").to_owned();
    let line = text.lines().find(|line| line.contains(" signature ")).unwrap();
    assert!(line.contains("passed") && line.ends_with(&format!("for the backup of {stamp}")), "{text}");
    let without = succeeded(&it.command(&["verify"]).arg(&set).output().unwrap());
    assert!(
        without.contains("not checked  signature         no `--key` was given: the other checks find damage"),
        "{without}"
    );

    it.live_on();
    let lived = it.state();
    let whole = SIGNED.map(|name| fs::read_to_string(set.join(name)).unwrap());
    let everything: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(&set)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !SIGNED.contains(&path.file_name().unwrap().to_str().unwrap()))
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    // Nothing of the rest can be read; what is said is about the signature alone.
    everything.iter().for_each(|(path, _)| fs::remove_file(path).unwrap());
    let [manifest, signature] = [&whole[0], &whole[1]];
    let as_it_was = [Some(manifest.clone()), Some(signature.clone())];
    let changed = Some(manifest.replacen("\"sha256\": \"", "\"sha256\": \"0", 1));
    assert_ne!(changed, as_it_was[0]);
    let comment = Some(signature.replace(&stamp, "2099-01-01-00-00-00"));
    assert_ne!(comment, as_it_was[1]);
    let cases = [
        (as_it_was[0].clone(), None, &public, "was made without `--sign-key`, or its signature was taken away"),
        (None, None, &public, "was made without `--sign-key`, or its signature was taken away"),
        (as_it_was[0].clone(), as_it_was[1].clone(), &others, "it is signed with the key"),
        (changed, as_it_was[1].clone(), &public, "was changed since it was signed with the key"),
        (as_it_was[0].clone(), comment, &public, "was changed since it was signed with the key"),
        (Some("{".to_owned()), as_it_was[1].clone(), &public, "was changed since it was signed with the key"),
        (as_it_was[0].clone(), Some("nothing\n".to_owned()), &public, "is no signature"),
    ];
    for (manifest, signature, key, complaint) in &cases {
        for (name, text) in SIGNED.iter().zip([manifest, signature]) {
            let path = set.join(name);
            match text {
                Some(text) => fs::write(path, text).unwrap(),
                None => drop(fs::remove_file(path)),
            }
        }
        for said in [refused(&verify(key), 1), refused(&restore(key), 1)] {
            assert!(said.contains("nothing else of it was read") && said.contains(complaint), "{complaint}: {said}");
        }
    }
    for (name, text) in SIGNED.iter().zip(whole) {
        fs::write(set.join(name), text).unwrap();
    }
    // The signature covers the manifest and so everything: other content with another sum is found by it.
    for (path, content) in &everything {
        fs::write(path, &content[..content.len() / 2]).unwrap();
    }
    assert_eq!(verify(&public).status.code(), Some(1));
    everything.iter().for_each(|(path, content)| fs::write(path, content).unwrap());
    assert!(it.state() == lived && it.runs(), "something was changed");
    succeeded(&restore(&public));
    assert!(it.state() == state);
    keys_that_are_refused(&it, &folder, &key, &set);
}

/// Keys that others can get at, and what is no key.
fn keys_that_are_refused(it: &Installation<'_>, folder: &Path, key: &Path, set: &Path) {
    let place = |name: &str| folder.join(name);
    let text = fs::read_to_string(key).unwrap();
    write(&place("read.key"), &text, 0o640);
    write(&place("rubbish.key"), "untrusted comment: a key\nrubbish\n", 0o600);
    write(&place("written.pub"), "untrusted comment: a key\nrubbish\n", 0o666);
    write(&place("rubbish.pub"), "rubbish", 0o600);
    nix::unistd::mkfifo(&place("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let to = folder.join("refused");
    for (key, complaint) in [
        ("read.key", "others can get at it; `chmod go=`"),
        ("rubbish.key", "it is no secret key"),
        ("ours.pub", "others can get at it"),
        ("pipe", "it is a pipe, not a file"),
        ("/dev/zero", "it is a device, not a file"),
        ("missing", "No such file"),
    ] {
        let said = refused(&back_up(it, &to, &place(key), &[]), 2);
        assert!(said.contains(complaint), "{key}: {said}");
    }
    assert!(!to.exists(), "a backup was begun");
    for (key, complaint) in [
        ("written.pub", "others can write to it; `chmod go-w`"),
        ("rubbish.pub", "it is no public key"),
        ("ours.key", "it is no public key"),
        ("pipe", "it is a pipe, not a file"),
        ("/dev/zero", "it is a device, not a file"),
    ] {
        let output = it.command(&["verify"]).arg(set).arg("--key").arg(place(key)).output().unwrap();
        let said = refused(&output, 2);
        assert!(said.contains(complaint), "{key}: {said}");
    }
}

/// A secret key that a password opens, and its public one.
pub fn locked_keys(folder: &Path, name: &str, password: &str) -> (PathBuf, PathBuf) {
    let KeyPair { pk, sk } = KeyPair::generate_encrypted_keypair(Some(password.to_owned())).unwrap();
    let (secret, public) = (folder.join(format!("{name}.key")), folder.join(format!("{name}.pub")));
    write(&secret, &sk.to_box(None).unwrap().into_string(), 0o600);
    write(&public, &pk.to_box().unwrap().into_string(), 0o644);
    (secret, public)
}

#[test]
fn a_password_of_a_key_is_asked_for_at_a_terminal_and_taken_from_a_file() {
    if !has_terminals() {
        assert!(std::env::var_os("LAB_REQUIRE_ACCOUNTS").is_none(), "there is no `script` to make a terminal with");
        println!("skipped: there is no `script` to make a terminal with");
        return;
    }
    let server = Server::start();
    let folder = server.folder("passwords-of-keys");
    let it = Installation::new(&server, "original", &folder, 1);
    let password = "correct é'\" \\horse";
    let (key, public) = locked_keys(&folder, "locked", password);
    let place = |name: &str| folder.join(name);
    let back_up_to = |to: &str, more: &[&str]| {
        let (to, key) = (place(to), key.to_str().unwrap());
        it.command(&[&["backup", "--to", to.to_str().unwrap(), "--sign-key", key], more].concat())
    };
    let asked = format!("Password of `{}`: ", key.display());

    let mut terminal = Terminal::start(&back_up_to("right", &[]));
    terminal.wait_for(&asked);
    terminal.press(&format!("{password}\n"));
    let (status, screen) = terminal.end();
    assert!(status == Some(0) && !screen.contains("horse"), "{status:?} {screen}");
    let set = fs::read_dir(place("right")).unwrap().next().unwrap().unwrap().path();
    let verified = it.command(&["verify"]).arg(&set).arg("--key").arg(&public).output().unwrap();
    assert!(succeeded(&verified).contains("passed       signature"), "{verified:?}");

    // Ctrl-D ends what is typed, before anything was.
    for (keys, complaint) in [
        ("incorrect horse\n", "the password does not open it"),
        ("\n", "no password was given"),
        ("\u{4}", "its password is not known; give that at a terminal or with `--sign-key-password-file"),
    ] {
        let mut terminal = Terminal::start(&back_up_to("wrong", &[]));
        terminal.wait_for(&asked);
        terminal.press(keys);
        let (status, screen) = terminal.end();
        let is_told = status == Some(2) && screen.contains(complaint) && screen.contains("locked.key");
        assert!(is_told && !screen.contains("horse"), "{keys:?}: {status:?} {screen}");
    }
    let mut terminal = Terminal::start(&back_up_to("wrong", &[]));
    terminal.wait_for(&asked);
    terminal.press("\u{3}");
    let (status, screen) = terminal.end();
    assert!(status != Some(0) && !screen.contains("manifest"), "{status:?} {screen}");

    for (name, text, mode, complaint) in [
        ("wrong-password", "incorrect horse", 0o600, "the password does not open it"),
        ("empty", "\n", 0o600, "no password was given"),
        ("open", password, 0o644, "others can get at it"),
    ] {
        write(&place(name), text, mode);
        let said = refused(
            &back_up(&it, &place("wrong"), &key, &["--sign-key-password-file", place(name).to_str().unwrap()]),
            2,
        );
        assert!(said.contains(complaint) && !said.contains("horse"), "{name}: {said}");
    }
    let said = refused(&back_up(&it, &place("wrong"), &key, &[]), 2);
    assert!(said.contains("give that at a terminal or with `--sign-key-password-file"), "{said}");
    assert!(!place("wrong").exists(), "a backup was begun");
    write(&place("right-password"), &format!("{password}\r\n"), 0o600);
    let named = place("right-password").display().to_string();
    set_of(&back_up(&it, &place("by-file"), &key, &["--sign-key-password-file", &named]));
}

/// Whether `minisign` is there; it has to be if `LAB_REQUIRE_MINISIGN` says so.
fn has_minisign() -> bool {
    let is_there = Command::new("minisign").arg("-v").output().is_ok();
    assert!(is_there || std::env::var_os("LAB_REQUIRE_MINISIGN").is_none(), "there is no `minisign`");
    if !is_there {
        println!("skipped: there is no `minisign`");
    }
    is_there
}

/// Runs `minisign` with what it is told.
fn minisign(words: &[&str], told: &str) -> String {
    let mut command = Command::new("setsid");
    command
        .args(["--wait", "minisign"])
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(told.as_bytes()).unwrap();
    succeeded(&child.wait_with_output().unwrap())
}

#[test]
fn minisign_reads_our_signatures_and_makes_those_that_we_read() {
    if !has_minisign() {
        return;
    }
    let server = Server::start();
    let folder = server.folder("minisign");
    let it = Installation::new(&server, "original", &folder, 1);
    let path = |name: &str| folder.join(name).display().to_string();
    let (key, public, password) = (path("minisign.key"), path("minisign.pub"), "correct é'\" horse");
    minisign(&["-G", "-f", "-s", &key, "-p", &public], &format!("{password}\n{password}\n"));
    let (right, wrong) = (path("password"), path("wrong"));
    write(right.as_ref(), &format!("{password}\n"), 0o600);
    write(wrong.as_ref(), "incorrect horse", 0o600);
    let to = folder.join("backups");
    for (more, complaint) in [
        (
            &[][..],
            "it is encrypted and its password is not known; give that at a terminal or with `--sign-key-password-file",
        ),
        (&["--sign-key-password-file", &wrong], "the password does not open it"),
    ] {
        let said = refused(&back_up(&it, &to, key.as_ref(), more), 2);
        assert!(said.contains(complaint) && !said.contains("horse"), "{said}");
    }
    let set = set_of(&back_up(&it, &to, key.as_ref(), &["--sign-key-password-file", &right]));
    let manifest = set.join(SIGNED[0]).display().to_string();
    let said = minisign(&["-V", "-m", &manifest, "-p", &public], "");
    let name = set.file_name().unwrap().to_str().unwrap();
    assert!(said.contains(&format!("Trusted comment: {name}")), "{said}");

    let (key, public) = (path("plain.key"), path("plain.pub"));
    minisign(&["-G", "-f", "-W", "-s", &key, "-p", &public], "");
    fs::remove_file(set.join(SIGNED[1])).unwrap();
    minisign(&["-S", "-m", &manifest, "-s", &key], "");
    let output = it.command(&["verify", "--key", &public]).arg(&set).output().unwrap();
    assert!(succeeded(&output).contains("passed       signature"), "{output:?}");
}
