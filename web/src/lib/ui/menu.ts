/** What stands in a menu, and what a menu needs. */
import type { Component, Snippet } from 'svelte'

export type MenuItem = {
  label: string
  icon?: Component<{ size?: number; 'aria-hidden'?: 'true' }>
  /** Either goes somewhere … */
  href?: string
  /** … or does something. */
  act?: () => void
  danger?: boolean
  disabled?: boolean
  /** A line above it. */
  apart?: boolean
  /** Second line: why it is disabled, who it is. */
  note?: string
  checked?: boolean
}
export type MenuProps = {
  items: readonly MenuItem[]
  trigger: Snippet<[{ props: Record<string, unknown> }]>
  side?: 'top' | 'bottom' | 'right'
  align?: 'start' | 'end'
  /** Unclickable lines on top. */
  head?: Snippet
}
