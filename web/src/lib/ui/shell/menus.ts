/** What stands in the account's and the workspaces' menus, in the rail and in the phone's "More" alike. */
import LogOut from '@lucide/svelte/icons/log-out'
import Moon from '@lucide/svelte/icons/moon'
import Plus from '@lucide/svelte/icons/plus'
import Sun from '@lucide/svelte/icons/sun'
import SunMoon from '@lucide/svelte/icons/sun-moon'
import User from '@lucide/svelte/icons/user'
import { paths } from '#lib/paths.ts'
import { chooseTheme } from '#lib/platform/theme.ts'
import type { MenuItem } from '#lib/ui/menu.ts'

export interface Named {
  id: string
  name: string
}

export const accountItems = (signOut: () => void): MenuItem[] => [
  { label: 'Account', href: paths.account(), icon: User },
  { label: 'Light', icon: Sun, act: () => chooseTheme('light'), apart: true },
  { label: 'Dark', icon: Moon, act: () => chooseTheme('dark') },
  { label: 'As the device says', icon: SunMoon, act: () => chooseTheme('system') },
  { label: 'Sign out', icon: LogOut, act: signOut, apart: true },
]

export const workspaceItems = (workspaces: Named[], here: string): MenuItem[] => [
  ...workspaces.map((w) => ({ label: w.name, href: paths.today(w.id), checked: w.id === here })),
  { label: 'New workspace', href: paths.newWorkspace(), icon: Plus, apart: true },
]
