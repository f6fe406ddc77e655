import { afterAll, beforeAll, describe } from 'vitest'
import { startBlueskyPds, type BlueskyPds } from '../../scripts/peers/bluesky-pds.ts'
import { blueskyPdsFolder } from '../support/real-bluesky.ts'
import { contract } from './contract.ts'
import { realBlueskyRig } from './real-rig.ts'

const folder = await blueskyPdsFolder()

describe.skipIf(!folder)('on a real Bluesky server', () => {
  let pds: BlueskyPds
  beforeAll(async () => {
    pds = await startBlueskyPds(folder)
  })
  afterAll(() => pds?.close())

  contract('the contract', () => realBlueskyRig(pds))
})
