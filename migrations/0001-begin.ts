/** The first schema: roles, tenancy, accounts, channels, campaigns, posts, the publishing ledger, outbox and events. Frozen once released. */
import type { QueryInterface } from 'sequelize'

const roles = `
do $$ begin
  create role postaura_app nologin; exception when duplicate_object then null; end $$;
do $$ begin
  create role postaura_jobs nologin; exception when duplicate_object then null; end $$;
do $$ begin
  create role postaura_lookup nologin; exception when duplicate_object then null; end $$;
do $$ begin
  if not pg_has_role(current_user, 'postaura_app', 'SET') then execute format('grant postaura_app to %I', current_user); end if;
  if not pg_has_role(current_user, 'postaura_jobs', 'SET') then execute format('grant postaura_jobs to %I', current_user); end if;
  if not pg_has_role(current_user, 'postaura_lookup', 'SET') then execute format('grant postaura_lookup to %I', current_user); end if;
end $$;
grant usage on schema public to postaura_app, postaura_jobs;
grant usage, create on schema public to postaura_lookup;

create function app_workspace() returns uuid language sql stable as
  $$ select nullif(current_setting('app.workspace_id', true), '')::uuid $$;
create function app_person() returns uuid language sql stable as
  $$ select nullif(current_setting('app.person_id', true), '')::uuid $$;
`

const accounts = `
create table persons (
  id uuid primary key, email text not null, name text not null, password_hash text not null,
  operator boolean not null default false, sixteen_attested_at timestamptz not null,
  failed_logins int not null default 0, locked_until timestamptz,
  created_at timestamptz not null, updated_at timestamptz not null);
create unique index persons_email on persons (lower(email));
create table sessions (
  id uuid primary key, person_id uuid not null references persons on delete cascade,
  access_hash bytea not null, access_expires_at timestamptz not null, previous_access_hash bytea,
  ip text, user_agent text, started_at timestamptz not null, last_seen_at timestamptz not null,
  expires_at timestamptz not null, revoked_at timestamptz, revoked_reason text);
create unique index sessions_access on sessions (access_hash);
create index sessions_person on sessions (person_id);
create table refresh_tokens (
  hash bytea primary key, session_id uuid not null references sessions on delete cascade, person_id uuid not null,
  generation int not null, used_at timestamptz, successor_hash bytea, created_at timestamptz not null);
create index refresh_tokens_session on refresh_tokens (session_id);

create table workspaces (
  id uuid primary key, name text not null, time_zone text not null, language text not null,
  page_on boolean not null default false, page_slug text not null unique, page_title text not null default '',
  page_about text not null default '', page_imprint text not null default '',
  hold_reason text, hold_by uuid, hold_since timestamptz, slots jsonb not null, demo boolean not null default false,
  version int not null default 1, created_at timestamptz not null, updated_at timestamptz not null);
create table memberships (
  workspace_id uuid not null references workspaces on delete cascade, person_id uuid not null references persons on delete cascade,
  role text not null check (role in ('owner', 'editor', 'viewer')), created_at timestamptz not null,
  primary key (workspace_id, person_id));
create index memberships_person on memberships (person_id);
create table api_keys (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, created_by uuid,
  name text not null, hash bytea not null unique, hint text not null, may_publish boolean not null,
  created_at timestamptz not null, last_used_at timestamptz, revoked_at timestamptz);
create table idempotency_keys (
  actor text not null, method text not null, path text not null, key text not null, workspace_id uuid,
  body_hash bytea not null, status int, answer text, created_at timestamptz not null,
  primary key (actor, method, path, key));
`

const planning = `
create table channels (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade,
  network text not null, remote_id text not null, name text not null, handle text not null, origin text not null, url text not null,
  settings jsonb not null default '{}', sealed_secrets text, scopes text[] not null default '{}',
  state text not null check (state in ('active', 'paused', 'reconnect', 'off')), paused_reason text,
  expires_at timestamptz, connected_by uuid, connected_at timestamptz not null,
  created_at timestamptz not null, updated_at timestamptz not null,
  unique (workspace_id, network, remote_id));
create index channels_expiry on channels (expires_at) where expires_at is not null;
create table channel_authorizations (
  state_hash bytea primary key, workspace_id uuid not null references workspaces on delete cascade, person_id uuid not null references persons on delete cascade,
  network text not null, method text not null, sealed_pending text not null, return_to text, expires_at timestamptz not null);
create table network_apps (
  network text not null, origin text not null, redirect_uri text not null, sealed_app text not null, created_at timestamptz not null,
  primary key (network, origin, redirect_uri));

create table connections (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, name text not null, adapter text not null,
  base_url text not null, model text not null, sealed_key text, key_hint text, terms jsonb not null, prices jsonb,
  is_on boolean not null default false, position int not null, terms_accepted_at timestamptz, terms_accepted_by uuid, last_test jsonb,
  created_at timestamptz not null, updated_at timestamptz not null);

create table campaigns (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, external_id text, name text not null, brief jsonb not null,
  version int not null default 1, deleting boolean not null default false, created_by uuid, created_at timestamptz not null, updated_at timestamptz not null);
create unique index campaigns_external on campaigns (workspace_id, external_id) where external_id is not null;
create index campaigns_updated on campaigns (workspace_id, updated_at);
create table runs (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, campaign_id uuid not null references campaigns on delete cascade,
  number int not null, state text not null check (state in ('planning', 'writing', 'done', 'cancelled', 'failed')),
  plan jsonb, slots jsonb not null default '[]', posts_planned int not null default 0, posts_written int not null default 0, writer text not null,
  cost_micros double precision, currency text, reason text, started_by uuid, started_at timestamptz not null, finished_at timestamptz,
  created_at timestamptz not null, updated_at timestamptz not null, unique (campaign_id, number));
create index runs_workspace on runs (workspace_id);

create table assets (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, name text not null, mime text not null, bytes int not null,
  width int not null, height int not null, alt text not null default '', sha256 bytea not null, created_by uuid,
  created_at timestamptz not null, updated_at timestamptz not null);
create index assets_workspace on assets (workspace_id, id desc);
create table asset_data (
  asset_id uuid primary key references assets on delete cascade, workspace_id uuid not null references workspaces on delete cascade, data bytea not null);

create table posts (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade,
  campaign_id uuid references campaigns on delete cascade, run_id uuid references runs on delete cascade, external_id text,
  state text not null check (state in ('draft', 'in_review', 'changes_requested', 'approved')), shown text not null default 'draft',
  title text not null default '', content jsonb not null, own_texts jsonb not null default '[]', channel_ids uuid[] not null default '{}',
  wall_time text, time_zone text, publish_at timestamptz, lateness_minutes int not null default 60,
  version int not null default 1, content_version int not null default 1, approved_version int, approved_by uuid, generation int not null default 0,
  findings jsonb not null default '[]', blocked boolean not null default false, provenance jsonb not null,
  slot_index int, created_by uuid, created_at timestamptz not null, updated_at timestamptz not null);
create unique index posts_external on posts (workspace_id, external_id) where external_id is not null;
create unique index posts_slot on posts (run_id, slot_index) where run_id is not null;
create index posts_newest on posts (workspace_id, id desc);
create index posts_time on posts (workspace_id, publish_at, id);
create index posts_updated on posts (workspace_id, updated_at);
create index posts_shown on posts (workspace_id, shown, id desc);
create index posts_campaign on posts (campaign_id);
create table post_versions (
  post_id uuid not null references posts on delete cascade, content_version int not null, workspace_id uuid not null references workspaces on delete cascade,
  content jsonb not null, own_texts jsonb not null, provenance jsonb not null, remark text, created_by uuid, created_at timestamptz not null,
  primary key (post_id, content_version));
create table comments (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, post_id uuid not null references posts on delete cascade,
  kind text not null, text text not null, content_version int not null, person_id uuid, created_at timestamptz not null);
create index comments_post on comments (post_id, id);
`

const ledger = `
create table deliveries (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, post_id uuid not null references posts on delete cascade,
  channel_id uuid not null references channels on delete cascade, network text not null,
  state text not null check (state in ('scheduled', 'publishing', 'published', 'failed', 'missed', 'unconfirmed', 'cancelled', 'taken_down')),
  generation int not null, publish_at timestamptz not null, lateness_minutes int not null, attempt int not null default 0,
  armed_at timestamptz, settles_at timestamptz, next_try_at timestamptz, published_at timestamptz, remote_id text, permalink text,
  reason text, detail text, shown jsonb not null default '[]', told boolean not null default false, prepared jsonb,
  created_at timestamptz not null, updated_at timestamptz not null, unique (post_id, channel_id));
create index deliveries_due on deliveries (publish_at) where state = 'scheduled';
create index deliveries_open on deliveries (settles_at) where state = 'publishing';
create index deliveries_workspace on deliveries (workspace_id, state, id desc);
create index deliveries_updated on deliveries (workspace_id, updated_at);
create index deliveries_channel on deliveries (channel_id, publish_at);
create table attempts (
  delivery_id uuid not null references deliveries on delete cascade, number int not null, workspace_id uuid not null references workspaces on delete cascade,
  token uuid not null, payload jsonb not null, payload_hash text not null, handle jsonb not null, content_version int not null,
  armed_at timestamptz not null, answered_at timestamptz, outcome text check (outcome in ('published', 'refused', 'ambiguous', 'absent', 'found')), detail text,
  primary key (delivery_id, number));
create table moves (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, post_id uuid not null references posts on delete cascade,
  delivery_id uuid references deliveries on delete cascade, from_state text, to_state text not null, attempt int, reason text, text text not null,
  person_id uuid, permalink text, at timestamptz not null);
create index moves_post on moves (post_id, at, id);
create table page_posts (
  delivery_id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, slug text not null,
  segments jsonb not null, language text not null, published_at timestamptz not null, unique (workspace_id, slug));
create index page_posts_newest on page_posts (workspace_id, published_at desc);

create table outbox (
  kind text not null, subject text not null, workspace_id uuid not null, dirty_at timestamptz not null default now(),
  next_at timestamptz not null default now(), tries int not null default 0, last_error text, primary key (kind, subject));
create index outbox_next on outbox (next_at);
create table workflow_runs (
  workflow_id text not null, run_id text not null, workspace_id uuid not null, post_id uuid, campaign_id uuid, campaign_run_id uuid,
  erase boolean not null default false, created_at timestamptz not null default now(), primary key (workflow_id, run_id));
create index workflow_runs_post on workflow_runs (post_id);
create index workflow_runs_campaign on workflow_runs (campaign_id);
create table mails (
  id uuid primary key, person_id uuid not null references persons on delete cascade, workspace_id uuid references workspaces on delete cascade,
  class text not null, subject text not null, body text not null, state text not null check (state in ('waiting', 'sent', 'kept', 'failed')),
  tries int not null default 0, next_at timestamptz not null, error text, dedupe text, created_at timestamptz not null);
create unique index mails_dedupe on mails (person_id, dedupe) where dedupe is not null;
create index mails_waiting on mails (next_at) where state = 'waiting';
create table events (
  id bigint generated always as identity primary key, tx xid8 not null default pg_current_xact_id(), workspace_id uuid not null,
  kind text not null, subject uuid not null, parent uuid, at timestamptz not null default now());
create index events_workspace on events (workspace_id, tx, id);
create index events_at on events (at);
create table heartbeats (name text primary key, detail jsonb not null default '{}', at timestamptz not null);
`

const triggers = `
create function post_shown(post posts) returns text language sql stable as $$
  select coalesce((select d.state from deliveries d where d.post_id = post.id and d.state <> 'cancelled'
    order by array_position(array['unconfirmed','failed','missed','publishing','scheduled','published','taken_down'], d.state) limit 1), post.state) $$;
create function set_shown() returns trigger language plpgsql as $$ begin new.shown := post_shown(new); return new; end $$;
create trigger posts_shown before insert or update of state on posts for each row execute function set_shown();
create function spread_shown() returns trigger language plpgsql as $$ begin
  update posts p set shown = post_shown(p), updated_at = new.updated_at where p.id = new.post_id; return null; end $$;
create trigger deliveries_shown after insert or update of state, attempt, next_try_at on deliveries for each row execute function spread_shown();

create function note_event() returns trigger language plpgsql as $$
declare r jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
begin
  if tg_op = 'DELETE' and not exists (select 1 from workspaces where id = (r->>'workspace_id')::uuid) then return null; end if;
  insert into events (workspace_id, kind, subject, parent)
    values (coalesce(r->>'workspace_id', r->>'id')::uuid, tg_argv[0] || case when tg_op = 'DELETE' then '.deleted' else '' end, (r->>'id')::uuid,
      coalesce(r->>'run_id', r->>'campaign_id', r->>'post_id')::uuid);
  perform pg_notify('postaura_events', coalesce(r->>'workspace_id', r->>'id'));
  return null;
end $$;
create trigger posts_event after insert or update or delete on posts for each row execute function note_event('post');
create trigger runs_event after insert or update on runs for each row execute function note_event('run');
create trigger campaigns_event after insert or update or delete on campaigns for each row execute function note_event('campaign');
create trigger channels_event after insert or update or delete on channels for each row execute function note_event('channel');
create trigger workspaces_event after update on workspaces for each row execute function note_event('workspace');
create trigger comments_event after insert on comments for each row execute function note_event('comment');

create function wake_outbox() returns trigger language plpgsql as $$ begin perform pg_notify('postaura_outbox', ''); return null; end $$;
create trigger outbox_wake after insert or update of dirty_at on outbox for each statement execute function wake_outbox();
`

const tenantTables = [
  'api_keys',
  'channels',
  'connections',
  'campaigns',
  'runs',
  'assets',
  'asset_data',
  'posts',
  'post_versions',
  'comments',
  'deliveries',
  'attempts',
  'moves',
  'page_posts',
  'outbox',
  'workflow_runs',
  'events',
]

const tenancy = `
${tenantTables
  .map(
    (t) => `alter table ${t} enable row level security; alter table ${t} force row level security;
create policy tenant on ${t} to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));`,
  )
  .join('\n')}
${[
  'persons',
  'sessions',
  'refresh_tokens',
  'workspaces',
  'memberships',
  'channel_authorizations',
  'mails',
  'idempotency_keys',
]
  .map(
    (t) => `alter table ${t} enable row level security; alter table ${t} force row level security;`,
  )
  .join('\n')}
create policy own on persons to postaura_app using (id = (select app_person())) with check (id = (select app_person()));
create policy fellow on persons for select to postaura_app using (exists (
  select 1 from memberships m where m.person_id = persons.id and m.workspace_id = (select app_workspace())));
create policy own on sessions to postaura_app using (person_id = (select app_person())) with check (person_id = (select app_person()));
create policy own on refresh_tokens to postaura_app using (person_id = (select app_person())) with check (person_id = (select app_person()));
create policy tenant on workspaces to postaura_app using (id = (select app_workspace())) with check (id = (select app_workspace()));
create policy mine on workspaces for select to postaura_app using (exists (
  select 1 from memberships m where m.workspace_id = workspaces.id and m.person_id = (select app_person())));
create policy tenant on memberships to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
create policy mine on memberships for select to postaura_app using (person_id = (select app_person()));
create policy own on channel_authorizations to postaura_app using (person_id = (select app_person())) with check (person_id = (select app_person()));
create policy own on mails to postaura_app using (person_id = (select app_person()));
create policy write on mails for insert to postaura_app with check (workspace_id = (select app_workspace()) or person_id = (select app_person()));
create policy own on idempotency_keys to postaura_app using (actor = current_setting('app.actor', true)) with check (actor = current_setting('app.actor', true));
create policy purge on idempotency_keys for delete to postaura_app using (workspace_id = (select app_workspace()));
create policy purge_see on idempotency_keys for select to postaura_app using (workspace_id = (select app_workspace()));

grant select, insert, update, delete on all tables in schema public to postaura_app;
grant usage on all sequences in schema public to postaura_app;
revoke update, delete on moves, events from postaura_app;
`

/** Jobs walk over all tenants, and see ids and states only; the work itself then runs as the app, per workspace. */
const jobs = `
grant select, update, delete on outbox to postaura_jobs;
create policy walk on outbox to postaura_jobs using (true) with check (true);
grant select (id, workspace_id, post_id, channel_id, network, state, generation, publish_at, lateness_minutes, attempt, armed_at, settles_at, next_try_at, told) on deliveries to postaura_jobs;
create policy walk on deliveries for select to postaura_jobs using (true);
grant select (id, workspace_id, network, state, expires_at) on channels to postaura_jobs;
create policy walk on channels for select to postaura_jobs using (true);
grant select (id, person_id, state, next_at, tries) on mails to postaura_jobs;
create policy walk on mails for select to postaura_jobs using (true);
grant select (id, workspace_id, campaign_id, state, updated_at) on runs to postaura_jobs;
create policy walk on runs for select to postaura_jobs using (true);
grant select (id, hold_since) on workspaces to postaura_jobs;
create policy walk on workspaces for select to postaura_jobs using (true);
grant select (id, at), delete on events to postaura_jobs;
create policy walk on events to postaura_jobs using (true);
grant select (created_at), delete on idempotency_keys to postaura_jobs;
create policy walk on idempotency_keys to postaura_jobs using (true);
grant select (expires_at), delete on sessions to postaura_jobs;
create policy walk on sessions to postaura_jobs using (true);
grant select (expires_at), delete on channel_authorizations to postaura_jobs;
create policy walk on channel_authorizations to postaura_jobs using (true);
grant select, insert, update on heartbeats to postaura_jobs;
`

/** What must be found before a tenant or person is known: ids only, each by something that only its holder has. */
const lookups = `
grant select on persons, sessions, refresh_tokens, api_keys, workspaces, mails, deliveries, assets, posts, page_posts to postaura_lookup;
${[
  'persons',
  'sessions',
  'refresh_tokens',
  'api_keys',
  'workspaces',
  'mails',
  'assets',
  'posts',
  'page_posts',
  'deliveries',
]
  .map((t) => `create policy lookup on ${t} for select to postaura_lookup using (true);`)
  .join('\n')}
create function person_by_email(wanted text) returns uuid language sql stable security definer set search_path = public as
  $$ select id from persons where lower(email) = lower(wanted) $$;
create function any_person() returns boolean language sql stable security definer set search_path = public as
  $$ select exists (select 1 from persons) $$;
create function session_by_hash(wanted bytea) returns table (session_id uuid, person_id uuid) language sql stable security definer set search_path = public as
  $$ select id, person_id from sessions where access_hash = wanted or previous_access_hash = wanted $$;
create function refresh_by_hash(wanted bytea) returns table (session_id uuid, person_id uuid) language sql stable security definer set search_path = public as
  $$ select session_id, person_id from refresh_tokens where hash = wanted $$;
create function key_by_hash(wanted bytea) returns table (key_id uuid, workspace_id uuid) language sql stable security definer set search_path = public as
  $$ select id, workspace_id from api_keys where hash = wanted and revoked_at is null $$;
create function page_by_slug(wanted text) returns uuid language sql stable security definer set search_path = public as
  $$ select id from workspaces where page_slug = wanted and page_on $$;
create function slug_taken(wanted text) returns boolean language sql stable security definer set search_path = public as
  $$ select exists (select 1 from workspaces where page_slug = wanted) $$;
create function due_between(since timestamptz, until timestamptz) returns bigint language sql stable security definer set search_path = public as
  $$ select count(*) from deliveries where state = 'scheduled' and publish_at >= since and publish_at < until $$;
create function mail_counts() returns table (waiting bigint, failed bigint) language sql stable security definer set search_path = public as
  $$ select count(*) filter (where state = 'waiting'), count(*) filter (where state = 'failed') from mails $$;
create function operator_ids() returns setof uuid language sql stable security definer set search_path = public as
  $$ select id from persons where operator $$;
create function operator_mails() returns table (id uuid, recipient text, subject text, body text, state text, error text, created_at timestamptz)
  language sql stable security definer set search_path = public as
  $$ select m.id, p.email, m.subject, m.body, m.state, m.error, m.created_at from mails m join persons p on p.id = m.person_id
     where exists (select 1 from persons o where o.id = app_person() and o.operator) order by m.id desc limit 100 $$;
${[
  'person_by_email(text)',
  'any_person()',
  'session_by_hash(bytea)',
  'refresh_by_hash(bytea)',
  'key_by_hash(bytea)',
  'page_by_slug(text)',
  'slug_taken(text)',
  'due_between(timestamptz, timestamptz)',
  'mail_counts()',
  'operator_ids()',
  'operator_mails()',
]
  .map(
    (f) =>
      `alter function ${f} owner to postaura_lookup; revoke all on function ${f} from public; grant execute on function ${f} to postaura_app, postaura_jobs;`,
  )
  .join('\n')}
revoke create on schema public from postaura_lookup;
`

export async function up({ context }: { context: QueryInterface }): Promise<void> {
  for (const part of [roles, accounts, planning, ledger, triggers, tenancy, jobs, lookups])
    await context.sequelize.query(part)
}
