/** The public page as Atom (RFC 4287) and JSON Feed 1.1. Pure. */
import type { PublicPageView, PublicPost } from '../../core/page/public-posts.ts'
import { escapeHtml, postHtml, titleOf } from './html.ts'

/** XML has no place for most control characters, not even escaped. */
const xml = (text: string): string =>
  escapeHtml(text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ''))

/** `url`: the page's absolute address. */
export function atomFeed(page: PublicPageView, url: string, posts: PublicPost[]): string {
  const updated = (posts[0]?.publishedAt ?? page.updatedAt).toISOString()
  const entries = posts.map((post) => {
    const at = post.publishedAt.toISOString()
    return `  <entry xml:lang="${xml(post.language)}">
    <id>urn:uuid:${post.id}</id>
    <title>${xml(titleOf(post))}</title>
    <link rel="alternate" type="text/html" href="${xml(`${url}/${post.slug}`)}"/>
    <published>${at}</published>
    <updated>${at}</updated>
    <content type="html">${xml(postHtml(post, url))}</content>
  </entry>`
  })
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${xml(page.language)}">
  <id>urn:uuid:${page.workspaceId}</id>
  <title>${xml(page.title)}</title>
  ${page.about ? `<subtitle>${xml(page.about)}</subtitle>` : ''}
  <link rel="alternate" type="text/html" href="${xml(url)}"/>
  <link rel="self" type="application/atom+xml" href="${xml(`${url}/atom.xml`)}"/>
  <updated>${updated}</updated>
  <author><name>${xml(page.title)}</name></author>
  <generator>PostAura</generator>
${entries.join('\n')}
</feed>
`
}

export function jsonFeed(page: PublicPageView, url: string, posts: PublicPost[]): object {
  return {
    version: 'https://jsonfeed.org/version/1.1',
    title: page.title,
    home_page_url: url,
    feed_url: `${url}/feed.json`,
    ...(page.about ? { description: page.about } : {}),
    language: page.language,
    authors: [{ name: page.title }],
    items: posts.map((post) => {
      const images = post.segments.flatMap((segment) => segment.images)
      const first = images[0]
      return {
        id: `urn:uuid:${post.id}`,
        url: `${url}/${post.slug}`,
        content_html: postHtml(post, url),
        content_text: post.segments.map((segment) => segment.text).join('\n\n'),
        date_published: post.publishedAt.toISOString(),
        language: post.language,
        ...(first ? { image: `${url}/media/${first.id}` } : {}),
        attachments: images.map((image) => ({
          url: `${url}/media/${image.id}`,
          mime_type: image.mime,
          size_in_bytes: image.bytes,
        })),
      }
    }),
  }
}
