create or replace function etl.view_not_refreshed(
    target text, schema_name text, view_name text, reason text, passing boolean
) returns jsonb
language plpgsql
set search_path = ''
as $$
-- A refresh came to nothing: it is tried again in a quarter of an hour, and the loads stay applied.
-- Somebody is told once: at once, or of what may pass when it did not for an hour. {alerted}.
declare
    tell boolean;
    newest uuid;
    name text := format('%I.%I', schema_name, view_name);
begin
    update etl.dataset_view as ours
    set
        reason = view_not_refreshed.reason, failures = ours.failures + 1,
        told = ours.told or not passing or ours.failures >= 3, asked = null, statement_id = null,
        due_at = clock_timestamp() + interval '15 minutes'
    from etl.dataset_view as before
    where ours.target = view_not_refreshed.target
        and ours.schema_name = view_not_refreshed.schema_name
        and ours.view_name = view_not_refreshed.view_name
        and before.target = ours.target and before.schema_name = ours.schema_name
        and before.view_name = ours.view_name
    returning ours.told and not before.told into tell;
    if tell is not true then
        return jsonb_build_object('alerted', false);
    end if;
    select this.load_id into newest
    from etl.load as this
    inner join etl.dataset_view as ours on this.dataset = any(ours.datasets)
    where ours.target = view_not_refreshed.target
        and ours.schema_name = view_not_refreshed.schema_name
        and ours.view_name = view_not_refreshed.view_name and this.state = 'applied'
    order by this.ended_at desc limit 1;
    insert into etl.alert as known (load_id, kind, subject, message)
    select
        newest, 'view', format('Stagecoach: view %s is old', name),
        format(
            E'%s in %s could not be refreshed: %s\nThe loads are applied, the view shows what was '
            'there before. It is tried again every quarter of an hour.',
            name, case target when 'postgres' then 'PostgreSQL' else 'Redshift' end, reason
        )
    where newest is not null
    on conflict on constraint "a load is mailed once" do update
    set message = known.message || E'\n\n' || excluded.message, sent_at = null;
    return jsonb_build_object('alerted', newest is not null);
end;
$$;
