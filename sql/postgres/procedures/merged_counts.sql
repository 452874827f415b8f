create or replace function etl.merged_counts(load_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
-- What the merge of a load did: the counts by which the two databases are compared.
    select jsonb_build_object(
        'inserted', this.inserted, 'updated', this.updated, 'deleted', this.deleted,
        'unchanged', this.unchanged, 'stale', this.stale, 'deduplicated', this.deduplicated
    )
    from etl.load as this where this.load_id = merged_counts.load_id;
$$;
