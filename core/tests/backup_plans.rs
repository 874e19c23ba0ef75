//! The plans of backups and restores: what they have to hold whatever is backed up, and what they look like.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod support;

use std::path::PathBuf;

use gitlab_mattermost_core::backup::create::{BackupPlan, BackupTask, parts_of};
use gitlab_mattermost_core::backup::properties::Carrying;
use gitlab_mattermost_core::backup::restore::{Choices, Holder, NewDatabase, RestorePlan, RestoreTask, Source, Taken};
use gitlab_mattermost_core::backup::settings::Edit;
use gitlab_mattermost_core::backup::{Account, ArtefactKind, Installation, Layout, Part, SetName, Stamp};
use gitlab_mattermost_core::plan::{Effect, StepList};
use proptest::prelude::*;

fn stamp() -> Stamp {
    Stamp::parse("2021-08-05-14-30-00").unwrap()
}

fn backup(present: &[Part], with_secrets: bool) -> BackupPlan {
    let to = PathBuf::from("/var/backups");
    BackupPlan::new(Installation::of_the_package(), present, with_secrets, to, SetName { stamp: stamp() })
}

fn restore(present: &[Part], choices: Choices, replaces: bool) -> RestorePlan {
    let set = backup(present, false);
    let settings = [(choices.settings, ArtefactKind::Settings), (choices.secrets, ArtefactKind::Secrets)];
    let settings = settings.into_iter().filter_map(|(chosen, kind)| chosen.then_some(kind));
    let archives = [ArtefactKind::Files, ArtefactKind::Plugins].into_iter().chain(settings).filter_map(|kind| {
        let of_home = |part: &Part| !Part::HOME.contains(part) || present.contains(part);
        let parts: Vec<Part> = parts_of(kind).iter().copied().filter(of_home).collect();
        let path = set.finished().join(set.file(kind).file_name().unwrap());
        let layout = Layout::documented(&parts);
        (!parts.is_empty()).then_some(Taken { kind, path, holder: Holder::Archive, layout, parts })
    });
    let dump = set.finished().join(set.file(ArtefactKind::Database).file_name().unwrap());
    let source = Source { dump, reader: "zcat".to_owned(), taken: archives.collect() };
    let locale = Some(("UTF8".to_owned(), "en_US.UTF-8".to_owned(), "en_US.UTF-8".to_owned()));
    let account = Account { user: "mattermost".to_owned(), group: "mattermost".to_owned(), uid: 994, gid: 994 };
    let database = NewDatabase { owner: "gitlab_mattermost".to_owned(), locale, carrying: Carrying::default() };
    RestorePlan::new(source, Installation::of_the_package(), choices, database, Some(account), replaces, stamp())
}

fn shell(plan: &StepList) -> String {
    let lines = plan.steps.iter().flat_map(|step| {
        let commands = step.effects.iter().map(|effect| match effect {
            Effect::Command { command } => command.clone(),
            other => unreachable!("a backup consists of commands, and not of {other:?}"),
        });
        std::iter::once(format!("# {}: {}", step.id, step.what)).chain(commands)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_plans_of_the_package_are_the_documents_commands_made_safe() {
    support::with_snapshots(|| {
        insta::assert_snapshot!("backup_plan", shell(&backup(&Part::HOME, true).to_steps()));
        let choices = Choices { terminate: true, drop_old: true, ..Choices::default() };
        insta::assert_snapshot!("restore_plan", shell(&restore(&Part::HOME, choices, true).to_steps()));
        let choices = Choices { settings: true, secrets: true, ..Choices::default() };
        let edit = Edit { without: vec![4..=6, 9..=9], keeps_url: true, ..Edit::default() };
        let plan = RestorePlan { edit, ..restore(&Part::HOME, choices, true) };
        let steps = plan.to_steps().steps.into_iter();
        let of_settings = steps.filter(|step| step.id.ends_with("-settings") || step.id.ends_with("-secrets"));
        insta::assert_snapshot!("restore_plan_of_settings", shell(&StepList { steps: of_settings.collect() }));
    });
}

fn some_parts() -> impl Strategy<Value = Vec<Part>> {
    prop::sample::subsequence(vec![Part::Plugins, Part::ClientPlugins], 0..=2)
        .prop_map(|plugins| [Part::Data, Part::ConfigJson].into_iter().chain(plugins).collect())
}

proptest! {
    #[test]
    fn prop_a_restore_covers_every_part_its_backup_took(parts in some_parts(), terminate: bool, drop_old: bool, replaces: bool) {
        let plan = restore(&parts, Choices { terminate, drop_old, ..Choices::default() }, replaces);
        let moved: Vec<Part> = plan.journal.moved.iter().map(|it| it.part).collect();
        prop_assert_eq!(&moved, &parts);
        for kind in [ArtefactKind::Files, ArtefactKind::Plugins] {
            let taken = parts_of(kind).iter().any(|part| parts.contains(part));
            prop_assert_eq!(plan.tasks.contains(&RestoreTask::Unpack(kind)), taken);
            prop_assert_eq!(backup(&parts, false).tasks.contains(&BackupTask::Archive(kind)), taken);
        }
    }

    #[test]
    fn prop_nothing_old_is_touched_before_the_new_is_complete(parts in some_parts(), terminate: bool, drop_old: bool, replaces: bool) {
        let plan = restore(&parts, Choices { terminate, drop_old, ..Choices::default() }, replaces);
        let at = |wanted: RestoreTask| plan.tasks.iter().position(|task| *task == wanted);
        let swap = at(RestoreTask::SwapDatabases).unwrap();
        for before in [RestoreTask::Check, RestoreTask::Begin, RestoreTask::CreateDatabase, RestoreTask::Load, RestoreTask::CompareRows, RestoreTask::Ready, RestoreTask::Stop] {
            prop_assert!(at(before).unwrap() < swap, "{:?}", before);
        }
        prop_assert!(plan.tasks.iter().rposition(|task| matches!(task, RestoreTask::Unpack(_))).unwrap() < at(RestoreTask::Stop).unwrap());
        prop_assert!(at(RestoreTask::SwapFolders).unwrap() > swap && at(RestoreTask::Start).unwrap() < at(RestoreTask::Finish).unwrap());
        prop_assert_eq!(at(RestoreTask::Forget).is_some(), drop_old);
        let ids: std::collections::BTreeSet<String> = plan.to_steps().steps.into_iter().map(|step| step.id).collect();
        prop_assert_eq!(ids.len(), plan.tasks.len());
    }
}
