/** Workspaces, who is in them, and roles; what lower subjects keep for a workspace refers to it from here. Frozen once released. */
const workspaces = `
create table workspaces (
  id uuid primary key, name text not null, time_zone text not null, language text not null, region text not null default 'eu',
  page_on boolean not null default false, page_slug text not null unique, page_title text not null default '',
  page_about text not null default '', page_imprint text not null default '',
  hold_reason text, hold_by uuid, hold_since timestamptz, slots jsonb not null, demo boolean not null default false,
  version int not null default 1, created_at timestamptz not null, updated_at timestamptz not null);
create table memberships (
  workspace_id uuid not null references workspaces on delete cascade, person_id uuid not null references persons on delete cascade,
  role text not null, created_at timestamptz not null,
  primary key (workspace_id, person_id));
create index memberships_person on memberships (person_id);

alter table mails add foreign key (workspace_id) references workspaces on delete cascade;
alter table api_keys add foreign key (workspace_id) references workspaces on delete cascade;
alter table assets add foreign key (workspace_id) references workspaces on delete cascade;
alter table variants add foreign key (workspace_id) references workspaces on delete cascade;

alter table workspaces enable row level security; alter table workspaces force row level security;
alter table memberships enable row level security; alter table memberships force row level security;
grant select, insert, update, delete on workspaces, memberships to postaura_app;
create policy tenant on workspaces to postaura_app using (id = (select app_workspace())) with check (id = (select app_workspace()));
create policy mine on workspaces for select to postaura_app using (exists (
  select 1 from memberships m where m.workspace_id = workspaces.id and m.person_id = (select app_person())));
create policy tenant on memberships to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
create policy mine on memberships for select to postaura_app using (person_id = (select app_person()));
create policy fellow on persons for select to postaura_app using (exists (
  select 1 from memberships m where m.person_id = persons.id and m.workspace_id = (select app_workspace())));
grant select (id, hold_since) on workspaces to postaura_jobs;
create policy walk on workspaces for select to postaura_jobs using (true);
grant select (id, page_slug, page_on) on workspaces to postaura_lookup;
create policy lookup on workspaces for select to postaura_lookup using (true);

create trigger workspaces_event after update on workspaces for each row execute function note_event('workspace');
`

/** Roles that a workspace made itself: named sets of permissions. The product's own stand in policies/access/grants.csv. */
const roles = `
create table roles (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, name text not null, permissions text[] not null,
  created_at timestamptz not null, updated_at timestamptz not null, unique (workspace_id, name));
alter table roles enable row level security; alter table roles force row level security;
grant select, insert, update, delete on roles to postaura_app;
create policy tenant on roles to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
`

export const sql = [workspaces, roles].join('\n')
