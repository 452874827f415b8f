"""Where rows are handled: Spark frames and Arrow batches, inside Glue jobs only."""
