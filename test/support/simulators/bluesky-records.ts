/** What the Bluesky simulator accepts as a post: the lexicon, strictly. */
import { cidOf } from '../../../networks/bluesky/cid.ts'
import type { Json } from '../../../networks/network.ts'
import type { Repo } from './bluesky-state.ts'
import { Refused } from './server.ts'

export const collection = 'app.bsky.feed.post'
const fieldsKnown = [
  '$type',
  'text',
  'createdAt',
  'langs',
  'facets',
  'embed',
  'reply',
  'tags',
  'labels',
]
const imageBytesMax = 1_000_000

export const invalid = (why: string) => new Refused(400, { error: 'InvalidRequest', message: why })

type Fields = { [key: string]: Json }
const fields = (value: Json | undefined, what: string): Fields => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw invalid(`${what} must be an object`)
}
const list = (value: Json | undefined, what: string): Json[] => {
  if (Array.isArray(value)) return value
  throw invalid(`${what} must be a list`)
}

export function checkKey(rkey: unknown): string {
  if (
    typeof rkey === 'string' &&
    /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/.test(rkey)
  )
    return rkey
  throw invalid('Invalid record key: not a TID')
}

/** The record as it will be stored, with its content id. `parents` are records that become visible in the same commit. */
export function checkPost(
  repo: Repo,
  value: Json,
  parents: Map<string, string>,
): { cid: string; value: Fields } {
  const record = fields(value, 'Record')
  const unknown = Object.keys(record).find((name) => !fieldsKnown.includes(name))
  if (unknown) throw invalid(`unknown field ${unknown}`)
  if (record.$type !== collection) throw invalid(`Record/$type must be ${collection}`)
  if (typeof record.text !== 'string') throw invalid('Record/text must be a string')
  if (Buffer.byteLength(record.text) > 3000)
    throw invalid('Record/text must not be longer than 3000 bytes')
  if ([...new Intl.Segmenter('en').segment(record.text)].length > 300)
    throw invalid('Record/text must not be longer than 300 graphemes')
  if (
    typeof record.createdAt !== 'string' ||
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(record.createdAt)
  )
    throw invalid('Record/createdAt must be a datetime')
  if (record.langs !== undefined && list(record.langs, 'langs').length > 3)
    throw invalid('at most 3 langs')
  if (record.facets !== undefined)
    checkFacets(Buffer.from(record.text), list(record.facets, 'facets'))
  if (record.embed !== undefined) checkEmbed(repo, fields(record.embed, 'embed'))
  if (record.reply !== undefined) checkReply(repo, fields(record.reply, 'reply'), parents)
  return { cid: cidOf(record), value: record }
}

function checkFacets(text: Buffer, facets: Json[]): void {
  let last = 0
  for (const facet of facets) {
    const index = fields(fields(facet, 'facet').index, 'index')
    const { byteStart, byteEnd } = index
    if (typeof byteStart !== 'number' || typeof byteEnd !== 'number') throw invalid('facet index')
    if (byteStart < last || byteEnd <= byteStart || byteEnd > text.length)
      throw invalid('facet out of range')
    // A facet that cuts a character apart shows as rubbish in every client.
    if (text.subarray(byteStart, byteEnd).toString('utf8').includes('\ufffd'))
      throw invalid('facet cuts a character')
    last = byteEnd
    for (const feature of list(fields(facet, 'facet').features, 'features'))
      checkFeature(text.subarray(byteStart, byteEnd).toString('utf8'), fields(feature, 'feature'))
  }
}

function checkFeature(covered: string, feature: Fields): void {
  const kind = String(feature.$type).replace('app.bsky.richtext.facet#', '')
  const fits =
    (kind === 'link' && feature.uri === covered) ||
    (kind === 'tag' && covered.slice(1) === feature.tag) ||
    (kind === 'mention' && covered.startsWith('@') && String(feature.did).startsWith('did:'))
  if (!fits) throw invalid(`facet ${kind} does not fit the text it covers`)
}

function checkEmbed(repo: Repo, embed: Fields): void {
  if (embed.$type === 'app.bsky.embed.external') {
    const external = fields(embed.external, 'external')
    for (const name of ['uri', 'title', 'description'])
      if (typeof external[name] !== 'string') throw invalid(`external/${name} must be a string`)
    if (external.thumb !== undefined) checkBlob(repo, external.thumb)
    return
  }
  if (embed.$type !== 'app.bsky.embed.images') throw invalid('unknown embed')
  const images = list(embed.images, 'images')
  if (images.length > 4) throw invalid('at most 4 images')
  for (const item of images) {
    const image = fields(item, 'image')
    if (typeof image.alt !== 'string') throw invalid('image/alt must be a string')
    const { width, height } = fields(image.aspectRatio, 'aspectRatio')
    if (!(Number(width) >= 1) || !(Number(height) >= 1)) throw invalid('aspectRatio')
    checkBlob(repo, image.image)
  }
}

function checkBlob(repo: Repo, value: Json | undefined): void {
  const blob = fields(value, 'blob')
  if (blob.$type !== 'blob') throw invalid('not a blob')
  const stored = repo.blobs.get(String(fields(blob.ref, 'ref').$link))
  if (!stored) throw new Refused(400, { error: 'BlobNotFound', message: 'Could not find blob' })
  if (stored.bytes !== blob.size || stored.mime !== blob.mimeType)
    throw invalid('blob differs from the upload')
  if (stored.bytes > imageBytesMax)
    throw new Refused(400, { error: 'BlobTooLarge', message: 'too large for an image' })
}

function checkReply(repo: Repo, reply: Fields, parents: Map<string, string>): void {
  for (const name of ['root', 'parent']) {
    const { uri, cid } = fields(reply[name], name)
    const key = String(uri).replace(`at://${repo.did}/`, '')
    const known = parents.get(key) ?? repo.records.get(key)?.cid
    if (known !== cid) throw invalid(`reply/${name} refers to nothing`)
  }
}
