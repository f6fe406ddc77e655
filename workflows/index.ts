/** Every workflow of the bundle, and nothing else. */
export { deliverAgain } from './deliver-again.ts'
export { generateCampaign } from './generate-campaign.ts'
export { publishPost } from './publish-post.ts'
export { watchSweeper } from './watch-sweeper.ts'
