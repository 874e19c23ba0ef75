//! Queries that both a plan and the code that carries it out send.

/// Writes, for each table with data of its own, a statement that counts its rows, and has psql run it: one JSON object a
/// row, `{"table": "public.posts", "rows": 3}`.
pub const COUNT_ROWS: &str = r"
SELECT format('SELECT json_build_object(''table'', %L, ''rows'', count(*)) FROM ONLY %s', name, name) FROM (
  SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
) AS tables ORDER BY name \gexec";

/// The properties of the database in `d`, as an object.
pub const PROPERTIES: &str = "json_build_object(\
    'settings', (SELECT coalesce(json_agg(json_build_object('role', r.rolname, 'name', split_part(c, '=', 1), \
        'value', substr(c, strpos(c, '=') + 1)) ORDER BY r.rolname NULLS FIRST, c), '[]') \
        FROM pg_catalog.pg_db_role_setting s LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) c \
        WHERE s.setdatabase = d.oid), \
    'rights', CASE WHEN d.datacl IS NOT NULL THEN (SELECT coalesce(json_agg(json_build_object('role', r.rolname, \
        'right', a.privilege_type) ORDER BY r.rolname NULLS FIRST, a.privilege_type), '[]') \
        FROM pg_catalog.aclexplode(d.datacl) a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee) END, \
    'connection_limit', d.datconnlimit, 'comment', pg_catalog.shobj_description(d.oid, 'pg_database'))";
