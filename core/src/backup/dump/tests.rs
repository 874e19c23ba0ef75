use proptest::prelude::*;

use super::*;

const HEAD: &str = "--\n-- PostgreSQL database dump\n--\n\n\\restrict Abc1\n\n-- Dumped from database version 15.18 (Debian \
                    15.18-0+deb12u1)\n-- Dumped by pg_dump version 15.18\n\nSET statement_timeout = 0;\n\n";
const TAIL: &str = "--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict Abc1\n\n";

fn scan(text: &[u8], cuts: &[usize]) -> (DumpSummary, Vec<Attachment>) {
    let mut scanner = DumpScanner::default();
    let mut attachments = Vec::new();
    let mut start = 0;
    let ends = cuts.iter().map(|cut| cut % (text.len() + 1));
    let mut ends: Vec<usize> = ends.chain([text.len()]).collect();
    ends.sort_unstable();
    for end in ends {
        scanner.scan(&text[start..end], |attachment| attachments.push(attachment));
        start = end;
    }
    (scanner.finish(), attachments)
}

fn whole(text: &str) -> DumpSummary {
    scan(text.as_bytes(), &[]).0
}

/// COPY's text format of any text.
fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('\n', r"\n").replace('\t', r"\t").replace('\r', r"\r")
}

#[test]
fn a_dump_tells_its_versions_tables_and_owners() {
    let text = format!(
        "{HEAD}ALTER TABLE public.posts OWNER TO gitlab_mattermost;\nCOPY public.posts (id, message) FROM stdin;\n1\ta\n2\t\\\\.\n\
         \\.\n\nCOPY public.systems (name) FROM stdin;\n\\.\n\n{TAIL}"
    );
    let summary = whole(&text);
    assert!(summary.has_header && summary.has_trailer && summary.restricted, "{summary:?}");
    assert_eq!(summary.server_version.as_deref(), Some("15.18 (Debian 15.18-0+deb12u1)"));
    assert_eq!(summary.pg_dump.as_deref(), Some("15.18"));
    assert_eq!(summary.owners, ["gitlab_mattermost"]);
    let rows = |table: &str, rows| TableRows { table: table.to_owned(), rows };
    assert_eq!(summary.tables, [rows("public.posts", 2), rows("public.systems", 0)]);
    assert!(summary.foreign_commands.is_empty());
}

#[test]
fn attachments_are_read_wherever_their_columns_stand() {
    let text = format!(
        "{HEAD}COPY public.fileinfo (size, id, path, name) FROM stdin;\n12\tid\t20211123/a\\tb.png\tx\nno\tid\tp\tx\n\\.\n{TAIL}"
    );
    let (summary, attachments) = scan(text.as_bytes(), &[]);
    assert_eq!(attachments, [Attachment { path: "20211123/a\tb.png".to_owned(), size: 12 }]);
    assert_eq!((summary.tables[0].rows, summary.unreadable_attachments), (2, 1));
}

#[test]
fn commands_that_no_dump_has_are_told() {
    let summary = whole(&format!("{HEAD}\\! rm -rf /\n\\connect other\n{TAIL}"));
    assert_eq!(summary.foreign_commands, [r"\! rm -rf /", r"\connect other"]);
    let in_data = format!("{HEAD}COPY public.t (a) FROM stdin;\n\\\\! id\n\\.\n{TAIL}");
    assert!(whole(&in_data).foreign_commands.is_empty());
    assert_eq!(whole(&format!("{HEAD}{TAIL}\\unrestrict Abc1\n")).foreign_commands, [r"\unrestrict Abc1"]);
}

#[test]
fn statements_that_psql_could_find_a_command_in_are_told() {
    for plain in [
        "",
        "SET x = 'a;b';\n",
        "CREATE INDEX \"a\" ON t (lower('x'::text));\n",
        "COPY t (a) FROM stdin;\n\\\\$'\n\\.\n",
    ] {
        assert!(!whole(&format!("{HEAD}{plain}{TAIL}")).may_hide_commands, "{plain}");
    }
    let long = format!("SELECT 1{}", " ".repeat(KEPT));
    let hidden = "SELECT '\nCOPY t (a) FROM stdin;\n' \\! id\n";
    for doubtful in [r"SELECT 1 \! id", r"-- ' \! id", "SELECT $$", "SELECT /*", "SELECT \"a", &long, hidden] {
        assert!(whole(&format!("{HEAD}{doubtful}\n{TAIL}")).may_hide_commands, "{doubtful:.80}");
    }
}

#[test]
fn what_follows_the_end_or_comes_without_a_beginning_is_no_whole_dump() {
    assert!(whole(&format!("{HEAD}{TAIL}")).has_trailer);
    assert!(!whole(&format!("{HEAD}{TAIL}DROP TABLE posts;\n")).has_trailer);
    assert!(!whole(TAIL).has_trailer);
    assert!(!whole("").has_trailer);
    let trailer_as_data = format!("{HEAD}COPY public.t (a) FROM stdin;\n-- PostgreSQL database dump complete\n");
    assert!(!whole(&trailer_as_data).has_trailer);
}

#[test]
fn a_line_of_any_length_takes_bounded_memory() {
    let mut scanner = DumpScanner::default();
    scanner.scan(format!("{HEAD}COPY public.t (a) FROM stdin;\n").as_bytes(), |_| {});
    for _ in 0..64 {
        scanner.scan(&[b'x'; 1 << 16], |_| {});
    }
    assert!(scanner.line.capacity() <= 2 * KEPT, "{}", scanner.line.capacity());
    scanner.scan(b"\n\\.\n", |_| {});
    assert_eq!(scanner.finish().tables[0].rows, 1);
}

fn tables() -> impl Strategy<Value = Vec<(String, Vec<String>)>> {
    let rows = prop::collection::vec(".{0,40}", 0..8);
    prop::collection::vec(("[a-z]{1,8}", rows), 0..5)
}

fn dump(tables: &[(String, Vec<String>)]) -> String {
    let mut text = HEAD.to_owned();
    for (name, rows) in tables {
        text.push_str(&format!("COPY public.{name} (value) FROM stdin;\n"));
        for row in rows {
            text.push_str(&escaped(row));
            text.push('\n');
        }
        text.push_str("\\.\n\n");
    }
    text + TAIL
}

proptest! {
    #[test]
    fn prop_every_row_is_counted_wherever_the_pieces_are_cut(
        tables in tables(),
        cuts in prop::collection::vec(any::<usize>(), 0..20),
    ) {
        let text = dump(&tables);
        let (summary, _) = scan(text.as_bytes(), &cuts);
        prop_assert!(summary.has_trailer);
        let expected: Vec<TableRows> = tables
            .iter()
            .map(|(name, rows)| TableRows { table: format!("public.{name}"), rows: rows.len() as u64 })
            .collect();
        prop_assert_eq!(&summary.tables, &expected);
        prop_assert_eq!(summary, scan(text.as_bytes(), &[]).0);
    }

    #[test]
    fn prop_psql_is_told_all_but_the_restriction_wherever_the_pieces_are_cut(
        tables in tables(),
        cuts in prop::collection::vec(any::<usize>(), 0..20),
    ) {
        let text = dump(&tables);
        let summary = whole(&text);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (text.len() + 1)).chain([0, text.len()]).collect();
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|cut| (cut[0] as u64, &text.as_bytes()[cut[0]..cut[1]]));
        let told = pieces.flat_map(|(offset, piece)| summary.without_restrictions(offset, piece)).collect::<Vec<_>>().concat();
        let expected = text.replacen("\\restrict Abc1\n", "", 1);
        let (before, after) = expected.rsplit_once("\\unrestrict Abc1\n").unwrap();
        prop_assert_eq!(String::from_utf8(told).unwrap(), format!("{before}{after}"));
    }

    #[test]
    fn prop_a_dump_cut_short_is_never_whole(tables in tables(), cut in any::<prop::sample::Index>()) {
        let text = dump(&tables);
        let end = text.len() - TAIL.len() + "--\n-- PostgreSQL database dump complete".len();
        let cut = cut.index(end);
        prop_assert!(!scan(&text.as_bytes()[..cut], &[]).0.has_trailer, "{}", cut);
    }

    #[test]
    fn prop_any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let text = [HEAD.as_bytes(), b"COPY public.fileinfo (path, size) FROM stdin;\n", &bytes].concat();
        scan(&text, &[HEAD.len() + 3]);
    }
}

/// The head of one thing in a dump, and its statement.
fn made(name: &str, kind: &str, statement: &str) -> String {
    format!("--\n-- Name: {name}; Type: {kind}; Schema: public; Owner: mm\n--\n\n{statement}\n\n\n")
}

#[test]
fn the_end_of_a_dump_is_cut_where_its_pieces_do_not_need_each_other() {
    use super::ending::{Piece, pieces};
    let rows = "SET default_tablespace = '';\n\nSET default_table_access_method = heap;\n\n\
                COPY public.posts (id) FROM stdin;\n-- Name: x; Type: INDEX; Schema: public; Owner: mm\n\\.\n\n";
    let end = [
        made(
            "posts posts_pkey",
            "CONSTRAINT",
            "ALTER TABLE ONLY public.posts\n    ADD CONSTRAINT posts_pkey PRIMARY KEY (id);",
        ),
        made("a", "INDEX", "CREATE INDEX a ON public.posts USING btree (id);") + "SET default_tablespace = 'fast';\n\n",
        made("b", "INDEX", "CREATE INDEX b ON public.posts USING gin (id);"),
        made("t", "TRIGGER", "CREATE TRIGGER t;"),
        made("k", "FK CONSTRAINT", "ALTER TABLE ONLY public.posts ADD CONSTRAINT k;"),
        made("c", "INDEX", "CREATE INDEX c ON public.posts USING btree (id);"),
    ]
    .concat();
    let text = format!("{HEAD}SET what_no_dump_sets = 1;\n{rows}--\n{}{TAIL}", end.strip_prefix("--\n").unwrap());
    let summary = whole(&text);
    let offset = usize::try_from(summary.ending.offset.unwrap()).unwrap();
    let (before, end) = text.split_at(offset);
    assert!(end.starts_with("-- Name: posts posts_pkey;") && before.ends_with("\\.\n\n--\n"), "{end}");
    assert_eq!(
        summary.ending.settings.statements(),
        "SET statement_timeout = 0;\nSET default_tablespace = '';\nSET default_table_access_method = heap;\n"
    );
    let end = summary.without_restrictions(offset as u64, end.as_bytes()).concat();
    let pieces = pieces(str::from_utf8(&end).unwrap(), summary.ending.settings.clone());
    let [Piece::Together(first), Piece::Alone(middle), Piece::Together(last)] = pieces.as_slice() else {
        panic!("{pieces:#?}")
    };
    let holds = |text: &str, words: &[&str]| words.iter().all(|word| text.contains(word));
    assert!(first.len() == 3 && first.iter().all(|text| text.starts_with("SET statement_timeout = 0;\n")));
    assert!(holds(&first[0], &["PRIMARY KEY", "default_tablespace = ''"]), "keys come first");
    assert!(holds(&first[1], &["USING gin", "default_tablespace = 'fast'"]), "then what takes long, with its settings");
    assert!(holds(&first[2], &["INDEX a", "default_tablespace = ''"]));
    assert!(holds(middle, &["TRIGGER t", "CONSTRAINT k", "default_tablespace = 'fast'"]));
    assert!(last.len() == 1 && holds(&last[0], &["INDEX c", "dump complete"]) && !last[0].contains('\\'), "{last:?}");
}

#[test]
fn a_dump_of_an_unusual_order_is_not_cut() {
    let index = made("a", "INDEX", "CREATE INDEX a ON public.posts USING btree (id);");
    let rows = "COPY public.posts (id) FROM stdin;\n1\n\\.\n\n";
    for text in [format!("{HEAD}{index}{TAIL}"), format!("{HEAD}{rows}{index}{rows}{index}{TAIL}")] {
        assert_eq!(whole(&text).ending.offset, None, "{text}");
    }
}
