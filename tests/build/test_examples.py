"""Every example is a project that builds, and all of them fit into one environment."""

import pytest

from stagecoach.declaration import load_all
from tests.projects import EXAMPLES, PROJECTS, ROOT, union
from workbench.build import build


@pytest.mark.parametrize("project", EXAMPLES, ids=lambda path: path.name)
def test_an_example_is_a_project_that_builds(project, tmp_path):
    build(ROOT, tmp_path, project)
    built = {path.stem for path in (tmp_path / "datasets").iterdir()}
    assert built == {path.stem for path in (project / "datasets").glob("*.yaml")} != set()


def test_all_projects_together_are_one_without_a_shared_name_table_or_prefix(tmp_path):
    names = [name for project in PROJECTS for name in load_all(project / "datasets")]
    build(ROOT, tmp_path / "build", union(PROJECTS, tmp_path))
    assert sorted(load_all(tmp_path / "datasets")) == sorted(names)
