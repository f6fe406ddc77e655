/** What is being erased: fenced, resumed after a crash, with what could not be taken down. Frozen once released. */
export const sql = `
alter table posts add column erasing boolean not null default false;

create table erasures (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, kind text not null, subject uuid not null,
  take_down uuid[] not null default '{}', stays jsonb not null default '[]', by_person uuid, begun_at timestamptz not null,
  tried_at timestamptz not null, ended_at timestamptz);
create unique index erasures_open on erasures (kind, subject) where ended_at is null;
create index erasures_workspace on erasures (workspace_id, id desc);
create index erasures_tried on erasures (tried_at) where ended_at is null;
alter table erasures enable row level security; alter table erasures force row level security;
grant select, insert, update on erasures to postaura_app;
create policy tenant on erasures to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
grant select (id, workspace_id, tried_at, ended_at) on erasures to postaura_jobs;
create policy walk on erasures to postaura_jobs using (true);
`
