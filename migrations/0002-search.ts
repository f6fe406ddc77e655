/** Finding posts by words, through an index that row-level security would otherwise keep the planner from using. Frozen once released. */
import type { QueryInterface } from 'sequelize'

/**
 * Text search operators are not leakproof, so under row-level security they run on every row of the tenant. These functions check the
 * tenant themselves, and answer ids alone. Words that many posts have need no index: a walk meets such posts soon.
 */
const search = `
alter table posts add column words tsvector generated always as (jsonb_to_tsvector('simple'::regconfig, content, '["string"]')) stored;
create index posts_words on posts using gin (words);
create function posts_with_words(wanted text) returns setof uuid language sql stable security definer set search_path = public as
  $$ select id from posts where workspace_id = app_workspace() and words @@ to_tsquery('simple', wanted) $$;
create function are_words_rare(wanted text) returns boolean language sql stable security definer set search_path = public as
  $$ select count(*) < 2000 from (
       select 1 from posts where workspace_id = app_workspace() and words @@ to_tsquery('simple', wanted) limit 2000) found $$;
grant usage, create on schema public to postaura_lookup;
${['posts_with_words(text)', 'are_words_rare(text)']
  .map(
    (f) =>
      `alter function ${f} owner to postaura_lookup; revoke all on function ${f} from public; grant execute on function ${f} to postaura_app;`,
  )
  .join('\n')}
revoke create on schema public from postaura_lookup;
`

export async function up({ context }: { context: QueryInterface }): Promise<void> {
  await context.sequelize.query(search)
}
