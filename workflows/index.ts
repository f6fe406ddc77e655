/** Every workflow of the bundle, and nothing else. */
export { deliverAgain } from './publishing/deliver-again.ts'
export { generateCampaign } from './generation/generate-campaign.ts'
export { publishPost } from './publishing/publish-post.ts'
export { watchSweeper } from './publishing/watch-sweeper.ts'
