/** The public page's own small stylesheet: the dashboard's tokens, paper and lines, nothing that moves. */
import { createHash } from 'node:crypto'

export const styleSheet = `:root { color-scheme: light dark;
  --bg: light-dark(oklch(98.6% 0.004 85), oklch(19% 0.014 285)); --surface: light-dark(#fff, oklch(23% 0.016 285));
  --line: light-dark(oklch(91.5% 0.008 85), oklch(30% 0.018 285)); --text: light-dark(oklch(24% 0.02 285), oklch(94% 0.008 285));
  --muted: light-dark(oklch(49% 0.02 285), oklch(72% 0.018 285)); --accent: light-dark(oklch(52% 0.19 287), oklch(74% 0.14 290)); }
* { box-sizing: border-box }
body { margin: 0; background: var(--bg); color: var(--text); font: 16px/1.6 Inter, system-ui, sans-serif; overflow-wrap: anywhere }
main, footer { width: min(40rem, 100% - 2.5rem); margin-inline: auto }
main { padding-block: 4rem 2rem }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.02em; font-weight: 660; margin: 0 0 0.5rem; text-wrap: balance }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 0.2em }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 2px }
.about, .none { color: var(--muted) } .about p { margin: 0 0 0.5rem }
article { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem 1.5rem; margin-block: 1.25rem }
article p { margin: 0 0 0.75rem } article p:last-child { margin-bottom: 0 }
article hr { border: 0; border-top: 1px solid var(--line); margin: 1rem 0 }
article img { display: block; width: 100%; height: auto; border-radius: 7px; margin-top: 0.75rem }
.when { font-size: 0.8125rem; font-weight: 500; line-height: 1.5; letter-spacing: 0; margin: 0 0 0.5rem; font-variant-numeric: tabular-nums }
.when a { color: var(--muted); text-decoration: none; display: inline-block; padding-block: 2px } .when a:hover { text-decoration: underline }
.pages, .up, .links { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.25rem } .pages { margin-top: 2rem } .pages a, .up a, .links a { padding-block: 4px }
footer { border-top: 1px solid var(--line); padding-block: 1.5rem 3rem; font-size: 0.8125rem; color: var(--muted) }
footer h2 { font-size: 0.8125rem; font-weight: 600; margin: 0 0 0.25rem } footer section { margin-bottom: 1rem } footer p { margin: 0 0 0.5rem }
footer a { color: inherit }
@media (max-width: 480px) { main { padding-top: 2rem } article { padding: 1rem } }
@media print { article { border: 0; padding: 0 } .pages, .up, .links { display: none } }
`

/** Its path changes with its content, so that it may be kept for ever. */
export const stylePath = `/p/page.${createHash('sha256').update(styleSheet).digest('hex').slice(0, 12)}.css`
