create or replace function etl.publication_started(
    load_id uuid, attempt integer, statement_id text
) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Note the Data API statement that carries an attempt; one that is over is left alone.
begin
    update etl.publication as this set statement_id = publication_started.statement_id
    where this.load_id = publication_started.load_id and this.state = 'running'
        and this.attempt = publication_started.attempt;
    return etl.publication_state(publication_started.load_id);
end;
$$;
