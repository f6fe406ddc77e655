import { ensureBundle } from './lib/bundle.ts'
import { explain, openVoice } from './lib/say.ts'
import { ensureWeb } from './lib/web.ts'

/** Makes what an image needs besides the sources: the workflow bundle and the web. */
const voice = openVoice()
try {
  await voice.step('Workflows', ensureBundle)
  await voice.step('Dashboard', ensureWeb)
} catch (error) {
  explain(error)
  process.exitCode = 1
}
