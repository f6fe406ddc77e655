/** The router as PostAura uses it: any provider a workspace switched on, and the starter writer behind them. */
import { createRouter } from '../../llm/router.ts'
import type { Router } from '../../llm/types.ts'
import { starterWriter } from './starter/starter.ts'

export const createWriterRouter = (ports: { fetch: typeof fetch; now(): Date }): Router =>
  createRouter({ ...ports, random: Math.random, starter: starterWriter })
