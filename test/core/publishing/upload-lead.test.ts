import { describe, expect, it } from 'vitest'
import { uploadLeadMs } from '../../../core/publishing/upload-lead.ts'
import { addManifest } from '../../../networks/manifests.ts'
import { manifest as heron } from '../../networks/heron/manifest.ts'

const minute = 60_000
const megabyte = 1_000_000
/** Bytes a second. */
const rate = 100_000
addManifest({ ...heron, mediaBytesMax: 4_000 * megabyte, uploadsKept: 8 * 60 * minute })

describe('uploads begin', () => {
  it('never for words alone, and not for our own page', () => {
    expect(uploadLeadMs([], rate)).toBe(0)
    expect(uploadLeadMs([{ network: 'page', bytes: 9 * megabyte }], rate)).toBe(0)
  })

  it('the earlier, the more there is to send', () => {
    const leads = [1, 60, 600].map((size) =>
      uploadLeadMs([{ network: 'heron', bytes: size * megabyte }], rate),
    )
    expect(leads).toEqual([minute + 10_000, minute + 600_000, minute + 6_000_000])
  })

  it('as early as all networks together need', () => {
    const bytes = 6 * megabyte
    const both = uploadLeadMs(
      ['heron', 'mastodon'].map((network) => ({ network, bytes })),
      rate,
    )
    expect(both).toBe(minute + 120_000)
  })

  it('for no more than a network takes: what is larger goes up smaller', () => {
    const [upload] = [{ network: 'bluesky', bytes: 900 * megabyte }]
    expect(uploadLeadMs([upload!], rate)).toBeLessThan(2 * minute)
  })

  it('so late that the network still has them at the instant', () => {
    const huge = { network: 'heron', bytes: 4_000 * megabyte }
    expect(uploadLeadMs([huge], rate)).toBe(2 * 60 * minute)
    const bluesky = { network: 'bluesky', bytes: megabyte }
    expect(uploadLeadMs([huge, bluesky], rate)).toBe(15 * minute)
  })
})
