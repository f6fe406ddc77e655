/** How each state looks: a word, an icon and a colour, always together. */
import Ban from '@lucide/svelte/icons/ban'
import Check from '@lucide/svelte/icons/check'
import CircleCheck from '@lucide/svelte/icons/circle-check'
import CircleHelp from '@lucide/svelte/icons/circle-question-mark'
import Clock from '@lucide/svelte/icons/clock'
import Eye from '@lucide/svelte/icons/eye'
import MessageSquare from '@lucide/svelte/icons/message-square'
import Pencil from '@lucide/svelte/icons/pencil'
import Send from '@lucide/svelte/icons/send'
import TimerOff from '@lucide/svelte/icons/timer-off'
import TriangleAlert from '@lucide/svelte/icons/triangle-alert'
import Undo from '@lucide/svelte/icons/undo-2'
import type { Component } from 'svelte'
import type { Shown } from '#contract/posts/post.ts'

export type Tone = 'draft' | 'scheduled' | 'published' | 'failed' | 'missed' | 'unconfirmed'
export interface Look {
  word: string
  icon: Component<{ size?: number; 'aria-hidden'?: 'true' }>
  tone: Tone
}

export const states: Record<Shown, Look> = {
  draft: { word: 'Draft', icon: Pencil, tone: 'draft' },
  in_review: { word: 'In review', icon: Eye, tone: 'scheduled' },
  changes_requested: { word: 'Changes asked', icon: MessageSquare, tone: 'missed' },
  approved: { word: 'Approved', icon: CircleCheck, tone: 'published' },
  scheduled: { word: 'Scheduled', icon: Clock, tone: 'scheduled' },
  publishing: { word: 'Publishing', icon: Send, tone: 'scheduled' },
  published: { word: 'Published', icon: Check, tone: 'published' },
  failed: { word: 'Failed', icon: TriangleAlert, tone: 'failed' },
  missed: { word: 'Missed', icon: TimerOff, tone: 'missed' },
  unconfirmed: { word: 'Unconfirmed', icon: CircleHelp, tone: 'unconfirmed' },
  cancelled: { word: 'Cancelled', icon: Ban, tone: 'draft' },
  taken_down: { word: 'Taken down', icon: Undo, tone: 'draft' },
}

/** Whole class names, so that Tailwind sees them. */
export const tones: Record<Tone, string> = {
  draft: 'bg-draft-soft text-draft',
  scheduled: 'bg-scheduled-soft text-scheduled',
  published: 'bg-published-soft text-published',
  failed: 'bg-failed-soft text-failed',
  missed: 'bg-missed-soft text-missed',
  unconfirmed:
    'bg-unconfirmed-soft text-unconfirmed outline-1 outline-dashed -outline-offset-1 outline-current',
}
