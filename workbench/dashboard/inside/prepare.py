"""Make Superset's metadata database and import assets, in one process: each start costs seconds.

Reads a request from stdin: {"user", "password", "contents": {path: text of a YAML file}}; so no
secret is on a command line.
"""

import json
import sys

import flask_migrate
from flask import g
from superset.app import create_app


def main() -> None:
    """Do it; doing it again brings the same state."""
    request = json.load(sys.stdin)
    with create_app().app_context():
        make_database()
        g.user = make_admin(request["user"], request["password"])
        import_assets(request["contents"])


def make_database() -> None:
    """The tables of this version of Superset, its roles and their rights."""
    from superset import appbuilder, security_manager

    flask_migrate.upgrade()
    appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()


def make_admin(name: str, password: str) -> object:
    """The administrator, with this password from now on."""
    from superset import security_manager

    role = security_manager.find_role("Admin")
    user = security_manager.find_user(name) or security_manager.add_user(
        name, "Stage", "Coach", f"{name}@localhost", role, password=password
    )
    security_manager.reset_password(user.id, password)
    return user


def import_assets(contents: dict[str, str]) -> None:
    """Make them as they are declared; what people made beside them stays."""
    from superset.commands.importers.v1.assets import ImportAssetsCommand

    first = ("databases/", "metadata.yaml")
    ImportAssetsCommand({path: contents[path] for path in contents if path.startswith(first)}).run()
    move_datasets([json.loads(contents[path]) for path in contents if path.startswith("datasets/")])
    ImportAssetsCommand(contents).run()


def move_datasets(declared: list[dict[str, str]]) -> None:
    """Put each dataset that is there into its database: Superset's import would make it twice."""
    from superset import db
    from superset.connectors.sqla.models import SqlaTable
    from superset.models.core import Database

    for asset in declared:
        found = db.session.query(SqlaTable).filter_by(uuid=asset["uuid"]).one_or_none()
        if found is not None:
            home = db.session.query(Database).filter_by(uuid=asset["database_uuid"]).one()
            found.database = home
    db.session.commit()


if __name__ == "__main__":
    main()
