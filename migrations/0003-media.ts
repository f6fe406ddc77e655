/** Images and their bytes. The workspace is referred to by that subject's file. Frozen once released. */
export const sql = `
create table assets (
  id uuid primary key, workspace_id uuid not null, name text not null, mime text not null, bytes int not null,
  width int not null, height int not null, alt text not null default '', sha256 bytea not null, created_by uuid,
  created_at timestamptz not null, updated_at timestamptz not null);
create index assets_workspace on assets (workspace_id, id desc);
alter table assets enable row level security; alter table assets force row level security;
grant select, insert, update, delete on assets to postaura_app;
create policy tenant on assets to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));

create table asset_data (
  asset_id uuid primary key references assets on delete cascade, workspace_id uuid not null, data bytea not null);
create index asset_data_workspace on asset_data (workspace_id);
alter table asset_data enable row level security; alter table asset_data force row level security;
grant select, insert, update, delete on asset_data to postaura_app;
create policy tenant on asset_data to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
`
