"""What the Data API lists of a database: databases, schemas, tables and columns.

https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_ListTables.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.redshiftdata.responses import RedshiftDataAPIServiceResponse as Response

from local_cloud.fidelity.patching import method
from local_cloud.redshift import identification
from local_cloud.redshift.errors import Failed
from local_cloud.redshift.results import Value
from local_cloud.redshift.rows import following, opened

_DATABASES = "select datname from pg_database where not datistemplate order by 1"
_SCHEMAS = (
    "select nspname from pg_namespace where nspname like :schema and nspname not like 'pg_t%' "
    "order by 1"
)
_TABLES = """
select c.relname, case when n.nspname in ('pg_catalog', 'information_schema') then 'SYSTEM TABLE'
    when c.relkind in ('v', 'm') then 'VIEW' else 'TABLE' end, n.nspname
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm') and n.nspname like :schema and c.relname like :table
    and n.nspname not like 'pg_t%'
order by n.nspname, c.relname
"""
_COLUMNS = """
select a.attname, case t.typname when 'jsonb' then 'super' else t.typname end,
    case when a.attnotnull then 0 else 1 end, a.atttypmod, n.nspname, c.relname,
    pg_get_expr(d.adbin, d.adrelid)
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_type t on t.oid = a.atttypid
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm')
    and n.nspname like :schema and c.relname like :table
order by n.nspname, c.relname, a.attnum
"""


def install() -> None:
    """Add the operations, which moto lacks."""

    @method(Response)
    def list_databases(self: Response) -> Any:
        return _page(self, "Databases", [row[0] for row in _ask(self, _DATABASES)])

    @method(Response)
    def list_schemas(self: Response) -> Any:
        schema = self._get_param("SchemaPattern") or "%"
        return _page(self, "Schemas", [row[0] for row in _ask(self, _SCHEMAS, schema=schema)])

    @method(Response)
    def list_tables(self: Response) -> Any:
        schema = self._get_param("SchemaPattern") or "%"
        table = self._get_param("TablePattern") or "%"
        found = _ask(self, _TABLES, schema=schema, table=table)
        names = ("name", "type", "schema")
        return _page(self, "Tables", [dict(zip(names, row, strict=True)) for row in found])

    @method(Response)
    def describe_table(self: Response) -> Any:
        schema, table = self._get_param("Schema"), self._get_param("Table")
        found = _ask(self, _COLUMNS, schema=_exactly(schema), table=_exactly(table))
        return _page(self, "ColumnList", [_column(*row) for row in found], {"TableName": table})


def _ask(response: Response, sql: str, **parameters: str) -> list[list[Value]]:
    asked = json.loads(response.body)
    place = identification.place(response.current_account, response.region, asked, connected=True)
    try:
        session = identification.open_session(place)
        try:
            return session.connection.run(sql, **parameters) or []
        finally:
            session.close()
    except Failed as wrong:
        raise JsonRESTError("DatabaseConnectionException", str(wrong)) from wrong


def _page(
    response: Response, name: str, found: list[Any], more: dict[str, Any] | None = None
) -> Any:
    first = opened(response._get_param("NextToken"))
    last = first + int(response._get_param("MaxResults") or 1000)
    answer = {name: found[first:last]} | (more or {}) | following(last, len(found))
    return 200, {}, json.dumps(answer)


def _exactly(name: str | None) -> str:
    """A pattern that only the name itself matches; every name when there is none."""
    if name is None:
        return "%"
    return name.replace("\\", r"\\").replace("_", r"\_").replace("%", r"\%")


def _column(
    name: str, kind: str, nullable: int, modifier: int, schema: str, table: str, default: Any
) -> dict[str, Any]:
    size = max(modifier - 4, 0)
    scaled = kind == "numeric"
    told = {
        "name": name,
        "label": name,
        "typeName": kind,
        "nullable": nullable,
        "schemaName": schema,
        "tableName": table,
        "length": 0 if scaled else size,
        "precision": size >> 16 if scaled else size,
        "scale": size & 0x7FF if scaled else 0,
    }
    return told if default is None else told | {"columnDefault": str(default)}
