/** Campaigns and their briefs. Frozen once released. */
export const sql = `
create table campaigns (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, external_id text, name text not null, brief jsonb not null,
  version int not null default 1, deleting boolean not null default false, created_by uuid, created_at timestamptz not null, updated_at timestamptz not null);
create unique index campaigns_external on campaigns (workspace_id, external_id) where external_id is not null;
create index campaigns_updated on campaigns (workspace_id, updated_at);
alter table campaigns enable row level security; alter table campaigns force row level security;
grant select, insert, update, delete on campaigns to postaura_app;
create policy tenant on campaigns to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
create trigger campaigns_event after insert or update or delete on campaigns for each row execute function note_event('campaign');
`
