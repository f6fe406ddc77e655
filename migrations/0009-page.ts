/** What stands on a workspace's public page, and the addresses it had. Frozen once released. */
const page = `
create table page_posts (
  delivery_id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, slug text not null,
  segments jsonb not null, language text not null, published_at timestamptz not null, unique (workspace_id, slug));
create index page_posts_newest on page_posts (workspace_id, published_at desc);
create table page_addresses (
  slug text primary key, workspace_id uuid not null references workspaces on delete cascade, left_at timestamptz not null);
create index page_addresses_workspace on page_addresses (workspace_id);
alter table page_posts enable row level security; alter table page_posts force row level security;
alter table page_addresses enable row level security; alter table page_addresses force row level security;
grant select, insert, update, delete on page_posts to postaura_app;
grant select, insert, delete on page_addresses to postaura_app;
create policy tenant on page_posts to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
create policy tenant on page_addresses to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
grant select (slug, workspace_id) on page_addresses to postaura_lookup;
create policy lookup on page_addresses for select to postaura_lookup using (true);
`

/** An address that a page had still leads to it, and is nobody else's to take. */
const lookups = `
grant create on schema public to postaura_lookup;
create function page_by_slug(wanted text) returns uuid language sql stable security definer set search_path = public, pg_temp as
  $$ select id from workspaces where page_on and (page_slug = wanted
       or id = (select workspace_id from page_addresses where slug = wanted) and not exists (select 1 from workspaces where page_slug = wanted)) $$;
create function slug_taken(wanted text) returns boolean language sql stable security definer set search_path = public, pg_temp as
  $$ select exists (select 1 from workspaces where page_slug = wanted)
       or exists (select 1 from page_addresses where slug = wanted and workspace_id is distinct from app_workspace()) $$;
${['page_by_slug(text)', 'slug_taken(text)']
  .map(
    (f) =>
      `alter function ${f} owner to postaura_lookup; revoke all on function ${f} from public; grant execute on function ${f} to postaura_app, postaura_jobs;`,
  )
  .join('\n')}
revoke create on schema public from postaura_lookup;
`

export const sql = [page, lookups].join('\n')
