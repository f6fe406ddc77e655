/** The publishing ledger: deliveries, attempts and moves, and what they make of a post's shown state. Frozen once released. */
const ledger = `
create table deliveries (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, post_id uuid not null references posts on delete cascade,
  channel_id uuid not null references channels on delete cascade, network text not null,
  state text not null check (state in ('scheduled', 'publishing', 'published', 'failed', 'missed', 'unconfirmed', 'cancelled', 'taken_down')),
  generation int not null, publish_at timestamptz not null, lateness_minutes int not null, attempt int not null default 0,
  armed_at timestamptz, settles_at timestamptz, next_try_at timestamptz, published_at timestamptz, remote_id text, permalink text,
  reason text, detail jsonb, shown jsonb not null default '[]', told boolean not null default false, prepared jsonb,
  created_at timestamptz not null, updated_at timestamptz not null, unique (post_id, channel_id));
create index deliveries_due on deliveries (publish_at) where state = 'scheduled';
create index deliveries_open on deliveries (settles_at) where state = 'publishing';
create index deliveries_workspace on deliveries (workspace_id, state, id desc);
create index deliveries_updated on deliveries (workspace_id, updated_at);
create index deliveries_channel on deliveries (channel_id, publish_at);
create index deliveries_published on deliveries (channel_id, published_at) where published_at is not null;
alter table deliveries enable row level security; alter table deliveries force row level security;
grant select, insert, update, delete on deliveries to postaura_app;
create policy tenant on deliveries to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
grant select (id, workspace_id, post_id, channel_id, network, state, generation, publish_at, lateness_minutes, attempt, armed_at, settles_at, next_try_at, told) on deliveries to postaura_jobs;
create policy walk on deliveries for select to postaura_jobs using (true);
grant select (state, publish_at) on deliveries to postaura_lookup;
create policy lookup on deliveries for select to postaura_lookup using (true);

create table attempts (
  delivery_id uuid not null references deliveries on delete cascade, number int not null, workspace_id uuid not null references workspaces on delete cascade,
  token uuid not null, payload jsonb not null, payload_hash text not null, handle jsonb not null, content_version int not null,
  armed_at timestamptz not null, answered_at timestamptz, outcome text check (outcome in ('published', 'refused', 'ambiguous', 'absent', 'found')),
  primary key (delivery_id, number));
create index attempts_workspace on attempts (workspace_id);
alter table attempts enable row level security; alter table attempts force row level security;
grant select, insert, update on attempts to postaura_app;
create policy tenant on attempts to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));

create table moves (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, post_id uuid not null references posts on delete cascade,
  delivery_id uuid references deliveries on delete cascade, from_state text, to_state text not null, attempt int, reason text, code text not null check (code ~ '^[a-z][a-z_]*$'), params jsonb not null,
  person_id uuid, permalink text, at timestamptz not null);
create index moves_post on moves (post_id, at, id);
create index moves_delivery on moves (delivery_id);
create index moves_workspace on moves (workspace_id);
alter table moves enable row level security; alter table moves force row level security;
grant select, insert on moves to postaura_app;
create policy tenant on moves to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
`

/** What a post shows is the state of its most pressing delivery, and its own where it has none. */
const shown = `
create function post_shown(post posts) returns text language sql stable as $$
  select coalesce((select d.state from deliveries d where d.post_id = post.id and d.state <> 'cancelled'
    order by array_position(array['unconfirmed','failed','missed','publishing','scheduled','published','taken_down'], d.state) limit 1), post.state) $$;
create function set_shown() returns trigger language plpgsql as $$ begin new.shown := post_shown(new); return new; end $$;
create trigger posts_shown before insert or update of state on posts for each row execute function set_shown();
create function spread_shown() returns trigger language plpgsql as $$ begin
  update posts p set shown = post_shown(p), updated_at = new.updated_at where p.id = new.post_id; return null; end $$;
create trigger deliveries_shown after insert or update of state, attempt, next_try_at on deliveries for each row execute function spread_shown();
`

/** How many posts of anybody are due, so that an alarm can ring earlier before a crowd: a number alone. */
const lookups = `
grant create on schema public to postaura_lookup;
create function due_between(since timestamptz, until timestamptz) returns bigint language sql stable security definer set search_path = public, pg_temp as
  $$ select count(*) from deliveries where state = 'scheduled' and publish_at >= since and publish_at < until $$;
alter function due_between(timestamptz, timestamptz) owner to postaura_lookup;
revoke all on function due_between(timestamptz, timestamptz) from public;
grant execute on function due_between(timestamptz, timestamptz) to postaura_app, postaura_jobs;
revoke create on schema public from postaura_lookup;
`

export const sql = [ledger, shown, lookups].join('\n')
