create or replace function etl.write_publication_alert(this etl.publication, kind text)
returns void
language sql
set search_path = ''
as $$
-- Put in the outbox what keeps a load from Redshift, when its dataset wants failures mailed:
-- `unpublished` (given up; the loads behind it wait), `delayed` (still tried), `differs` (it is
-- there, with other counts). One that failed again after a person asked for it is mailed again.
    insert into etl.alert (load_id, kind, subject, message)
    select
        this.load_id, write_publication_alert.kind,
        left(
            format(
                '%s: %s %s', this.dataset, delivery.key,
                case write_publication_alert.kind
                    when 'unpublished' then 'not published to Redshift'
                    when 'delayed' then 'waits for Redshift'
                    else 'differs in Redshift'
                end
            ), 100
        ),
        case write_publication_alert.kind
            when 'differs' then format(
                '%s of %s is in Redshift, but its merge did something else there: '
                '%s in PostgreSQL, %s in Redshift (load %s)%sThe two tables were not the same '
                'before it. To bring the whole table over run: stagecoach migrate-table %s',
                delivery.key, this.dataset, etl.merged_counts(this.load_id), this.counts,
                this.load_id, e'\n', this.dataset
            )
            when 'delayed' then format(
                '%s of %s is applied in PostgreSQL and not in Redshift, for %s now: %s (load %s)%s'
                'It goes on by itself when that is over, and so do the loads behind it. To see '
                'how far it is run: stagecoach load %s',
                delivery.key, this.dataset,
                date_trunc('minute', clock_timestamp() - this.asked_at), this.reason, this.load_id,
                e'\n', left(this.load_id::text, 8)
            )
            else format(
                '%s of %s is applied in PostgreSQL and could not be published to Redshift: %s '
                '(load %s)%sLater loads of %s wait behind it. '
                'After a fix run: stagecoach publish %s',
                delivery.key, this.dataset, this.reason, this.load_id, e'\n', this.dataset,
                left(this.load_id::text, 8)
            )
        end
    from etl.load as loaded
    inner join etl.delivery using (delivery_id)
    left join etl.dataset as declared on declared.name = this.dataset
    where loaded.load_id = this.load_id and coalesce(declared.alert_failure, true)
    on conflict on constraint "a load is mailed once" do update
        set
            subject = excluded.subject,
            message = excluded.message,
            created_at = clock_timestamp(),
            sent_at = null
        where excluded.kind = 'unpublished';
$$;
