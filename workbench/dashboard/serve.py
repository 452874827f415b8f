"""From nothing to a page: install, check the tables, import, serve until ctrl-C."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.dashboard import assets, superset
from workbench.dashboard.install import fingerprint, install
from workbench.dashboard.place import USER, Place
from workbench.dashboard.sources import Source, addresses, check, chosen
from workbench.output import OUT
from workbench.progress import Steps


def serve(env: str, port: int, source: Source) -> None:
    """Show the dashboard of an environment until ctrl-C. Raises SetupError with what to do."""
    declared, found = assets.read(), addresses(env)
    for table in assets.tables(declared):
        check(env, source, chosen(found, source), table)
    place, url = Place.of(env), f"http://{superset.HOST}:{port}"
    with superset.locked(place, url) as lock:
        superset.check_port(port)
        try:
            with Steps() as steps:
                install(place.log, steps)
                password, is_new = place.secrets()
                prepare(place, password, assets.bundle(declared, found, source), steps)
                with steps.step("starting Superset"):
                    process = superset.start(place, port, lock)
            try:
                say(place, url + assets.home_page(declared), password if is_new else None)
                process.wait()
            finally:
                superset.stop(process)
        except KeyboardInterrupt:
            OUT.print("the dashboard is stopped")


def prepare(place: Place, password: str, contents: Mapping[str, str], steps: Steps) -> None:
    """Bring Superset to what is declared; only what changed, so edits outlive a restart."""
    wanted = {"superset": fingerprint(), **assets.digests(contents)}
    known = place.remembered()
    if known == wanted:
        return
    changed = dict(contents)
    if {**known, "databases": wanted["databases"]} == wanted:
        kept = ("databases/", "metadata.yaml")
        changed = {path: text for path, text in contents.items() if path.startswith(kept)}
    with steps.step("importing dashboards/" if known else "making Superset's own database"):
        superset.run(place, "prepare.py", {"user": USER, "password": password, "contents": changed})
    place.remember(wanted)


def say(place: Place, url: str, password: str | None) -> None:
    """Where it is and how to get in; a password is told once."""
    told = password or f"in {place.password_file}"
    OUT.print(f"{url}\nuser {USER}, password {told}\nctrl-C stops it", markup=False)
