/** What the API is about, in the order of the reference: every endpoint belongs to one of these. */
export const subjects = {
  Account: 'People, their sessions and their password.',
  Workspaces:
    'Where everything lives: settings, members, API keys, the public page, holding everything, and events.',
  Campaigns: 'A brief, and the runs that write its posts.',
  Posts: 'Text for channels with a time: written, reviewed, approved, scheduled, published.',
  Deliveries:
    'One post on one channel: what was sent, what came back, and what to do when nobody knows.',
  Channels: 'Accounts on networks that posts go out on, and how to connect them.',
  Media: 'Images for posts, taken in without place and camera.',
  Writers: 'Connections to models that write, what they may cost, and which one is usual.',
  Operation: 'For whoever runs the instance.',
  Legal: 'What is promised, in every version.',
} as const

export type Subject = keyof typeof subjects
