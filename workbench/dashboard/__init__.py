"""`stagecoach dashboard`: Apache Superset in an environment of its own, over our live tables.

install    Superset and what it needs, each version pinned, in .stagecoach/superset
sources    where the databases are, and whether they hold what the charts read
assets     dashboards/*.yaml, with the addresses of these databases
place      the files of one environment's Superset: metadata, key, password, log
superset   its processes: prepare, serve, export
inside/    what runs in Superset's own Python
"""
