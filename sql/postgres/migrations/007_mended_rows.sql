-- Loads that bring only rows which an earlier load refused, mended by hand.
alter table etl.load
add column mends uuid references etl.load,
add column mended_lines bigint[],
add column fills_whole boolean,
add constraint "mended rows have lines"
check ((mends is null) = (mended_lines is null) and (mends is null) = (fills_whole is null));
comment on column etl.load.mends is 'The load whose refused rows this one brings; null where a load brings its whole file';
comment on column etl.load.mended_lines is 'Where those rows stood in the file of that load';
comment on column etl.load.fills_whole is 'Whether the file was the whole truth, so that what is in the table stays beside the mended rows';
create index mends_of_load on etl.load (mends) where mends is not null;
