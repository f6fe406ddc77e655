/** The ledger holds itself: which moves a delivery may make, and that no state changes without its move nor a move without its state. */
/** The same as `core/publishing/allowed-moves.ts`; null: the delivery begins. */
const moves = `
create table allowed_moves (from_state text, to_state text not null, unique nulls not distinct (from_state, to_state));
insert into allowed_moves values
  (null, 'scheduled'),
  ('scheduled', 'scheduled'), ('scheduled', 'publishing'), ('scheduled', 'published'), ('scheduled', 'failed'), ('scheduled', 'missed'),
  ('scheduled', 'cancelled'), ('scheduled', 'unconfirmed'),
  ('publishing', 'publishing'), ('publishing', 'published'), ('publishing', 'failed'), ('publishing', 'missed'), ('publishing', 'scheduled'),
  ('publishing', 'unconfirmed'),
  ('published', 'taken_down'),
  ('failed', 'failed'), ('failed', 'scheduled'), ('failed', 'published'), ('failed', 'cancelled'),
  ('missed', 'scheduled'), ('missed', 'published'), ('missed', 'cancelled'),
  ('unconfirmed', 'unconfirmed'), ('unconfirmed', 'publishing'), ('unconfirmed', 'published'), ('unconfirmed', 'scheduled'),
  ('cancelled', 'scheduled'), ('cancelled', 'published');
grant select on allowed_moves to postaura_app;

alter table deliveries add column moves int not null, add column content_version int, add column claimed_until timestamptz;
grant select (claimed_until), update (claimed_until) on deliveries to postaura_jobs;
create policy claim on deliveries for update to postaura_jobs using (true);
drop index moves_delivery;
alter table moves alter column delivery_id set not null, add column number int not null check (number > 0), add unique (delivery_id, number);

create function check_move() returns trigger language plpgsql as $$ begin
  if not exists (select 1 from allowed_moves where from_state is not distinct from new.from_state and to_state = new.to_state) then
    raise exception 'a delivery may not move from % to %', coalesce(new.from_state, 'nothing'), new.to_state using errcode = 'check_violation';
  end if;
  if new.number > 1 and not exists (
    select 1 from moves where delivery_id = new.delivery_id and number = new.number - 1 and to_state = new.from_state)
    or new.number <= 1 and new.from_state is not null then
    raise exception 'a move of a delivery does not begin where the last one ended' using errcode = 'check_violation';
  end if;
  if not exists (select 1 from deliveries where id = new.delivery_id and moves >= new.number) then
    raise exception 'a move of a delivery without its state' using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger moves_checked after insert on moves for each row execute function check_move();

create function check_moved() returns trigger language plpgsql as $$ begin
  if new.moves <> coalesce(old.moves, 0) + 1
    or not exists (select 1 from moves where delivery_id = new.id and number = new.moves and to_state = new.state) then
    raise exception 'a state of a delivery without its move' using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger deliveries_begun after insert on deliveries for each row execute function check_moved();
create trigger deliveries_moved after update on deliveries for each row
  when (old.state is distinct from new.state or old.moves is distinct from new.moves) execute function check_moved();
`

/** What is sent is frozen once per delivery and content, as text, so that it is sent again to the byte; attempts only point at it. */
const outgoing = `
create table outgoing (
  delivery_id uuid not null references deliveries on delete cascade, number int not null check (number > 0),
  workspace_id uuid not null references workspaces on delete cascade, content_version int not null, content_hash text not null,
  token uuid not null, payload json not null, payload_hash text not null, handle json not null, armed_at timestamptz not null,
  primary key (delivery_id, number));
create index outgoing_workspace on outgoing (workspace_id);
alter table outgoing enable row level security;
alter table outgoing force row level security;
create policy tenant on outgoing to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
grant select, insert on outgoing to postaura_app;
alter table attempts drop column token, drop column payload, drop column payload_hash, drop column handle, drop column content_version,
  add column outgoing int not null, add column claim uuid not null, add column reason text,
  add foreign key (delivery_id, outgoing) references outgoing on delete cascade,
  drop constraint attempts_outcome_check,
  add check (outcome in ('published', 'found', 'refused', 'unsent', 'absent', 'unlisted', 'ambiguous', 'given_up', 'taken_down'));
create index attempts_outgoing on attempts (delivery_id, outgoing);
`

/** Two servers may number their accounts alike. */
const accounts = `
alter table channels drop constraint channels_workspace_id_network_remote_id_key, add unique (workspace_id, network, origin, remote_id);
`

/** Everything of a delivery that ever stood on its network, part by part, and which version of the post it is. */
const standing = `
create table standing (
  delivery_id uuid not null references deliveries on delete cascade, remote_id text not null, part int not null check (part > 0),
  workspace_id uuid not null references workspaces on delete cascade, channel_id uuid not null references channels on delete cascade,
  permalink text not null, content_version int not null, since timestamptz not null, removed_at timestamptz, primary key (delivery_id, remote_id));
create index standing_channel on standing (channel_id, since);
create index standing_workspace on standing (workspace_id);
alter table standing enable row level security;
alter table standing force row level security;
create policy tenant on standing to postaura_app using (workspace_id = (select app_workspace())) with check (workspace_id = (select app_workspace()));
grant select, insert, update (removed_at) on standing to postaura_app;
`

export const sql = [moves, outgoing, accounts, standing].join('\n')
