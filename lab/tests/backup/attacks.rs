//! Root in a folder that is another account's: whoever controls Mattermost's account does what it can there, and gets
//! neither what is root's nor a command that never ends.
//!
//! Played with two accounts, and so by root alone; CI is root.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, lchown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use super::installation::{Installation, refused, succeeded};
use super::mounts::may_mount;
use super::server::{PROGRAM, Server};
use super::signatures::locked_keys;
use super::terminal::{Terminal, has_terminals};

/// The account that Mattermost runs as here.
const NOBODY: u32 = 65534;

/// A command that takes longer, in seconds, waits for what never comes.
const PATIENCE: &str = "60";

/// An installation of another account, and what is root's beside it.
struct Scene<'a> {
    it: Installation<'a>,
    folder: PathBuf,
    /// Root's own folder, with a secret and a file in it.
    roots: PathBuf,
}

impl<'a> Scene<'a> {
    /// `None` for whoever has one account only.
    fn new(server: &'a Server, name: &str) -> Option<Self> {
        if !nix::unistd::geteuid().is_root() {
            // A test of this harness cannot say of itself that it left something out.
            let demanded = std::env::var_os("LAB_REQUIRE_ACCOUNTS").is_some();
            assert!(!demanded, "only root has a second account to attack with, and `LAB_REQUIRE_ACCOUNTS` is set");
            eprintln!("not tried: this user has no second account to attack with");
            return None;
        }
        let folder = server.folder(name);
        let it = Installation::new(server, "original", &folder, 4);
        open_ways(&it.home);
        let status = Command::new("chown").args(["-hR", "nobody:nogroup"]).arg(&it.home).status().unwrap();
        assert!(status.success());
        let roots = folder.join("roots");
        fs::create_dir(&roots).unwrap();
        fs::write(roots.join("key.pem"), "PRIVATE KEY").unwrap();
        fs::set_permissions(roots.join("key.pem"), fs::Permissions::from_mode(0o600)).unwrap();
        Some(Self { it, folder, roots })
    }

    /// What is root's is as it was.
    fn assert_roots_own(&self, case: &str) {
        let names: Vec<_> = fs::read_dir(&self.roots).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["key.pem"], "{case}");
        let (folder, key) = (fs::metadata(&self.roots).unwrap(), fs::metadata(self.roots.join("key.pem")).unwrap());
        assert!(folder.uid() == 0 && key.uid() == 0 && key.mode() & 0o777 == 0o600, "{case}");
    }

    /// Replaces a part by a link that is `owner`'s.
    fn link(&self, part: &str, target: &Path, owner: u32) {
        let place = self.it.home.join(part);
        fs::rename(&place, self.aside(part)).unwrap();
        symlink(target, &place).unwrap();
        lchown(&place, Some(owner), Some(owner)).unwrap();
    }

    fn aside(&self, part: &str) -> PathBuf {
        self.folder.join(format!("{part}-aside"))
    }

    fn unlink(&self, part: &str) {
        fs::remove_file(self.it.home.join(part)).unwrap();
        fs::rename(self.aside(part), self.it.home.join(part)).unwrap();
    }

    /// A command that is ended, and so fails the test, if it does not end by itself.
    fn run(&self, arguments: &[&str]) -> Output {
        self.it.command_by("timeout", &[PATIENCE, PROGRAM], arguments).output().unwrap()
    }

    fn backups(&self) -> PathBuf {
        self.folder.join("backups")
    }

    fn back_up(&self, more: &[&str]) -> Output {
        let to = self.backups();
        self.run(&[&["backup", "--to", to.to_str().unwrap()], more].concat())
    }
}

/// Lets others pass through the folders above.
fn open_ways(path: &Path) {
    for above in path.ancestors().skip(1).filter(|it| it.metadata().is_ok_and(|found| found.mode() & 0o5 == 0)) {
        fs::set_permissions(above, fs::Permissions::from_mode(0o711)).unwrap();
    }
}

#[test]
fn a_link_of_mattermosts_account_is_not_followed_and_one_of_roots_is() {
    let server = Server::start();
    let Some(scene) = Scene::new(&server, "links") else { return };
    let elsewhere = scene.folder.join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("plugin.json"), "{}").unwrap();
    for (part, target) in [("plugins", scene.roots.clone()), ("config.json", scene.roots.join("key.pem"))] {
        scene.link(part, &target, NOBODY);
        let complaint = refused(&scene.back_up(&[]), 2);
        let said = format!("{part}` is a link of `nobody` to `{}`", target.display());
        assert!(complaint.contains(&said) && complaint.contains("--follow"), "{complaint}");
        let left = fs::read_dir(scene.backups()).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{part}: something was backed up");
        scene.unlink(part);
    }
    for (owner, follow) in [(0, None), (NOBODY, Some(elsewhere.to_str().unwrap()))] {
        scene.link("plugins", &elsewhere, owner);
        let more: Vec<&str> = follow.into_iter().flat_map(|folder| ["--follow", folder]).collect();
        let output = succeeded(&scene.back_up(&more));
        let archive = format!("tar -tzf {}/mattermost_plugins_*", output.lines().next().unwrap());
        let listed = Command::new("sh").args(["-c", &archive]).output().unwrap().stdout;
        assert!(String::from_utf8_lossy(&listed).contains("plugins/plugin.json"), "{listed:?}");
        scene.unlink("plugins");
    }
    scene.assert_roots_own("links");
}

#[test]
fn a_restore_neither_moves_roots_folder_nor_puts_mattermosts_in_its_place() {
    let server = Server::start();
    let Some(scene) = Scene::new(&server, "restored") else { return };
    let text = succeeded(&scene.back_up(&[]));
    let set = text.lines().next().unwrap();
    scene.link("plugins", &scene.roots, NOBODY);
    let complaint = refused(&scene.run(&["restore", set]), 2);
    assert!(complaint.contains("plugins` is a link of `nobody`"), "{complaint}");
    scene.assert_roots_own("before");
    scene.unlink("plugins");

    // The link comes when everything has been looked at: while the server is stopped.
    let plugins = scene.it.home.join("plugins");
    let (plugins, roots) = (plugins.display(), scene.roots.display());
    let stop = format!("mv '{plugins}' '{plugins}.mine' && ln -s '{roots}' '{plugins}' && chown -h nobody '{plugins}'");
    succeeded(&scene.run(&["restore", set, "--stop", &stop]));
    scene.assert_roots_own("meanwhile");
    let restored = fs::symlink_metadata(scene.it.home.join("plugins")).unwrap();
    assert!(restored.is_dir() && restored.uid() == NOBODY);
    succeeded(&scene.run(&["restore", "--forget"]));
    scene.assert_roots_own("forgotten");
}

#[test]
fn nothing_is_written_outside_however_folders_are_swapped_for_links_while_an_archive_is_unpacked() {
    let server = Server::start();
    let Some(scene) = Scene::new(&server, "swapped") else { return };
    for folder in 0..30 {
        let path = scene.it.home.join(format!("data/many{folder}"));
        fs::create_dir(&path).unwrap();
        chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        (0..40).for_each(|file| fs::write(path.join(format!("{file}")), "x").unwrap());
    }
    let text = succeeded(&scene.back_up(&[]));
    let set = text.lines().next().unwrap();
    // A folder that everybody may write to: rights alone do not keep the files out of it.
    let open = scene.folder.join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    let script = format!(
        "cd '{}' && while :; do for it in .data.restored-*/many*; do mv -T \"$it\" \"$it.moved\" && ln -s '{}' \"$it\"; done; done",
        scene.it.home.display(),
        open.display()
    );
    let mut attacker = Command::new("setpriv");
    attacker.args(["--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", &script]);
    let mut attacker = attacker.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut stopped = 0;
    for attempt in 0..4 {
        let output = scene.run(&["restore", set]);
        assert_ne!(output.status.code(), Some(124), "it never ended");
        stopped += u32::from(!output.status.success());
        assert_eq!(fs::read_dir(&open).unwrap().count(), 0, "{attempt}: files were written outside");
    }
    attacker.kill().unwrap();
    attacker.wait().unwrap();
    println!("{stopped} of 4 restores were stopped by the attack");
    scene.assert_roots_own("swapped");
}

#[test]
fn folders_deeper_than_any_and_files_larger_than_any_end_a_command_and_not_the_machine() {
    let server = Server::start();
    let Some(scene) = Scene::new(&server, "deep") else { return };
    let text = succeeded(&scene.back_up(&[]));
    let set = text.lines().next().unwrap();
    let data = scene.it.home.join("data");
    let dig = "import os\nfor _ in range(20000):\n os.mkdir('x'); os.chdir('x')";
    let dug = Command::new("python3").args(["-c", dig]).current_dir(&data).status().unwrap();
    assert!(dug.success());
    let complaint = refused(&scene.back_up(&[]), 2);
    assert!(complaint.contains("deeper than 256") && complaint.len() < 1000, "{complaint}");
    succeeded(&scene.run(&["restore", set]));
    // As many files as a container may have open: what goes down one by one is stopped by its depth.
    let limit = ["-c", "ulimit -n 65536; exec \"$0\" \"$@\"", PROGRAM];
    let complaint = refused(&scene.it.command_by("bash", &limit, &["restore", "--forget"]).output().unwrap(), 2);
    assert!(complaint.contains("deeper than 256"), "{complaint}");
    let status = Command::new("sh").args(["-c", "rm -r data.before-*"]).current_dir(&scene.it.home).status().unwrap();
    assert!(status.success());
    succeeded(&scene.run(&["restore", "--forget"]));

    let large = data.join("20211123/large");
    fs::File::create(&large).unwrap().set_len(1 << 42).unwrap();
    chown(&large, Some(NOBODY), Some(NOBODY)).unwrap();
    let complaint = refused(&scene.back_up(&[]), 2);
    assert!(complaint.contains("no Mattermost has more than"), "{complaint}");
    scene.assert_roots_own("deep");
}

#[test]
fn a_second_name_of_a_link_of_roots_is_not_followed() {
    let server = Server::start();
    let Some(scene) = Scene::new(&server, "second") else { return };
    let link = scene.folder.join("link");
    symlink(&scene.roots, &link).unwrap();
    fs::rename(scene.it.home.join("plugins"), scene.aside("plugins")).unwrap();
    let status = Command::new("ln").arg("-P").arg(&link).arg(scene.it.home.join("plugins")).status().unwrap();
    assert!(status.success());
    let complaint = refused(&scene.back_up(&[]), 2);
    assert!(complaint.contains("plugins` is a link of `root`"), "{complaint}");
    scene.unlink("plugins");
    succeeded(&scene.back_up(&[]));
}

#[test]
fn what_is_made_anew_in_the_place_of_a_part_ends_a_restore_at_last() {
    let server = Server::start();
    let Some(scene) = Scene::new(&server, "anew") else { return };
    let text = succeeded(&scene.back_up(&[]));
    let set = text.lines().next().unwrap();
    let script = format!("cd '{}' && while :; do mkdir plugins data; done", scene.it.home.display());
    let mut attacker = Command::new("setpriv");
    attacker.args(["--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", &script]);
    let mut attacker = attacker.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let output = scene.run(&["restore", set]);
    attacker.kill().unwrap();
    attacker.wait().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 2)), "{output:?}");
    succeeded(&scene.run(&["restore", "--recover"]));
    assert!(scene.it.home.join("plugins/com.example/plugin.json").exists());
    scene.assert_roots_own("anew");
}

#[test]
fn a_new_config_json_is_handed_over_by_its_handle_whatever_has_its_name_by_then() {
    let server = Server::start();
    let Some(scene) = Scene::new(&server, "handed") else { return };
    if Command::new("strace").arg("-V").output().is_err() {
        let demanded = std::env::var_os("LAB_REQUIRE_ACCOUNTS").is_some();
        assert!(!demanded, "there is no `strace` to hold the program with, and `LAB_REQUIRE_ACCOUNTS` is set");
        eprintln!("not tried: there is no `strace` to hold the program with");
        return;
    }
    let text = succeeded(&scene.back_up(&[]));
    let set = text.lines().next().unwrap();
    let (home, key) = (scene.it.home.clone(), scene.roots.join("key.pem"));
    // The program waits before it hands anything over; meanwhile another name of root's file takes the new file's name.
    let is_over = AtomicBool::new(false);
    let swapped = std::thread::scope(|scope| {
        let swapper = scope.spawn(|| {
            let mut swapped = 0;
            while !is_over.load(Ordering::Relaxed) {
                for entry in fs::read_dir(&home).unwrap().flatten() {
                    let name = entry.file_name().into_string().unwrap();
                    let (path, mine) = (entry.path(), home.join(format!("mine{name}")));
                    if name.starts_with(".config.json.restored-") && !mine.exists() {
                        fs::rename(&path, &mine).unwrap();
                        fs::hard_link(&key, &path).unwrap();
                        swapped += 1;
                    }
                }
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
            swapped
        });
        let calls = "fchown,fchownat,chown,lchown";
        let (traced, delayed) = (format!("trace={calls}"), format!("inject={calls}:delay_enter=300000"));
        let held = ["-f", "-qq", "-o", "/dev/null", "-e", &traced, "-e", &delayed, PROGRAM];
        let output = scene.it.command_by("strace", &held, &["restore", set]).output().unwrap();
        is_over.store(true, Ordering::Relaxed);
        assert!(matches!(output.status.code(), Some(0 | 2)), "{output:?}");
        swapper.join().unwrap()
    });
    assert_eq!(swapped, 1, "nothing was in the place of the new file");
    scene.assert_roots_own("handed");
}

#[test]
fn another_name_of_roots_file_in_the_place_of_a_mount_is_not_written_over() {
    if !may_mount() {
        return;
    }
    let server = Server::start();
    let Some(scene) = Scene::new(&server, "mounted") else { return };
    let text = succeeded(&scene.back_up(&[]));
    let set = text.lines().next().unwrap();
    let (config, aside, key) =
        (scene.it.home.join("config.json"), scene.folder.join("config.json"), scene.roots.join("key.pem"));
    fs::copy(&config, &aside).unwrap();
    let mount = format!(
        "mount --make-rprivate / && mount --bind '{}' '{}' && exec \"$0\" \"$@\"",
        aside.display(),
        config.display()
    );
    let in_view = ["-m", "sh", "-c", &mount, PROGRAM];
    let original = fs::read(&config).unwrap();
    for (link, complaint) in
        [("ln", "config.json` is a second name of another file"), ("ln -s", "config.json` is a link")]
    {
        // Whoever controls the account can take the place away in a view of mounts of their own.
        let stop = format!("umount '{0}' && rm '{0}' && {link} '{1}' '{0}'", config.display(), key.display());
        let output = scene.it.command_by("unshare", &in_view, &["restore", set, "--stop", &stop]).output().unwrap();
        let said = refused(&output, 2);
        assert!(said.contains(complaint), "{link}: {said}");
        assert_eq!(fs::read_to_string(&key).unwrap(), "PRIVATE KEY", "{link}");
        scene.assert_roots_own(link);
        // Once the file is there again, all is as it was or as it is to be.
        fs::remove_file(&config).unwrap();
        fs::write(&config, &original).unwrap();
        chown(&config, Some(NOBODY), Some(NOBODY)).unwrap();
        succeeded(&scene.it.command_by("unshare", &in_view, &["restore", "--recover"]).output().unwrap());
        succeeded(&scene.it.command_by("unshare", &in_view, &["restore", "--forget"]).output().unwrap());
        scene.assert_roots_own(link);
    }
}

#[test]
fn no_folder_is_made_behind_a_link_that_comes_while_a_password_is_asked_for() {
    let server = Server::start();
    let Some(scene) = Scene::new(&server, "made") else { return };
    if !has_terminals() {
        let demanded = std::env::var_os("LAB_REQUIRE_ACCOUNTS").is_some();
        assert!(!demanded, "there is no `script` to make a terminal with, and `LAB_REQUIRE_ACCOUNTS` is set");
        eprintln!("not tried: there is no `script` to make a terminal with");
        return;
    }
    let theirs = scene.folder.join("theirs");
    fs::create_dir(&theirs).unwrap();
    chown(&theirs, Some(NOBODY), Some(NOBODY)).unwrap();
    let (key, _) = locked_keys(&scene.folder, "locked", "horse");
    let to = theirs.join("new/deeper");
    let command = scene.it.command(&["backup", "--to", to.to_str().unwrap(), "--sign-key", key.to_str().unwrap()]);
    // All has been looked at by then.
    let mut terminal = Terminal::start(&command);
    terminal.wait_for("Password of");
    symlink(&scene.roots, theirs.join("new")).unwrap();
    lchown(theirs.join("new"), Some(NOBODY), Some(NOBODY)).unwrap();
    terminal.press("horse\n");
    let (status, screen) = terminal.end();
    assert!(status == Some(2) && screen.contains("theirs/new` is"), "{status:?} {screen}");
    scene.assert_roots_own("made");
}

#[test]
fn a_note_that_another_account_could_have_written_is_not_believed() {
    let server = Server::start();
    let Some(scene) = Scene::new(&server, "notes") else { return };
    let text = succeeded(&scene.back_up(&[]));
    succeeded(&scene.run(&["restore", text.lines().next().unwrap()]));
    let [note] = scene.it.notes().try_into().unwrap();
    let original = fs::read_to_string(&note).unwrap();
    let name = note.file_name().unwrap();

    // In the home, under either name.
    for name in [name.to_str().unwrap(), ".mattermost-lab-restore-2021-08-05-14-30-00.json"] {
        let forged = original.replace(scene.it.home.to_str().unwrap(), scene.roots.to_str().unwrap());
        fs::write(scene.it.home.join(name), forged).unwrap();
    }
    assert!(succeeded(&scene.run(&["restore", "--recover"])).contains("nothing to do"));

    // In the place for notes, but with places or a database that no restore of this installation has.
    let place = scene.it.home.join("plugins");
    for (what, forged) in [
        ("place", original.replace(&format!("\"{}\"", place.display()), &format!("\"{}\"", scene.roots.display()))),
        ("old", original.replace(&format!("{}.before", place.display()), &format!("{}/x", scene.roots.display()))),
        ("database", original.replace("\"original_before", "\"postgres_before")),
    ] {
        assert_ne!(forged, original, "{what}");
        fs::write(&note, &forged).unwrap();
        let complaint = refused(&scene.run(&["restore", "--forget"]), 2);
        assert!(complaint.contains("is no note of a restore of this installation"), "{what}: {complaint}");
    }
    fs::write(&note, &original).unwrap();
    // By the account itself, or in a folder that it can write to.
    chown(&note, Some(NOBODY), None).unwrap();
    let complaint = refused(&scene.run(&["restore", "--forget"]), 2);
    assert!(complaint.contains("can be written by others"), "{complaint}");
    chown(&note, Some(0), None).unwrap();
    let folder = note.parent().unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
    let complaint = refused(&scene.run(&["restore", "--forget"]), 2);
    assert!(complaint.contains("can be written by others"), "{complaint}");
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
    succeeded(&scene.run(&["restore", "--forget"]));
    scene.assert_roots_own("notes");
}

#[test]
fn a_file_of_roots_under_another_name_is_not_given_away() {
    let server = Server::start();
    let Some(scene) = Scene::new(&server, "names") else { return };
    let name = scene.it.home.join("data/20211123/hard");
    fs::hard_link(scene.roots.join("key.pem"), &name).unwrap();
    let complaint = refused(&scene.back_up(&[]), 2);
    assert!(complaint.contains("hard` is another name of a file of `root`"), "{complaint}");
    fs::remove_file(&name).unwrap();

    // One that root put there itself is backed up, for root alone.
    fs::write(&name, "left by root").unwrap();
    fs::set_permissions(&name, fs::Permissions::from_mode(0o600)).unwrap();
    let output = scene.back_up(&[]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("is for root alone"), "{output:?}");
    let text = succeeded(&output);
    let modes = |kind: &str| {
        let set = fs::read_dir(text.lines().next().unwrap()).unwrap().map(|entry| entry.unwrap());
        let found = set.into_iter().find(|entry| entry.file_name().to_string_lossy().contains(kind)).unwrap();
        (found.metadata().unwrap().mode() & 0o777, found.metadata().unwrap().gid())
    };
    assert_eq!((modes("data").0, modes("plugins")), (0o600, (0o640, NOBODY)));
}

#[test]
fn no_command_waits_for_a_pipe_or_reads_a_device_without_an_end() {
    let server = Server::start();
    let Some(scene) = Scene::new(&server, "pipes") else { return };
    let text = succeeded(&scene.back_up(&[]));
    let set = Path::new(text.lines().next().unwrap());
    succeeded(&scene.run(&["restore", set.to_str().unwrap()]));
    let [note] = scene.it.notes().try_into().unwrap();
    let files: Vec<PathBuf> = fs::read_dir(set).unwrap().map(|entry| entry.unwrap().path()).collect();
    let find = |kind: &str| files.iter().find(|it| it.to_string_lossy().contains(kind)).unwrap().clone();
    let (dump, data, manifest) = (find("dbdump"), find("data_"), find("json"));
    let (settings, home) = (scene.it.gitlab.join("gitlab.rb"), scene.it.home.clone());
    let named = [dump.to_str().unwrap(), data.to_str().unwrap()];
    let to = scene.folder.join("others");
    let back_up = ["backup", "--to", to.to_str().unwrap(), "--gitlab-rb", settings.to_str().unwrap()];
    let restore = ["restore", set.to_str().unwrap()];
    let verify = ["verify", set.to_str().unwrap()];
    let by_name = |command| [command, "--dump", named[0], "--files", named[1]];
    let device = PathBuf::from("/dev/zero");
    for (place, commands) in [
        (home.join("config.json"), vec![back_up.to_vec(), restore.to_vec()]),
        (home.join("data"), vec![back_up.to_vec(), restore.to_vec()]),
        (note, vec![back_up.to_vec(), vec!["restore", "--recover"], vec!["restore", "--forget"]]),
        (settings.clone(), vec![back_up.to_vec()]),
        (manifest, vec![verify.to_vec(), restore.to_vec()]),
        (
            dump.clone(),
            vec![verify.to_vec(), restore.to_vec(), by_name("verify").to_vec(), by_name("restore").to_vec()],
        ),
        (data.clone(), vec![verify.to_vec(), restore.to_vec(), by_name("verify").to_vec()]),
    ] {
        let aside = scene.folder.join("aside");
        fs::rename(&place, &aside).unwrap();
        for what in ["pipe", "device"] {
            match what {
                "pipe" => nix::unistd::mkfifo(&place, nix::sys::stat::Mode::S_IRWXU).unwrap(),
                _ => symlink(&device, &place).unwrap(),
            }
            for arguments in &commands {
                let output = scene.run(arguments);
                let case = format!("{what} as {}: {arguments:?}\n{output:?}", place.display());
                assert!(matches!(output.status.code(), Some(1..=3)), "{case}");
                let said = [output.stdout, output.stderr].concat();
                let said = String::from_utf8_lossy(&said).into_owned();
                let reasons = ["is a pipe", "it is a device", "is a device", "a link", "is not a f", "no folder"];
                assert!(reasons.iter().any(|reason| said.contains(reason)), "{case}");
            }
            fs::remove_file(&place).unwrap();
        }
        fs::rename(&aside, &place).unwrap();
    }
    succeeded(&scene.run(&verify));
    succeeded(&scene.run(&["restore", "--forget"]));
}
