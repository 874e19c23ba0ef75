//! Dumps as the world makes them, a line each: how one is made, and what has to come of it.
//!
//! `made` is a shell script that writes `$DUMP` of the database `$DB`, in which `setup` ran as a superuser; `$PG` is the
//! folder of PostgreSQL's programs. `edit OLD NEW` replaces the first OLD of a text by NEW.

pub struct Situation {
    pub name: &'static str,
    pub setup: &'static str,
    pub made: &'static str,
    pub expected: Expected,
}

pub enum Expected {
    /// It is whole; whoever restores it is told these words, and this query then has this answer.
    Whole(&'static str, &'static str, &'static str),
    /// It is refused with these words by everybody, and nothing is changed.
    Refused(&'static str),
    /// The check passes, and the restore is refused with these words before anything is changed.
    NotHere(&'static str),
    /// As `NotHere`, with the exit code of something that has to be done first.
    NotYet(&'static str),
}

use Expected::{NotHere, NotYet, Refused, Whole};

const fn row(name: &'static str, setup: &'static str, made: &'static str, expected: Expected) -> Situation {
    Situation { name, setup, made, expected }
}

const PLAIN: &str = "pg_dump \"$DB\" > $DUMP";
const SAME: Expected = Whole("", "", "");

/// Default rights, one a line.
const DEFAULT_RIGHTS: &str = "SELECT pg_get_userbyid(defaclrole), coalesce(nspname, '-'), defaclobjtype, grantee::regrole, privilege_type FROM pg_default_acl LEFT JOIN pg_namespace n ON n.oid = defaclnamespace, aclexplode(defaclacl) WHERE grantee <> defaclrole ORDER BY 2";

pub const SITUATIONS: &[Situation] = &[
    // Forms of a dump: plain, compressed, from a container.
    row("plain SQL", "", PLAIN, SAME),
    row("gzip", "", "pg_dump \"$DB\" | gzip > $DUMP", SAME),
    row("gzip filled up with zeros", "", "pg_dump \"$DB\" | gzip > $DUMP; head -c 4096 /dev/zero >> $DUMP", SAME),
    row("gzip in several parts", "", "pg_dump \"$DB\" > d; (head -n 40 d | gzip; tail -n +41 d | gzip) > $DUMP", SAME),
    row("zstd", "", "pg_dump \"$DB\" | zstd -q > $DUMP", SAME),
    row(
        "zstd in several parts",
        "",
        "pg_dump \"$DB\" > d; (head -n 40 d | zstd -q; tail -n +41 d | zstd -q) > $DUMP",
        SAME,
    ),
    row("xz", "", "pg_dump \"$DB\" | xz > $DUMP", SAME),
    row("bzip2", "", "pg_dump \"$DB\" | bzip2 > $DUMP", SAME),
    row("custom format", "", "pg_dump -Fc \"$DB\" > $DUMP", SAME),
    row("tar format", "", "pg_dump -Ft \"$DB\" > $DUMP", SAME),
    row("directory format", "", "pg_dump -Fd -f $DUMP \"$DB\"", SAME),
    row("custom format cut off", "", "pg_dump -Fc \"$DB\" | head -c 9000 > $DUMP", Refused("a custom-format dump")),
    row("gzip cut off", "", "pg_dump \"$DB\" | gzip | head -c 3000 > $DUMP", Refused("it ends too early")),
    row("zstd cut off", "", "pg_dump \"$DB\" | zstd -q | head -c 3000 > $DUMP", Refused("failed to read")),
    row("an archive of files", "", "tar -zcf $DUMP -C / etc/passwd", Refused("does not begin with")),
    row("an empty file", "", ": > $DUMP", Refused("it is empty")),
    // Options of pg_dump.
    row("inserts", "", "pg_dump --inserts \"$DB\" > $DUMP", SAME),
    row("column inserts", "", "pg_dump --column-inserts \"$DB\" > $DUMP", SAME),
    row("rows per insert", "", "pg_dump --rows-per-insert=7 \"$DB\" > $DUMP", SAME),
    row("inserts on conflict", "", "pg_dump --inserts --on-conflict-do-nothing \"$DB\" > $DUMP", SAME),
    row("compressed by pg_dump", "", "pg_dump -Z 6 -f $DUMP \"$DB\"", SAME),
    row("custom format, not compressed", "", "pg_dump -Fc -Z 0 \"$DB\" > $DUMP", SAME),
    row(
        "without tablespaces and compression methods",
        "",
        "pg_dump --no-tablespaces --no-toast-compression \"$DB\" > $DUMP",
        SAME,
    ),
    row("clean", "", "pg_dump -c \"$DB\" > $DUMP", SAME),
    row("clean if exists", "", "pg_dump -c --if-exists \"$DB\" > $DUMP", SAME),
    row("create", "", "pg_dump -C \"$DB\" > $DUMP", SAME),
    row("clean and create", "", "pg_dump -c -C --if-exists \"$DB\" > $DUMP", SAME),
    row("custom format, clean and create", "", "pg_dump -Fc -c -C \"$DB\" > $DUMP", SAME),
    row("no owner and no rights", "", "pg_dump -O -x \"$DB\" > $DUMP", SAME),
    row("every name in quotes", "", "pg_dump --quote-all-identifiers \"$DB\" > $DUMP", SAME),
    row("session authorization", "", "pg_dump --use-set-session-authorization \"$DB\" > $DUMP", SAME),
    row("no dollar quoting", FUNCTION, "pg_dump --disable-dollar-quoting \"$DB\" > $DUMP", SAME),
    row("no comments", "COMMENT ON TABLE posts IS 'x'", "pg_dump --no-comments \"$DB\" > $DUMP", SAME),
    row("the schema public alone", "", "pg_dump -n public \"$DB\" > $DUMP", SAME),
    row("sections joined", "", "for s in pre-data data post-data; do pg_dump --section=$s \"$DB\"; done > $DUMP", SAME),
    row("schema and data joined", "", "(pg_dump -s \"$DB\"; pg_dump -a \"$DB\") > $DUMP", SAME),
    row(
        "in LATIN1",
        "UPDATE posts SET message = 'é'",
        "pg_dump -E LATIN1 \"$DB\" > $DUMP",
        Whole("", "SELECT DISTINCT message FROM posts", "é"),
    ),
    row("in Shift JIS", "", "pg_dump -E SJIS \"$DB\" > $DUMP", Refused("psql could misread this encoding")),
    row(
        "all databases",
        "",
        "pg_dumpall -d \"$DB\" --exclude-database='target*' --exclude-database=original > $DUMP",
        SAME,
    ),
    row(
        "all databases, clean",
        "",
        "pg_dumpall -c --if-exists -d \"$DB\" --exclude-database='target*' --exclude-database=original > $DUMP",
        SAME,
    ),
    row(
        "two Mattermosts",
        "",
        "pg_dumpall -d \"$DB\" --exclude-database='target*' > $DUMP",
        Refused("more than one Mattermost"),
    ),
    // What happens to a dump on its way.
    row("a warning before it", "", "(echo 'WARNING: terminal is not fully functional'; pg_dump \"$DB\") > $DUMP", SAME),
    row("lines as a terminal makes them", "", "pg_dump \"$DB\" | sed 's/$/\\r/' > $DUMP", SAME),
    row("inserts as a terminal makes them", "", "pg_dump --inserts \"$DB\" | sed 's/$/\\r/' > $DUMP", SAME),
    row(
        "a warning and a terminal",
        "",
        "(echo 'mesg: ttyname failed'; pg_dump \"$DB\") | sed 's/$/\\r/' | gzip > $DUMP",
        SAME,
    ),
    row(
        "what pg_dump says of its work in between",
        "",
        "pg_dump -v \"$DB\" > $DUMP 2> said; sed -i '/^COPY public.posts/r said' $DUMP",
        Refused("columns instead of"),
    ),
    row("a line after it", "", "(pg_dump \"$DB\"; echo 'real 0m1.2s') > $DUMP", Refused("it does not end with")),
    row("a mark of UTF-8", "", "(printf '\\357\\273\\277'; pg_dump \"$DB\") > $DUMP", SAME),
    row("UTF-16", "", "pg_dump \"$DB\" | iconv -t UTF-16 > $DUMP", Refused("UTF-16")),
    row("cut off", "", "pg_dump \"$DB\" | head -c 30000 > $DUMP", Refused("it does not end with")),
    row(
        "cut off between statements",
        "",
        "pg_dump \"$DB\" | sed '/ADD CONSTRAINT/,$d' > $DUMP",
        Refused("it does not end with"),
    ),
    row("twice in one file", "", "(pg_dump \"$DB\"; pg_dump \"$DB\") > $DUMP", Refused("twice")),
    row(
        "a row with a column more",
        "",
        "pg_dump \"$DB\" | sed 's/^Version\\t/Version\\tx\\t/' > $DUMP",
        Refused("has 3 columns instead of 2"),
    ),
    row("a row with a column less", "", "pg_dump \"$DB\" | sed 's/^p7\\t/p7/' > $DUMP", Refused("columns instead of")),
    row(
        "inserted rows with a column less",
        "",
        "pg_dump --inserts \"$DB\" | sed \"s/VALUES ('Version', /VALUES (/\" > $DUMP",
        Refused("has 1 columns instead of 2"),
    ),
    // Dumps made by other releases of pg_dump.
    row("by pg_dump 16", "", "$PG16/pg_dump \"$DB\" > $DUMP", SAME),
    row("by pg_dump 16, custom format", "", "$PG16/pg_dump -Fc \"$DB\" > $DUMP", Refused("a custom-format dump")),
    row("by pg_dump 18", "", "$PG18/pg_dump \"$DB\" > $DUMP", Whole("`transaction_timeout`", "", "")),
    row("by pg_dump 18 with statistics", "ANALYZE", "$PG18/pg_dump --statistics \"$DB\" > $DUMP", SAME),
    row(
        "by pg_dumpall 18",
        "",
        "$PG18/pg_dumpall --no-role-passwords -d \"$DB\" --exclude-database='target*' --exclude-database=original > $DUMP",
        SAME,
    ),
    row(
        "names without schema",
        "",
        "pg_dump \"$DB\" | sed \"s/^SELECT pg_catalog.set_config.*/SET search_path = public, pg_catalog;/; /^\\\\(COPY\\\\|ALTER\\\\|CREATE\\\\|    ADD\\\\)/s/public\\\\.//\" > $DUMP",
        SAME,
    ),
    row(
        "the language's owner",
        "",
        "pg_dump \"$DB\" | sed \"0,/^SET xmloption/s//CREATE OR REPLACE PROCEDURAL LANGUAGE plpgsql;\\nALTER PROCEDURAL LANGUAGE plpgsql OWNER TO \\\"gitlab-psql\\\";\\nCREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;\\nCOMMENT ON EXTENSION plpgsql IS 'x';\\nSET xmloption/\" > $DUMP",
        SAME,
    ),
    row(
        "a parameter of later servers",
        "",
        "pg_dump \"$DB\" | sed '0,/^SET lock_timeout/s//SET transaction_timeout = 0;\\nSET lock_timeout/' > $DUMP",
        Whole("`transaction_timeout`", "", ""),
    ),
    // What databases hold.
    row(
        "pg_stat_statements",
        "CREATE EXTENSION pg_stat_statements",
        PLAIN,
        Whole("pg_stat_statements", "SELECT count(*) FROM pg_extension", "1"),
    ),
    row(
        "pg_trgm and its index",
        "CREATE EXTENSION pg_trgm; CREATE INDEX trgm ON posts USING gin (message gin_trgm_ops)",
        PLAIN,
        Whole("", "SELECT count(*) FROM pg_indexes WHERE indexname = 'trgm'", "1"),
    ),
    row(
        "publications",
        "CREATE PUBLICATION p FOR ALL TABLES",
        PLAIN,
        Whole("publications", "SELECT count(*) FROM pg_publication", "0"),
    ),
    row(
        "subscriptions",
        "CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE, enabled = false)",
        "pg_dump \"$DB\" > $DUMP; sql 'DROP SUBSCRIPTION s'",
        Whole("subscriptions", "SELECT count(*) FROM pg_subscription", "0"),
    ),
    row(
        "foreign servers",
        "CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw; CREATE FOREIGN TABLE distant (a int) SERVER far; CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password 'x')",
        PLAIN,
        Whole("foreign servers", "SELECT count(*) FROM pg_foreign_server", "0"),
    ),
    row(
        "event triggers",
        "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
        PLAIN,
        Whole("event triggers", "SELECT count(*) FROM pg_event_trigger", "0"),
    ),
    row(
        "functions in C",
        "CREATE FUNCTION c(internal) RETURNS trigger LANGUAGE internal AS 'suppress_redundant_updates_trigger'",
        PLAIN,
        Whole("languages of the system", "SELECT count(*) FROM pg_proc WHERE proname = 'c'", "0"),
    ),
    row(
        "rights of a role that is gone",
        "CREATE ROLE gone; GRANT SELECT ON posts TO gone; GRANT UPDATE (message) ON posts TO gone",
        "pg_dump \"$DB\" > $DUMP; sql 'DROP OWNED BY gone; DROP ROLE gone'",
        Whole("rights of `gone`", "", ""),
    ),
    row(
        "rights of a role that is there",
        "GRANT SELECT ON posts TO pg_monitor",
        PLAIN,
        Whole("", "SELECT has_table_privilege('pg_monitor', 'posts', 'SELECT')", "t"),
    ),
    row(
        "another owner",
        "CREATE ROLE other; ALTER TABLE posts OWNER TO other",
        "pg_dump \"$DB\" > $DUMP; sql 'REASSIGN OWNED BY other TO gitlab_mattermost; DROP ROLE other'",
        Whole("`other`", "SELECT tableowner FROM pg_tables WHERE tablename = 'posts'", "gitlab_mattermost"),
    ),
    row(
        "default privileges",
        "ALTER DEFAULT PRIVILEGES FOR ROLE gitlab_mattermost GRANT SELECT ON TABLES TO pg_monitor; ALTER DEFAULT PRIVILEGES FOR ROLE gitlab_mattermost IN SCHEMA public GRANT USAGE ON SEQUENCES TO PUBLIC",
        PLAIN,
        Whole("", DEFAULT_RIGHTS, "gitlab_mattermost|-|r|pg_monitor|SELECT\ngitlab_mattermost|public|S|-|USAGE"),
    ),
    row(
        "default privileges for a role that is gone",
        "CREATE ROLE leaver; ALTER DEFAULT PRIVILEGES FOR ROLE gitlab_mattermost GRANT SELECT ON TABLES TO leaver",
        "pg_dump \"$DB\" > $DUMP; sql 'DROP OWNED BY leaver; DROP ROLE leaver'",
        Whole("default privileges for `leaver`", DEFAULT_RIGHTS, ""),
    ),
    row(
        "default privileges of somebody else",
        "CREATE ROLE somebody; ALTER DEFAULT PRIVILEGES FOR ROLE somebody GRANT SELECT ON TABLES TO pg_monitor",
        "pg_dump \"$DB\" > $DUMP; sql 'DROP OWNED BY somebody; DROP ROLE somebody'",
        Whole("default privileges of `somebody`", DEFAULT_RIGHTS, ""),
    ),
    row(
        "default privileges and more",
        "",
        "pg_dump \"$DB\" | edit 'SET row_security' 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC, pg_write_server_files NULL;\nSET row_security' > $DUMP",
        Refused("no dump has such a statement"),
    ),
    row(
        "a column's collation that the server has",
        "CREATE TABLE sorted (a text COLLATE \"C\"); INSERT INTO sorted VALUES ('ä'), ('b')",
        PLAIN,
        Whole("", "SELECT min(a) FROM sorted", "b"),
    ),
    row(
        "a column's collation that the server lacks",
        "CREATE TABLE sorted (a text COLLATE \"C\")",
        "pg_dump \"$DB\" | sed 's/COLLATE pg_catalog.\"C\"/COLLATE pg_catalog.\"xx_YY.utf8\"/' > $DUMP",
        NotYet("the collation `xx_YY.utf8`"),
    ),
    row(
        "a collation that the server cannot make",
        "CREATE COLLATION own (provider = libc, locale = 'C'); CREATE TABLE sorted (a text COLLATE own)",
        "pg_dump \"$DB\" | sed \"s/locale = 'C'/locale = 'xx_YY.utf8'/\" > $DUMP",
        NotYet("cannot make the collation `own`"),
    ),
    row(
        "rights on the schema",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT ALL ON SCHEMA public TO gitlab_mattermost",
        PLAIN,
        Whole("", "SELECT has_schema_privilege('pg_monitor', 'public', 'USAGE')", "f"),
    ),
    row(
        "a function and its trigger",
        FUNCTION,
        PLAIN,
        Whole(
            "",
            "INSERT INTO posts (id) VALUES ('z'); SELECT message FROM posts WHERE id = 'z'; DELETE FROM posts WHERE id = 'z'",
            "by the trigger; done",
        ),
    ),
    row(
        "a body without quotes",
        "CREATE FUNCTION atomic(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN n > 1 THEN 1 ELSE 2 END; SELECT 7; END",
        PLAIN,
        Whole("", "SELECT atomic(1)", "7"),
    ),
    row(
        "a materialized view",
        "CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n FROM posts",
        PLAIN,
        Whole("", "SELECT n FROM m", "400"),
    ),
    row(
        "a view",
        "CREATE VIEW v AS SELECT id, 'a;b'::text AS t FROM posts WHERE message <> '--'",
        PLAIN,
        Whole("", "SELECT count(*) FROM v", "400"),
    ),
    row(
        "a rule",
        "CREATE TABLE log (a int); CREATE RULE r AS ON DELETE TO log DO INSTEAD (SELECT 1; SELECT 2)",
        PLAIN,
        Whole("", "SELECT count(*) FROM pg_rules WHERE rulename = 'r'", "1"),
    ),
    row(
        "a large object",
        "SELECT lo_from_bytea(4711, 'x;\\\\y')",
        PLAIN,
        Whole("", "SELECT encode(lo_get(4711), 'escape')", "x;\\\\y"),
    ),
    row(
        "a sequence",
        "CREATE TABLE numbered (a serial, b int GENERATED ALWAYS AS IDENTITY); INSERT INTO numbered DEFAULT VALUES",
        PLAIN,
        Whole("", "INSERT INTO numbered DEFAULT VALUES RETURNING a, b", "2|2"),
    ),
    row(
        "a sequence with inserts",
        "CREATE TABLE numbered (a serial, b int GENERATED ALWAYS AS IDENTITY); INSERT INTO numbered DEFAULT VALUES",
        "pg_dump --inserts \"$DB\" > $DUMP",
        Whole("", "INSERT INTO numbered DEFAULT VALUES RETURNING a, b", "2|2"),
    ),
    row(
        "a generated column",
        "CREATE TABLE g (a int, b int GENERATED ALWAYS AS (a + 1) STORED); INSERT INTO g VALUES (1)",
        PLAIN,
        Whole("", "SELECT b FROM g", "2"),
    ),
    row(
        "a table in parts",
        "CREATE TABLE parts (a int) PARTITION BY RANGE (a); CREATE TABLE part PARTITION OF parts FOR VALUES FROM (1) TO (9); INSERT INTO parts VALUES (3)",
        PLAIN,
        Whole("", "SELECT * FROM parts", "3"),
    ),
    row(
        "odd names",
        "CREATE TABLE \"Odd \"\"Table\" (\"a,b\" int, \"(c)\" text, \"select\" text); INSERT INTO \"Odd \"\"Table\" VALUES (1, E'x\\ty', '\\.')",
        PLAIN,
        Whole("", "SELECT * FROM \"Odd \"\"Table\"", "1|x\ty|\\."),
    ),
    row(
        "odd names with inserts",
        "CREATE TABLE \"Odd \"\"Table\" (\"a,b\" int, \"(c)\" text); INSERT INTO \"Odd \"\"Table\" VALUES (1, E'x''\\n;(')",
        "pg_dump --column-inserts \"$DB\" > $DUMP",
        Whole("", "SELECT length(\"(c)\") FROM \"Odd \"\"Table\"", "5"),
    ),
    row(
        "a table without columns",
        "CREATE TABLE bare (); INSERT INTO bare DEFAULT VALUES",
        PLAIN,
        Whole("", "SELECT count(*) FROM bare", "1"),
    ),
    row(
        "types",
        "CREATE TYPE mood AS ENUM ('a;b', 'it''s'); CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE TYPE pair AS (a int, b text); CREATE TABLE typed (a mood, b positive, c pair); INSERT INTO typed VALUES ('a;b', 1, '(1,x)')",
        PLAIN,
        Whole("", "SELECT * FROM typed", "a;b|1|(1,x)"),
    ),
    row(
        "row security",
        "ALTER TABLE sessions ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON sessions USING (true)",
        PLAIN,
        Whole("", "SELECT count(*) FROM pg_policies", "1"),
    ),
    row(
        "text search and collations",
        "CREATE TEXT SEARCH CONFIGURATION mine (COPY = german); CREATE COLLATION de (provider = icu, locale = 'de')",
        PLAIN,
        Whole("", "SELECT count(*) FROM pg_ts_config WHERE cfgname = 'mine'", "1"),
    ),
    row(
        "statistics and settings of tables",
        "CREATE STATISTICS s ON id, message FROM posts; ALTER TABLE posts SET (fillfactor = 70), ALTER COLUMN message SET STATISTICS 500, CLUSTER ON posts_pkey",
        PLAIN,
        Whole("", "SELECT count(*) FROM pg_statistic_ext", "1"),
    ),
    row(
        "comments",
        "COMMENT ON TABLE posts IS E'a;\\n\\\\! id\\n'; COMMENT ON DATABASE :\"DBNAME\" IS 'x'",
        PLAIN,
        Whole("", "SELECT obj_description('posts'::regclass)", "a;\n\\! id\n"),
    ),
    row(
        "settings of the database",
        "ALTER DATABASE :\"DBNAME\" SET default_text_search_config = 'pg_catalog.german'; ALTER ROLE gitlab_mattermost IN DATABASE :\"DBNAME\" SET work_mem = '5MB'",
        "pg_dump -C \"$DB\" > $DUMP",
        Whole("", "SHOW default_text_search_config; SHOW work_mem", "pg_catalog.german\n5MB"),
    ),
    row(
        "another schema, which the dump sets",
        "ALTER SCHEMA public RENAME TO chat; CREATE SCHEMA public; ALTER DATABASE :\"DBNAME\" SET search_path = chat, public",
        "pg_dump -C \"$DB\" > $DUMP",
        Whole("", "SELECT count(*) FROM posts", "400"),
    ),
    row(
        "another schema, which nothing sets",
        "ALTER SCHEMA public RENAME TO chat; CREATE SCHEMA public",
        PLAIN,
        Whole("", "SELECT count(*) FROM posts", "400"),
    ),
    // What is no Mattermost, or not all of one.
    row("an empty database", "DROP OWNED BY gitlab_mattermost", PLAIN, Refused("holds no rows")),
    row(
        "another program",
        "DROP OWNED BY gitlab_mattermost; CREATE TABLE pages (id int); INSERT INTO pages VALUES (1)",
        PLAIN,
        Refused("of another program"),
    ),
    row("one table", "", "pg_dump -t posts \"$DB\" > $DUMP", Refused("`systems`, `users`, `teams`, `channels`")),
    row("the schema alone", "", "pg_dump -s \"$DB\" > $DUMP", Refused("holds no rows")),
    row("the data alone", "", "pg_dump -a \"$DB\" > $DUMP", Refused("makes no tables")),
    row("without the posts", "", "pg_dump -T posts \"$DB\" > $DUMP", Refused("`posts`")),
    row(
        "without the rows of posts",
        "",
        "pg_dump --exclude-table-data=posts \"$DB\" > $DUMP",
        Refused("the rows of `posts`"),
    ),
    row(
        "without the rows of posts, inserts",
        "",
        "pg_dump --inserts --exclude-table-data=posts \"$DB\" > $DUMP",
        Refused("the rows of `posts`"),
    ),
    row("no version", "DELETE FROM systems", PLAIN, Refused("tells no version")),
    // Hostile ones.
    row(
        "a command to psql",
        "",
        "pg_dump \"$DB\" | edit 'SET row_security' '\\! touch '$CANARY'\nSET row_security' > $DUMP",
        Refused("is none of a dump"),
    ),
    row(
        "rows in parentheses",
        "",
        "pg_dump \"$DB\" | edit 'SET row_security' 'CREATE VIEW v AS SELECT (\nCOPY t (a) FROM stdin;\n\\! touch '$CANARY'\n);\nSET row_security' > $DUMP",
        Refused("a command to psql in the middle"),
    ),
    row(
        "rows in a body",
        "",
        "pg_dump \"$DB\" | edit 'SET row_security' 'CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC\nCOPY t (a) FROM stdin;\n\\! touch '$CANARY'\nEND;\nSET row_security' > $DUMP",
        Refused("a command to psql in the middle"),
    ),
    row(
        "the database dropped",
        "",
        "pg_dump \"$DB\" | edit 'SET row_security' 'DROP DATABASE target WITH (FORCE);\nSET row_security' > $DUMP",
        Refused("DROP DATABASE target"),
    ),
    row(
        "the database dropped at the end",
        "",
        "pg_dump \"$DB\" | edit '-- PostgreSQL database dump complete' 'DROP DATABASE target;\n-- PostgreSQL database dump complete' > $DUMP",
        Refused("it removes a database"),
    ),
    row(
        "rows from a program",
        "",
        "pg_dump \"$DB\" | edit 'SET row_security' 'COPY posts (id) FROM PROGRAM '\"'touch $CANARY'\"';\nSET row_security' > $DUMP",
        Refused("only `COPY … FROM stdin`"),
    ),
    row(
        "a setting of the server",
        "",
        "pg_dump \"$DB\" | edit 'SET row_security' \"ALTER SYSTEM SET archive_command = 'touch $CANARY';\nSET row_security\" > $DUMP",
        Refused("ALTER SYSTEM"),
    ),
    row(
        "a block of code",
        "",
        "pg_dump \"$DB\" | edit 'SET row_security' 'DO $$ BEGIN PERFORM 1; END $$;\nSET row_security' > $DUMP",
        Refused("no dump has such a statement"),
    ),
    row(
        "a query among the rows",
        "",
        "pg_dump --inserts \"$DB\" | sed \"s/VALUES ('Version', '5.36.1')/VALUES ((SELECT 'Version'), '5.36.1')/\" > $DUMP",
        Refused("more than values"),
    ),
    row(
        "a table dropped at the end",
        "",
        "pg_dump \"$DB\" | edit '-- PostgreSQL database dump complete' 'DROP TABLE public.posts;\n-- PostgreSQL database dump complete' > $DUMP",
        Refused("it removes what the dump has made"),
    ),
    row(
        "another database gone to",
        "",
        "pg_dump \"$DB\" | edit '-- Name: posts; Type: TABLE;' '\n\\connect target\n\n--' > $DUMP",
        Refused("are not in it"),
    ),
    row(
        "an index that cannot be made",
        "",
        "pg_dump \"$DB\" | edit 'idx_posts_channel_id ON public.posts USING btree (channelid)' 'x ON public.posts USING btree (none)' > $DUMP",
        NotHere("none"),
    ),
];

const FUNCTION: &str = "CREATE FUNCTION said() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW.message := 'by the trigger; done'; RETURN NEW; END $f$; CREATE TRIGGER said BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION said()";
