"""Print every dashboard and what it stands on as JSON, {path: text of a YAML file}."""

import json

from flask import g
from superset.app import create_app


def main() -> None:
    """Export as the administrator."""
    with create_app().app_context():
        from superset import db, security_manager
        from superset.commands.dashboard.export import ExportDashboardsCommand
        from superset.models.dashboard import Dashboard

        g.user = security_manager.find_user("admin")
        ids = [found for (found,) in db.session.query(Dashboard.id)]
        files = {path: text() for path, text in ExportDashboardsCommand(ids).run()}
    print(json.dumps(files))


if __name__ == "__main__":
    main()
