use proptest::prelude::*;

use super::ending::{Piece, pieces};
use super::filter::DumpFilter;
use super::policy::Policy;
use super::*;

const HEAD: &str = "--\n-- PostgreSQL database dump\n--\n\n\\restrict Abc1\n\n-- Dumped from database version 15.18 (Debian \
                    15.18-0+deb12u1)\n-- Dumped by pg_dump version 15.18\n\nSET statement_timeout = 0;\n\n";
const TAIL: &str = "--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict Abc1\n\n";

/// The text in pieces.
fn cut<'a>(text: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (text.len() + 1)).chain([0, text.len()]).collect();
    cuts.sort_unstable();
    cuts.windows(2).map(|cut| &text[cut[0]..cut[1]]).collect()
}

fn scan(text: &[u8], cuts: &[usize]) -> (DumpSummary, Vec<Attachment>) {
    let mut scanner = DumpScanner::default();
    let mut attachments = Vec::new();
    for piece in cut(text, cuts) {
        scanner.scan(piece, |attachment| attachments.push(attachment));
    }
    (scanner.finish(), attachments)
}

fn whole(text: &str) -> DumpSummary {
    scan(text.as_bytes(), &[]).0
}

/// The dump with these statements in it.
fn with(statements: &str) -> DumpSummary {
    whole(&format!("{HEAD}{statements}\n{TAIL}"))
}

/// What of a dump passes, or why it does not.
fn passed(text: &str, policy: Policy, cuts: &[usize], keeps_end: bool) -> Result<(String, Vec<Piece>), DumpRefusal> {
    let mut told = Vec::new();
    let mut filter = DumpFilter::new(&whole(text), policy, keeps_end, |part: &[u8]| told.extend_from_slice(part));
    for piece in cut(text.as_bytes(), cuts) {
        filter.pass(piece)?;
    }
    let end = filter.finish()?;
    Ok((String::from_utf8(told).unwrap(), pieces(&end)))
}

fn policy() -> Policy {
    let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
    Policy {
        settings: names(&["statement_timeout", "default_tablespace", "search_path", "standard_conforming_strings"]),
        roles: names(&["known"]),
        extensions: names(&["pg_trgm"]),
        tablespaces: names(&["fast"]),
        ..Policy::default()
    }
}

/// COPY's text format of any text.
fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('\n', r"\n").replace('\t', r"\t").replace('\r', r"\r")
}

fn rows(table: &str, rows: u64) -> TableRows {
    TableRows { table: table.to_owned(), rows }
}

#[test]
fn a_dump_tells_its_versions_tables_and_owners() {
    let summary = with(
        "ALTER TABLE public.posts OWNER TO gitlab_mattermost;\nCOPY public.posts (id, message) FROM stdin;\n1\ta\n2\t\\\\.\n\
         \\.\n\nCOPY \"public\".\"Odd\" (name) FROM stdin;\n\\.\n",
    );
    assert!(summary.has_header && summary.has_trailer, "{summary:?}");
    assert_eq!(summary.server_version.as_deref(), Some("15.18 (Debian 15.18-0+deb12u1)"));
    assert_eq!(summary.pg_dump.as_deref(), Some("15.18"));
    assert!(summary.section.owners.iter().eq(["gitlab_mattermost"]));
    assert_eq!(summary.tables(), [rows("public.posts", 2), rows("public.\"Odd\"", 0)]);
    assert_eq!(summary.refusals, []);
}

#[test]
fn attachments_are_read_from_rows_of_either_kind() {
    let copied = "COPY public.fileinfo (size, id, path) FROM stdin;\n12\tid\t20211123/a\\tb.png\nno\tid\tp\n\\.\n";
    let named = "INSERT INTO public.fileinfo (size, id, path) VALUES (12, 'id', E'20211123/a\\tb.png');\n\
                 INSERT INTO public.fileinfo (size, id, path) VALUES (NULL, 'id', 'p');\n";
    let made = "CREATE TABLE public.fileinfo (\n    size bigint,\n    id character varying(26) NOT NULL,\n    path text DEFAULT 'a,b)'::text,\n    CONSTRAINT c CHECK ((size > 0))\n);\n\
                INSERT INTO public.fileinfo VALUES\n\t(12, 'id', E'20211123/a\\tb.png'),\n\t(NULL, 'id', 'p') ON CONFLICT DO NOTHING;\n";
    for text in [copied, named, made] {
        let (summary, attachments) = scan(format!("{HEAD}{text}{TAIL}").as_bytes(), &[]);
        assert_eq!(attachments, [Attachment { path: "20211123/a\tb.png".to_owned(), size: 12 }], "{text}");
        assert_eq!((summary.tables()[0].rows, summary.section.unreadable_attachments), (2, 1), "{text}");
        assert_eq!(summary.refusals, [], "{text}");
        assert!(summary.section.reads_attachments && summary.section.wrong_row.is_none(), "{text}");
    }
    assert!(!with("INSERT INTO public.fileinfo VALUES (1, 'a');").section.reads_attachments);
}

#[test]
fn rows_without_the_columns_of_their_table_are_told() {
    for text in [
        "COPY t (a, b) FROM stdin;\n1\t2\n1\t2\t3\n\\.\n",
        "COPY t (a, b) FROM stdin;\n1\n\\.\n",
        "INSERT INTO t (a, b) VALUES (1, 2), (1);",
        "CREATE TABLE t (a int, b int);\nINSERT INTO t VALUES (1, 2, 3);",
    ] {
        let section = with(text).section;
        assert_eq!(section.wrong_rows, 1, "{text}");
        assert!(section.wrong_row.unwrap().why.starts_with("a row of `public.t` has "), "{text}");
    }
    for text in ["COPY t (a) FROM stdin;\n\n1\n\\.\n", "COPY t FROM stdin;\n\n\\.\n"] {
        assert_eq!(with(text).section.wrong_rows, 0, "{text}");
    }
}

#[test]
fn what_pg_dump_does_not_write_is_refused_with_its_line() {
    for statement in [
        "DROP DATABASE live WITH (FORCE);",
        "DROP DATABASE live;",
        "ALTER SYSTEM SET archive_command = 'id';",
        "COPY t (a) FROM PROGRAM 'id';",
        "COPY t (a) TO stdout;",
        "COPY t (a) FROM '/etc/passwd';",
        "COPY (SELECT 1) TO PROGRAM 'id';",
        "DO $$ BEGIN END $$;",
        "DO LANGUAGE plpgsql $$ BEGIN END $$;",
        "CALL p();",
        "SELECT pg_read_file('/etc/passwd');",
        "SELECT pg_catalog.pg_read_file('/etc/passwd');",
        "SELECT pg_catalog.setval('s', (SELECT 1), true);",
        "SELECT pg_catalog.set_config('session_preload_libraries', 'x', false);",
        "SELECT 1; SELECT 2;",
        "CREATE TABLE t AS SELECT pg_read_file('/etc/passwd');",
        "CREATE TABLE t (a) AS SELECT 1;",
        "CREATE TEMP TABLE t (a int);",
        "CREATE MATERIALIZED VIEW v AS SELECT 1;",
        "CREATE SCHEMA s CREATE TABLE t (a int);",
        "INSERT INTO t VALUES (pg_read_file('x'));",
        "INSERT INTO t VALUES ((SELECT 1));",
        "INSERT INTO t SELECT 1;",
        "INSERT INTO t VALUES (1) RETURNING pg_sleep(1);",
        "INSERT INTO t VALUES (1 + 1);",
        "SET session_replication_role = replica;",
        "SET client_encoding = 'SJIS';",
        "SET ROLE postgres;",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;",
        "UPDATE posts SET message = '';",
        "DELETE FROM posts;",
        "TRUNCATE posts;",
        "EXECUTE x;",
        "LOAD 'x';",
        "ALTER TABLE t RENAME TO u;",
        "ALTER TABLE t ADD COLUMN a int;",
        "ALTER EXTENSION x UPDATE;",
        "ALTER USER postgres PASSWORD 'x';",
        "CREATE INDEX CONCURRENTLY i ON t (a);",
        "CREATE USER x;",
        "REASSIGN OWNED BY a TO b;",
        "LOCK TABLE t;",
        "NOTIFY x;",
        "VACUUM;",
        "COMMIT AND CHAIN;",
        ";",
    ] {
        let text = format!("{HEAD}CREATE TABLE t (a int);\n{statement}\n{TAIL}");
        let summary = whole(&text);
        let line = HEAD.lines().count() as u64 + 2;
        assert_eq!(summary.refusals.first().map(|it| it.line), Some(line), "{statement}: {:?}", summary.refusals);
        assert!(passed(&text, policy(), &[], false).is_err(), "{statement}");
    }
    let in_the_end = with("CREATE TABLE t (a int);\nDROP TABLE t;");
    assert_eq!(
        in_the_end.refusals[0].to_string(),
        format!("line {}: `DROP TABLE t`: it removes what the dump has made", HEAD.lines().count() + 2)
    );
}

#[test]
fn what_could_be_read_as_a_command_is_one() {
    for text in [
        "\\! id",
        "\\connect 'host=elsewhere'",
        "\\copy t from program 'id'",
        "SELECT 1 \\! id\n;",
        "CREATE VIEW v AS SELECT (\nCOPY t (a) FROM stdin;\n\\! id\n);",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql\nBEGIN ATOMIC\nSELECT 1;\nCOPY t (a) FROM stdin;\n\\! id\nEND;",
        "COPY t (a) FROM stdin; \\! id\n\\.\n",
        "/* ' */ \\! id /* ' */",
        "/* /* */ ' */ COMMENT ON TABLE t IS 'x';\n\\! id",
        "COMMENT ON TABLE t IS $a$ $b$ $a$; \\! id",
        "COMMENT ON TABLE t IS 'a'\n-- '\n; \\! id",
        "COMMENT ON TABLE t IS '\\'; \\! id --';",
        "COMMENT ON TABLE t IS E'\\\\'; \\! id --';",
        "COMMENT ON TABLE \"a\"\"; \" IS 'x'; \\! id --\";",
        "-- x\r\\! id",
        "SELECT :'HOST';",
        "SELECT :VERSION;",
        "COMMENT ON TABLE t IS E'a'\n'b\\'; \\! id --';",
        "COMMENT ON TABLE t IS U&'a\\0041';",
        "SELECT 1E'\\'; \\! id --';",
        "COMMENT ON TABLE t IS $E'\\';",
        "COMMENT ON TABLE t IS 'x\0';",
        "COPY t (a) FROM stdin;\nx\0\n\\.\n",
        "SELECT 'never closed",
        "\\restrict a b",
        "\\unrestrict Abc1 \\! id",
    ] {
        let summary = with(text);
        assert!(!summary.refusals.is_empty(), "{text}: {summary:?}");
        assert!(passed(&format!("{HEAD}{text}\n{TAIL}"), policy(), &[], false).is_err(), "{text}");
    }
    let in_data = with("COPY public.t (a) FROM stdin;\n\\\\! id\n\\.\n");
    assert_eq!(in_data.refusals, []);
    assert!(!in_data.may_hide_commands);
    assert!(with("COMMENT ON TABLE t IS 'a\\b';").may_hide_commands);
}

#[test]
fn what_pg_dump_writes_passes() {
    let statements = include_str!("statements.sql");
    let summary = with(statements);
    assert_eq!(summary.refusals, []);
    assert!(summary.has_trailer && summary.has_bodies);
    let (told, _) = passed(&format!("{HEAD}{statements}{TAIL}"), policy(), &[], false).unwrap();
    for kept in ["CREATE FUNCTION public.atomic()", "CREATE EXTENSION IF NOT EXISTS pg_trgm", "TO known;", "a;b"] {
        assert!(told.contains(kept), "{kept}\n{told}");
    }
    for gone in [
        "OWNER TO",
        "plpgsql WITH",
        "pg_stat_statements",
        "PUBLICATION",
        "transaction_timeout",
        "TO stranger",
        "restrict",
        "DROP",
    ] {
        assert!(!told.contains(gone), "{gone}\n{told}");
    }
    let listed = policy().left_out(&summary).join("\n");
    for told in ["publications", "`stranger`", "pg_stat_statements", "transaction_timeout", "foreign servers"] {
        assert!(listed.contains(told), "{told}: {listed}");
    }
}

#[test]
fn a_removal_belongs_before_what_is_made_and_a_database_is_made_again() {
    let cleaned = "ALTER TABLE ONLY t DROP CONSTRAINT k;\nDROP TABLE IF EXISTS t;\nCREATE TABLE t (a int);";
    assert_eq!(with(cleaned).refusals, []);
    let created = "DROP DATABASE IF EXISTS mm;\nCREATE DATABASE mm WITH TEMPLATE = template0;\nALTER DATABASE mm OWNER TO x;\n\\connect mm\n\nCREATE TABLE t (a int);";
    let summary = with(created);
    assert_eq!((summary.refusals.len(), summary.databases.as_slice()), (0, &["mm".to_owned()][..]), "{summary:?}");
    assert_eq!(with("DROP DATABASE live;\nCREATE TABLE t (a int);").refusals.len(), 1);
}

#[test]
fn of_several_databases_mattermosts_is_taken_by_what_it_holds() {
    let tables = |names: &[&str]| -> String {
        names
            .iter()
            .map(|name| match *name {
                "systems" => "CREATE TABLE systems (name text, value text);\nCOPY systems (name, value) FROM stdin;\nVersion\t5.36.1\n\\.\n".to_owned(),
                _ => format!("CREATE TABLE {name} (a int);\nCOPY {name} (a) FROM stdin;\n1\n\\.\n"),
            })
            .collect()
    };
    let section = |database: &str, names: &[&str]| {
        format!(
            "\\connect {database}\n\n--\n-- PostgreSQL database dump\n--\n\n{}--\n-- PostgreSQL database dump complete\n--\n\n",
            tables(names)
        )
    };
    let all = ["systems", "users", "teams", "channels", "posts"];
    let text = format!(
        "--\n-- PostgreSQL database cluster dump\n--\n\nSET default_transaction_read_only = off;\nCREATE ROLE x;\n\
         ALTER ROLE x WITH LOGIN PASSWORD 'md5';\nALTER ROLE mm IN DATABASE mattermost SET search_path TO 'chat', 'public';\n{}{}{}--\n-- PostgreSQL database cluster dump complete\n--\n\n",
        section("gitlab", &["users", "posts"]),
        section("mattermost", &all),
        section("\"other one\"", &["users"])
    );
    let summary = whole(&text);
    assert!(summary.has_header && summary.has_trailer && summary.refusals.is_empty(), "{summary:?}");
    assert_eq!(summary.databases, ["gitlab", "mattermost", "other one"]);
    assert_eq!(summary.section.database.as_deref(), Some("mattermost"));
    assert_eq!((summary.rows(), summary.rivals.len()), (5, 0));
    assert_eq!(summary.section.settings_of_databases.len(), 1);
    let (told, _) = passed(&text, policy(), &[], false).unwrap();
    assert_eq!(told.matches("COPY").count(), 5, "{told}");
    assert!(!told.contains("PASSWORD") && !told.contains("connect"), "{told}");
    let two = format!("{}{}", section("a", &all), section("b", &all));
    assert_eq!(whole(&format!("--\n-- PostgreSQL database cluster dump\n--\n{two}")).rivals.len(), 1);
}

#[test]
fn what_another_program_wrote_before_the_dump_is_left_out() {
    for before in [
        "\u{feff}",
        "\r\n",
        "WARNING: terminal is not fully functional\n",
        "pg_dump: warning: x\nmesg: ttyname failed\n",
        "\u{feff}\n",
    ] {
        let text = format!("{before}{HEAD}CREATE TABLE t (a int);\n{TAIL}");
        let summary = whole(&text);
        assert!(summary.has_header && summary.has_trailer && summary.refusals.is_empty(), "{before:?} {summary:?}");
        assert!(passed(&text, policy(), &[], false).unwrap().0.starts_with("SET statement_timeout"));
    }
    assert!(!whole(&format!("DROP TABLE x;\n{HEAD}{TAIL}")).has_trailer);
    assert!(!whole(&"no dump\n".repeat(30)).has_header);
    let wide: Vec<u8> = HEAD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(scan(&wide, &[]).0.refusals[0].why.contains("UTF-16"));
}

#[test]
fn what_follows_the_end_or_comes_without_a_beginning_is_no_whole_dump() {
    assert!(with("").has_trailer);
    for after in ["CREATE TABLE posts (a int);", "SELECT 'a", "INSERT INTO t VALUES (1);"] {
        assert!(!whole(&format!("{HEAD}{TAIL}{after}\n")).has_trailer, "{after}");
    }
    assert!(!whole(TAIL).has_trailer);
    assert!(!whole("").has_trailer);
    assert!(!with("COPY public.t (a) FROM stdin;\n-- PostgreSQL database dump complete\n").has_trailer);
    let sections = format!("{HEAD}CREATE TABLE t (a int);\n{TAIL}{HEAD}COPY t (a) FROM stdin;\n1\n\\.\n{TAIL}");
    assert!(whole(&sections).has_trailer, "the sections of one dump, joined");
}

#[test]
fn a_line_of_any_length_takes_bounded_memory() {
    let mut scanner = DumpScanner::default();
    scanner.scan(format!("{HEAD}COPY public.t (a, b) FROM stdin;\n").as_bytes(), |_| {});
    for _ in 0..64 {
        scanner.scan(&[b'x'; 1 << 16], |_| {});
    }
    scanner.scan(b"\tb\n\\.\n", |_| {});
    let section = scanner.finish().section;
    assert_eq!((section.tables[0].rows, section.wrong_rows), (1, 0));
}

const MADE: &str = "CREATE TABLE public.posts (\n    id text\n);\n\nCOPY public.posts (id) FROM stdin;\n1\n\\.\n\n";

#[test]
fn the_end_is_cut_into_what_can_be_made_at_the_same_time() {
    let end = "ALTER TABLE ONLY public.posts\n    ADD CONSTRAINT posts_pkey PRIMARY KEY (id);\n\n\
               CREATE INDEX a ON public.posts USING btree (id);\n\n-- Name: x; Type: INDEX; Schema: public; Owner: o\n\
               SET default_tablespace = 'fast';\n\nCREATE INDEX b ON public.posts USING gin (id);\n\n\
               CREATE TRIGGER t BEFORE INSERT ON public.posts EXECUTE FUNCTION f();\n\n\
               ALTER TABLE ONLY public.posts ADD CONSTRAINT k FOREIGN KEY (id) REFERENCES public.posts(id);\n\n\
               CREATE INDEX c ON public.posts USING btree (id);\n\n";
    let text = format!("{HEAD}SET default_tablespace = '';\n{MADE}{end}{TAIL}");
    let (told, pieces) = passed(&text, policy(), &[], true).unwrap();
    assert!(told.ends_with("1\n\\.\n") && told.contains("default_tablespace = ''"), "{told}");
    let [Piece::Together(first), Piece::Alone(middle), Piece::Together(last)] = pieces.as_slice() else {
        panic!("{pieces:#?}")
    };
    let holds = |text: &str, words: &[&str]| words.iter().all(|word| text.contains(word));
    assert!(first.len() == 3 && first.iter().all(|text| text.starts_with("SET statement_timeout = 0;\n")));
    assert!(holds(&first[0], &["PRIMARY KEY", "default_tablespace = ''"]), "keys come first");
    assert!(holds(&first[1], &["USING gin", "default_tablespace = 'fast'"]), "then what takes long, with its settings");
    assert!(holds(&first[2], &["INDEX a", "default_tablespace = ''"]));
    assert!(holds(middle, &["TRIGGER t", "CONSTRAINT k", "default_tablespace = 'fast'"]));
    assert!(last.len() == 1 && holds(&last[0], &["INDEX c"]), "{last:?}");
}

#[test]
fn a_dump_of_an_unusual_order_is_not_cut() {
    let index = "CREATE INDEX a ON public.posts USING btree (id);\n";
    for text in [format!("{HEAD}{index}{TAIL}"), format!("{HEAD}{MADE}{index}{MADE}{index}{TAIL}")] {
        assert_eq!(whole(&text).section.ending, None, "{text}");
    }
    let foreign =
        [format!("{HEAD}{MADE}{index}").as_bytes(), b"COMMENT ON TABLE t IS '\xe9';", TAIL.as_bytes()].concat();
    assert_eq!(scan(&foreign, &[]).0.section.ending, None, "a text that is not UTF-8 is passed on as it is");
}

fn tables() -> impl Strategy<Value = Vec<(String, Vec<String>)>> {
    let rows = prop::collection::vec(".{0,40}", 0..8);
    prop::collection::vec(("[a-z]{1,8}", rows), 0..5)
}

fn dump(tables: &[(String, Vec<String>)]) -> String {
    let mut text = HEAD.to_owned();
    for (number, (name, rows)) in tables.iter().enumerate() {
        text.push_str(&format!("COPY public.{name}_{number} (value) FROM stdin;\n"));
        for row in rows {
            text.push_str(&escaped(&row.replace('\0', "")));
            text.push('\n');
        }
        text.push_str("\\.\n\n");
    }
    text + TAIL
}

/// Bits of SQL in which quotes, comments, parentheses, bodies and rows begin and end, or seem to.
fn bits() -> impl Strategy<Value = String> {
    let bit = prop::sample::select(vec![
        "'",
        "\"",
        "$$",
        "$a$",
        "E'",
        "\\",
        "\\'",
        "--",
        "/*",
        "*/",
        "\n",
        "\r\n",
        ";",
        "(",
        ")",
        " ",
        "COPY t (a) FROM stdin;\n",
        "\\.\n",
        "\\! id\n",
        "BEGIN ATOMIC ",
        "END",
        "CASE ",
        "CREATE FUNCTION f() ",
        "COMMENT ON TABLE t IS ",
        "INSERT INTO t VALUES ",
        "x",
        "1",
        ":",
        ",",
        "é",
        "U&'",
        "CREATE TABLE t (a int);\n",
        "CREATE INDEX i ON t USING btree (a);\n",
        "\t",
    ]);
    prop::collection::vec(bit, 0..40).prop_map(|bits| bits.concat())
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
            .enumerate()
            .map(|(number, (name, all))| rows(&format!("public.{name}_{number}"), all.len() as u64))
            .collect();
        prop_assert_eq!(summary.tables(), &expected);
        prop_assert_eq!(summary, scan(text.as_bytes(), &[]).0);
        let (told, _) = passed(&text, policy(), &cuts, false).unwrap();
        prop_assert_eq!(told.matches("\n\\.\n").count(), tables.len());
    }

    #[test]
    fn prop_anything_is_read_the_same_wherever_the_pieces_are_cut(
        bits in bits(),
        cuts in prop::collection::vec(any::<usize>(), 0..20),
    ) {
        let text = format!("{HEAD}{bits}{TAIL}");
        prop_assert_eq!(scan(text.as_bytes(), &cuts), scan(text.as_bytes(), &[]));
        prop_assert_eq!(passed(&text, policy(), &cuts, true), passed(&text, policy(), &[], true));
    }

    #[test]
    fn prop_what_passes_is_refused_by_neither_reading(bits in bits()) {
        let text = format!("{HEAD}{bits}{TAIL}");
        prop_assert_eq!(whole(&text).refusals.is_empty(), passed(&text, policy(), &[], true).is_ok());
    }

    #[test]
    fn prop_a_dump_cut_short_is_never_whole(tables in tables(), cut in any::<prop::sample::Index>()) {
        let text = dump(&tables);
        let end = text.len() - TAIL.len() + "--\n-- PostgreSQL database dump complete".len();
        let cut = cut.index(end);
        prop_assert!(!scan(&text.as_bytes()[..cut], &[]).0.has_trailer, "{}", cut);
    }
}
