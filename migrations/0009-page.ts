/** What stands on a workspace's public page. Frozen once released. */
export const sql = `
create table page_posts (
  delivery_id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, slug text not null,
  segments jsonb not null, language text not null, published_at timestamptz not null, unique (workspace_id, slug));
create index page_posts_newest on page_posts (workspace_id, published_at desc);
alter table page_posts enable row level security; alter table page_posts force row level security;
grant select, insert, update, delete on page_posts to postaura_app;
create policy tenant on page_posts to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
`
