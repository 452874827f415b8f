"""A validated declaration as the dataset that functions and jobs read: every default in place."""

from __future__ import annotations

from stagecoach.dataset import (
    Alerts,
    Codes,
    Column,
    Csv,
    Dataset,
    Fetch,
    Json,
    Limit,
    Load,
    Lookup,
    PostgresTarget,
    RedshiftTarget,
    Rule,
    Size,
    Source,
    Type,
    Xlsx,
)
from stagecoach.declaration import codes
from stagecoach.declaration.model import (
    CodesModel,
    ColumnModel,
    DatasetModel,
    FetchModel,
    LoadModel,
    LookupModel,
    SourceModel,
)

DELETE_GUARD = Limit(share=0.1)
REJECT_GUARD = Limit(count=0)


def dataset(model: DatasetModel) -> Dataset:
    """The dataset that a declaration means."""
    postgres, redshift = model.targets.postgres, model.targets.redshift
    return Dataset(
        name=model.name,
        description=model.description,
        source=_source(model.name, model.source),
        columns=_columns(model.columns),
        load=_load(model.load),
        postgres=PostgresTarget(
            schema=postgres.schema_,
            table=postgres.table or model.name,
            indexes=tuple(tuple(index) for index in postgres.indexes),
        ),
        key=tuple(model.key),
        rules=tuple(Rule(name, rule.check, rule.action) for name, rule in model.rules.items()),
        drift=model.drift,
        alerts=Alerts(**model.alerts.model_dump()),
        size=Size(**model.size.model_dump()),
        redshift=None
        if redshift is None
        else RedshiftTarget(
            schema=redshift.schema_,
            table=redshift.table or model.name,
            diststyle=redshift.diststyle,
            distkey=redshift.distkey,
            sortkey=tuple(redshift.sortkey),
        ),
        after=tuple(model.after),
    )


def _source(name: str, source: SourceModel) -> Source:
    csv = source.csv.model_dump() if source.csv else {}
    if csv:
        csv["nulls"] = tuple(csv["nulls"])
    return Source(
        prefix=source.prefix or f"{name}/",
        format=source.format,
        csv=Csv(**csv),
        json=Json(source.json_.path if source.json_ else None),
        xlsx=Xlsx(**source.xlsx.model_dump()) if source.xlsx else Xlsx(),
        fetch=_fetch(source.fetch) if source.fetch else None,
    )


def _fetch(fetch: FetchModel) -> Fetch:
    at_least = fetch.at_least.share if fetch.at_least is not None else None
    given = fetch.model_dump(exclude={"at_least"})
    return Fetch(**given) if at_least is None else Fetch(**given, at_least=at_least)


def _columns(columns: list[ColumnModel]) -> tuple[Column, ...]:
    kinds = {column.name: Type.parse(column.type) for column in columns}
    return tuple(_column(column, kinds) for column in columns)


def _column(column: ColumnModel, kinds: dict[str, Type]) -> Column:
    reckoned = column.derive or column.codes or column.lookup
    return Column(
        name=column.name,
        type=column.type,
        source=None if reckoned else column.from_ or column.name,
        nullable=column.nullable,
        format=column.format,
        derive=column.derive,
        description=column.description,
        bytes=column.bytes,
        digits=column.digits,
        codes=_codes(column, kinds) if column.codes else None,
        lookup=_lookup(column, kinds) if column.lookup else None,
    )


def _codes(column: ColumnModel, kinds: dict[str, Type]) -> Codes:
    given = column.codes
    assert given is not None  # noqa: S101 - asked by the caller
    of, to = kinds[given.of], kinds[column.name]
    pairs = ((codes.spelt(code, of), codes.spelt(said, to)) for code, said in given.map.items())
    return Codes(given.of, tuple(pairs), **_defaults(given, to))


def _lookup(column: ColumnModel, kinds: dict[str, Type]) -> Lookup:
    given = column.lookup
    assert given is not None  # noqa: S101 - asked by the caller
    return Lookup(given.dataset, given.by, given.take, **_defaults(given, kinds[column.name]))


def _defaults(given: CodesModel | LookupModel, to: Type) -> dict[str, str | None]:
    named = {"otherwise": given.otherwise, "missing": given.missing}
    return {key: None if value is None else codes.spelt(value, to) for key, value in named.items()}


def _load(load: LoadModel) -> Load:
    guarded = load.mode == "snapshot" or load.deletes == "close"
    default = DELETE_GUARD if guarded else Limit()
    return Load(
        mode=load.mode,
        order_by=load.order_by,
        max_deletes=default if load.max_deletes is None else load.max_deletes,
        max_rejects=REJECT_GUARD if load.max_rejects is None else load.max_rejects,
        deletes=load.deletes,
        deleted_when=load.deleted_when,
        versions=load.versions or "append",
        empty=load.empty or ("refuse" if load.mode == "replace" else "header_only"),
    )
