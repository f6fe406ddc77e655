/** The card below a post: Bluesky makes none by itself, so the linked page is read here. A page that cannot be read costs the card, never the post. */
import { fileOf } from '../files.ts'
import type { Json, LinkCard, MediaFile } from '../network.ts'
import type { Card } from './records.ts'

type Upload = (file: MediaFile) => Promise<Json>

const readMs = 8_000
const thumbBytesMax = 1_000_000
const thumbMimes = ['image/jpeg', 'image/png', 'image/webp']

/** What the linked page says of itself; null: nothing, or it cannot be read. */
export async function readCard(fetchFrom: typeof fetch, uri: string): Promise<LinkCard | null> {
  const page = await read(fetchFrom, uri)
  if (!page || !page.mime.startsWith('text/html')) return null
  const tags = metaTags(new TextDecoder().decode(page.bytes))
  const title = tags['og:title'] || tags['twitter:title'] || tags.title
  if (!title) return null
  return {
    title: title.slice(0, 300),
    description: (tags['og:description'] || tags.description || '').slice(0, 1000),
    image: await imageOf(fetchFrom, uri, tags['og:image']),
  }
}

/** The card as it is published, its image uploaded. */
export async function cardOf(
  fetchFrom: typeof fetch,
  uri: string,
  upload: Upload,
): Promise<Card | null> {
  const card = await readCard(fetchFrom, uri)
  if (!card) return null
  const { title, description, image } = card
  const thumb = image && (await upload(fileOfImage(image)).catch(() => null))
  return { uri, title, description, thumb }
}

/** Nobody asks how wide it is. */
const fileOfImage = ({ bytes, mime }: NonNullable<LinkCard['image']>): MediaFile =>
  fileOf(bytes, { mime, width: 0, height: 0 })

async function imageOf(
  fetchFrom: typeof fetch,
  page: string,
  address: string | undefined,
): Promise<LinkCard['image']> {
  if (!address || !URL.canParse(address, page)) return null
  const image = await read(fetchFrom, new URL(address, page).href)
  const usable = image && thumbMimes.includes(image.mime) && image.bytes.length <= thumbBytesMax
  return usable ? image : null
}

async function read(fetchFrom: typeof fetch, url: string): Promise<LinkCard['image']> {
  try {
    const response = await fetchFrom(url, {
      headers: { accept: 'text/html,image/*;q=0.8' },
      redirect: 'follow',
      signal: AbortSignal.timeout(readMs),
    })
    if (!response.ok) return null
    const mime = (response.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
    return { bytes: new Uint8Array(await response.arrayBuffer()), mime }
  } catch {
    return null
  }
}

/** `<meta>` tags by their property or name, and the page's title. The first of a name counts. */
export function metaTags(html: string): Record<string, string> {
  const head = html.slice(0, 500_000)
  const tags: Record<string, string> = {}
  for (const [tag] of head.matchAll(/<meta\s[^>]*>/gi)) {
    const name = (attribute(tag, 'property') ?? attribute(tag, 'name'))?.toLowerCase()
    const content = attribute(tag, 'content')
    if (name && content && !(name in tags)) tags[name] = content
  }
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(head)?.[1]
  if (title?.trim()) tags.title = decoded(title)
  return tags
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag)
  const value = found?.[1] ?? found?.[2] ?? found?.[3]
  return value === undefined ? undefined : decoded(value)
}

const named: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

function decoded(text: string): string {
  return text
    .replace(/&#(x?)([0-9a-f]{1,6});/gi, (whole, hex: string, digits: string) => {
      const point = parseInt(digits, hex ? 16 : 10)
      return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole
    })
    .replace(/&(amp|lt|gt|quot|apos|nbsp);/g, (_, name: string) => named[name]!)
    .replace(/\s+/g, ' ')
    .trim()
}
