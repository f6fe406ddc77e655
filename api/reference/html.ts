/** Text as HTML. */
import { escapeHtml } from '../page/html.ts'

export const escape = escapeHtml
export const code = (text: string): string => `<code>${escape(text)}</code>`

/** Words with `code` and [links](https://example.org). */
export const prose = (text: string): string =>
  escape(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, '<a href="$2" rel="noopener">$1</a>')
