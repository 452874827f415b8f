create or replace function etl.republish(load_id text) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- A person wants a load in Redshift now: one that failed is in its place in the line again, one
-- that waits for its next try is due. One that runs is left alone. Answers the load.
-- Raises SC004 for a load that is there already or was never to go there.
declare
    this etl.load;
    line etl.publication;
begin
    select * into this from etl.load as wanted
    where wanted.load_id = etl.find_load(republish.load_id);
    select * into line from etl.publication as wanted
    where wanted.load_id = this.load_id
    for update;
    if line.state = 'applied' then
        raise exception 'load % is in Redshift since % - nothing to publish',
            this.load_id, to_char(line.ended_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI" UTC"')
            using errcode = 'SC004';
    elsif line.load_id is null and this.state = 'applied' then
        raise exception 'load % was applied when dataset % had no target in Redshift - bring the '
            'whole table there: stagecoach migrate-table %',
            this.load_id, this.dataset, this.dataset using errcode = 'SC004';
    elsif line.load_id is null then
        raise exception 'load % is % - only what was applied is published',
            this.load_id, this.state using errcode = 'SC004';
    end if;

    update etl.publication as wanted
    set state = 'waiting', tries = 0, strikes = 0, ended_at = null,
        asked_at = clock_timestamp(), due_at = clock_timestamp()
    where wanted.publication_id = line.publication_id and wanted.state in ('failed', 'waiting');
    return etl.load_json(this.load_id);
end;
$$;
