"""Views of views/: every mistake in one sentence with file and line, and what is rendered."""

import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from stagecoach.dataset import Column, Dataset, RedshiftTarget
from stagecoach.declaration import DeclarationErrors, load_all
from tests.sql.worlds import ROOT, dataset
from workbench import views
from workbench.build import build
from workbench.views.reading import KEYS

PLANES = dataset(
    "planes",
    columns=(Column("tail", "varchar(8)", "tail"), Column("seats", "integer", "seats")),
    key=("tail",),
)
RUNWAYS = replace(dataset(), redshift=RedshiftTarget("aviation", "runways"))
DATASETS = {"runways": RUNWAYS, "planes": PLANES}

RIGHT = """\
-- description: Runways by surface
-- schema: aviation
-- targets: postgres, redshift
-- materialized: true
-- key: surface

select
    surface,
    count(*) as runways
from aviation.runways
group by surface
"""
PLAIN = """\
-- description: Planes
-- schema: aviation

select tail, seats from aviation.planes
"""
# what is replaced, by what, and what is said of it (`line: message`)
MISTAKES = [
    ("-- description:", "-- descripton:", "1: found the key 'descripton' in the header - did you"),
    ("-- description: Runways by surface\n", "", "1: the header has no description - wanted -- de"),
    ("aviation\n--", "\n--", "2: the header has no schema - wanted -- schema: the schema that"),
    ("-- schema: aviation", "-- Schema!", "2: found '-- Schema!' in the header - wanted -- key: v"),
    ("-- schema: aviation", "-- schema: Aviation", "2: found the name 'Aviation' - wanted lower-c"),
    ("-- schema: aviation", "-- schema: etl", "2: schema 'etl' is not for views - wanted one of y"),
    ("postgres, redshift", "postgres, redshfit", "3: targets: found 'redshfit' - did you mean 're"),
    ("materialized: true", "materialized: yes", "4: materialized: found 'yes' - wanted true or fa"),
    ("materialized: true", "schema: x", "4: key 'schema' is already on line 2 - wanted once"),
    ("-- key: surface\n", "", "4: a materialized view without a key - wanted -- key: columns by "),
    ("-- materialized: true\n", "", "4: key is for materialized views - wanted -- materialized: t"),
    ("key: surface", "key: surfce", "5: key names 'surfce', which is no column of the view - did "),
    ("aviation.runways", "runways", "10: table 'runways' has no schema - wanted schema.runways"),
    ("aviation.runways", "x.aviation.runways", "10: table 'x.aviation.runways' names a database -"),
    ("aviation.runways", "aviation.runway", "10: aviation.runway is no live table of datasets/ an"),
    ("aviation.runways", "aviation.planes", "3: aviation.planes is not in redshift - wanted targe"),
    ("aviation.runways", "generate_series(1, 3)", "found 'GENERATE_SERIES(1, 3)' as a table - wan"),
    ("    surface,\n", "    surfaces,\n", "8: column 'surfaces' is in no table that the view read"),
    ("    surface,\n", "    *,\n", "found * - wanted the columns by name: a new one changes no vi"),
    ("count(*) as runways", "count(*)", "column 2 has no name - wanted COUNT(*) as .."),
    ("count(*) as runways", "id as surface", "9: column 'surface' is there twice - wanted each na"),
    ("count(*) as runways", "avg(id) as mean", "9: avg(runways.id) is cut to a whole number by Re"),
    ("count(*) as runways", "count(* as runways", "wanted one select that PostgreSQL takes"),
    ("group by surface\n", "group by surface;\nselect 1 as one", "7: found 2 statements - wanted "),
    ("group by surface\n", "group by surface\nlimit 3", "7: a materialized view of Redshift has n"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path):
    def write(**files: str) -> Path:
        for name, text in files.items():
            (tmp_path / f"{name}.sql").write_text(text)
        return tmp_path

    return write


def mistakes(path: Path, datasets: dict[str, Dataset] = DATASETS) -> list[str]:
    with pytest.raises(DeclarationErrors) as caught:
        views.load(path, datasets)
    return [str(problem).removeprefix(f"{path}/") for problem in caught.value.problems]


@pytest.mark.parametrize(("right", "wrong", "said"), MISTAKES)
def test_a_mistake_is_said_once_with_file_and_line(folder, right, wrong, said):
    assert right in RIGHT
    (found,) = mistakes(folder(by_surface=RIGHT.replace(right, wrong, 1)))
    assert found.startswith("by_surface.sql:")
    assert said in found


def test_a_right_view_is_read(folder):
    (view,) = views.load(folder(by_surface=RIGHT), DATASETS)
    assert (view.relation, view.key) == (("aviation", "by_surface"), ("surface",))
    assert (view.reads, view.datasets) == ((("aviation", "runways"),), ("runways",))
    assert view.columns == {"surface": "VARCHAR(8)", "runways": "BIGINT"}


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("with few as (select id from aviation.runways) select id from few", ["id"]),
        ("select r.id from (select id from aviation.runways) as r", ["id"]),
        ("select id from aviation.runways union all select 1 as id", ["id"]),
        ("select id::integer from aviation.runways", ["id"]),
        ("select id from aviation.runways where exists (select from aviation.planes)", ["id"]),
    ],
)
def test_a_query_may_be_of_any_shape(folder, query, columns):
    text = f"-- description: d\n-- schema: s\n-- targets: postgres\n\n{query}\n"
    (view,) = views.load(folder(shaped=text), DATASETS)
    assert list(view.columns) == columns


def test_a_view_is_where_all_that_it_reads_is(folder):
    both = PLAIN.replace("tail, seats from aviation.planes", "id from aviation.runways")
    (plain, runways) = views.load(folder(a=PLAIN, b=both), DATASETS)
    assert (plain.targets, runways.targets) == (("postgres",), ("postgres", "redshift"))


def test_views_come_after_those_that_they_read(folder):
    late = PLAIN.replace("aviation.planes", "aviation.z")
    last = PLAIN.replace("aviation.planes", "aviation.a")
    found = views.load(folder(a=late, m=last, z=PLAIN), DATASETS)
    assert [view.name for view in found] == ["z", "a", "m"]
    assert found[-1].datasets == ("planes",)


def test_a_circle_is_said_with_its_way(folder):
    found = mistakes(
        folder(
            a=PLAIN.replace("aviation.planes", "aviation.b"),
            b=PLAIN.replace("aviation.planes", "aviation.a"),
            c=PLAIN.replace("aviation.planes", "aviation.a"),
        )
    )
    way = "aviation.a reads aviation.b reads aviation.a - wanted views that read no view"
    assert [line.split(":")[:2] for line in found] == [["a.sql", "4"], ["b.sql", "4"]]
    assert way in found[0]


def test_a_view_may_not_be_called_as_a_live_table(folder):
    (found,) = mistakes(folder(planes=PLAIN))
    assert found.startswith("planes.sql:1: aviation.planes is the live table of planes - wanted")


def test_two_schemas_may_have_a_view_of_one_name_and_one_schema_may_not(folder, tmp_path):
    (tmp_path / "retail").mkdir()
    other = tmp_path / "retail" / "flying.sql"
    other.write_text(PLAIN.replace("schema: aviation", "schema: retail"))
    found = views.load(folder(flying=PLAIN), DATASETS)
    assert {view.relation for view in found} == {("aviation", "flying"), ("retail", "flying")}
    other.write_text(PLAIN)
    (said,) = mistakes(tmp_path)
    assert said.startswith("retail/flying.sql:1: aviation.flying is in ")


def test_a_materialized_view_of_redshift_reads_tables(folder):
    plain = RIGHT.replace("-- materialized: true\n-- key: surface\n", "")
    above = RIGHT.replace("aviation.runways", "aviation.below")
    below = plain.replace("count(*) as runways", "id").replace("group by surface\n", "")
    (found,) = mistakes(folder(above=above, below=below))
    assert found.startswith("above.sql:10: aviation.below is a view, and a materialized view of")


def test_the_mistakes_of_all_files_are_said_together(folder):
    found = mistakes(folder(a=PLAIN.replace("-- schema", "-- shcema"), b="select 1", c=RIGHT))
    assert {line.split(":")[0] for line in found} == {"a.sql", "b.sql"}


def test_without_views_sqlglot_is_not_loaded(tmp_path):
    code = (
        "import sys; from pathlib import Path; from workbench import views;"
        f"views.render(views.load(Path({str(tmp_path)!r}), {{}}), {{}});"
        "sys.exit('sqlglot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_example_of_the_readme_is_right_and_every_key_is_in_it(folder):
    readme = (ROOT / "views" / "README.md").read_text()
    example = re.search(r"```sql\n(.*?)```", readme, re.DOTALL)[1]
    (view,) = views.load(folder(delays_by_airline=example), load_all(ROOT / "datasets"))
    assert (view.materialized, view.key) == (True, ("carrier",))
    assert all(f"| `{key}` |" in readme for key in KEYS)


def test_equal_views_render_to_equal_files(folder):
    once, again = (
        views.render(views.load(folder(a=PLAIN, b=RIGHT), DATASETS), DATASETS) for _ in range(2)
    )
    assert once == again
    assert sorted(once)[:3] == [
        "postgres/dataset_views/001_aviation.a.sql",
        "postgres/dataset_views/002_aviation.b.sql",
        "postgres/dataset_views/zzz_retire.sql",
    ]


def redshift_file(folder, text: str, datasets: dict[str, Dataset] = DATASETS) -> tuple[str, str]:
    texts = views.render(views.load(folder(v=text), datasets), datasets)
    ((name, rendered),) = [item for item in texts.items() if item[0].startswith("redshift/")]
    return name, rendered


def test_a_view_of_redshift_keeps_its_file_until_its_columns_change(folder):
    plain = RIGHT.replace("-- materialized: true\n-- key: surface\n", "")
    name, text = redshift_file(folder, plain)
    other, changed = redshift_file(folder, plain.replace("from av", "from  -- all\n av"))
    third, _ = redshift_file(folder, plain.replace("as runways", "as n"))
    assert name == other != third
    assert "create or replace view aviation.v as" in text
    assert text.count("with no schema binding;") == changed.count("with no schema binding;") == 1


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select array_agg(id) as ids from aviation.runways", "function array_agg() is not suppor"),
        ("select surface ~* 'a' as a from aviation.runways", "use lower() or ilike"),
        ("select id from aviation.runways tablesample bernoulli (1)", "TABLESAMPLE unsupported"),
    ],
)
def test_what_redshift_refuses_is_refused_before_it_is_deployed(folder, query, said):
    text = f"-- description: d\n-- schema: s\n\n{query}\n"
    (found,) = mistakes(folder(v=text))
    assert found.startswith("v.sql:4: Redshift: ")
    assert said in found
    assert found.endswith("wanted what both databases know, or -- targets: postgres")
    assert views.load(folder(v=text.replace("\n\n", "\n-- targets: postgres\n\n")), DATASETS)


def test_a_text_that_holds_the_quotes_of_the_ledger_is_kept(folder):
    text = PLAIN.replace("seats from", "'$view$'::text as seats from")
    files = views.render(views.load(folder(v=text), DATASETS), DATASETS)
    assert (
        "$view_$\nselect tail, '$view$'::text as seats"
        in files["postgres/dataset_views/001_aviation.v.sql"]
    )


def test_the_function_migrate_carries_the_views_of_this_repository(tmp_path):
    build(ROOT, tmp_path)
    names = zipfile.ZipFile(tmp_path / "lambda" / "migrate.zip").namelist()
    assert "sql/postgres/dataset_views/001_nyc.delays_by_airline.sql" in names
    assert "sql/postgres/dataset_views/zzz_retire.sql" in names
    (plain,) = (tmp_path / "sql" / "redshift" / "dataset_views").glob("nyc.flights_details.*.sql")
    assert f"sql/redshift/dataset_views/{plain.name}" in names
