/** Finding posts by words, through an index that row-level security would otherwise keep the planner from using. Frozen once released. */
import type { QueryInterface } from 'sequelize'

/**
 * Text search operators are not leakproof, so under row-level security they run on every row of the tenant. This function does the
 * tenant's check itself, and answers ids alone.
 */
const search = `
create index posts_words on posts using gin (jsonb_to_tsvector('simple'::regconfig, content, '["string"]'));
create function posts_with_words(words text) returns setof uuid language sql stable security definer set search_path = public as
  $$ select id from posts where workspace_id = app_workspace()
     and jsonb_to_tsvector('simple'::regconfig, content, '["string"]') @@ to_tsquery('simple', words) $$;
grant usage, create on schema public to postaura_lookup;
alter function posts_with_words(text) owner to postaura_lookup;
revoke all on function posts_with_words(text) from public;
grant execute on function posts_with_words(text) to postaura_app;
revoke create on schema public from postaura_lookup;
`

export async function up({ context }: { context: QueryInterface }): Promise<void> {
  await context.sequelize.query(search)
}
