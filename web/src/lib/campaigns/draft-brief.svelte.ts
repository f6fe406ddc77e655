/** The brief while it is being typed: kept in this browser until it is sent, so that leaving and coming back loses nothing. */
import { getLocalTimeZone, today } from '@internationalized/date'
import type { Brief } from '#contract/campaigns/campaigns.ts'
import { forget, keep, readKept } from '#lib/platform/kept.ts'
import { linesOf } from './words.ts'

export interface BriefForm {
  name: string
  product: string
  audience: string
  goal: string
  tone: string[]
  language: string
  facts: string
  links: string
  from: string
  to: string
  timeZone: string
  postsPerWeek: number
  channelIds: string[]
  utmOn: boolean
  utmMedium: string
  utmCampaign: string
}

export function emptyBrief(timeZone: string, language: string, channelIds: string[]): BriefForm {
  const start = today(timeZone || getLocalTimeZone()).add({ days: 1 })
  return {
    name: '',
    product: '',
    audience: '',
    goal: '',
    tone: [],
    language,
    facts: '',
    links: '',
    from: start.toString(),
    to: start.add({ days: 27 }).toString(),
    timeZone,
    postsPerWeek: 3,
    channelIds,
    utmOn: false,
    utmMedium: 'social',
    utmCampaign: '',
  }
}

/** A stored brief as a form. */
export function formOf(name: string, brief: Brief): BriefForm {
  const { facts, links, utm, ...rest } = brief
  return {
    ...rest,
    name,
    facts: facts.join('\n'),
    links: links.join('\n'),
    utmOn: utm.on,
    utmMedium: utm.medium,
    utmCampaign: utm.campaign,
  }
}

/** What is sent: the API checks it and answers in the fields' words. */
export function briefOf(form: BriefForm): Brief {
  return {
    product: form.product.trim(),
    audience: form.audience.trim(),
    goal: form.goal.trim(),
    tone: form.tone,
    language: form.language,
    facts: linesOf(form.facts),
    links: linesOf(form.links),
    from: form.from,
    to: form.to,
    timeZone: form.timeZone,
    postsPerWeek: Number(form.postsPerWeek),
    channelIds: form.channelIds,
    utm: {
      on: form.utmOn,
      source: '{network}',
      medium: form.utmMedium.trim(),
      campaign: form.utmCampaign.trim() || slug(form.name || form.product),
    },
  }
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60)

/** Enough to ask for an estimate without the server refusing it. */
export const estimable = (form: BriefForm): boolean =>
  Boolean(form.product.trim()) &&
  form.channelIds.length > 0 &&
  Boolean(form.from) &&
  form.from <= form.to

/** Fields whose faults are one: an end before its beginning is mended at either. */
const together: Record<string, (keyof BriefForm)[]> = {
  from: ['from', 'to'],
  to: ['from', 'to'],
  'utm.medium': ['utmMedium'],
  'utm.campaign': ['utmCampaign', 'name', 'product'],
}

/** Whether a field still holds what was refused. Names are those of the contract's brief. */
export function isUntouched(name: string, now: BriefForm, refused: BriefForm): boolean {
  const fields = together[name] ?? [name as keyof BriefForm]
  return fields.every((field) => JSON.stringify(now[field]) === JSON.stringify(refused[field]))
}

const keyOf = (workspace: string) => `postaura.brief.${workspace}`

/** What was kept here before, brought up to date; `typed` is what stands in the form already, `fresh` what stood there at first. */
export function withKept(workspace: string, typed: BriefForm, fresh: BriefForm): BriefForm {
  const kept = readKept<Partial<BriefForm>>(keyOf(workspace))
  if (!kept) return typed
  const past = !kept.to || kept.to < fresh.from
  const known = { ...fresh, ...kept, ...(past ? { from: fresh.from, to: fresh.to } : {}) }
  // A page can be typed into before it is ready; that is the newest.
  return { ...known, ...changes(typed, fresh) }
}

/** Keeps what differs from the form at first; nothing does: nothing is kept. */
export function keepBrief(workspace: string, form: BriefForm, fresh: BriefForm): void {
  const typed = changes(form, fresh)
  if (Object.keys(typed).length > 0) keep(keyOf(workspace), typed)
  else forget(keyOf(workspace))
}

export const forgetBrief = (workspace: string): void => forget(keyOf(workspace))

const changes = (form: BriefForm, fresh: BriefForm): Partial<BriefForm> =>
  Object.fromEntries(
    Object.entries(form).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(fresh[name as keyof BriefForm]),
    ),
  )
