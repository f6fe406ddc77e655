/** What we promise: the legal documents, rendered from their files. */
import { z } from 'zod'
import { describe } from '../platform/endpoint.ts'
import { legalRoutes } from './routes.ts'

export const LegalDocument = z
  .object({
    name: z.enum(['privacy', 'terms']),
    title: z.string(),
    version: z.string(),
    effective: z.iso.date(),
    updated: z.iso.date(),
    html: z.string(),
    versions: z.array(z.string()).describe('Every version, newest first'),
  })
  .meta({ id: 'LegalDocument' })

export const legal = describe(legalRoutes, {
  getLegalDocument: {
    tag: 'Legal',
    summary: 'Get the privacy policy or the terms that are in effect, or an earlier version',
    params: z.object({ name: z.enum(['privacy', 'terms']) }),
    query: z.object({
      version: z
        .string()
        .regex(/^\d+\.\d+\.\d+$/)
        .optional(),
    }),
    response: LegalDocument,
  },
})
