alter table etl.load
add column guarded_deletes bigint
constraint "the guard counts deletes" check (guarded_deletes > 0),
add column approved_deletes bigint
constraint "an approval allows deletes" check (approved_deletes > 0);
comment on column etl.load.guarded_deletes is 'How many rows would have gone when the delete guard refused the load';
comment on column etl.load.approved_deletes is 'How many rows may go, because a person looked; never inherited by a replay';

drop function if exists etl.check_deletes(text, bigint, bigint, double precision, bigint);
