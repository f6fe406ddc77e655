/** Roles of workspaces as rows, scopes of keys, drafts that are not shared yet. Frozen once released. */
import type { QueryInterface } from 'sequelize'

const access = `
create table roles (
  workspace_id uuid not null references workspaces on delete cascade, name text not null, permissions text[] not null,
  created_at timestamptz not null default now(), primary key (workspace_id, name));
alter table roles enable row level security; alter table roles force row level security;
create policy tenant on roles to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
grant select, insert, update, delete on roles to postaura_app;
alter table api_keys add column scopes text[] not null default '{}';
alter table api_keys drop column may_publish;
alter table memberships drop constraint memberships_role_check;
alter table posts add column visibility text not null default 'workspace' check (visibility in ('workspace', 'private'));
alter table posts add constraint posts_private_draft check (visibility = 'workspace' or state = 'draft');
`

export async function up({ context }: { context: QueryInterface }): Promise<void> {
  await context.sequelize.query(access)
}
