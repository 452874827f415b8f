-- What a merge did with the staged rows; every rendered merge answers one.
create type etl.merge_counts as (
    inserted bigint,
    updated bigint,
    deleted bigint,
    unchanged bigint,
    stale bigint,
    deduplicated bigint
);
comment on type etl.merge_counts is 'good = inserted + updated + unchanged + stale + deduplicated; deleted is apart';
