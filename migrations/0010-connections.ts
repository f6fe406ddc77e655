/** Model providers of a workspace. Frozen once released. */
export const sql = `
create table connections (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, name text not null, adapter text not null,
  base_url text not null, model text not null, sealed_key text, key_hint text, terms jsonb not null, prices jsonb,
  is_on boolean not null default false, position int not null, terms_accepted_at timestamptz, terms_accepted_by uuid, last_test jsonb,
  created_at timestamptz not null, updated_at timestamptz not null);
create index connections_workspace on connections (workspace_id, position);
alter table connections enable row level security; alter table connections force row level security;
grant select, insert, update, delete on connections to postaura_app;
create policy tenant on connections to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
`
