//! The plan of a restore as it is printed: the shell commands that it amounts to, and a note where a shell cannot do it.

use std::path::Path;

use super::{Holder, RestorePlan, RestoreTask, Taken, close_statement, drop_statement, terminate_statement};
use crate::backup::journal::Way;
use crate::backup::{ArtefactKind, Moved, Part, shell, sql};
use crate::plan::{Step, StepList};

impl RestorePlan {
    /// The plan as it is printed.
    pub fn to_steps(&self) -> StepList {
        let mut plan = StepList::default();
        for task in &self.tasks {
            plan.push(self.step(*task));
        }
        plan
    }

    fn step(&self, task: RestoreTask) -> Step {
        let (installation, journal) = (&self.installation, &self.journal);
        let psql = installation.programs.join("psql");
        let admin = |statements: &[&str]| {
            let words: Vec<&str> =
                ["-v", "ON_ERROR_STOP=1"].into_iter().chain(statements.iter().flat_map(|it| ["-c", it])).collect();
            installation.admin.command(&psql, &words, installation.maintenance())
        };
        let note = installation.notes.join(journal.file_name());
        let noted = |step: Step| {
            step.because(format!(
                "this program does it in `{}`; whoever types these commands has nothing to note down",
                note.display()
            ))
        };
        let step = Step::new(task.id(), task.what(&self.database.owner));
        match task {
            RestoreTask::Check => step.because("nothing is touched until all of it is known to be whole"),
            RestoreTask::Begin | RestoreTask::Ready | RestoreTask::Finish => noted(step),
            RestoreTask::CreateDatabase => step
                .because(
                    "a role that does not own its database can create nothing in it since PostgreSQL 15 (erratum 18)",
                )
                .command(admin(&[&self.create_statement()])),
            RestoreTask::Load => {
                step.because("psql goes on after errors unless it is told not to (P23)").command(format!(
                    "{} {} | {}",
                    self.source.reader,
                    shell::word(&self.source.dump.display().to_string()),
                    installation.owner.command(&psql, &["-v", "ON_ERROR_STOP=1", "-q"], &journal.scratch)
                ))
            }
            RestoreTask::CompareRows => {
                let psql = installation.owner.command(&psql, &["-XAtq", "-v", "ON_ERROR_STOP=1"], &journal.scratch);
                step.because("this program holds them against the dump's; the command shows them")
                    .command(format!("echo {} | {psql}", shell::word(sql::COUNT_ROWS)))
            }
            RestoreTask::SetUpDatabase => {
                let carrying = &self.database.carrying;
                let words = |statements: &[String]| {
                    let own = ["-v", "ON_ERROR_STOP=1"].into_iter();
                    own.chain(statements.iter().flat_map(|it| ["-c", it])).map(str::to_owned).collect::<Vec<_>>()
                };
                let sent =
                    [(installation.maintenance(), &carrying.statements), (journal.scratch.as_str(), &carrying.inside)];
                sent.into_iter().filter(|(_, statements)| !statements.is_empty()).fold(step, |step, (database, it)| {
                    let words = words(it);
                    let words: Vec<&str> = words.iter().map(String::as_str).collect();
                    step.command(installation.admin.command(&psql, &words, database))
                })
            }
            RestoreTask::Unpack(kind) => self.unpack(step, kind),
            RestoreTask::Stop => commanded(step, installation.stop.as_ref()),
            RestoreTask::Start => commanded(step, installation.start.as_ref()),
            RestoreTask::CloseDatabase => {
                let step = step.command(admin(&[&close_statement(&journal.database)]));
                if self.choices.terminate {
                    step.command(admin(&[&terminate_statement(&journal.database)]))
                } else {
                    step
                }
            }
            RestoreTask::SwapDatabases => step.command(admin(&[&self.swap_statements()])),
            RestoreTask::SwapFolders => journal.moved.iter().flat_map(|it| self.swap(it)).fold(step, Step::command),
            RestoreTask::Forget => {
                let drop = journal.old.iter().map(|old| admin(&[&drop_statement(old)]));
                let step = drop.fold(step, Step::command);
                journal
                    .moved
                    .iter()
                    .fold(step, |step, it| step.command(shell::line(["rm", "-r", &it.old.display().to_string()])))
            }
        }
    }

    /// The commands after which a part and what was made beside it have changed places.
    fn swap(&self, moved: &Moved) -> Vec<String> {
        let shown = |path: &Path| path.display().to_string();
        let (place, scratch, old) = (shown(&moved.place), shown(&moved.scratch), shown(&moved.old));
        let all_in = |folder: &str, to: &str, but: &[&str]| {
            let but = but.iter().flat_map(|name| ["!", "-name", name]);
            let words = ["find", folder, "-mindepth", "1", "-maxdepth", "1"].into_iter().chain(but);
            shell::line(words.chain(["-exec", "mv", "-t", to, "{}", "+"]))
        };
        match moved.way {
            Way::Rename => {
                // A part that was not there is not moved away.
                let away = shell::line(["mv", "-T", &place, &old]);
                let away = format!("if [ -e {0} ]; then {away}; fi", shell::word(&place));
                vec![away, shell::line(["mv", "-T", &scratch, &place])]
            }
            Way::Inside => vec![
                shell::line(["mkdir", &old]),
                all_in(&place, &old, &[".mattermost-lab-*"]),
                all_in(&scratch, &place, &[]),
                shell::line(["rmdir", &scratch]),
            ],
            Way::Content => vec![
                shell::line(["cp", "-p", &place, &old]),
                format!("{} > {}", shell::line(["cat", &scratch]), shell::word(&place)),
                shell::line(["rm", &scratch]),
            ],
        }
    }

    fn unpack(&self, step: Step, kind: ArtefactKind) -> Step {
        let mut commands = Vec::new();
        for taken in self.taken(kind) {
            let moved = self.journal.moved.iter().filter(|it| taken.parts.contains(&it.part));
            commands.extend(moved.flat_map(|moved| match moved.part {
                Part::GitlabRb | Part::Secrets => self.merge(moved, taken),
                _ => self.unpack_part(moved, taken),
            }));
        }
        commands.into_iter().fold(step, Step::command)
    }

    fn unpack_part(&self, moved: &Moved, taken: &Taken) -> Vec<String> {
        let (source, scratch) = (taken.path.display().to_string(), moved.scratch.display().to_string());
        let above = moved.scratch.parent().unwrap_or(Path::new("/")).display().to_string();
        let own = moved.scratch.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        let member = taken.member(moved.part);
        let mut commands = match taken.holder {
            Holder::Archive if member.is_empty() => {
                vec![shell::line(["mkdir", &scratch]), shell::line(["tar", taken.unpacking(), &source, "-C", &scratch])]
            }
            Holder::Archive => {
                let transform = format!("--transform=s,^{},{own},S", as_pattern(&member));
                vec![shell::line(["tar", taken.unpacking(), &source, &transform, "-C", &above, &member])]
            }
            Holder::Folder => vec![shell::line(["cp", "-aT", &format!("{source}/{member}"), &scratch])],
            Holder::File => vec![shell::line(["cp", "-T", &source, &scratch])],
        };
        let owner = match &self.account {
            // The package's own, and not Mattermost's.
            _ if moved.part == Part::Env => Some(format!("--reference={}", moved.place.display())),
            account => account.as_ref().map(|it| format!("{}:{}", it.user, it.group)),
        };
        commands.extend(owner.map(|owner| shell::line(["chown", "-hR", &owner, &scratch])));
        commands
    }

    /// Files that are GitLab's, too, keep what is not Mattermost's.
    fn merge(&self, moved: &Moved, taken: &Taken) -> Vec<String> {
        let shown = |path: &Path| path.display().to_string();
        let archive = &shown(&taken.path);
        let member = taken.member(moved.part);
        let backed_up = match taken.holder {
            Holder::Archive => shell::line(["tar", taken.printing(), archive, &member]),
            Holder::Folder => shell::line(["cat", &format!("{archive}/{member}")]),
            Holder::File => shell::line(["cat", archive]),
        };
        let (place, scratch) = (shown(&moved.place), shown(&moved.scratch));
        let mut commands = vec![shell::line(["install", "-m", "600", "/dev/null", &scratch])];
        if self.edit.absent.contains(&moved.part) {
            commands.push(format!("{backed_up} > {}", shell::word(&scratch)));
            return commands;
        }
        if moved.part == Part::GitlabRb {
            commands.extend(self.edit.commands(&place, archive, &scratch));
            commands.push(shell::line(["chmod", &format!("--reference={place}"), &scratch]));
        } else {
            commands.push(format!(
                "{} | {} > {}",
                backed_up,
                shell::line(["jq", "--slurp", ".[0] + .[1]", &place, "-"]),
                shell::word(&scratch)
            ));
        }
        commands.push(shell::line(["chown", &format!("--reference={place}"), &scratch]));
        commands
    }
}

impl Taken {
    /// A part as `tar` has to be told it.
    fn member(&self, part: Part) -> String {
        self.layout.member(part).unwrap_or_else(|| part.name().into()).display().to_string()
    }

    /// The options that unpack it; `tar` finds out by itself how it is packed.
    fn unpacking(&self) -> &'static str {
        if self.is_gzip() { "-zxf" } else { "-xf" }
    }

    /// The same to print a member.
    fn printing(&self) -> &'static str {
        if self.is_gzip() { "-zxOf" } else { "-xOf" }
    }

    fn is_gzip(&self) -> bool {
        self.path.extension().is_some_and(|it| it == "gz" || it == "tgz")
    }
}

/// A text as a pattern that matches it alone.
fn as_pattern(text: &str) -> String {
    let special = |c: char| ",.*[]^$\\".contains(c);
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

fn commanded(step: Step, command: Option<&String>) -> Step {
    command.into_iter().fold(step, |step, command| step.command(command.clone()))
}
