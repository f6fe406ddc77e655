/** Image work in processes of their own, few at once and fair between workspaces, so that nobody else waits for it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { FileHandle } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Problem } from '#contract/platform/problems.ts'
import type { Context } from '../platform/context.ts'
import { assertOutside } from '../platform/db.ts'
import { writeFile, type Written } from './files.ts'
import { spool } from './spool.ts'
import type { ImageAnswer, ImageFacts, ImageRefusal, ImageTask } from './image-task.ts'
import { createTurns, TooManyWaiting } from './turns.ts'

/** Of one process of the product: an image of 40 megapixels takes some 200 MB while it is open. */
const turns = createTurns(2, 40)
const longestMs = 30_000
const program = fileURLToPath(new URL('image-process.ts', import.meta.url))

/** What came out of the process: its bytes, to be read from the start and closed, and what they are. */
type Opened = ImageFacts & { file: FileHandle }

/** An image as it is written to the store. */
export type Picture = ImageFacts & { file: Written }

type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/**
 * Opens an image, does the task and writes the result to the store. Throws `unsupported_media` and `too_large` in words for whoever sent it,
 * and `too_many` when the workspace has enough waiting.
 */
export async function writeImage(
  ctx: Pick<Context, 'config' | 'db' | 'store' | 'now'>,
  workspaceId: string,
  source: Source,
  task: ImageTask,
): Promise<Picture> {
  const { file, ...facts } = await imageWork(ctx, workspaceId, source, task)
  return { ...facts, file: await writeFile(ctx, workspaceId, file.createReadStream()) }
}

async function imageWork(
  ctx: Pick<Context, 'config'>,
  workspaceId: string,
  source: Source,
  task: ImageTask,
): Promise<Opened> {
  assertOutside('the image decoder')
  await using input = await spool(ctx.config, source)
  try {
    return await turns.take(workspaceId, () => perform(ctx, input, task))
  } catch (error) {
    if (!(error instanceof TooManyWaiting)) throw error
    throw new Problem('too_many', 'Many images of this workspace are being read. Try again soon.', {
      retryAfter: 10,
    })
  }
}

/** The first frame, small, for somebody to look at; null: it cannot be opened. */
export async function thumbnail(
  ctx: Pick<Context, 'config'>,
  workspaceId: string,
  bytes: Uint8Array,
  side: number,
): Promise<Buffer | null> {
  try {
    const { file } = await imageWork(ctx, workspaceId, [bytes], { kind: 'small', side })
    return await file.readFile().finally(() => file.close())
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
}

async function perform(
  ctx: Pick<Context, 'config'>,
  input: FileHandle,
  task: ImageTask,
): Promise<Opened> {
  const child = start(input.fd, task)
  const late = setTimeout(() => child.kill('SIGKILL'), longestMs)
  // Only one of the two comes when it is killed.
  const answered = Promise.race([
    once(child, 'message').then(([answer]) => answer as ImageAnswer),
    once(child, 'close').then(() => ({ refusal: 'damaged' }) satisfies ImageAnswer),
  ])
  try {
    const file = await spool(ctx.config, child.stdout!)
    const answer = await answered
    if ('facts' in answer) return { ...answer.facts, file }
    await file.close()
    throw refused(answer.refusal)
  } finally {
    clearTimeout(late)
    child.kill('SIGKILL')
  }
}

/** It is told nothing of ours, its script may only read and compute, and it gives way to whoever answers people. */
function start(input: number, task: ImageTask): ChildProcess {
  const limits = ['--permission', '--allow-addons', '--allow-fs-read=*']
  const child = spawn(process.execPath, [...limits, program, JSON.stringify(task)], {
    stdio: [input, 'pipe', 'ignore', 'ipc'],
    env: {},
  })
  try {
    setPriority(child.pid!, 10)
  } catch {
    // It is as quick as everybody else then.
  }
  return child
}

const words: Record<ImageRefusal, [kind: 'unsupported_media' | 'too_large', sentence: string]> = {
  kind: ['unsupported_media', 'PostAura takes JPEG, PNG, WebP and GIF images.'],
  pixels: ['too_large', 'An image may have 40 megapixels at most, all frames together.'],
  damaged: ['unsupported_media', 'This image is damaged and cannot be read.'],
  unfit: [
    'too_large',
    'An image could not be made small enough for this network. Use a smaller one.',
  ],
}
const refused = (refusal: ImageRefusal) => new Problem(...words[refusal])
