/** Runs: one generation of a campaign's posts each. Frozen once released. */
export const sql = `
create table runs (
  id uuid primary key, workspace_id uuid not null references workspaces on delete cascade, campaign_id uuid not null references campaigns on delete cascade,
  number int not null, state text not null check (state in ('planning', 'writing', 'done', 'cancelled', 'failed')),
  plan jsonb, slots jsonb not null default '[]', posts_planned int not null default 0, posts_written int not null default 0,
  writer text not null, by_starter boolean not null default false, stuck_writer text, asked_again_at timestamptz,
  cost_micros double precision, currency text, reason text, started_by uuid, started_at timestamptz not null, finished_at timestamptz,
  created_at timestamptz not null, updated_at timestamptz not null, unique (campaign_id, number));
create index runs_workspace on runs (workspace_id);
create index runs_open on runs (updated_at) where state in ('planning', 'writing');
alter table posts add foreign key (run_id) references runs on delete cascade;
alter table runs enable row level security; alter table runs force row level security;
grant select, insert, update, delete on runs to postaura_app;
create policy tenant on runs to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
grant select (id, workspace_id, campaign_id, state, updated_at) on runs to postaura_jobs;
create policy walk on runs for select to postaura_jobs using (true);
create trigger runs_event after insert or update on runs for each row execute function note_event('run');
`
