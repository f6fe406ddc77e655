/** Persons, their credentials, sessions and keys. Frozen once released. */

/**
 * Who runs the instance is decided when its first person registers, and by no statement of the product afterwards: `operator` may not be
 * updated, and a row with it is taken only while there is none. Password hashes stand apart, so that who may see a fellow's row sees none.
 */
const persons = `
create table persons (
  id uuid primary key, email text not null, name text not null, region text not null default 'eu',
  operator boolean not null default false, sixteen_attested_at timestamptz not null,
  failed_logins int not null default 0, locked_until timestamptz,
  created_at timestamptz not null, updated_at timestamptz not null);
create unique index persons_email on persons (lower(email));
create index persons_operator on persons (id) where operator;
alter table persons enable row level security; alter table persons force row level security;
grant select (id, email, operator) on persons to postaura_lookup;
create policy lookup on persons for select to postaura_lookup using (true);

create table credentials (
  person_id uuid primary key references persons on delete cascade, password_hash text not null, changed_at timestamptz not null);
alter table credentials enable row level security; alter table credentials force row level security;
grant select, insert, update (password_hash, changed_at) on credentials to postaura_app;
create policy own on credentials to postaura_app using (person_id = (select app_person())) with check (person_id = (select app_person()));

alter table mails add foreign key (person_id) references persons on delete cascade;
`

const sessions = `
create table sessions (
  id uuid primary key, person_id uuid not null references persons on delete cascade,
  access_hash bytea not null, access_expires_at timestamptz not null, previous_access_hash bytea,
  ip text, user_agent text, started_at timestamptz not null, last_seen_at timestamptz not null,
  expires_at timestamptz not null, revoked_at timestamptz, revoked_reason text);
create unique index sessions_access on sessions (access_hash);
create index sessions_previous_access on sessions (previous_access_hash) where previous_access_hash is not null;
create index sessions_person on sessions (person_id);
create index sessions_expiry on sessions (expires_at);
alter table sessions enable row level security; alter table sessions force row level security;
grant select, insert, update on sessions to postaura_app;
create policy own on sessions to postaura_app using (person_id = (select app_person())) with check (person_id = (select app_person()));
grant select (expires_at), delete on sessions to postaura_jobs;
create policy walk on sessions to postaura_jobs using (true);
grant select (id, person_id, access_hash, previous_access_hash) on sessions to postaura_lookup;
create policy lookup on sessions for select to postaura_lookup using (true);

create table refresh_tokens (
  hash bytea primary key, session_id uuid not null references sessions on delete cascade, person_id uuid not null,
  generation int not null, used_at timestamptz, successor_hash bytea, created_at timestamptz not null);
create index refresh_tokens_session on refresh_tokens (session_id);
alter table refresh_tokens enable row level security; alter table refresh_tokens force row level security;
grant select, insert, update on refresh_tokens to postaura_app;
create policy own on refresh_tokens to postaura_app using (person_id = (select app_person())) with check (person_id = (select app_person()));
grant select (hash, session_id, person_id) on refresh_tokens to postaura_lookup;
create policy lookup on refresh_tokens for select to postaura_lookup using (true);
`

/** The workspace is referred to by that subject's file. */
const keys = `
create table api_keys (
  id uuid primary key, workspace_id uuid not null, created_by uuid,
  name text not null, hash bytea not null unique, hint text not null, scopes text[] not null,
  created_at timestamptz not null, last_used_at timestamptz, revoked_at timestamptz);
create index api_keys_workspace on api_keys (workspace_id);
alter table api_keys enable row level security; alter table api_keys force row level security;
grant select, insert, update on api_keys to postaura_app;
create policy tenant on api_keys to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
grant select (id, workspace_id, hash, revoked_at) on api_keys to postaura_lookup;
create policy lookup on api_keys for select to postaura_lookup using (true);
`

/** What must be found before a tenant or person is known: ids only, each by something that only its holder has. */
const lookups = `
grant create on schema public to postaura_lookup;
create function person_by_email(wanted text) returns uuid language sql stable security definer set search_path = public, pg_temp as
  $$ select id from persons where lower(email) = lower(wanted) $$;
create function any_person() returns boolean language sql stable security definer set search_path = public, pg_temp as
  $$ select exists (select 1 from persons) $$;
create function session_by_hash(wanted bytea) returns table (session_id uuid, person_id uuid) language sql stable security definer set search_path = public, pg_temp as
  $$ select id, person_id from sessions where access_hash = wanted or previous_access_hash = wanted $$;
create function refresh_by_hash(wanted bytea) returns table (session_id uuid, person_id uuid) language sql stable security definer set search_path = public, pg_temp as
  $$ select session_id, person_id from refresh_tokens where hash = wanted $$;
create function key_by_hash(wanted bytea) returns table (key_id uuid, workspace_id uuid) language sql stable security definer set search_path = public, pg_temp as
  $$ select id, workspace_id from api_keys where hash = wanted and revoked_at is null $$;
create function operator_ids() returns setof uuid language sql stable security definer set search_path = public, pg_temp as
  $$ select id from persons where operator $$;
create function operator_mails() returns table (id uuid, recipient text, subject text, body text, state text, error text, created_at timestamptz)
  language sql stable security definer set search_path = public, pg_temp as
  $$ select m.id, p.email, m.subject, m.body, m.state, m.error, m.created_at from mails m join persons p on p.id = m.person_id
     where exists (select 1 from persons o where o.id = app_person() and o.operator) order by m.id desc limit 100 $$;
${[
  'person_by_email(text)',
  'any_person()',
  'session_by_hash(bytea)',
  'refresh_by_hash(bytea)',
  'key_by_hash(bytea)',
  'operator_ids()',
  'operator_mails()',
]
  .map(
    (f) =>
      `alter function ${f} owner to postaura_lookup; revoke all on function ${f} from public; grant execute on function ${f} to postaura_app, postaura_jobs;`,
  )
  .join('\n')}
revoke create on schema public from postaura_lookup;

grant select, insert, update (email, name, failed_logins, locked_until, updated_at) on persons to postaura_app;
create policy own on persons to postaura_app using (id = (select app_person()))
  with check (id = (select app_person()));
create policy first_operator on persons as restrictive for insert to postaura_app with check (not operator or not (select any_person()));
`

export const sql = [persons, sessions, keys, lookups].join('\n')
