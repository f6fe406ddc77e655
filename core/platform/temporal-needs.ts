/**
 * What PostAura relies on in Temporal beyond that it answers: the namespace, and the search attributes that every workflow is started with.
 * Without them nothing is ever started, so they are looked for at start and by health, and made where we may.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import { SearchAttributeType } from '@temporalio/common'
import { encodeSearchAttributeIndexedValueType as typeOf } from '@temporalio/common/lib/search-attributes.js'
import { msToTs } from '@temporalio/common/lib/time.js'

export const searchAttributeTypes = {
  WorkspaceId: SearchAttributeType.KEYWORD,
  CampaignId: SearchAttributeType.KEYWORD,
  PostId: SearchAttributeType.KEYWORD,
  Network: SearchAttributeType.KEYWORD_LIST,
} as const

/** As Temporal numbers types. */
const wanted = Object.entries(searchAttributeTypes).map(
  ([name, type]) => [name, typeOf(type)!] as const,
)

const notFound = 5
const alreadyExists = 6
/** Of what happened; what is older is of no use to anybody. */
const kept = '7 days'
/** All servers of a cluster know of a new namespace after this. */
const spreadMs = 20_000

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code

async function hasNamespace({ workflowService, options }: Client): Promise<boolean> {
  try {
    await workflowService.describeNamespace({ namespace: options.namespace })
    return true
  } catch (error) {
    if (codeOf(error) === notFound) return false
    throw error
  }
}

/** Names of the search attributes that are missing; throws when one is there as another type, which only a person can mend. */
async function missingAttributes({ connection, options }: Client): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({
    namespace: options.namespace,
  })
  const other = wanted.find(([name, type]) => (customAttributes[name] ?? type) !== type)
  if (other) throw new Error(`Temporal has the search attribute ${other[0]} as another type`)
  return wanted.map(([name]) => name).filter((name) => !(name in customAttributes))
}

/** What is missing, as one sentence; undefined: nothing. */
export async function lackOf(client: Client): Promise<string | undefined> {
  const { namespace } = client.options
  if (!(await hasNamespace(client))) return `Temporal has no namespace ${namespace}`
  const missing = await missingAttributes(client)
  return missing.length
    ? `Temporal’s namespace ${namespace} lacks the search attributes ${missing.join(', ')}`
    : undefined
}

/**
 * Makes what is missing and resolves when it is there; says whether anything was. Throws where we may not, with the sentence that names it.
 */
export async function mend(client: Client): Promise<boolean> {
  const lack = await lackOf(client)
  if (!lack) return false
  try {
    if (!(await hasNamespace(client))) await makeNamespace(client)
    await makeAttributes(client)
  } catch (cause) {
    throw new Error(lack, { cause })
  }
  return true
}

async function makeNamespace(client: Client): Promise<void> {
  const { namespace } = client.options
  await client.workflowService
    .registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs(kept) })
    .catch(unless(alreadyExists))
  for (let waited = 0; waited < spreadMs; waited += 250) {
    if (await hasNamespace(client)) return
    await sleep(250)
  }
}

async function makeAttributes(client: Client): Promise<void> {
  const missing = await missingAttributes(client)
  if (missing.length === 0) return
  const types = wanted.filter(([name]) => missing.includes(name))
  await client.connection.operatorService
    .addSearchAttributes({
      namespace: client.options.namespace,
      searchAttributes: Object.fromEntries(types),
    })
    .catch(unless(alreadyExists))
}

const unless = (code: number) => (error: unknown) => {
  if (codeOf(error) !== code) throw error
}
