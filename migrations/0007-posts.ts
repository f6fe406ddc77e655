/** Posts, their versions and comments, and finding posts by words. Frozen once released. */

/** `run_id` is referred to by the file of generation, `shown` is kept by that of publishing. A private post is seen by who made it. */
const posts = `
create table posts (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade,
  campaign_id uuid references campaigns on delete cascade, run_id uuid, external_id text,
  state text not null check (state in ('draft', 'in_review', 'changes_requested', 'approved')), shown text not null default 'draft',
  visibility text not null default 'workspace' check (visibility in ('workspace', 'private')),
  constraint posts_private_draft check (visibility = 'workspace' or state = 'draft'),
  title text not null default '', content jsonb not null, own_texts jsonb not null default '[]', channel_ids uuid[] not null default '{}',
  wall_time text, time_zone text, publish_at timestamptz, lateness_minutes int not null default 60,
  version int not null default 1, content_version int not null default 1, approved_version int, approved_by uuid,
  approved_from text check (approved_from in ('draft', 'in_review', 'changes_requested')), generation int not null default 0,
  findings jsonb not null default '[]', blocked boolean not null default false, provenance jsonb not null,
  slot_index int, created_by uuid, created_at timestamptz not null, updated_at timestamptz not null,
  words tsvector generated always as (jsonb_to_tsvector('simple'::regconfig, content, '["string"]')) stored);
create unique index posts_external on posts (workspace_id, external_id) where external_id is not null;
create unique index posts_slot on posts (run_id, slot_index) where run_id is not null;
create index posts_newest on posts (workspace_id, id desc);
create index posts_time on posts (workspace_id, publish_at, id);
create index posts_updated on posts (workspace_id, updated_at);
create index posts_shown on posts (workspace_id, shown, id desc);
create index posts_campaign on posts (campaign_id);
create index posts_words on posts using gin (words);
alter table posts enable row level security; alter table posts force row level security;
grant select, insert, update, delete on posts to postaura_app;
create policy tenant on posts to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
create trigger posts_event after insert or update or delete on posts for each row execute function note_event('post');
`

const around = `
create table post_versions (
  post_id uuid not null references posts on delete cascade, content_version int not null, workspace_id uuid not null references workspaces on delete cascade,
  content jsonb not null, own_texts jsonb not null, provenance jsonb not null, remark text, created_by uuid, created_at timestamptz not null,
  primary key (post_id, content_version));
create index post_versions_workspace on post_versions (workspace_id);
alter table post_versions enable row level security; alter table post_versions force row level security;
grant select, insert, update, delete on post_versions to postaura_app;
create policy tenant on post_versions to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));

create table comments (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, post_id uuid not null references posts on delete cascade,
  kind text not null, text text not null, content_version int not null, person_id uuid, created_at timestamptz not null);
create index comments_post on comments (post_id, id);
create index comments_workspace on comments (workspace_id);
alter table comments enable row level security; alter table comments force row level security;
grant select, insert, update, delete on comments to postaura_app;
create policy tenant on comments to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
create trigger comments_event after insert on comments for each row execute function note_event('comment');
`

/**
 * Text search operators are not leakproof, so under row-level security they run on every row of the tenant. This function checks the tenant
 * itself, and answers ids alone.
 */
const search = `
grant select (id, workspace_id, words) on posts to postaura_lookup;
create policy lookup on posts for select to postaura_lookup using (true);
grant create on schema public to postaura_lookup;
create function posts_with_words(wanted text, most int) returns setof uuid language sql stable security definer set search_path = public, pg_temp as
  $$ select id from posts where workspace_id = app_workspace() and words @@ to_tsquery('simple', wanted) limit most $$;
alter function posts_with_words(text, int) owner to postaura_lookup;
revoke all on function posts_with_words(text, int) from public;
grant execute on function posts_with_words(text, int) to postaura_app;
revoke create on schema public from postaura_lookup;
`

export const sql = [posts, around, search].join('\n')
