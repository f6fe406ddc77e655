/**
 * The process that opens one image and ends: decoders are the likeliest place for a hostile file to break something, and what they take of
 * memory goes with them. The image comes in on stdin, the result goes out on stdout, and what it is is said over the channel.
 */
import { readFileSync, writeSync } from 'node:fs'
import sharp, { type Sharp } from 'sharp'
import type { ImageAnswer, ImageFacts, ImageMime, ImageTask, MediaLimit } from './image-task.ts'

const pixelsMax = 40_000_000
const open = { limitInputPixels: pixelsMax, failOn: 'error' } as const
sharp.concurrency(1)
sharp.cache(false)

/** Told by their first bytes alone: the name and the declared kind are the sender's word. */
const kinds: { mime: ImageMime; starts: (b: Buffer) => boolean }[] = [
  { mime: 'image/jpeg', starts: (b) => b.subarray(0, 3).toString('hex') === 'ffd8ff' },
  { mime: 'image/png', starts: (b) => b.subarray(1, 4).toString('latin1') === 'PNG' },
  { mime: 'image/gif', starts: (b) => b.subarray(0, 4).toString('latin1') === 'GIF8' },
  {
    mime: 'image/webp',
    starts: (b) =>
      b.subarray(0, 4).toString('latin1') === 'RIFF' &&
      b.subarray(8, 12).toString('latin1') === 'WEBP',
  },
]

type Result = ImageFacts & { data: Buffer }

async function clean(bytes: Buffer, mime: ImageMime): Promise<Result> {
  const animated = mime === 'image/gif' || mime === 'image/webp'
  const image = sharp(bytes, { ...open, animated })
  // All frames of a moving image; orientation applies to still ones.
  const { data, info } = await encoders[mime](animated ? image : image.autoOrient()).toBuffer({
    resolveWithObject: true,
  })
  return { data, mime, width: info.width, height: info.pageHeight ?? info.height }
}

const encoders: Record<ImageMime, (image: Sharp) => Sharp> = {
  'image/jpeg': (image) => image.jpeg({ quality: 90 }),
  'image/png': (image) => image.png(),
  'image/webp': (image) => image.webp({ quality: 90 }),
  'image/gif': (image) => image.gif(),
}

async function small(bytes: Buffer, side: number): Promise<Result> {
  const { data, info } = await inside(sharp(bytes, open).autoOrient(), side)
    .webp({ quality: 75 })
    .toBuffer({ resolveWithObject: true })
  return { data, mime: 'image/webp', width: info.width, height: info.height }
}

const inside = (image: Sharp, side: number): Sharp =>
  image.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })

/** Quality and longest side of each further try. */
const steps = [
  { quality: 88, side: 4096 },
  { quality: 82, side: 2560 },
  { quality: 76, side: 2048 },
  { quality: 70, side: 1600 },
  { quality: 60, side: 1200 },
  { quality: 50, side: 800 },
]

/** Keeps transparency where the network takes a format that has it. */
async function fit(bytes: Buffer, limit: MediaLimit): Promise<Result | null> {
  const format = formatFor(limit.mimes, (await sharp(bytes).metadata()).hasAlpha)
  for (const { quality, side } of steps) {
    const image = inside(sharp(bytes, open).autoOrient(), side)
    const { data, info } = await (
      format === 'webp'
        ? image.webp({ quality })
        : format === 'png'
          ? image.png({ quality })
          : image.flatten({ background: '#ffffff' }).jpeg({ quality, mozjpeg: true })
    ).toBuffer({ resolveWithObject: true })
    if (data.length <= limit.bytesMax)
      return { data, mime: `image/${format}`, width: info.width, height: info.height }
  }
  return null
}

function formatFor(mimes: string[], alpha: boolean | undefined): 'jpeg' | 'png' | 'webp' {
  if (alpha && mimes.includes('image/webp')) return 'webp'
  if (alpha && mimes.includes('image/png') && !mimes.includes('image/jpeg')) return 'png'
  return mimes.includes('image/jpeg') ? 'jpeg' : mimes.includes('image/webp') ? 'webp' : 'png'
}

async function perform(task: ImageTask): Promise<ImageAnswer> {
  const bytes = readFileSync(0)
  const mime = kinds.find((kind) => kind.starts(bytes))?.mime
  if (!mime) return { refusal: 'kind' }
  try {
    const result =
      task.kind === 'clean'
        ? await clean(bytes, mime)
        : task.kind === 'small'
          ? await small(bytes, task.side)
          : await fit(bytes, task.limit)
    if (!result) return { refusal: 'unfit' }
    const { data, ...facts } = result
    writeAll(data)
    return { facts }
  } catch (cause) {
    return { refusal: /pixel limit/.test(String(cause)) ? 'pixels' : 'damaged' }
  }
}

function writeAll(data: Buffer): void {
  for (let at = 0; at < data.length;) at += writeSync(1, data, at)
}

process.send!(await perform(JSON.parse(process.argv[2]!) as ImageTask))
process.disconnect()
