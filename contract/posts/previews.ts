/** What a network would make of a post, before it is there. */
import { z } from 'zod'
import { NetworkName, WorkspaceParams } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { previewRoutes } from './routes.ts'

export const LinkCard = z
  .object({
    title: z.string(),
    description: z.string(),
    image: z
      .string()
      .nullable()
      .describe(
        "A small copy of the picture as a data URL: nobody's browser has to call the linked page",
      ),
  })
  .meta({ id: 'LinkCard' })
export type LinkCard = z.infer<typeof LinkCard>

export const previews = describe(previewRoutes, {
  previewLink: {
    tag: 'Posts',
    summary: 'The card that PostAura would make of a link on a network; null: none',
    params: WorkspaceParams,
    query: z.object({
      network: NetworkName,
      url: z
        .url({ protocol: /^https?$/, error: 'Give an address that begins with https://.' })
        .max(2000),
    }),
    response: z.object({ card: LinkCard.nullable() }),
    tx: 'own',
  },
})
