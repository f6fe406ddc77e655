/** Roles of the units of work, events, outbox, mails, histories, kept answers, heartbeats, periodic jobs. Frozen once released. */

/**
 * The logins may become these roles and inherit nothing of them. `postaura_lookup` owns the few functions that must find something before a
 * tenant or person is known; nobody becomes it but who migrates.
 */
const roles = `
do $$ begin create role postaura_app nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role postaura_jobs nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role postaura_lookup nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin
  if not pg_has_role(current_user, 'postaura_lookup', 'SET') then
    execute format('grant postaura_lookup to %I with inherit false, set true', current_user);
  end if;
end $$;
grant usage on schema public to postaura_app, postaura_jobs, postaura_lookup;

create function app_workspace() returns uuid language sql stable as
  $$ select nullif(current_setting('app.workspace_id', true), '')::uuid $$;
create function app_person() returns uuid language sql stable as
  $$ select nullif(current_setting('app.person_id', true), '')::uuid $$;
`

/**
 * Every change of what a page shows leaves an event; the triggers stand beside their tables. `private_to`: about a draft that only this person
 * sees, known after the draft is gone; the nil id where its author is not known.
 */
const events = `
create table events (
  id bigint generated always as identity primary key, tx xid8 not null default pg_current_xact_id(), workspace_id uuid not null,
  kind text not null, subject uuid not null, parent uuid, private_to uuid, at timestamptz not null default now());
create index events_workspace on events (workspace_id, tx, id);
create index events_at on events (at);
alter table events enable row level security; alter table events force row level security;
grant select, insert on events to postaura_app;
create policy tenant on events to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
create policy private on events as restrictive for select to postaura_app using (private_to is null or private_to = (select app_person()));
grant select (id, at), delete on events to postaura_jobs;
create policy walk on events to postaura_jobs using (true);

create function note_event() returns trigger language plpgsql as $$
declare r jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
  draft jsonb := r;
begin
  if tg_op = 'DELETE' and not exists (select 1 from workspaces where id = (r->>'workspace_id')::uuid) then return null; end if;
  if r ? 'post_id' then select to_jsonb(p) into draft from (select visibility, created_by from posts where id = (r->>'post_id')::uuid) p; end if;
  insert into events (workspace_id, kind, subject, parent, private_to)
    values (coalesce(r->>'workspace_id', r->>'id')::uuid, tg_argv[0] || case when tg_op = 'DELETE' then '.deleted' else '' end, (r->>'id')::uuid,
      coalesce(r->>'run_id', r->>'campaign_id', r->>'post_id')::uuid,
      case when draft->>'visibility' = 'private' then coalesce((draft->>'created_by')::uuid, '00000000-0000-0000-0000-000000000000') end);
  perform pg_notify('postaura_events', coalesce(r->>'workspace_id', r->>'id'));
  return null;
end $$;
`

const outbox = `
create table outbox (
  kind text not null, subject text not null, workspace_id uuid not null, dirty_at timestamptz not null default now(),
  next_at timestamptz not null default now(), tries int not null default 0, last_error text, primary key (kind, subject));
create index outbox_next on outbox (next_at);
create index outbox_subject on outbox (subject);
create index outbox_workspace on outbox (workspace_id);
alter table outbox enable row level security; alter table outbox force row level security;
grant select, insert, update, delete on outbox to postaura_app;
create policy tenant on outbox to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
grant select, update, delete on outbox to postaura_jobs;
create policy walk on outbox to postaura_jobs using (true) with check (true);

create function wake_outbox() returns trigger language plpgsql as $$ begin perform pg_notify('postaura_outbox', ''); return null; end $$;
create trigger outbox_wake after insert or update of dirty_at on outbox for each statement execute function wake_outbox();
`

const histories = `
create table workflow_runs (
  workflow_id text not null, run_id text not null, workspace_id uuid not null, post_id uuid, campaign_id uuid, campaign_run_id uuid,
  erase boolean not null default false, created_at timestamptz not null default now(), primary key (workflow_id, run_id));
create index workflow_runs_workspace on workflow_runs (workspace_id);
create index workflow_runs_post on workflow_runs (post_id);
create index workflow_runs_campaign on workflow_runs (campaign_id);
create index workflow_runs_run on workflow_runs (campaign_run_id);
create index workflow_runs_erase on workflow_runs (workspace_id, created_at) where erase;
alter table workflow_runs enable row level security; alter table workflow_runs force row level security;
grant select, insert, update, delete on workflow_runs to postaura_app;
create policy tenant on workflow_runs to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
`

/** Person and workspace are referred to by the files of those subjects. Who queues a mail for somebody else may not read it afterwards. */
const mails = `
create table mails (
  id uuid primary key, person_id uuid not null, workspace_id uuid,
  class text not null, subject text not null, body text not null, state text not null check (state in ('waiting', 'sent', 'kept', 'failed')),
  tries int not null default 0, next_at timestamptz not null, error text, dedupe text, bundle text, created_at timestamptz not null);
create unique index mails_dedupe on mails (person_id, dedupe) where dedupe is not null;
create index mails_waiting on mails (next_at) where state = 'waiting';
create index mails_failed on mails (id) where state = 'failed';
create index mails_person on mails (person_id);
create index mails_workspace on mails (workspace_id);
alter table mails enable row level security; alter table mails force row level security;
grant select, insert, update, delete on mails to postaura_app;
create policy own on mails to postaura_app using (person_id = (select app_person()));
create policy write on mails for insert to postaura_app with check (workspace_id = (select app_workspace()) or person_id = (select app_person()));
grant select (id, person_id, state, next_at, tries) on mails to postaura_jobs;
create policy walk on mails for select to postaura_jobs using (true);
grant select (id, person_id, subject, body, state, error, created_at) on mails to postaura_lookup;
create policy lookup on mails for select to postaura_lookup using (true);
`

const answers = `
create table idempotency_keys (
  actor text not null, method text not null, path text not null, key text not null, workspace_id uuid,
  body_hash bytea not null, status int, resource_id uuid, answer text, created_at timestamptz not null,
  primary key (actor, method, path, key));
create index idempotency_keys_created on idempotency_keys (created_at);
create index idempotency_keys_workspace on idempotency_keys (workspace_id);
alter table idempotency_keys enable row level security; alter table idempotency_keys force row level security;
grant select, insert, update, delete on idempotency_keys to postaura_app;
create policy own on idempotency_keys to postaura_app using (actor = current_setting('app.actor', true)) with check (actor = current_setting('app.actor', true));
create policy purge on idempotency_keys for delete to postaura_app using (workspace_id = (select app_workspace()));
create policy purge_see on idempotency_keys for select to postaura_app using (workspace_id = (select app_workspace()));
grant select (created_at), delete on idempotency_keys to postaura_jobs;
create policy walk on idempotency_keys to postaura_jobs using (true);

create table heartbeats (name text primary key, detail jsonb not null default '{}', at timestamptz not null);
grant select, insert, update on heartbeats to postaura_jobs;
`

/** Work that is done now and then: who does it now and when it is due again, and a row per run. Both are the instance's, not a tenant's. */
const periodicJobs = `
create table periodic_jobs (
  name text primary key, every_ms int not null, holder uuid, leased_until timestamptz, due_at timestamptz not null default now(),
  succeeded_at timestamptz, created_at timestamptz not null default now());
alter table periodic_jobs enable row level security; alter table periodic_jobs force row level security;
grant select, insert, update on periodic_jobs to postaura_jobs;
create policy walk on periodic_jobs to postaura_jobs using (true) with check (true);

create table job_runs (
  name text not null, started_at timestamptz not null, ended_at timestamptz not null default now(),
  outcome text not null check (outcome in ('succeeded', 'failed')), count int, error text);
create index job_runs_started on job_runs (started_at);
alter table job_runs enable row level security; alter table job_runs force row level security;
grant select, insert, delete on job_runs to postaura_jobs;
create policy walk on job_runs to postaura_jobs using (true) with check (true);
`

/**
 * What was taken of a limit in the window that runs, by a keyed hash of who took it. Not logged: after a crash of Postgres the windows begin
 * anew, and nothing else is lost.
 */
const limits = `
create unlogged table allowances (
  limit_name text not null, subject bytea not null, ends_at timestamptz not null, taken int not null, granted int not null,
  primary key (limit_name, subject));
create index allowances_ends on allowances (ends_at);
alter table allowances enable row level security; alter table allowances force row level security;
grant select, insert, update, delete on allowances to postaura_jobs;
create policy walk on allowances to postaura_jobs using (true) with check (true);
`

/** What must be found before a tenant or person is known: ids only, each by something that only its holder has. */
const lookups = `
grant create on schema public to postaura_lookup;
create function mail_counts() returns table (waiting bigint, failed bigint) language sql stable security definer set search_path = public, pg_temp as
  $$ select (select count(*) from mails where state = 'waiting'), (select count(*) from mails where state = 'failed') $$;
alter function mail_counts() owner to postaura_lookup;
revoke all on function mail_counts() from public;
grant execute on function mail_counts() to postaura_app, postaura_jobs;
revoke create on schema public from postaura_lookup;
`

export const sql = [
  roles,
  events,
  outbox,
  histories,
  mails,
  answers,
  periodicJobs,
  limits,
  lookups,
].join('\n')
