//! Questions to a database that both a plan and whoever carries it out ask.

/// Writes, for each table with data of its own, a statement that counts its rows, and has psql run it: one JSON object a
/// row, `{"table": "public.posts", "rows": 3}`.
pub const COUNT_ROWS: &str = r"
SELECT format('SELECT json_build_object(''table'', %L, ''rows'', count(*)) FROM ONLY %s', name, name) FROM (
  SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
) AS tables ORDER BY name \gexec";
