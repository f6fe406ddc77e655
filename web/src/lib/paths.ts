/** The only place where addresses of pages are spelled. A test lists them all: it is the site map. */
type Query = Record<string, string | number | boolean | undefined | null>

/** `?a=1&b=2`, without what is empty; an empty string when nothing is left. */
export function query(values: Query): string {
  const given = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== null && value !== '' && value !== false,
  )
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()
  return text ? `?${text}` : ''
}

const w = (workspace: string, rest = '') => `/w/${workspace}${rest}`

export const paths = {
  home: () => '/',
  signIn: (next?: string) => `/sign-in${query({ next })}`,
  register: () => '/register',
  signOut: () => '/sign-out',
  privacy: () => '/privacy',
  terms: () => '/terms',
  contact: () => '/contact',
  reference: () => '/api/v1',

  /** Wherever the person was last. */
  app: () => '/app',
  account: () => '/account',
  newWorkspace: () => '/new-workspace',
  system: () => '/system',

  today: (workspace: string) => w(workspace),
  campaigns: (workspace: string) => w(workspace, '/campaigns'),
  newCampaign: (workspace: string) => w(workspace, '/campaigns/new'),
  campaign: (workspace: string, campaign: string, filter: Query = {}) =>
    w(workspace, `/campaigns/${campaign}${query(filter)}`),
  calendar: (workspace: string, filter: Query = {}) => w(workspace, `/calendar${query(filter)}`),
  posts: (workspace: string, filter: Query = {}) => w(workspace, `/posts${query(filter)}`),
  newPost: (workspace: string, start: { at?: string; channelId?: string } = {}) =>
    w(workspace, `/posts/new${query(start)}`),
  post: (workspace: string, post: string) => w(workspace, `/posts/${post}`),
  media: (workspace: string) => w(workspace, '/media'),
  channels: (workspace: string) => w(workspace, '/channels'),
  connect: (workspace: string, network: string) => w(workspace, `/channels/connect/${network}`),
  team: (workspace: string) => w(workspace, '/team'),
  settings: (workspace: string, section = '') =>
    w(workspace, `/settings${section && `/${section}`}`),
} as const
