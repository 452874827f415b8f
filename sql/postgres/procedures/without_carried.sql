create or replace function etl.without_carried(
    this etl.load, merged etl.merge_counts, carried bigint
) returns etl.merge_counts
language sql stable
set search_path = ''
as $$
-- What a merge did with a load's own rows: the rows that `carry_rest` put beside them were written
-- as they were in mode replace, and found unchanged in any other.
    select (
        merged.inserted - case when mode = 'replace' then carried else 0 end,
        merged.updated,
        merged.deleted - case when mode = 'replace' then carried else 0 end,
        merged.unchanged - case when mode = 'replace' then 0 else carried end,
        merged.stale,
        merged.deduplicated
    )::etl.merge_counts
    from etl.dataset where name = this.dataset;
$$;
