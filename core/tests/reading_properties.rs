//! Properties of reading and printing settings files.

use gitlab_mattermost_core::gitlab_rb::print::{print_env_block, print_settings, print_string};
use gitlab_mattermost_core::gitlab_rb::{HashEntry, HashKey, ReadOptions, RubyHash, Settings, Span, Value, read};
use indexmap::IndexMap;
use proptest::prelude::*;

const NOWHERE: Span = Span { start: 0, end: 0 };

fn options() -> ReadOptions {
    ReadOptions::default()
}

/// Texts with everything that quoting must get right.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,20}",
        "[a-z'\"\\\\#{}$@\n\r\t\u{1b}é😀]{0,12}",
        proptest::collection::vec(any::<char>(), 0..8).prop_map(|chars| chars.into_iter().collect()),
    ]
}

fn key() -> impl Strategy<Value = HashKey> {
    prop_oneof![
        text().prop_map(HashKey::Str),
        "[a-z_]{1,8}".prop_map(HashKey::Symbol),
        any::<i64>().prop_map(|number| HashKey::Int(i128::from(number))),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|number| Value::Int(i128::from(number))),
        any::<f64>().prop_filter("NaN equals nothing", |number| !number.is_nan()).prop_map(Value::Float),
        text().prop_map(Value::text),
        text().prop_map(Value::Symbol),
    ];
    leaf.prop_recursive(4, 30, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::array),
            proptest::collection::vec((key(), inner), 0..5).prop_map(|pairs| Value::hash(hash(pairs))),
        ]
    })
}

fn hash(pairs: Vec<(HashKey, Value)>) -> RubyHash {
    let mut hash = RubyHash::default();
    hash.entries.extend(pairs.into_iter().map(|(key, value)| (key, HashEntry { value, span: Some(NOWHERE) })));
    hash
}

/// Prints a value as the argument of a call, which keeps it as it is, and reads it back.
fn read_back(value: &Value) -> Value {
    let mut settings = Settings::default();
    let assigned = gitlab_mattermost_core::gitlab_rb::Assigned { value: value.clone(), span: NOWHERE };
    settings.calls.insert("roles".to_owned(), assigned);
    let printed = print_settings(&settings).unwrap();
    let settings = read(&printed, &options()).unwrap_or_else(|error| panic!("{error}\n{printed}"));
    settings.call("roles").unwrap().value.clone()
}

proptest! {
    #[test]
    fn prop_a_printed_string_reads_back_the_same(text in text()) {
        let source = format!("external_url {}", print_string(&text));
        let settings = read(&source, &options()).unwrap();
        prop_assert_eq!(&settings.call("external_url").unwrap().value, &Value::text(text));
    }

    #[test]
    fn prop_a_printed_value_reads_back_the_same(value in value()) {
        prop_assert_eq!(read_back(&value), value);
    }

    #[test]
    fn prop_printed_settings_read_back_and_print_the_same(
        entries in proptest::collection::vec((0..3_usize, text(), value()), 0..6),
    ) {
        let names = ["mattermost", "gitlab_rails", "nginx"];
        let mut source = String::new();
        for (section, key, value) in &entries {
            let value = read_back(value);
            let mut single = Settings::default();
            let pair = vec![(HashKey::Str(key.clone()), value)];
            single.sections.insert(names[*section].to_owned(), std::rc::Rc::new(std::cell::RefCell::new(hash(pair))));
            source.push_str(&print_settings(&single).unwrap());
        }
        let first = read(&source, &options()).unwrap();
        let printed = print_settings(&first).unwrap();
        let second = read(&printed, &options()).unwrap();
        prop_assert_eq!(print_settings(&second).unwrap(), printed);
        for (name, section) in &first.sections {
            prop_assert_eq!(&Value::Hash(section.clone()), &Value::Hash(second.sections[name].clone()));
        }
    }

    #[test]
    fn prop_the_env_block_reads_back_the_same(
        env in proptest::collection::vec(("[A-Z_]{1,10}", text()), 0..6),
    ) {
        let env: IndexMap<String, String> = env.into_iter().collect();
        let settings = read(&print_env_block(&env), &options()).unwrap();
        let Some(Value::Hash(read)) = settings.value("mattermost", "env") else { panic!("no env was read") };
        let read: IndexMap<String, String> = read
            .borrow()
            .entries
            .iter()
            .map(|(name, entry)| {
                let HashKey::Str(name) = name else { panic!("{name:?} is no string") };
                (name.clone(), entry.value.to_ruby_text().unwrap())
            })
            .collect();
        prop_assert_eq!(read, env);
    }

    #[test]
    fn prop_the_order_of_independent_settings_and_comments_do_not_matter(
        keys in proptest::collection::btree_map("[a-z]{1,6}", value(), 1..6),
        seed in any::<prop::sample::Index>(),
        comment in "[ -~]{0,20}",
    ) {
        let mut lines = Vec::new();
        for (key, value) in &keys {
            let pair = vec![(HashKey::Str(key.clone()), value.clone())];
            let mut single = Settings::default();
            single.sections.insert("mattermost".to_owned(), std::rc::Rc::new(std::cell::RefCell::new(hash(pair))));
            lines.push(print_settings(&single).unwrap());
        }
        let plain = read(&lines.concat(), &options()).unwrap();
        let turn = seed.index(lines.len());
        lines.rotate_left(turn);
        let commented: Vec<String> = lines.iter().map(|line| format!("# {comment}\n\n{line}#{comment}\n")).collect();
        let other = read(&commented.concat(), &options()).unwrap();
        let section = |settings: &Settings| Value::Hash(settings.sections["mattermost"].clone());
        prop_assert_eq!(section(&plain), section(&other));
    }

    #[test]
    fn prop_no_text_makes_reading_panic(source in "\\PC{0,80}") {
        let _ = read(&source, &options());
    }
}
