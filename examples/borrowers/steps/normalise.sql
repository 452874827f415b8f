-- description: From the two sheets to persons, roles, e-mails, addresses and phone numbers
-- call: people.normalise

-- The model. A row's created_at and created_by say when and by which load it came, updated_at and
-- updated_by when and by which it changed last; a load is looked up with: stagecoach load <id>.
create schema if not exists people;

create table if not exists people.user_profile (
    user_id uuid primary key,
    first_name text not null,
    last_name text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by uuid,
    updated_by uuid
);
comment on table people.user_profile is 'Everybody in the sheet borrower';
comment on column people.user_profile.first_name is 'The first word of the name';
comment on column people.user_profile.last_name is 'All the other words: De la Eglise, O'' Cloney';

create table if not exists people.role_profile_type (
    role_profile_type_id integer generated always as identity primary key,
    name text not null unique,
    created_at timestamptz not null default now(),
    created_by uuid
);
comment on table people.role_profile_type is 'Roles that were ever seen; none goes, so that its number stays what it is';

create table if not exists people.role_profile (
    user_id uuid not null references people.user_profile,
    role_profile_type_id integer not null references people.role_profile_type,
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (user_id, role_profile_type_id)
);
comment on table people.role_profile is 'Which person has which role; a role waits until its person is in the sheet borrower';

create table if not exists people.email_type (
    email_type_id integer generated always as identity primary key,
    domain text not null unique,
    created_at timestamptz not null default now(),
    created_by uuid
);
comment on table people.email_type is 'Domains that were ever seen, in small letters';

create table if not exists people.email (
    user_id uuid primary key references people.user_profile,
    email_type_id integer references people.email_type,
    email text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by uuid,
    updated_by uuid
);
comment on column people.email.email_type_id is 'Null where the text has no domain';

create table if not exists people.address (
    user_id uuid primary key references people.user_profile,
    street text,
    city text,
    state text,
    zip_code text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by uuid,
    updated_by uuid
);
comment on column people.address.zip_code is 'As it was sent: five digits, or what a rule counted';

create table if not exists people.phone_number_type (
    phone_number_type_id integer generated always as identity primary key,
    name text not null unique,
    created_at timestamptz not null default now(),
    created_by uuid
);

create table if not exists people.phone_number (
    user_id uuid not null references people.user_profile,
    phone_number_type_id integer not null references people.phone_number_type,
    phone_number text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    created_by uuid,
    updated_by uuid,
    primary key (user_id, phone_number_type_id)
);

-- Every part below compares what the sheets say with what the model holds, and writes only what
-- differs: what is the same is not touched, so a second run changes nothing.

create or replace function people.written(text) returns text
language sql immutable
as $$
-- A cell without blanks around it; null where nothing else is left.
    select nullif(btrim($1, e' \t\r\n\u00a0'), '');
$$;

create or replace function people.counted(
    inserted bigint, updated bigint, deleted bigint
) returns jsonb
language sql immutable
as $$
    select jsonb_build_object('inserted', inserted, 'updated', updated, 'deleted', deleted);
$$;

create or replace function people.put_users(load_id uuid) returns jsonb
language sql
as $$
-- Come and changed persons. Who is gone goes last, when nothing names them any more.
    with named as (
        select sheet.id, people.written(sheet.full_name) as full_name
        from borrowers.borrower as sheet
    ),
    wanted as (
        select
            named.id,
            substring(named.full_name from '^\S+') as first_name,
            people.written(substring(named.full_name from '^\S+\s+(.*)$')) as last_name
        from named
    ),
    put as (
        insert into people.user_profile as held
            (user_id, first_name, last_name, created_by, updated_by)
        select wanted.id, wanted.first_name, wanted.last_name, load_id, load_id
        from wanted
        order by wanted.id
        on conflict (user_id) do update
            set first_name = excluded.first_name, last_name = excluded.last_name,
                updated_at = now(), updated_by = excluded.updated_by
            where (held.first_name, held.last_name)
                is distinct from (excluded.first_name, excluded.last_name)
        returning held.xmax = 0 as is_new
    )
    select people.counted(
        count(*) filter (where put.is_new), count(*) filter (where not put.is_new), 0
    )
    from put;
$$;

create or replace function people.drop_users() returns bigint
language sql
as $$
    with gone as (
        delete from people.user_profile as held
        where not exists (select from borrowers.borrower as sheet where sheet.id = held.user_id)
        returning held.user_id
    )
    select count(*) from gone;
$$;

create or replace function people.put_role_types(load_id uuid) returns jsonb
language sql
as $$
    with put as (
        insert into people.role_profile_type (name, created_by)
        select distinct people.written(sheet.role_profile), load_id
        from borrowers.role_profile as sheet
        where people.written(sheet.role_profile) is not null
            and not exists (
                select from people.role_profile_type as held
                where held.name = people.written(sheet.role_profile)
            )
        order by 1
        returning name
    )
    select people.counted(count(*), 0, 0) from put;
$$;

create or replace function people.put_roles(load_id uuid) returns jsonb
language sql
as $$
-- Which sheet came first does not matter: a role without its person waits for it.
    with sheet as (
        select distinct said.borrower_id, kind.role_profile_type_id, known.id is null as waits
        from borrowers.role_profile as said
        inner join people.role_profile_type as kind
            on kind.name = people.written(said.role_profile)
        left join borrowers.borrower as known on known.id = said.borrower_id
    ),
    wanted as (
        select sheet.borrower_id, sheet.role_profile_type_id from sheet where not sheet.waits
    ),
    gone as (
        delete from people.role_profile as held
        where (held.user_id, held.role_profile_type_id) not in (table wanted)
        returning 1
    ),
    put as (
        insert into people.role_profile (user_id, role_profile_type_id, created_by)
        select wanted.borrower_id, wanted.role_profile_type_id, load_id
        from wanted
        order by wanted.borrower_id
        on conflict do nothing
        returning 1
    )
    select people.counted((select count(*) from put), 0, (select count(*) from gone))
        || jsonb_build_object('waiting', (select count(*) from sheet where sheet.waits));
$$;

create or replace function people.put_email_types(load_id uuid) returns jsonb
language sql
as $$
    with said as (
        select distinct lower(substring(people.written(sheet.email) from '@([^@]+)$')) as domain
        from borrowers.borrower as sheet
    ),
    put as (
        insert into people.email_type (domain, created_by)
        select said.domain, load_id from said
        where said.domain is not null
            and not exists (
                select from people.email_type as held where held.domain = said.domain
            )
        order by 1
        returning domain
    )
    select people.counted(count(*), 0, 0) from put;
$$;

create or replace function people.put_emails(load_id uuid) returns jsonb
language sql
as $$
    with wanted as (
        select sheet.id, people.written(sheet.email) as email, kind.email_type_id
        from borrowers.borrower as sheet
        left join people.email_type as kind
            on kind.domain = lower(substring(people.written(sheet.email) from '@([^@]+)$'))
        where people.written(sheet.email) is not null
    ),
    gone as (
        delete from people.email as held
        where not exists (select from wanted where wanted.id = held.user_id)
        returning 1
    ),
    put as (
        insert into people.email as held (user_id, email, email_type_id, created_by, updated_by)
        select wanted.id, wanted.email, wanted.email_type_id, load_id, load_id
        from wanted
        order by wanted.id
        on conflict (user_id) do update
            set email = excluded.email, email_type_id = excluded.email_type_id,
                updated_at = now(), updated_by = excluded.updated_by
            where (held.email, held.email_type_id)
                is distinct from (excluded.email, excluded.email_type_id)
        returning held.xmax = 0 as is_new
    )
    select people.counted(
        (select count(*) from put where put.is_new),
        (select count(*) from put where not put.is_new),
        (select count(*) from gone)
    );
$$;

create or replace function people.put_addresses(load_id uuid) returns jsonb
language sql
as $$
    with wanted as (
        select
            sheet.id,
            people.written(sheet.street) as street,
            people.written(sheet.city) as city,
            people.written(sheet.state) as state,
            people.written(sheet.zip_code) as zip_code
        from borrowers.borrower as sheet
        where coalesce(
            people.written(sheet.street), people.written(sheet.city),
            people.written(sheet.state), people.written(sheet.zip_code)
        ) is not null
    ),
    gone as (
        delete from people.address as held
        where not exists (select from wanted where wanted.id = held.user_id)
        returning 1
    ),
    put as (
        insert into people.address as held
            (user_id, street, city, state, zip_code, created_by, updated_by)
        select
            wanted.id, wanted.street, wanted.city, wanted.state, wanted.zip_code,
            load_id, load_id
        from wanted
        order by wanted.id
        on conflict (user_id) do update
            set street = excluded.street, city = excluded.city, state = excluded.state,
                zip_code = excluded.zip_code, updated_at = now(), updated_by = excluded.updated_by
            where (held.street, held.city, held.state, held.zip_code) is distinct from
                (excluded.street, excluded.city, excluded.state, excluded.zip_code)
        returning held.xmax = 0 as is_new
    )
    select people.counted(
        (select count(*) from put where put.is_new),
        (select count(*) from put where not put.is_new),
        (select count(*) from gone)
    );
$$;

create or replace function people.put_phone_types(load_id uuid) returns jsonb
language sql
as $$
    with put as (
        insert into people.phone_number_type (name, created_by)
        select kind.name, load_id
        from (values ('home'), ('cell')) as kind (name)
        where not exists (
            select from people.phone_number_type as held where held.name = kind.name
        )
        returning name
    )
    select people.counted(count(*), 0, 0) from put;
$$;

create or replace function people.put_phones(load_id uuid) returns jsonb
language sql
as $$
    with wanted as (
        select sheet.id, kind.phone_number_type_id, people.written(said.number) as number
        from borrowers.borrower as sheet
        cross join lateral (
            values ('home', sheet.phone_home), ('cell', sheet.phone_cell)
        ) as said (name, number)
        inner join people.phone_number_type as kind on kind.name = said.name
        where people.written(said.number) is not null
    ),
    gone as (
        delete from people.phone_number as held
        where not exists (
            select from wanted
            where wanted.id = held.user_id
                and wanted.phone_number_type_id = held.phone_number_type_id
        )
        returning 1
    ),
    put as (
        insert into people.phone_number as held
            (user_id, phone_number_type_id, phone_number, created_by, updated_by)
        select wanted.id, wanted.phone_number_type_id, wanted.number, load_id, load_id
        from wanted
        order by wanted.id, wanted.phone_number_type_id
        on conflict (user_id, phone_number_type_id) do update
            set phone_number = excluded.phone_number,
                updated_at = now(), updated_by = excluded.updated_by
            where held.phone_number <> excluded.phone_number
        returning held.xmax = 0 as is_new
    )
    select people.counted(
        (select count(*) from put where put.is_new),
        (select count(*) from put where not put.is_new),
        (select count(*) from gone)
    );
$$;

create or replace procedure people.normalise(load_id uuid)
language plpgsql
as $$
-- Persons first, what names them next, and who is gone last, so that no key ever points nowhere.
declare
    counts jsonb := '{}';
    users jsonb := people.put_users(load_id);
begin
    counts := counts || jsonb_build_object('role_profile_type', people.put_role_types(load_id));
    counts := counts || jsonb_build_object('role_profile', people.put_roles(load_id));
    counts := counts || jsonb_build_object('email_type', people.put_email_types(load_id));
    counts := counts || jsonb_build_object('email', people.put_emails(load_id));
    counts := counts || jsonb_build_object('address', people.put_addresses(load_id));
    counts := counts || jsonb_build_object('phone_number_type', people.put_phone_types(load_id));
    counts := counts || jsonb_build_object('phone_number', people.put_phones(load_id));
    users := users || jsonb_build_object('deleted', people.drop_users());
    counts := counts || jsonb_build_object('user_profile', users);
    perform etl.note_step_counts(load_id, 'normalise', counts);
end;
$$;

-- A changed rule counts at once, also for what was loaded before.
call people.normalise(null);
