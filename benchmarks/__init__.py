"""How fast a whole load is, against the fastest way PostgreSQL itself knows."""
