"""Functions of PostgreSQL that Redshift has not, or has on its leader node only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from local_cloud.redshift.lexing import arguments, path
from local_cloud.redshift.rules.rule import Hit, Rule, Statement

_PAGE = "c_unsupported-postgresql-functions.html"
_INSTEAD = {
    "string_agg": "listagg",
    "array_agg": "listagg",
    "every": "bool_and",
    "clock_timestamp": "getdate()",
    "statement_timestamp": "getdate()",
    "transaction_timestamp": "sysdate",
    "format": "||, quote_ident and quote_literal",
    "quote_nullable": "nvl(quote_literal(..), 'null')",
    "regexp_matches": "regexp_substr",
    "regexp_match": "regexp_substr",
    "regexp_split_to_table": "split_part",
    "regexp_split_to_array": "split_part",
    "generate_series": "a table of numbers",
    "gen_random_uuid": "a value that the client makes",
    "uuid_generate_v4": "a value that the client makes",
    "concat_ws": "||",
    "bit_length": "octet_length(..) * 8",
    "div": "trunc(a / b)",
    "nextval": "an identity column",
    "to_json": "json_serialize",
    "to_jsonb": "json_parse",
    "unnest": "a join with the SUPER column",
    "num_nonnulls": "case",
    "num_nulls": "case",
}
# The page names families ("array functions"); their members are PostgreSQL's.
_NAMES = {
    *_INSTEAD,
    *("xmlagg", "xml_agg", "corr", "covar_pop", "covar_samp", "mode", "width_bucket", "setseed"),
    *("generate_subscripts", "overlay", "encode", "convert_from", "convert_to", "currval"),
    *("setval", "lastval", "string_to_array", "string_to_table", "array_to_string", "cardinality"),
    *("row_to_json", "json_agg", "json_object_agg", "json_build_object", "json_build_array"),
    *("json_each", "json_each_text", "json_array_elements", "json_array_elements_text"),
    *("json_object_keys", "json_populate_record", "json_to_record", "json_to_recordset"),
    *("json_object", "json_strip_nulls", "json_extract_path", "obj_description"),
    *("col_description", "shobj_description", "format_type", "to_regclass", "to_regtype"),
    *("current_query", "make_date", "make_time", "make_timestamp", "make_timestamptz"),
    *("make_interval", "date_bin", "starts_with", "parse_ident", "normalize", "unistr", "gcd"),
    *("lcm", "factorial", "scale", "min_scale", "trim_scale", "sha224", "sha256", "sha384"),
    *("sha512", "regexp_like", "to_tsvector", "to_tsquery", "plainto_tsquery", "setweight"),
    *(
        "range_merge",
        "isempty",
        "lower_inc",
        "upper_inc",
        "host",
        "masklen",
        "netmask",
        "set_masklen",
    ),
    *("area", "diameter", "radius", "isclosed", "isopen", "xpath", "xmlelement", "xmlforest"),
    *("query_to_xml", "table_to_xml", "set_config", "dblink", "digest", "hmac", "crypt"),
}
_FAMILIES = re.compile(
    r"^(pg_advisory_|pg_try_advisory_|jsonb_|array_|regr_|justify_|txid_|enum_|lo_|ts_|inet_"
    r"|pg_sleep|pg_size_|pg_(?:total_)?relation_size|pg_database_size|pg_column_size|pg_read_"
    r"|pg_ls_|pg_stat_|pg_switch_|pg_start_backup|pg_stop_backup|pg_is_|pg_my_|pg_trigger_"
    r"|pg_postmaster_|pg_conf_|pg_listening_|pg_notify|pg_typeof|pg_get_(?!late|cols|iam|grant))"
)
_ADVISORY = re.compile(r"^pg_(try_)?advisory_")
_LEADER = {
    *("current_schema", "current_schemas", "has_database_privilege", "has_schema_privilege"),
    *("has_table_privilege", "age", "isfinite", "now", "getbit", "get_bit", "get_byte"),
    *("set_bit", "set_byte", "to_ascii"),
}
_LEADER_WORDS = {"current_time", "current_timestamp", "localtime", "localtimestamp"}
_SYSTEM = ("pg_", "information_schema")


def _unsupported(statement: Statement) -> Iterator[Hit]:
    for name, at in statement.calls:
        if _ADVISORY.match(name):
            continue
        if name in _NAMES or _FAMILIES.match(name):
            instead = f" - use {_INSTEAD[name]}" if name in _INSTEAD else ""
            yield statement.tokens[at], f"function {name}() is not supported on Redshift{instead}"


def _advisory(statement: Statement) -> Iterator[Hit]:
    yield from (statement.tokens[at] for name, at in statement.calls if _ADVISORY.match(name))


def _concat(statement: Statement) -> Iterator[Hit]:
    for name, at in statement.calls:
        if name == "concat" and len(arguments(statement.tokens, at + 1)) != 2:
            yield statement.tokens[at]


def _user_tables(statement: Statement) -> bool:
    """Whether a statement reads or writes a table that is not of the catalogue."""
    for at, word in enumerate(statement.words[:-1]):
        if word in ("from", "join", "into", "update"):
            name, _ = path(statement.tokens, at + 1)
            if name and not name[0].startswith(_SYSTEM):
                return True
    return False


def _leader(statement: Statement) -> Iterator[Hit]:
    if not _user_tables(statement) or statement.words[:1] in (["create"], ["grant"]):
        return
    yield from (statement.tokens[at] for name, at in statement.calls if name in _LEADER)
    for word in _LEADER_WORDS:
        yield from statement.at(word)


def _getdate(statement: Statement) -> Iterator[Hit]:
    for name, at in statement.calls:
        if name == "getdate" and len(arguments(statement.tokens, at + 1)) > 0:
            yield statement.tokens[at]


RULES = (
    Rule(
        "unsupported functions",
        _PAGE,
        _unsupported,
        "function {found}() is not supported on Redshift",
    ),
    Rule(
        "no advisory locks",
        _PAGE,
        _advisory,
        "Redshift has no advisory locks - lock an empty table instead of {found}",
    ),
    Rule("concat takes two", "r_CONCAT.html", _concat, "CONCAT takes two values - use ||"),
    Rule(
        "functions of the leader node",
        "c_SQL_functions_leader_node_only.html",
        _leader,
        'Function "{found}" not supported: specified types or functions not supported on Redshift'
        " tables - use getdate() or sysdate for a time",
    ),
    Rule("getdate takes nothing", "r_GETDATE.html", _getdate, "GETDATE takes no argument"),
)
