"""The keys of a declaration: their types, defaults and meanings.

What depends on more than one key is judged in `meaning.py`. The descriptions are what an editor
shows, through `datasets/schema.json`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)

from stagecoach.dataset import REDSHIFT_BYTES_MOST, Limit
from stagecoach.declaration import amounts, types

DIGITS_MOST = 17  # tell every double from every other
Text = Annotated[str, StringConstraints(min_length=1)]
Identifier = Annotated[
    str,
    AfterValidator(types.identifier),
    WithJsonSchema({"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": 63}),
]
ColumnType = Annotated[
    str,
    AfterValidator(types.column_type),
    WithJsonSchema(
        {
            "type": "string",
            "anyOf": [
                {"enum": list(types.PLAIN)},
                {"pattern": r"^varchar\(\d+\)$"},
                {"pattern": r"^numeric\(\d+(,\s*\d+)?\)$"},
            ],
        }
    ),
]
SHARE_SCHEMA = {"type": "string", "pattern": r"^\d+(\.\d+)?\s*%$"}
COUNT_SCHEMA = {"type": "integer", "minimum": 0}
Amount = Annotated[
    Limit,
    PlainValidator(amounts.limit),
    WithJsonSchema(
        {
            "anyOf": [
                SHARE_SCHEMA,
                COUNT_SCHEMA,
                {
                    "type": "object",
                    "properties": {"share": SHARE_SCHEMA, "count": COUNT_SCHEMA},
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ]
        }
    ),
]
Share = Annotated[Limit, PlainValidator(amounts.share), WithJsonSchema(SHARE_SCHEMA)]
Schedule = Annotated[str, AfterValidator(amounts.schedule)]
Encoding = Annotated[str, AfterValidator(types.encoding)]
Meaning = str | bool | int | float
OneCharacter = Annotated[str, AfterValidator(types.one_character)]
OneAscii = Annotated[str, AfterValidator(types.one_ascii)]


class Model(BaseModel):
    """Strict: no unknown key, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CsvModel(Model):
    """How a delimited file is written."""

    delimiter: OneCharacter = Field(default=",", description="One character between the fields")
    quote: OneAscii = Field(default='"', description="Around a field; doubled it means itself")
    escape: OneAscii | None = Field(
        default=None, description="Before a quote, delimiter or itself it means that character"
    )
    header: bool = Field(
        default=True, description="Whether the first line (below skip_lines) names the columns"
    )
    encoding: Encoding = Field(
        default="utf-8", description="utf-8, cp1252, ...; nothing is guessed"
    )
    nulls: list[str] = Field(default=[""], description="Texts that mean null, exactly as written")
    multiline: bool = Field(default=False, description="Whether a quoted field may hold line ends")
    skip_lines: int = Field(
        default=0, ge=0, le=1000, description="Lines above the header, or above the first row"
    )
    skip_footer: int = Field(default=0, ge=0, le=1000, description="Lines below the last row")


class JsonModel(Model):
    """Where the records of a JSON document are."""

    path: Annotated[str, AfterValidator(types.json_path)] | None = Field(
        default=None,
        description="The keys to the array, as in data.items; default: the document is it",
    )


class XlsxModel(Model):
    """Where the rows of a workbook are."""

    sheet: Text | None = Field(
        default=None, description="The sheet's name; default: the first that is not hidden"
    )
    header_row: int = Field(
        default=1, ge=1, le=1000, description="The row that names the columns; those above go"
    )


class FetchModel(Model):
    """Where the file comes from when nobody sends it."""

    url: Annotated[str, AfterValidator(types.url)] = Field(
        description="An https address; {year}, {month} and {day} stand for those of the day"
    )
    schedule: Schedule = Field(description="When: cron(0 2 * * ? *) or rate(1 day), in UTC")
    behind: Annotated[str, AfterValidator(types.behind)] = Field(
        default="0 days", description="How far the day lies behind today, as in 2 months"
    )
    checksum: Annotated[str, AfterValidator(types.checksum)] | None = Field(
        default=None,
        description="The address of its SHA-256 or MD5; {url} stands for that of the file",
    )
    at_least: Share | None = Field(
        default=None,
        description="A file with fewer of the last one's bytes is not taken; default: 50%",
    )
    attempts: int = Field(default=4, ge=1, le=10, description="How often it is tried in a turn")
    seconds: int = Field(
        default=600, ge=1, le=780, description="How long all of them may take together"
    )


class SourceModel(Model):
    """What arrives."""

    prefix: Annotated[str, AfterValidator(types.prefix)] | None = Field(
        default=None,
        description="Keys of the landing bucket start with this; default: the name and /",
    )
    format: Literal["csv", "json", "jsonl", "parquet", "xlsx"] = Field(
        default="csv", description="The text formats may come as .gz, .zip or .zst"
    )
    csv: CsvModel | None = Field(default=None, description="Only for csv")
    json_: JsonModel | None = Field(default=None, alias="json", description="Only for json")
    xlsx: XlsxModel | None = Field(default=None, description="Only for xlsx")
    fetch: FetchModel | None = Field(
        default=None, description="Who brings the file; default: its sender"
    )
    sql: Text | None = Field(
        default=None, description="A file beside this one: a select in Spark SQL over datasets"
    )
    partition_by: str | None = Field(
        default=None, description="Only with sql: a column of the key; partitions are kept"
    )
    partitions: dict[str, Text] = Field(
        default={}, description="Only with sql: Spark SQL over a row of each input: its partition"
    )


class CodesModel(Model):
    """What the codes of another column mean."""

    of: str = Field(description="The column that has the codes")
    map: dict[str, Meaning] = Field(min_length=1, description="Code: what it means")
    otherwise: Meaning | None = Field(
        default=None, description="What any other code means; default: it rejects the row"
    )
    missing: Meaning | None = Field(default=None, description="What null means; default: null")


class LookupModel(Model):
    """A value from the row of another dataset."""

    dataset: Text = Field(description="The dataset whose rows are looked up")
    by: str = Field(description="The column that holds its key")
    take: str = Field(description="The column of that dataset that is taken")
    otherwise: Meaning | None = Field(
        default=None, description="What stands for an unknown key; default: it rejects the row"
    )
    missing: Meaning | None = Field(default=None, description="What null means; default: null")


class ColumnModel(Model):
    """One column of the table."""

    name: Identifier = Field(description="Its name in the table")
    type: ColumnType = Field(
        description="Its type in the table; the text of the file is cast strictly"
    )
    from_: Text | None = Field(
        default=None, alias="from", description="Its name in the file; default: the same"
    )
    nullable: bool = Field(default=False, description="Whether null is allowed")
    format: Text | None = Field(
        default=None, description="Spark datetime pattern; default: ISO 8601"
    )
    derive: Text | None = Field(
        default=None, description="Spark SQL over the row, instead of the file"
    )
    codes: CodesModel | None = Field(
        default=None, description="What the codes of a column mean, instead of the file"
    )
    lookup: LookupModel | None = Field(
        default=None, description="What another dataset says of a column, instead of the file"
    )
    description: Text | None = Field(default=None, description="The comment on the column")
    bytes: int | None = Field(
        default=None,
        ge=1,
        le=REDSHIFT_BYTES_MOST,
        description="Room in Redshift, in bytes of UTF-8; default: 4 for each character",
    )
    digits: int | None = Field(
        default=None,
        ge=1,
        le=DIGITS_MOST,
        description="Only for real and double: how many significant digits count; default: all",
    )


class LoadModel(Model):
    """What a delivery means for the table."""

    mode: Literal["snapshot", "upsert", "append", "replace", "history"] = Field(
        description="snapshot: the whole truth; upsert: some rows; append: new facts; "
        "replace: a new whole table; history: keep versions"
    )
    order_by: str | None = Field(
        default=None, description="An older row never replaces a newer one"
    )
    max_deletes: Amount | None = Field(
        default=None, description="Deletes beyond this refuse the load; default: 10%"
    )
    max_rejects: Amount | None = Field(
        default=None, description="Rejects beyond this refuse the file; default: 0"
    )
    deletes: Literal["close", "ignore"] | None = Field(
        default=None,
        description="Only for history. close: a key that the file lacks ends; ignore: it stays",
    )
    deleted_when: str | None = Field(
        default=None,
        description="Only for upsert: a boolean column; where it is true, the row goes",
    )
    versions: Literal["append", "refuse"] | None = Field(
        default=None,
        description="Only for append without a key: a later version of an object, with other "
        "bytes. append: new facts; refuse: a correction, a person decides; default: append",
    )
    empty: Literal["header_only", "accept", "refuse"] | None = Field(
        default=None,
        description="A file without rows. header_only: taken when it has its header; accept: taken "
        "also when it has no bytes; refuse: neither; default: header_only, for replace refuse",
    )


class RuleModel(Model):
    """A condition that every good row meets."""

    check: Text = Field(description="Spark SQL over the row; false breaks it, null does not")
    action: Literal["reject", "warn", "fail"] = Field(
        default="reject", description="reject the row, only count it, or fail the file"
    )


class PostgresModel(Model):
    """The live table in PostgreSQL."""

    schema_: Identifier = Field(alias="schema", description="Created when it is missing")
    table: Identifier | None = Field(default=None, description="Default: the dataset's name")
    indexes: list[Annotated[list[str], Field(min_length=1)]] = Field(
        default=[], description="Lists of column names; the key has its index already"
    )


class RedshiftModel(Model):
    """The live table in Redshift."""

    schema_: Identifier = Field(alias="schema", description="Created when it is missing")
    table: Identifier | None = Field(default=None, description="Default: the dataset's name")
    diststyle: Literal["auto", "even", "all", "key"] = Field(
        default="auto", description="DISTSTYLE"
    )
    distkey: str | None = Field(default=None, description="The column of diststyle key")
    sortkey: list[str] = Field(default=[], description="Column names")


class TargetsModel(Model):
    """Where the rows go."""

    postgres: PostgresModel = Field(description="The live table in PostgreSQL")
    redshift: RedshiftModel | None = Field(default=None, description="The live table in Redshift")


class AlertsModel(Model):
    """Which ends of a load are mailed."""

    success: bool = Field(default=False, description="Mail every load that was applied")
    failure: bool = Field(default=True, description="Mail every load that was not")


class SizeModel(Model):
    """What Glue gives this dataset."""

    worker_type: Literal["G.1X", "G.2X", "G.4X", "G.8X", "R.1X", "R.2X", "R.4X", "R.8X"] = Field(
        default="G.1X", description="Glue's worker type"
    )
    workers: int = Field(default=2, ge=2, le=299, description="How many of them")
    writer: Literal["copy", "jdbc"] = Field(
        default="copy", description="How rows reach the stage table"
    )


class DatasetModel(Model):
    """One dataset: what arrives, what it means, where it goes."""

    name: Identifier = Field(description="Equals the file's name")
    description: Text = Field(description="One sentence for people; the comment on the table")
    source: SourceModel = Field(default=SourceModel(), description="What arrives")
    columns: list[ColumnModel] = Field(min_length=1, description="In the order of the table")
    key: list[str] = Field(default=[], description="Column names that identify a row")
    load: LoadModel = Field(description="What a delivery means for the table")
    rules: dict[str, RuleModel] = Field(default={}, description="Sentence: the condition behind it")
    checks: dict[str, Text] = Field(
        default={}, description="Only with sql: Spark SQL over mart and its inputs that must hold"
    )
    drift: Literal["strict", "evolve"] = Field(
        default="strict",
        description="strict: a column more or less refuses the file; evolve: allowed",
    )
    targets: TargetsModel = Field(description="Where the rows go")
    alerts: AlertsModel = Field(default=AlertsModel(), description="What is mailed")
    size: SizeModel = Field(default=SizeModel(), description="What Glue gives this dataset")
    after: list[Identifier] = Field(
        default=[], description="Names of steps/*.sql that run after the merge, in its transaction"
    )
