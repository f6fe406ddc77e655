/** Connected accounts, connecting them, and the product's registrations at networks' servers. Frozen once released. */
export const sql = `
create table channels (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade,
  network text not null, remote_id text not null, name text not null, handle text not null, origin text not null, url text not null,
  settings jsonb not null default '{}', sealed_secrets text, scopes text[] not null default '{}',
  state text not null check (state in ('active', 'paused', 'reconnect', 'off')), paused_reason text,
  expires_at timestamptz, connected_by uuid, connected_at timestamptz not null,
  created_at timestamptz not null, updated_at timestamptz not null,
  unique (workspace_id, network, remote_id));
create index channels_expiry on channels (expires_at) where expires_at is not null;
alter table channels enable row level security; alter table channels force row level security;
grant select, insert, update, delete on channels to postaura_app;
create policy tenant on channels to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
grant select (id, workspace_id, network, state, expires_at) on channels to postaura_jobs;
create policy walk on channels for select to postaura_jobs using (true);
create trigger channels_event after insert or update or delete on channels for each row execute function note_event('channel');

create table channel_authorizations (
  state_hash bytea primary key, workspace_id uuid not null references workspaces on delete cascade, person_id uuid not null references persons on delete cascade,
  network text not null, method text not null, sealed_pending text not null, return_to text, expires_at timestamptz not null);
create index channel_authorizations_workspace on channel_authorizations (workspace_id);
create index channel_authorizations_person on channel_authorizations (person_id);
create index channel_authorizations_expiry on channel_authorizations (expires_at);
alter table channel_authorizations enable row level security; alter table channel_authorizations force row level security;
-- Taking one locks it first, and a lock needs the right to update.
grant select, insert, update, delete on channel_authorizations to postaura_app;
create policy own on channel_authorizations to postaura_app using (person_id = (select app_person())) with check (person_id = (select app_person()));
grant select (expires_at), delete on channel_authorizations to postaura_jobs;
create policy walk on channel_authorizations to postaura_jobs using (true);

-- Of the instance, not of a tenant; what it sealed is lost with the row, so the product never deletes one.
create table network_apps (
  network text not null, origin text not null, redirect_uri text not null, sealed_app text not null, created_at timestamptz not null,
  primary key (network, origin, redirect_uri));
grant select, insert, update (sealed_app) on network_apps to postaura_app;
`
