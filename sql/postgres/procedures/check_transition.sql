create or replace function etl.check_transition() returns trigger
language plpgsql
set search_path = ''
as $$
-- Trigger: a load moves along the arrows only, and a final state is final.
begin
    if (old.state, new.state) in (
        ('received', 'queued'), ('received', 'rejected'), ('received', 'failed'),
        ('received', 'superseded'), ('received', 'duplicate'),
        ('queued', 'running'), ('queued', 'superseded'), ('queued', 'rejected'),
        ('queued', 'failed'), ('queued', 'duplicate'),
        ('running', 'queued'), ('running', 'applied'), ('running', 'rejected'),
        ('running', 'failed')
    ) then
        return new;
    end if;
    raise exception 'load % cannot go from % to %', old.load_id, old.state, new.state
        using errcode = 'SC002', hint = 'states go received, queued, running, then one final state';
end;
$$;

create or replace trigger check_transition
before update of state on etl.load
for each row when (old.state is distinct from new.state)
execute function etl.check_transition();
