import { runChecks } from './lib/checks.ts'
import { openVoice } from './lib/say.ts'

const { failed } = await runChecks(openVoice())
process.exitCode = failed > 0 ? 1 : 0
