/** Where one can go: the rail, the bottom bar and the palette show the same list. */
import CalendarDays from '@lucide/svelte/icons/calendar-days'
import Home from '@lucide/svelte/icons/house'
import Image from '@lucide/svelte/icons/image'
import Megaphone from '@lucide/svelte/icons/megaphone'
import Server from '@lucide/svelte/icons/server'
import Settings from '@lucide/svelte/icons/settings'
import Share from '@lucide/svelte/icons/share-2'
import Text from '@lucide/svelte/icons/text-align-start'
import Users from '@lucide/svelte/icons/users'
import type { Component } from 'svelte'
import { paths } from '#lib/paths.ts'

export interface Place {
  label: string
  href: string
  icon: Component<{ size?: number; 'aria-hidden'?: 'true' }>
  group: 'work' | 'workspace'
  /** Whether it is in the bottom bar of a phone. */
  bar?: boolean
}

export function placesOf(workspace: string, operator: boolean): Place[] {
  return [
    { label: 'Today', href: paths.today(workspace), icon: Home, group: 'work', bar: true },
    {
      label: 'Campaigns',
      href: paths.campaigns(workspace),
      icon: Megaphone,
      group: 'work',
      bar: true,
    },
    {
      label: 'Calendar',
      href: paths.calendar(workspace),
      icon: CalendarDays,
      group: 'work',
      bar: true,
    },
    { label: 'Posts', href: paths.posts(workspace), icon: Text, group: 'work', bar: true },
    { label: 'Media', href: paths.media(workspace), icon: Image, group: 'work' },
    { label: 'Channels', href: paths.channels(workspace), icon: Share, group: 'work' },
    { label: 'Team and access', href: paths.team(workspace), icon: Users, group: 'workspace' },
    { label: 'Settings', href: paths.settings(workspace), icon: Settings, group: 'workspace' },
    ...(operator
      ? [{ label: 'System', href: paths.system(), icon: Server, group: 'workspace' as const }]
      : []),
  ]
}

/** The place a path lies in: the longest that begins it. */
export const placeAt = (places: Place[], path: string): Place | undefined =>
  places
    .filter((p) => path === p.href || (path.startsWith(`${p.href}/`) && p.label !== 'Today'))
    .sort((a, b) => b.href.length - a.href.length)[0]
