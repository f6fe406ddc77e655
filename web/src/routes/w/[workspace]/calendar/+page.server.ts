import { Shown } from '#contract/posts/post.ts'
import { dayFrom, daysOf, instantsOf, views, type View } from '#lib/publishing/calendar/dates.ts'
import { load as asked } from '#lib/server/guard.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url, parent }) =>
  asked(async () => {
    const { workspace } = await parent()
    const q = url.searchParams
    const view = views.find((v) => v === q.get('view')) ?? ('month' as View)
    const at = dayFrom(q.get('at'), workspace.timeZone)
    const state = Shown.safeParse(q.get('state')).data
    const channelId = q.get('channel') ?? undefined
    const { data, truncated } = await locals.api.calendar({
      params: { workspaceId: params.workspace },
      query: {
        ...instantsOf(daysOf(view, at), workspace.timeZone),
        channelId,
        ...(state ? { shown: [state] } : {}),
      },
    })
    return {
      view,
      at: at.toString(),
      state: state ?? '',
      channel: channelId ?? '',
      tiles: data,
      truncated,
    }
  }, url)
