/** How the reference looks: the dashboard's tokens, paper and lines, nothing that moves. */
export const style = `:root { color-scheme: light dark;
  --bg: light-dark(oklch(98.6% 0.004 85), oklch(19% 0.014 285)); --surface: light-dark(#fff, oklch(23% 0.016 285));
  --sunken: light-dark(oklch(96.8% 0.006 85), oklch(20.5% 0.015 285)); --line: light-dark(oklch(91.5% 0.008 85), oklch(30% 0.018 285));
  --text: light-dark(oklch(24% 0.02 285), oklch(94% 0.008 285)); --muted: light-dark(oklch(49% 0.02 285), oklch(72% 0.018 285));
  --accent: light-dark(oklch(52% 0.19 287), oklch(74% 0.14 290)); --accent-soft: light-dark(oklch(95.5% 0.03 290), oklch(29% 0.06 288)) }
* { box-sizing: border-box }
html { scroll-padding-top: 1rem } main:focus { outline: 0 }
body { margin: 0; background: var(--bg); color: var(--text); font: 14px/1.55 Inter, system-ui, sans-serif; overflow-wrap: anywhere }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 0.2em }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px }
.skip { position: absolute; left: 1rem; top: -4rem; padding: 6px 12px; background: var(--surface); border: 1px solid var(--line); border-radius: 7px }
.skip:focus { top: 0.75rem }
.page { max-width: 1120px; margin-inline: auto; padding: 1.5rem 1.25rem 5rem; display: grid; grid-template-columns: 13rem minmax(0, 1fr); gap: 2.5rem }
.side { position: sticky; top: 1.5rem; align-self: start; max-height: calc(100vh - 3rem); overflow: auto; padding: 3px }
.side ul { list-style: none; margin: 0; padding: 0 }
.side a { display: block; color: var(--muted); text-decoration: none; padding: 3px 8px; border-radius: 7px }
.side a:hover { color: var(--text) } .side [aria-current] { color: var(--text); background: var(--accent-soft); font-weight: 600 }
.side ul ul { border-left: 1px solid var(--line); margin: 4px 0 8px 8px; padding-left: 4px; font-size: 12.5px }
.side .brand { color: var(--text); font-weight: 660; font-size: 15px; letter-spacing: -0.01em; margin-bottom: 0.5rem }
.side .apart { border-top: 1px solid var(--line); margin-top: 0.75rem; padding-top: 0.75rem }
h1 { font-size: 22px; line-height: 1.25; letter-spacing: -0.015em; font-weight: 640; margin: 0 0 0.25rem }
h2 { font-size: 17px; line-height: 1.3; letter-spacing: -0.005em; font-weight: 620; margin: 2.25rem 0 0.5rem }
h3 { font-size: 13px; font-weight: 620; margin: 1.25rem 0 0.25rem }
h2 a, h3 a { color: inherit; text-decoration: none } h3 .more { text-decoration: underline } h2 a:hover, h3 a:hover { text-decoration: underline }
p { margin: 0 0 0.75rem; max-width: 46rem }
.muted { color: var(--muted) } .lead { color: var(--muted); margin-bottom: 1.25rem }
code, pre { font: 12.5px/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, monospace }
pre { background: var(--sunken); border: 1px solid var(--line); border-radius: 7px; padding: 10px 12px; white-space: pre-wrap; margin: 0.25rem 0 0 }
article, .card { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.25rem 1.25rem; margin-block: 1rem }
article > h2, article > h3:first-child, .card > h3 { margin-top: 0 }
article:target, li:target, tr:target { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent) }
li:target { border-radius: 7px }
article p { margin: 0 0 0.25rem }
.method { display: inline-block; min-width: 3.75rem; font: 600 11.5px/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; letter-spacing: 0.02em; color: var(--accent) }
dl { margin: 0 } dl div { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.7fr); gap: 0 1rem; padding: 4px 0; border-top: 1px solid var(--line) }
dl div:first-child { border-top: 0 } dt, dd { margin: 0 } dd { color: var(--muted) } dd code, .says { color: var(--text) }
.refusals { font: 12.5px/1.6 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; color: var(--muted) }
.operations { list-style: none; margin: 0; padding: 0 }
.operations li { border-top: 1px solid var(--line) } .operations li:first-child { border-top: 0 }
.operations a { display: grid; grid-template-columns: 3.75rem minmax(0, 1.15fr) minmax(0, 1fr); gap: 0 0.75rem; align-items: baseline; padding: 5px 6px; color: inherit; text-decoration: none; border-radius: 7px }
.operations a:hover { background: var(--accent-soft) } .operations code { color: var(--muted) }
.names { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0; padding: 0 } .names a { display: inline-block; padding-block: 3px }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-top: 1px solid var(--line); font-weight: 400 }
thead th { border-top: 0; color: var(--muted); font-size: 12.5px } td:first-child { font-variant-numeric: tabular-nums } td:nth-child(-n+2), thead th { overflow-wrap: normal }
.turn { display: flex; justify-content: space-between; gap: 1rem; margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line) }
.turn a { padding-block: 4px } .turn [rel=next] { margin-left: auto }
@media (max-width: 760px) {
  .page { grid-template-columns: minmax(0, 1fr); gap: 1rem; padding: 1rem 1rem 4rem }
  .side { position: static; max-height: none } .side ul ul { display: none }
  .side > ul { display: flex; flex-wrap: wrap; gap: 2px } .side .apart { border: 0; margin: 0; padding: 0 }
  article, .card { padding: 0.875rem 1rem 1rem }
  dl div { grid-template-columns: minmax(0, 1fr) }
  .operations a { grid-template-columns: 3.75rem minmax(0, 1fr) } .operations code { grid-column: 2 }
}
@media print { .side, .turn, .skip { display: none } .page { display: block } article { break-inside: avoid-page } }
`
