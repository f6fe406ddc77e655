/** A post while it is being written: its text for all channels and per channel, images, channels, time. Saved by itself once it exists. */
import { SvelteMap } from 'svelte/reactivity'
import type { Asset } from '#contract/media/media.ts'
import type { Content, Post, PostCreate, When } from '#contract/posts/post.ts'
import { Problem } from '#contract/platform/problems.ts'
import { api, newKey } from '#lib/platform/client.ts'
import { faultsOf } from '#lib/platform/problems.ts'
import { instantOf } from '#lib/platform/time.ts'
import { isApproved, isStranded } from './acts.ts'
import { renamed } from './mentions.ts'

export type Part = { text: string; assetIds: string[] }
export type Mention = Content['mentions'][number]
export type Saving = 'saved' | 'changed' | 'saving' | 'conflict' | 'refused'

const autosaveMs = 1200
const hasPassed = (when: When) => instantOf(when).getTime() <= Date.now()
const emptyPart = (): Part => ({ text: '', assetIds: [] })

/** What a change is about; what the server said against it no longer holds then. */
type Changed = 'content' | 'channelIds' | 'when' | 'latenessMinutes'

export type Typed = Pick<
  PostEditor,
  'parts' | 'own' | 'mentions' | 'channelIds' | 'date' | 'time' | 'timeZone' | 'lateness'
>

export class PostEditor {
  readonly workspace: string
  id = $state<string | null>(null)
  version = $state(0)
  contentVersion = $state(0)
  parts = $state<Part[]>([emptyPart()])
  /** Channel -> its own parts, where they differ. */
  own = $state<Record<string, Part[]>>({})
  mentions = $state<Mention[]>([])
  language = $state('en')
  channelIds = $state<string[]>([])
  date = $state('')
  time = $state('')
  timeZone = $state('UTC')
  lateness = $state(60)
  /** When a post that was not sent was to go out: kept as it is until another time is chosen. */
  missed = $state<When | null>(null)
  saving = $state<Saving>('saved')
  /** Approved: what is typed now waits for a press, because saving it changes what goes out, or takes the approval back. */
  approved = $state(false)
  /** Why the last save was refused. */
  refusal = $state('')
  /** What was refused, by field; gone once that field is changed. */
  faults = $state<Record<string, string>>({})
  readonly assets = new SvelteMap<string, Asset>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #key = newKey()
  #running: Promise<void> = Promise.resolve()

  constructor(workspace: string, timeZone: string, language: string) {
    this.workspace = workspace
    this.timeZone = timeZone
    this.language = language
  }

  /** Takes over what the server has. What was refused stands until what it is about has changed. */
  read(post: Post): void {
    const before = this.#refusable
    this.id = post.id
    this.version = post.version
    this.contentVersion = post.contentVersion
    this.approved = isApproved(post)
    this.parts = post.content.segments.map((s) => ({ ...s }))
    this.own = Object.fromEntries(
      post.ownTexts.map((o) => [o.channelId, o.segments.map((s) => ({ ...s }))]),
    )
    this.mentions = post.content.mentions
    this.language = post.content.language
    this.channelIds = [...post.channelIds]
    this.missed = post.when && isStranded(post) && hasPassed(post.when) ? post.when : null
    const shown = this.missed ? null : post.when
    ;[this.date, this.time] = shown ? (shown.wallTime.split('T') as [string, string]) : ['', '']
    if (post.when) this.timeZone = post.when.timeZone
    this.lateness = post.latenessMinutes
    this.saving = 'saved'
    this.refusal = ''
    if (this.#refusable !== before) this.faults = {}
  }

  get #refusable(): string {
    const { id, contentVersion, channelIds, date, time, timeZone } = this
    return JSON.stringify([id, contentVersion, channelIds, date, time, timeZone])
  }

  get when(): When | null {
    return this.date && this.time
      ? { wallTime: `${this.date}T${this.time}`, timeZone: this.timeZone }
      : null
  }

  get content(): Content {
    return { segments: this.parts, language: this.language, mentions: this.mentions }
  }

  /** The parts that a channel gets. */
  partsFor(channelId: string | null): Part[] {
    return (channelId && this.own[channelId]) || this.parts
  }

  /** Begins an own text for a channel, from the common one. */
  branch(channelId: string): void {
    this.own = {
      ...this.own,
      [channelId]: this.parts.map((p) => ({ text: p.text, assetIds: [...p.assetIds] })),
    }
    this.touch()
  }

  /** Gives a channel the common text again. */
  join(channelId: string): void {
    const { [channelId]: _, ...rest } = this.own
    this.own = rest
    this.touch()
  }

  /** Says who somebody is; `before` is the name that stood for them in the texts. */
  mention(mention: Mention, before = mention.name): void {
    const others = this.mentions.filter((m) => m.name !== before && m.name !== mention.name)
    this.mentions = [...others, mention]
    if (before !== mention.name) this.#rename(before, mention.name)
    this.touch()
  }

  /** Leaves the plain name where somebody was mentioned. */
  unmention(name: string): void {
    this.mentions = this.mentions.filter((m) => m.name !== name)
    this.#rename(name, null)
    this.touch()
  }

  #rename(from: string, to: string | null): void {
    this.parts = renamed(this.parts, from, to)
    this.own = Object.fromEntries(
      Object.entries(this.own).map(([id, parts]) => [id, renamed(parts, from, to)]),
    )
  }

  get empty(): boolean {
    return this.parts.every((p) => !p.text.trim() && p.assetIds.length === 0)
  }

  get faulty(): boolean {
    return Object.keys(this.faults).length > 0
  }

  get #fields() {
    return {
      content: this.content,
      ownTexts: Object.entries(this.own)
        .filter(([id]) => this.channelIds.includes(id))
        .map(([channelId, segments]) => ({ channelId, segments })),
      channelIds: this.channelIds,
      latenessMinutes: Number(this.lateness),
    }
  }

  /** Everything that was typed, to be kept in the browser. */
  get typed(): Typed {
    const { parts, own, mentions, channelIds, date, time, timeZone, lateness } = this
    return $state.snapshot({
      parts,
      own,
      mentions,
      channelIds,
      date,
      time,
      timeZone,
      lateness,
    })
  }

  /** Takes back what was kept. */
  take(typed: Partial<Typed>): void {
    Object.assign(this, typed)
  }

  get asNew(): PostCreate {
    const { when } = this
    return { ...$state.snapshot(this.#fields), ...(when ? { when } : {}) }
  }

  /** Notes a change; a stored post that is not approved is saved a moment after the last one. */
  touch(what: Changed = 'content'): void {
    this.#forgive(what)
    if (this.saving !== 'conflict') this.saving = 'changed'
    this.#saveSoon()
  }

  #saveSoon(): void {
    clearTimeout(this.#timer)
    if (this.id && this.saving === 'changed' && !this.approved)
      this.#timer = setTimeout(() => void this.save().catch(() => {}), autosaveMs)
  }

  #forgive(what: Changed): void {
    const roots = what === 'content' ? ['content', 'ownTexts'] : [what]
    const kept = Object.entries(this.faults).filter(
      ([name]) => !roots.some((root) => name === root || name.startsWith(`${root}.`)),
    )
    this.faults = Object.fromEntries(kept)
  }

  /** Saves now; throws what the server says, except that the state shows it too. Saves never overlap. */
  save(): Promise<void> {
    clearTimeout(this.#timer)
    const next = this.#running.catch(() => {}).then(() => this.#save())
    this.#running = next
    return next
  }

  async #save(): Promise<void> {
    if (this.id && this.saving === 'saved') return
    this.saving = 'saving'
    try {
      const post = this.id ? await this.#update(this.id) : await this.#create()
      this.id = post.id
      this.version = post.version
      this.contentVersion = post.contentVersion
      this.approved = isApproved(post)
      if (this.saving === 'saving') this.saving = 'saved'
      else this.#saveSoon()
      this.refusal = ''
      this.faults = {}
    } catch (thrown) {
      const conflict = thrown instanceof Problem && thrown.kind === 'stale'
      this.saving = conflict ? 'conflict' : 'refused'
      this.refusal =
        thrown instanceof Problem
          ? (thrown.detail ?? thrown.message)
          : 'PostAura could not be reached.'
      this.faults = thrown instanceof Problem ? faultsOf(thrown) : {}
      // After an answer the same words may be sent anew; without one they may have arrived, so the key stays.
      if (thrown instanceof Problem && thrown.kind !== 'in_flight') this.#key = newKey()
      throw thrown
    }
  }

  #create(): Promise<Post> {
    return api.createPost({
      params: { workspaceId: this.workspace },
      body: this.asNew,
      idempotencyKey: this.#key,
    })
  }

  #update(postId: string): Promise<Post> {
    const when = this.when ?? (this.missed ? undefined : null)
    const body = { ...$state.snapshot(this.#fields), when }
    return api.updatePost({
      params: { workspaceId: this.workspace, postId },
      ifMatch: this.version,
      body,
    })
  }
}
