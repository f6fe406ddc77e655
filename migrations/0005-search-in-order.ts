/** Finding posts by words: the list's first posts are looked through before the index is asked, so whether words are rare needs no counting. Frozen once released. */
import type { QueryInterface } from 'sequelize'

const search = `
drop function are_words_rare(text);
drop function posts_with_words(text);
grant usage, create on schema public to postaura_lookup;
create function posts_with_words(wanted text, most int) returns setof uuid language sql stable security definer set search_path = public as
  $$ select id from posts where workspace_id = app_workspace() and words @@ to_tsquery('simple', wanted) limit most $$;
alter function posts_with_words(text, int) owner to postaura_lookup;
revoke all on function posts_with_words(text, int) from public;
grant execute on function posts_with_words(text, int) to postaura_app;
revoke create on schema public from postaura_lookup;
`

export async function up({ context }: { context: QueryInterface }): Promise<void> {
  await context.sequelize.query(search)
}
