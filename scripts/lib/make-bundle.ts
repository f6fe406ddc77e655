import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { bundleEntry, bundleFile } from './bundle.ts'

/** Run as a process of its own by `ensureBundle`: the bundler keeps 170 MB that the supervisor must not carry on. */
const logger = new DefaultLogger('WARN', ({ message }) => console.error(message))
const { code } = await bundleWorkflowCode({ workflowsPath: bundleEntry, logger })
mkdirSync(dirname(bundleFile), { recursive: true })
writeFileSync(`${bundleFile}.half`, code)
renameSync(`${bundleFile}.half`, bundleFile)
