/**
 * What is stored about people, column by column: why, on which ground, for how long, where, and what erases and exports it. Each subject has
 * its map in `map.ts`, and `core/open.ts` puts them together. A column that is in no map fails the tests, and so does one that is not there.
 */
import { registry } from './registry.ts'

/** The closed lists of words, each with what it says to a reader. */
export const words = {
  category: {
    account: 'who a person is: name, address, region, age attested',
    credential: 'what proves a person: hashes of passwords, tokens and keys',
    session: 'from where and when a person uses the product',
    membership: 'which workspaces a person belongs to, with which role',
    workspace: 'a workspace and its settings',
    channel: 'a connected account: its id, name, server and sealed tokens',
    provider: 'a model provider with its terms and its sealed key',
    content: 'briefs, posts, images, comments',
    record: 'what happened to content: when, where, by whom, with which outcome',
    mail: 'mails to a person',
    operation: 'what keeps the service going and says nothing about a person',
  },
  purpose: {
    sign_in: 'to let a person in and nobody else',
    work_together: 'to let people share a workspace',
    publish: 'to write and publish as its authors decide',
    prove: 'to prove what was sent and to send nothing twice',
    notify: 'to tell people what needs them',
    protect: 'to protect accounts and the service',
    operate: 'to run the service',
  },
  basis: {
    contract: 'needed for the service that was asked for',
    legitimate_interest: 'protection and secure operation',
    none: 'not about a person',
  },
  retention: {
    object: 'until what it belongs to is deleted',
    expiry: 'until it would have expired',
    day: 'one day',
    week: 'seven days',
    ninety_days: 'at most ninety days',
    instance: 'as long as the instance runs',
  },
  region: {
    person: 'the region of the person',
    workspace: 'the region of the workspace',
    instance: 'where the instance runs',
  },
  eraser: {
    person: 'goes with the person',
    workspace: 'goes with the workspace',
    campaign: 'goes with the campaign',
    run: 'goes with the run',
    post: 'goes with the post',
    channel: 'goes with the channel',
    connection: 'goes with the model provider',
    asset: 'goes with the image',
    author: 'stays, and no longer names who it was',
    expiry: 'goes when its time is over, whoever asks',
    none: 'stays: it is about nobody',
  },
  exporter: {
    person: 'in the copy that a person gets',
    workspace: 'in the copy of the workspace',
    secret: 'never: it is a secret, or a proof of one',
    none: 'never: it is about nobody, or made anew from the rest',
  },
} as const

export type Words = { [List in keyof typeof words]: keyof (typeof words)[List] & string }

/** What keeps the instance going. */
export const operation: Words = {
  category: 'operation',
  purpose: 'operate',
  basis: 'none',
  retention: 'instance',
  region: 'instance',
  eraser: 'none',
  exporter: 'none',
}

/** What people of a workspace made to publish it; what it is and goes with is its table's. */
export const ofWorkspace = {
  purpose: 'publish',
  basis: 'contract',
  retention: 'object',
  region: 'workspace',
  exporter: 'workspace',
} as const satisfies Partial<Words>

/** What holds for some columns instead of what holds for their table. */
type Columns = readonly [columns: string, differs?: Partial<Words>][]

/** A table: what holds for each of its columns, and the columns, apart by blanks, with what differs. */
export interface MappedTable extends Words {
  columns: Columns
}

/** A store without columns: files, logs, histories. */
export interface MappedStore extends Words {
  /** What it is and where, in a sentence. */
  what: string
}

export interface DataMap {
  tables: Record<string, MappedTable>
  stores?: Record<string, MappedStore>
}

/** The maps by subject, filled in `core/open.ts`. */
export const dataMaps = registry<DataMap>('data map')

export interface MappedColumn extends Words {
  subject: string
  table: string
  column: string
}

/** Every column of every map, with all that holds for it. */
export function mappedColumns(): MappedColumn[] {
  return dataMaps
    .entries()
    .flatMap(([subject, { tables }]) =>
      Object.entries(tables).flatMap(([table, { columns, ...common }]) =>
        columns.flatMap(([names, differs]) =>
          names.split(' ').map((column) => ({ ...common, ...differs, subject, table, column })),
        ),
      ),
    )
}
