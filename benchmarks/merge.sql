-- Deliveries in the shape of nyc_flights, made in the database: of any number of rows, in order of
-- time, equal in every run but for the share that changed.
create schema made;

create function made.flights(how_many bigint, changed_percent integer) returns setof nyc.flights
language sql
as $$
    select
        extract(year from made.hour)::smallint, extract(month from made.hour)::smallint,
        extract(day from made.hour)::smallint,
        case when not made.cancelled then made.random % 2400 end::smallint,
        (made.random / 7 % 2400)::smallint,
        case when not made.cancelled then made.random % 200 - 20 end::smallint,
        case when not made.cancelled then made.random / 11 % 2400 end::smallint,
        (made.random / 13 % 2400)::smallint,
        case when made.number % 100 < changed_percent then 999 else made.random / 17 % 250 end
        ::smallint,
        (array['UA', 'AA', 'B6', 'DL', 'EV', 'MQ', 'US', '9E'])[1 + made.random % 8],
        (1 + made.number % 39 * 150 + made.random % 150)::smallint,
        'N' || 10000 + made.random % 4000,
        (array['EWR', 'JFK', 'LGA'])[1 + made.random % 3],
        'D' || 10 + made.random / 3 % 90,
        (30 + made.random % 400)::smallint, (100 + made.random % 4000)::smallint,
        (made.random / 7 % 24)::smallint, (made.random / 5 % 60)::smallint,
        made.hour, made.cancelled,
        ((100 + made.random % 4000) * 60.0 / (30 + made.random % 400))::numeric(6, 2)
    from (
        select
            number, abs(hashint8(number)::bigint) as random,
            abs(hashint8(number)::bigint) % 41 = 0 as cancelled,
            timestamptz '2013-01-01 05:00+00' + number / 39 * interval '1 hour' as hour
        from generate_series(0, how_many - 1) as number
    ) as made;
$$;

create function made.stage(of_load uuid, how_many bigint, changed_percent integer) returns jsonb
language plpgsql
as $$
-- Stage a delivery as the job does; answers its manifest.
declare
    stage text := etl.begin_stage(of_load, 1);
    staged bigint;
    hash_sum numeric;
begin
    execute format(
        'insert into %s select made.*, row_number() over () + 1, '
        'hash_record_extended(made, 0) from made.flights($1, $2) as made', stage
    ) using how_many, changed_percent;
    execute format('select count(*), sum(_row_hash) from %s', stage) into staged, hash_sum;
    return jsonb_build_object(
        'load_id', of_load, 'attempt', 1, 'hash_sum', hash_sum::text, 'rejects', '[]'::jsonb,
        'counts', jsonb_build_object(
            'read', staged + 1, 'header', 1, 'good', staged, 'rejected', 0, 'warned', 0
        )
    );
end;
$$;
