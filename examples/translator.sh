#!/bin/sh
# A translator of GitLab 10.x settings for Mattermost in shell and jq (Debian: jq), as a program that the lab asks:
#
#     mattermost-lab run --translator "cmd:sh examples/translator.sh" --only 16_before_11_0
#
# It says hello, then jq answers one line of JSON with one line of JSON until the input ends. The lines are described by
# lab/schemas/program-protocol.schema.json.
set -eu
here=$(dirname "$0")

echo '{"protocol": 1, "name": "example translator in shell", "abilities": ["translate"]}'

# shellcheck disable=SC2016 # the dollars are jq's
exec jq --compact-output --unbuffered --slurpfile rows "$here/translation-table.json" '
  ($rows[0] | map({ key, value: . }) | from_entries) as $table

  # What Ruby prints: inspect, and to_s.
  | def quoted:
      gsub("(?<c>[\"\\\\])"; "\\\(.c)") | gsub("\n"; "\\n") | gsub("\t"; "\\t") | gsub("\r"; "\\r")
      | gsub("#(?<c>[{$@])"; "\\#\(.c)") | "\"\(.)\"";
    def inspected:
      if . == null then "nil"
      elif type == "string" then quoted
      elif type == "array" then "[" + (map(inspected) | join(", ")) + "]"
      elif type == "object" then "{" + (to_entries | map("\(.key | quoted)=>\(.value | inspected)") | join(", ")) + "}"
      else tostring end;
    def text: if . == null then "" elif type == "string" then . else inspected end;

  # The package printed a value into config.json and Mattermost read it; jq itself would read more than JSON.
    def string: "\"([^\"\\\\\\x00-\\x1f]|\\\\([\"\\\\/bfnrt]|u[0-9a-fA-F]{4}))*\"";
    def unreadable: error({ why: "its value makes config.json unreadable" });
    def read:
      sub("^[ \\t\\n\\r]+"; "") | sub("[ \\t\\n\\r]+$"; "")
      | if test("^(true|false|null|\(string)|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?)$")
          or test("^\\[\\s*(\(string)(\\s*,\\s*\(string))*)?\\s*\\]$")
        then fromjson else unreadable end;

    def printed($row):
      if $row.form == "quoted" then "\"\(text)\""
      elif $row.form != "elements" then text
      elif type == "array" then "[" + (map("\"\(text)\"") | join(",")) + "]"
      else error({ kind: "no_method", detail: "mattermost[\u0027\($row.key)\u0027]" }) end;

    def joined:
      if type != "array" then unreadable
      elif length > 1 and any(contains(" ")) then error({ why: "an element of the list holds a space" })
      else join(" ") end;

    def as_variable($kind):
      if type == "string" then .
      elif type != "number" then tostring
      elif $kind == "int" then (if . < 0 then ceil else floor end) + 0 | tostring
      elif $kind == "bool" and . != 0 and . != 1 then "true"
      else tostring end;

    def landed($row):
      if $row.variable == null then error({ why: "unknown key, or no such field in Mattermost" })
      elif $row.type == "hash" then error({ why: "a map cannot be given as an environment variable" })
      else printed($row) | read
        | if $row.type == "list" then joined
          elif . == null then error({ why: "its value is null in config.json, so the default counts" })
          elif type == "array" then unreadable
          else as_variable($row.type) end
      end;

  # The variables of settings that stay.
    def host: sub("^.*?://"; "") | sub("[/:?#].*$"; "");
    def kept($row; $mattermost; $calls):
      if $row.key == "service_address" or $row.key == "service_port"
      then [($mattermost | if has("service_address") then .service_address | text else "127.0.0.1" end),
            ($mattermost | if has("service_port") then .service_port | text else "8065" end)] | join(":")
      elif $row.key == "service_allowed_untrusted_internal_connections"
        and ($calls | has("external_url") and has("mattermost_external_url"))
      then "\(text) \($calls.external_url | text | host)"
      else text end;

    def translated:
      .calls as $calls | (.sections.mattermost // {}) as $mattermost
      | ($mattermost.env | if type == "object" then map_values(text) else {} end) as $explicit
      | [$mattermost | to_entries | sort_by(.key)[]
          | .key as $key | .value as $value | ($table[$key] // { key: $key }) as $row
          | { key: $key, row: $row, value: $value }
            + if $row.kept then { kept: true }
              else (try { text: ($value | landed($row)) } catch if .why then . else error(.) end) end]
      | { env: (map(select(.text != null) | { key: .row.variable, value: .text }) | from_entries
                | with_entries(select(.key as $name | $explicit | has($name) | not))),
          keep: map(select(.kept).key),
          keep_env: ((map(select(.kept and .row.variable) | .row as $row
                          | { key: $row.variable, value: (.value | kept($row; $mattermost; $calls)) }) | from_entries)
                     + $explicit),
          untranslatable: map(select(.why) | { key, why }),
          differences: map(.row.difference | values) };

  .id as $id | try { id: $id, answer: (.settings | translated) } catch { id: $id, error: . }
'
