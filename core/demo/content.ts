/** What the demo workspace says: an invented maker of backpacks with a hut in the hills. Nothing here is about anybody. */
import type { Brief } from '#contract/campaigns/campaigns.ts'

export const demoName = 'Ridgeline (example)'

/** Three feeds on the demo's own public page, so that nothing leaves this machine. */
export const demoChannels = {
  news: 'Ridgeline news',
  shop: 'Ridgeline shop',
  hut: 'Ridgeline hut',
}
export type DemoChannel = keyof typeof demoChannels

export type Outcome =
  | 'published'
  | 'failed'
  | 'missed'
  | 'unconfirmed'
  | 'taken_down'
  | 'cancelled'
  | 'scheduled'
  | 'approved'
  | 'in_review'
  | 'changes_requested'
  | 'draft'

export interface DemoPost {
  channels: DemoChannel[]
  /** Days from today and a time of day, or hours from now. */
  at: { days: number; time: string } | { hours: number } | null
  outcome: Outcome
  text: string
  image?: boolean
  remark?: string
}

const on = (days: number, time: string) => ({ days, time })

export const demoPosts: DemoPost[] = [
  {
    channels: ['hut'],
    at: on(-27, '08:30'),
    outcome: 'published',
    text: 'The stove is lit and the door is open. From today the hut has beds on weekdays as well.',
  },
  {
    channels: ['shop'],
    at: on(-23, '17:00'),
    outcome: 'published',
    text: 'A strap that was torn on Monday is sewn on Wednesday. Bring your bag to the workshop, whatever its age.',
  },
  {
    channels: ['hut'],
    at: on(-19, '12:30'),
    outcome: 'published',
    image: true,
    text: 'Three ridges, one evening. Drawn from the bench behind the hut.',
  },
  {
    channels: ['news'],
    at: on(-16, '09:00'),
    outcome: 'published',
    text: 'We moved the workshop next door. Same people, more light, and room for a second cutting table.',
  },
  {
    channels: ['shop'],
    at: on(-12, '12:30'),
    outcome: 'taken_down',
    text: 'Workshop closed this Friday.',
  },
  {
    channels: ['hut'],
    at: on(-9, '17:00'),
    outcome: 'missed',
    text: 'Soup for everybody who comes up before noon on Sunday.',
  },
  {
    channels: ['hut'],
    at: on(-6, '08:30'),
    outcome: 'published',
    text: 'The lower path is closed where the bridge is being mended. Take the one past the chapel; it is ten minutes longer.',
  },
  {
    channels: ['shop'],
    at: on(-4, '12:30'),
    outcome: 'failed',
    image: true,
    text: 'New colours for the small pouch: moss, slate and rust.',
  },
  {
    channels: ['news'],
    at: on(-2, '17:00'),
    outcome: 'unconfirmed',
    text: 'Who carries what, and why? We asked twelve people to unpack their bags on our table.',
  },
  {
    channels: ['hut'],
    at: { hours: -2 },
    outcome: 'published',
    text: 'Clear sky, light wind, and the bridge is open again.',
  },
  {
    channels: ['shop'],
    at: { hours: 5 },
    outcome: 'scheduled',
    text: 'Repairs that are brought in today go home on Saturday.',
  },
  {
    channels: ['news', 'hut'],
    at: on(2, '09:00'),
    outcome: 'scheduled',
    image: true,
    text: 'Saturday walk: from the station up to the hut, four hours, no hurry. Meet at eight.',
  },
  {
    channels: ['shop'],
    at: on(3, '12:30'),
    outcome: 'cancelled',
    text: 'Open house in the workshop.',
  },
  {
    channels: ['hut'],
    at: on(5, '17:00'),
    outcome: 'approved',
    text: 'Two beds are free for the weekend.',
  },
  {
    channels: ['shop'],
    at: on(6, '12:30'),
    outcome: 'changes_requested',
    text: 'The lightest bag that we have ever sewn.',
    remark: 'Say how light it is; a number is worth more than "ever".',
  },
  {
    channels: ['news'],
    at: null,
    outcome: 'draft',
    text: 'Notes for the story about the first bag: who cut it, who wore it, where it is now.',
  },
]

export type BriefWords = Pick<
  Brief,
  'product' | 'audience' | 'goal' | 'tone' | 'language' | 'facts' | 'links'
>

/** A campaign that has been running for weeks and goes on. */
export const runningBrief: BriefWords = {
  product: 'Ridgeline 40L',
  audience: 'people who walk for several days',
  goal: 'make the bag known to walkers',
  tone: ['clear', 'warm'],
  language: 'en',
  facts: [
    '40 litres, 1.1 kg',
    'Made from recycled nylon',
    '149 EUR',
    'Repairs are free for five years',
    'The hip belt comes off without tools',
    'Two water bottles fit into the side pockets',
    'Sewn in our own workshop',
  ],
  links: ['https://ridgeline.example/40l'],
}

/** A campaign that waits for approval. */
export const waitingBrief: BriefWords = {
  product: 'Winter in the Ridgeline hut',
  audience: 'families and people who like quiet',
  goal: 'fill the weekdays',
  tone: ['friendly'],
  language: 'en',
  facts: [
    'Twelve beds in four rooms',
    'Breakfast is included',
    'The bus stops forty minutes below the hut',
    'Dogs are welcome in two rooms',
    'Snowshoes can be borrowed',
  ],
  links: ['https://ridgeline.example/hut'],
}

export const pictureAlt = 'Drawing: three ridges in violet and blue under an evening sky.'
/** Drawn, so that nobody's photograph is needed. */
export const pictureSvg = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800" viewBox="0 0 1200 800">
<defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="#efe6ff"/><stop offset=".6" stop-color="#ffd9cf"/><stop offset="1" stop-color="#fff3df"/></linearGradient></defs>
<rect width="1200" height="800" fill="url(#s)"/><circle cx="860" cy="330" r="70" fill="#fff7ea"/>
<path d="M0 520 L220 380 L420 500 L640 330 L900 520 L1200 400 V800 H0Z" fill="#b9a7e6"/>
<path d="M0 620 L260 480 L520 640 L800 470 L1200 640 V800 H0Z" fill="#8a74cf"/>
<path d="M0 720 L340 590 L700 740 L980 620 L1200 700 V800 H0Z" fill="#4c4a8f"/></svg>`
