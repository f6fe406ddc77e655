/** Images, and the files in the object store that hold their bytes. The workspace is referred to by that subject's file. Frozen once released. */
const files = `
create table files (
  id uuid primary key, workspace_id uuid not null, state text not null default 'writing' check (state in ('writing', 'kept', 'leaving')),
  sha256 bytea, touched_at timestamptz not null);
create unique index files_kept on files (workspace_id, sha256) where state = 'kept';
create index files_touched on files (touched_at) where state <> 'leaving';
create index files_leaving on files (id) where state = 'leaving';
alter table files enable row level security; alter table files force row level security;
grant select, insert, update, delete on files to postaura_app;
create policy tenant on files to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
grant select (id, workspace_id, state, touched_at), update (state), delete on files to postaura_jobs;
create policy walk on files to postaura_jobs using (true) with check (true);
`

const assets = `
create table assets (
  id uuid primary key, workspace_id uuid not null, name text not null, mime text not null, bytes int not null,
  width int not null, height int not null, alt text not null default '', file_id uuid not null references files, created_by uuid,
  created_at timestamptz not null, updated_at timestamptz not null);
create index assets_workspace on assets (workspace_id, id desc);
create index assets_file on assets (file_id);
alter table assets enable row level security; alter table assets force row level security;
grant select, insert, update, delete on assets to postaura_app;
create policy tenant on assets to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
grant select (id, file_id) on assets to postaura_jobs;
create policy walk on assets for select to postaura_jobs using (true);

create table variants (
  asset_id uuid not null references assets on delete cascade, name text not null, workspace_id uuid not null, file_id uuid not null references files,
  mime text not null, bytes int not null, width int not null, height int not null, primary key (asset_id, name));
create index variants_workspace on variants (workspace_id);
create index variants_file on variants (file_id);
alter table variants enable row level security; alter table variants force row level security;
grant select, insert, update, delete on variants to postaura_app;
create policy tenant on variants to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
grant select (asset_id, file_id) on variants to postaura_jobs;
create policy walk on variants for select to postaura_jobs using (true);
`

export const sql = files + assets
