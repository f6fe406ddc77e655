/** The contract of networks over the strict simulators and the page; over real servers it runs in `real-*.test.ts`. */
import { contract } from './contract.ts'
import { blueskyRig, mastodonRig, pageRig } from './rig.ts'

contract('mastodon', mastodonRig)
contract('bluesky', blueskyRig)
contract('page', pageRig, { local: true })
