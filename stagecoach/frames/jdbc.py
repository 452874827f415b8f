"""Write the rows into the stage table with Spark's JDBC writer and pgJDBC.

That writer may insert a partition twice when a task dies after its commit. It is fenced by what is
around it: each attempt has its own fresh stage table, and the merge refuses a stage whose count or
hash sum is not the manifest's, so such an attempt fails and the next one starts clean.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pyspark import SparkFiles
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as everywhere
from pyspark.sql.types import DateType, TimestampNTZType, TimestampType

from stagecoach import aws
from stagecoach.errors import SetupError
from stagecoach.settings import Settings

DRIVER = "org.postgresql.Driver"
BATCH_ROWS = 10_000
CA_FILE = "stagecoach-ca.pem"
PLACES = (
    (Path("/usr/share/java"), "postgresql*.jar"),
    (Path.home() / ".m2/repository/org/postgresql/postgresql", "*/postgresql-*.jar"),
)


@dataclass(frozen=True)
class JdbcDatabase:
    """Where pgJDBC writes, and as whom; `properties` go into the URL."""

    host: str
    port: str
    name: str
    user: str
    password: str
    properties: tuple[tuple[str, str], ...] = ()

    @property
    def url(self) -> str:
        """The URL. `stringtype=unspecified` lets text become time, uuid and jsonb."""
        fixed = {"stringtype": "unspecified", "reWriteBatchedInserts": "true"}
        given = {**fixed, **dict(self.properties)}
        query = "&".join(f"{key}={value}" for key, value in given.items())
        return f"jdbc:postgresql://{self.host}:{self.port}/{self.name}?{query}"


def find_driver() -> Path | None:
    """pgJDBC on this machine: STAGECOACH_PGJDBC, Debian's package, or Maven's; Glue has its own."""
    named = os.environ.get("STAGECOACH_PGJDBC")
    if named:
        if not Path(named).is_file():
            raise SetupError(f"STAGECOACH_PGJDBC names {named}, which is not a file - correct it")
        return Path(named)
    found = [jar for folder, pattern in PLACES if folder.is_dir() for jar in folder.glob(pattern)]
    return sorted(found)[-1] if found else None


def database(spark: SparkSession, settings: Settings) -> JdbcDatabase:
    """The database of an environment, over TLS that verifies certificate and host name."""
    secret = aws.read_secret(settings.database_secret)
    tls = (("sslmode", "verify-full"), ("sslrootcert", _ca(spark, settings.database_ca)))
    return JdbcDatabase(
        settings.database_host, settings.database_port, settings.database_name,
        secret["username"], secret["password"], tls,
    )  # fmt: skip


def _ca(spark: SparkSession, uri: str) -> str:
    """The CA as a file that driver and executors find under one path."""
    local = Path(CA_FILE).absolute()
    local.write_bytes(aws.read_uri(uri))
    if str(spark.sparkContext.master).startswith("local"):
        return str(local)
    # An added file lies in an executor's working directory, as ours does in the driver's.
    spark.sparkContext.addFile(str(local))
    return CA_FILE if SparkFiles.get(CA_FILE) else str(local)


def append(rows: DataFrame, table: str, where: JdbcDatabase) -> None:
    """Append the rows. Raises SetupError when there is no driver."""
    options = {
        "user": where.user,
        "password": where.password,
        "driver": DRIVER,
        "batchsize": str(BATCH_ROWS),
        "truncate": "false",
    }
    try:
        _without_moments(rows).write.jdbc(where.url, table, mode="append", properties=options)
    except Exception as error:
        if "ClassNotFoundException" in str(error):
            raise SetupError(
                "pgJDBC is not installed, writer: jdbc needs it - install "
                "libpostgresql-jdbc-java, or set writer: copy"
            ) from None
        raise


def _without_moments(rows: DataFrame) -> DataFrame:
    """Dates and timestamps as text: java.sql's own move days before 1582-10-15."""
    columns = []
    for field in rows.schema:
        column, kind = F.col(f"`{field.name}`"), field.dataType
        if isinstance(kind, TimestampType):
            column = F.concat(column.cast("string"), F.lit("+00"))
        elif isinstance(kind, DateType | TimestampNTZType):
            column = column.cast("string")
        columns.append(column.alias(field.name))
    return rows.select(*columns)
