create or replace function etl.published(load_id uuid, attempt integer, counts jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- A load is in Redshift: running -> applied, with what its merge counted there. Counts that are not
-- those of the merge here are an alert, but for a table that began there without what was here: a
-- whole file brought it all (`earlier` is 0). An attempt that is over is left alone.
-- Answers {load_id, state, attempt}.
declare
    wanted jsonb := etl.merged_counts(published.load_id);
    done etl.publication;
begin
    update etl.publication as this
    set state = 'applied', ended_at = clock_timestamp(), reason = null,
        counts = published.counts - 'earlier',
        agrees = wanted <@ published.counts
            or coalesce((published.counts ->> 'earlier')::bigint = 0, false)
    where this.load_id = published.load_id and this.state = 'running'
        and this.attempt = published.attempt
    returning * into done;
    if not done.agrees then
        perform etl.write_publication_alert(done, 'differs');
    end if;
    return etl.publication_state(published.load_id);
end;
$$;
