create or replace function etl.define_merge(dataset text) returns void
language plpgsql
set search_path = ''
as $$
-- Make the merge of a live table that has extra columns: in the stored text a line that names
-- _extra_columns stands for one such line per column. Without extra columns nothing happens, for
-- the deployment made the merge of the declared columns already.
declare
    template text;
    extras text[] := array(
        select quote_ident(extra.name) from etl.extra_columns(define_merge.dataset) as extra
        order by extra.place
    );
begin
    select declared.merge_template into template
    from etl.dataset as declared where declared.name = define_merge.dataset;
    if template is null or extras = '{}' then
        return;
    end if;

    execute (
        select string_agg(
            case
                when line.said not like '%\_extra\_columns%' then line.said
                else (
                    select string_agg(
                        replace(rtrim(line.said, ','), '_extra_columns', extra.name),
                        e',\n' order by extra.place
                    )
                    from unnest(extras) with ordinality as extra (name, place)
                ) || case when line.said like '%,' then ',' else '' end
            end, e'\n' order by line.place
        )
        from regexp_split_to_table(template, e'\n') with ordinality as line (said, place)
    );
end;
$$;
