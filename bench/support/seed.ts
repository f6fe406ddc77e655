/** Fills a workspace faster than the product would: as a superuser, without the events that nobody listens to. */
import type pg from 'pg'

const total = 100_000

const insert = `insert into posts (id, workspace_id, state, shown, title, content, channel_ids, wall_time, time_zone, publish_at,
    provenance, created_at, updated_at)
  select (lpad(to_hex($2::bigint + i), 12, '0') || '7' || lpad(to_hex(i % 4096), 3, '0') || '8' || lpad(to_hex(i), 15, '0'))::uuid,
    $1::uuid, 'draft',
    (array['draft', 'in_review', 'scheduled', 'published', 'published', 'published', 'published', 'failed'])[1 + (i % 8)],
    'Fresh bread number ' || i,
    jsonb_build_object('language', 'en', 'mentions', '[]'::jsonb, 'segments', jsonb_build_array(jsonb_build_object(
      'text', 'Fresh bread number ' || i || ' with butter and ' || md5(i::text) || repeat(' lorem ipsum dolor', 12),
      'assetIds', '[]'::jsonb))),
    (select array_agg(id) from channels where workspace_id = $1::uuid),
    to_char($3::timestamptz at time zone 'UTC' + i * $4::interval, 'YYYY-MM-DD"T"HH24:MI'), 'UTC', $3::timestamptz + i * $4::interval,
    '{"kind":"person"}', now(), now()
  from generate_series(1, $5::int) i`

async function fill(admin: pg.Client, values: unknown[]): Promise<void> {
  // What a post shows follows from its deliveries, which these do not have.
  for (const verb of ['disable', 'enable'])
    for (const trigger of ['posts_shown', 'posts_event']) {
      if (verb === 'enable' && trigger === 'posts_shown') await admin.query(insert, values)
      await admin.query(`alter table posts ${verb} trigger ${trigger}`)
    }
  await admin.query('vacuum analyze posts')
}

/** 100,000 posts, one every five minutes of the year 2026; returns how many. */
export async function seedPosts(admin: pg.Client, workspaceId: string): Promise<number> {
  await fill(admin, [workspaceId, 1_700_000_000_000, '2026-01-01T00:00:00Z', '5 minutes', total])
  return total
}

/** 500 posts in March 2026. */
export const seedMonth = (admin: pg.Client, workspaceId: string): Promise<void> =>
  fill(admin, [workspaceId, 1_710_000_000_000, '2026-03-01T00:00:00Z', '85 minutes', 500])
