/** What the palette offers besides pages: only what this person may do here. */
import CircleUser from '@lucide/svelte/icons/circle-user'
import Hand from '@lucide/svelte/icons/hand'
import Key from '@lucide/svelte/icons/key-round'
import Megaphone from '@lucide/svelte/icons/megaphone'
import Pen from '@lucide/svelte/icons/pen-line'
import Play from '@lucide/svelte/icons/play'
import Plug from '@lucide/svelte/icons/plug'
import Plus from '@lucide/svelte/icons/plus'
import type { OutputOf } from '#contract/client.ts'
import { connectable } from '#lib/channels/networks.ts'
import { paths } from '#lib/paths.ts'
import { may, type Right } from '#lib/platform/rights.ts'
import type { Place } from './places.ts'

type Action = Pick<Place, 'label' | 'href' | 'icon'> & { needs?: Right }

export function actionsOf(workspace: OutputOf<'getWorkspace'>): Action[] {
  const { id } = workspace
  const all: Action[] = [
    { label: 'New post', href: paths.newPost(id), icon: Plus, needs: 'post.create' },
    {
      label: 'New campaign',
      href: paths.newCampaign(id),
      icon: Megaphone,
      needs: 'campaign.create',
    },
    {
      label: workspace.hold ? 'Resume publishing' : 'Hold everything',
      href: paths.settings(id, 'hold'),
      icon: workspace.hold ? Play : Hand,
      needs: 'workspace.hold',
    },
    ...connectable().map(({ name, title }): Action => ({
      label: `Connect ${title}`,
      href: paths.connect(id, name),
      icon: Plug,
      needs: 'channel.connect',
    })),
    { label: 'Writers', href: paths.settings(id, 'writers'), icon: Pen, needs: 'connection.read' },
    { label: 'API keys', href: paths.settings(id, 'keys'), icon: Key, needs: 'key.read' },
    { label: 'Account', href: paths.account(), icon: CircleUser },
  ]
  return all.filter(({ needs }) => !needs || may(workspace, needs))
}
