/** The workspace's public page as plain HTML: no script, no cookie, nothing from elsewhere. Pure. */
import { shortened } from '../../core/posts/posts.ts'
import type { PublicPageView, PublicPost } from '../../core/page/public-posts.ts'

const special: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => special[c]!)

const words = {
  en: {
    older: 'Older posts',
    newest: 'Newest posts',
    none: 'Nothing has been published here yet.',
    imprint: 'Imprint',
    privacy: 'Privacy',
    feed: 'Follow by feed',
    all: 'All posts',
    by: 'Published with PostAura',
    missing: 'There is no page at this address.',
  },
  de: {
    older: 'Ältere Beiträge',
    newest: 'Neueste Beiträge',
    none: 'Hier ist noch nichts erschienen.',
    imprint: 'Impressum',
    privacy: 'Datenschutz',
    feed: 'Als Feed abonnieren',
    all: 'Alle Beiträge',
    by: 'Veröffentlicht mit PostAura',
    missing: 'Unter dieser Adresse gibt es keine Seite.',
  },
}
const wordsFor = (language: string) => words[language.slice(0, 2) as keyof typeof words] ?? words.en

const link = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/g

/** Text as paragraphs, with its addresses as links. */
export function textHtml(text: string): string {
  const paragraphs = text.trim().split(/\n\s*\n/)
  return paragraphs.map((p) => `<p>${linked(p.trim()).replaceAll('\n', '<br>')}</p>`).join('\n')
}

function linked(text: string): string {
  let html = ''
  let from = 0
  for (const match of text.matchAll(link)) {
    const address = escapeHtml(match[0])
    const shown = escapeHtml(match[0].replace(/^https?:\/\/(www\.)?/, ''))
    html += `${escapeHtml(text.slice(from, match.index))}<a href="${address}" rel="noopener">${shown}</a>`
    from = match.index + match[0].length
  }
  return html + escapeHtml(text.slice(from))
}

/** What a post says, for page and feeds; `base` is the page's address, absolute in feeds. */
export function postHtml(post: PublicPost, base: string): string {
  return post.segments
    .map((segment) => {
      const images = segment.images.map(
        (image) =>
          `<img src="${base}/media/${image.id}" alt="${escapeHtml(image.alt)}" width="${image.width}" height="${image.height}" loading="lazy">`,
      )
      return [segment.text.trim() ? textHtml(segment.text) : '', ...images]
        .filter(Boolean)
        .join('\n')
    })
    .join('\n<hr>\n')
}

/** The first words of a post. */
export function titleOf(post: PublicPost, max = 80): string {
  const text = post.segments.map((s) => s.text).find((t) => t.trim()) ?? ''
  const line = text
    .replace(/https?:\/\/\S+/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  return shortened(line, max) || post.publishedAt.toISOString().slice(0, 10)
}

export interface Site {
  /** The page's address. */
  url: string
  /** The stylesheet's path. */
  style: string
}

export interface ListView {
  posts: PublicPost[]
  /** Slug of the last post, when there are older ones. */
  older: string | null
  /** False: this is not the beginning of the list. */
  first: boolean
}

/** The page with a list of posts. */
export function listPage(page: PublicPageView, site: Site, view: ListView): string {
  const w = wordsFor(page.language)
  const { pathname } = new URL(site.url)
  const articles = view.posts.map((post) => article(page, pathname, post, 'h2')).join('\n')
  const pages = [
    view.first ? '' : `<a href="${pathname}">${w.newest}</a>`,
    view.older ? `<a href="${pathname}?before=${view.older}" rel="next">${w.older}</a>` : '',
  ].filter(Boolean)
  const body = `<h1>${escapeHtml(page.title)}</h1>
${page.about ? `<div class="about">${textHtml(page.about)}</div>` : ''}
${articles || `<p class="none">${w.none}</p>`}
${pages.length ? `<nav class="pages" aria-label="${w.all}">${pages.join(' ')}</nav>` : ''}`
  return frame(page, site, { title: page.title, description: page.about, address: site.url, body })
}

/** One post by itself. */
export function postPage(page: PublicPageView, site: Site, post: PublicPost): string {
  const w = wordsFor(page.language)
  const { pathname } = new URL(site.url)
  const title = titleOf(post)
  const body = `<nav class="up"><a href="${pathname}">${escapeHtml(page.title)}</a></nav>
${article(page, pathname, post, 'h1')}
<nav class="pages" aria-label="${w.all}"><a href="${pathname}">${w.all}</a></nav>`
  const description = titleOf(post, 200)
  const address = `${site.url}/${post.slug}`
  return frame(page, site, { title: `${title} · ${page.title}`, description, address, body })
}

function article(page: PublicPageView, base: string, post: PublicPost, heading: string): string {
  const when = timeText(page, post.publishedAt)
  const iso = post.publishedAt.toISOString()
  const lang = post.language === page.language ? '' : ` lang="${escapeHtml(post.language)}"`
  return `<article${lang}>
<${heading} class="when"><a href="${base}/${post.slug}"><time datetime="${iso}" title="${escapeHtml(page.timeZone)}">${escapeHtml(when)}</time></a></${heading}>
${postHtml(post, base)}
</article>`
}

/** `9 January 2026 at 09:02 Berlin`: a time without its place would be read as one's own. */
function timeText({ language, timeZone }: PublicPageView, at: Date): string {
  const locale = language === 'en' ? 'en-GB' : language
  const style = { dateStyle: 'long', timeStyle: 'short', timeZone } as const
  const place = timeZone.split('/').at(-1)!.replaceAll('_', ' ')
  return `${new Intl.DateTimeFormat(locale, style).format(at)} ${place}`
}

interface Sheet {
  title: string
  description: string
  address: string
  body: string
}

function frame(page: PublicPageView, site: Site, sheet: Sheet): string {
  const w = wordsFor(page.language)
  const { pathname } = new URL(site.url)
  const name = escapeHtml(page.title)
  return `<!doctype html>
<html lang="${escapeHtml(page.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(sheet.title)}</title>
<meta name="description" content="${escapeHtml(sheet.description.slice(0, 300))}">
<link rel="canonical" href="${escapeHtml(sheet.address)}">
<link rel="stylesheet" href="${site.style}">
<link rel="alternate" type="application/atom+xml" title="${name}" href="${pathname}/atom.xml">
<link rel="alternate" type="application/feed+json" title="${name}" href="${pathname}/feed.json">
</head>
<body>
<main>
${sheet.body}
</main>
<footer>
${page.imprint ? `<section id="imprint"><h2>${w.imprint}</h2>${textHtml(page.imprint)}</section>` : ''}
<p class="links"><a href="${pathname}/atom.xml">${w.feed}</a> <a href="/privacy">${w.privacy}</a> <span>${w.by}</span></p>
</footer>
</body>
</html>
`
}

/** The answer for an address without a page. */
export function missingPage(style: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><title>Not found</title>
<link rel="stylesheet" href="${style}"></head>
<body><main><h1>Not found</h1><p class="none">${words.en.missing}</p></main></body></html>
`
}
